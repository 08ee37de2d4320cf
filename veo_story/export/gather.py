"""Bring together what is handed over of a film: the only place here that reads the disk."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

from veo_story.errors import MediaError
from veo_story.export.hand_over import HandOver
from veo_story.export.layout import footage_of, is_retimed
from veo_story.film.record import asked_of
from veo_story.storyboard.finish import Subtitles
from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from veo_story.film.edit import Cut, Edit
    from veo_story.film.narration import Narrated
    from veo_story.film.sound import Spoken
    from veo_story.media.spans import Caption
    from veo_story.plan.takes import Take
    from veo_story.storyboard.model import Storyboard

MEDIA = "handed-over"
"""Below the film's folder: scenes whose effects changed their length, for timelines to refer to."""
TIMELINES = frozenset({"otio", "edl", "fcpxml"})
CAPTIONS = frozenset({"srt", "vtt"})

_LONGEST_S = 60.0
"""So long another run that makes such scenes is waited for: it may be making the very same ones."""
_STILL = 480
"""The longer side of a still on a page, in pixels: sharp at 4 cm of paper."""
_QUALITY = 82


def gather(
    edit: Edit,
    board: Storyboard,
    folder: Path,
    formats: Collection[str],
    *,
    takes: Iterable[Take] = (),
) -> HandOver:
    """All about a film that these formats tell; its takes lie in ``folder``, its narration is kept there.

    ``takes`` spare a look into their clips. Raises MediaError when a file cannot be read, LedgerError when
    another run makes scenes for a timeline for long, OSError when the disk fails.
    """
    wanted = frozenset(formats)
    given = HandOver(edit, board, asked_of(edit, folder))
    if wanted & TIMELINES:
        edit = _retimed(edit, folder / MEDIA)
        spoken = _narrated(edit, board, folder).spoken
        known = {take.clip: take.frames for take in takes}
        given = replace(given, edit=edit, spoken=spoken, frames=lengths(_files(edit, board, spoken), known))
    if wanted & CAPTIONS:
        given = replace(given, captions=_captions(edit, board, folder))
    if "html" in wanted:
        given = replace(given, stills={cut.scene_id: still_of(cut) for cut in edit.cuts})
    return given


def lengths(files: Iterable[Path], known: Mapping[Path, int]) -> dict[Path, int]:
    """Whole frames of each file, at 24 a second. Raises MediaError when one cannot be read."""
    return {file: known.get(file) or _frames(file) for file in dict.fromkeys(files)}


def still_of(cut: Cut) -> bytes:
    """A scene's middle frame as a small JPEG. Raises MediaError when its clip cannot be read."""
    from PIL import Image

    from veo_story.media.frames import read_frame

    clip, start = footage_of(cut)
    shown = cut.frames if clip != cut.clip else cut.out_frame - cut.in_frame
    picture = Image.fromarray(read_frame(clip, start + shown // 2))
    picture.thumbnail((_STILL, _STILL), Image.Resampling.LANCZOS)
    into = io.BytesIO()
    picture.save(into, "JPEG", quality=_QUALITY, optimize=True)
    return into.getvalue()


def _retimed(edit: Edit, folder: Path) -> Edit:
    """The edit with a file for every scene whose effects changed its length, without its overlays."""
    if not any(map(is_retimed, edit.cuts)):
        return edit
    from veo_story.engine.lock import held
    from veo_story.film.finishing import tidy
    from veo_story.media.files import make_folder

    make_folder(folder)
    # Not the lock of the film: a render may go on meanwhile, and whoever cuts the film holds that already.
    with held(folder, wait_s=_LONGEST_S):
        cuts = [_made(cut, edit.size, folder) if is_retimed(cut) else cut for cut in edit.cuts]
        tidy(folder, [cut.finished for cut in cuts if cut.finished is not None])
    return replace(edit, cuts=tuple(cuts))


def _made(cut: Cut, size: tuple[int, int], folder: Path) -> Cut:
    from veo_story.film.finishing import finish

    assert cut.finishing is not None
    bare = replace(cut, finishing=replace(cut.finishing, overlays=(), captions=(), hold=0))
    return replace(cut, finished=finish(bare, size, folder).finished)


def _narrated(edit: Edit, board: Storyboard, folder: Path) -> Narrated:
    from veo_story.film.hearing import Hearing
    from veo_story.film.master import HEARD
    from veo_story.film.narration import narrate

    return narrate(board, edit, folder, Hearing(folder / HEARD))


def _captions(edit: Edit, board: Storyboard, folder: Path) -> tuple[Caption, ...]:
    """The film's subtitles; all that is said where the storyboard asks for none."""
    from veo_story.film.hearing import Hearing, heard
    from veo_story.film.master import HEARD
    from veo_story.film.words import captions, speaking

    if board.finish.subtitles is None:
        board = replace(board, finish=replace(board.finish, subtitles=Subtitles("both")))
    listened = heard(edit.cuts, speaking(board), Hearing(folder / HEARD))
    return captions(edit, board, _narrated(edit, board, folder).heard, listened)


def _files(edit: Edit, board: Storyboard, spoken: tuple[Spoken, ...]) -> list[Path]:
    """All that a timeline refers to."""
    found = [footage_of(cut)[0] for cut in edit.cuts]
    found += [cut.finished.sound for cut in edit.cuts if cut.finished is not None and cut.finished.sound]
    found += [one.file for one in spoken]
    if board.finish.sound is not None and board.finish.sound.music is not None:
        found.append(board.finish.sound.music.file)
    return found


def _frames(file: Path) -> int:
    import av

    from veo_story.media.opened import opened

    with opened(file) as container:
        pictures = container.streams.video
        if pictures and pictures[0].frames and pictures[0].average_rate == FPS:
            return pictures[0].frames
        if container.duration is None:
            raise MediaError(f"{file}: does not say how long it is")
        return round(container.duration * FPS / av.time_base)
