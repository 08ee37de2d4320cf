"""Bring together what is handed over of a film: the only place here that reads the disk."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from veo_story.errors import MediaError
from veo_story.export.hand_over import HandOver
from veo_story.export.layout import footage_of
from veo_story.film.record import asked_of
from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from veo_story.film.edit import Cut, Edit
    from veo_story.film.sound import Spoken
    from veo_story.plan.takes import Take
    from veo_story.storyboard.model import Storyboard

_STILL = 480
"""The longer side of a still on a page, in pixels: sharp at 4 cm of paper."""
_QUALITY = 82


def gather(
    edit: Edit,
    storyboard: Storyboard,
    folder: Path,
    takes: Iterable[Take] = (),
    *,
    spoken: tuple[Spoken, ...] = (),
    stills: bool = False,
) -> HandOver:
    """All about a film whose takes lie in ``folder``; ``takes`` spare a look into their clips.

    ``stills`` are made where a page wants them. Raises MediaError when a file cannot be read.
    """
    known = {take.clip: take.frames for take in takes}
    music = storyboard.finish.sound.music if storyboard.finish.sound is not None else None
    wanted = [footage_of(cut)[0] for cut in edit.cuts]
    wanted += [cut.finished.sound for cut in edit.cuts if cut.finished is not None and cut.finished.sound]
    wanted += [one.file for one in spoken]
    wanted += [music.file] if music is not None else []
    return HandOver(
        edit,
        storyboard,
        asked_of(edit, folder),
        lengths(wanted, known),
        spoken,
        {cut.scene_id: still_of(cut) for cut in edit.cuts} if stills else {},
    )


def lengths(files: Iterable[Path], known: Mapping[Path, int]) -> dict[Path, int]:
    """Whole frames of each file, at 24 a second. Raises MediaError when one cannot be read."""
    return {file: known.get(file) or _frames(file) for file in dict.fromkeys(files)}


def _frames(file: Path) -> int:
    import av

    from veo_story.media.opened import opened

    with opened(file) as container:
        if container.streams.video and container.streams.video[0].frames:
            stream = container.streams.video[0]
            if stream.average_rate == FPS:
                return stream.frames
        if container.duration is None:
            raise MediaError(f"{file}: does not say how long it is")
        return round(container.duration * FPS / av.time_base)


def still_of(cut: Cut) -> bytes:
    """A scene's middle frame as a small JPEG. Raises MediaError when its clip cannot be read."""
    from PIL import Image

    from veo_story.media.frames import read_frame

    clip, start = (cut.finished.clip, 0) if cut.finished is not None else (cut.clip, cut.in_frame)
    shown = cut.frames if cut.finished is not None else cut.out_frame - cut.in_frame
    picture = Image.fromarray(read_frame(clip, start + shown // 2))
    picture.thumbnail((_STILL, _STILL), Image.Resampling.LANCZOS)
    into = io.BytesIO()
    picture.save(into, "JPEG", quality=_QUALITY, optimize=True)
    return into.getvalue()
