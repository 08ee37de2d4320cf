"""A film ready to be written: scenes finished, narration spoken, sound placed, words timed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from veo_story.film.burning import burnt
from veo_story.film.finishing import finished
from veo_story.film.hearing import Hearing, heard
from veo_story.film.narration import Narrated, narrate
from veo_story.film.notes import notes_of
from veo_story.film.sound import mix_of, needs_mix
from veo_story.film.words import captions, dialogue, speaking
from veo_story.media.subtitles import write_subtitles
from veo_story.storyboard.finish import Finish

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from veo_story.film.edit import Edit
    from veo_story.film.matching import Times
    from veo_story.media.files import Disk
    from veo_story.media.mix import Mix
    from veo_story.media.spans import Caption
    from veo_story.storyboard.model import Storyboard

FINISHED = "finished"
"""The folder of scenes with their effects, overlays and captions, below the film's own."""
HEARD = "heard.json"
"""The file that remembers where somebody speaks."""


@dataclass(frozen=True)
class Master:
    """What is written as one file. ``sound`` is None where the clips' own is taken as it came.

    ``captions`` are those of a track of the film; ``formats`` the files that they are written to beside it.
    ``remarks`` say what will not be as the author may have thought.
    """

    edit: Edit
    sound: Mix | None = None
    captions: tuple[Caption, ...] = ()
    formats: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    def write_beside(self, film: Path, disk: Disk | None = None) -> tuple[str, ...]:
        """Write the subtitle files of a film that is there; their names. Raises OSError."""
        written = []
        for kind in self.formats:
            into = film.with_suffix(f".{kind}")
            write_subtitles(self.captions, into, disk, title=self.edit.title)
            written.append(into.name)
        return tuple(written)


def mastered(edit: Edit, board: Storyboard | None, folder: Path, disk: Disk | None = None) -> Master:
    """Do all that comes before joining; what was done before and is still the same is taken from ``folder``.

    Raises MediaError for a clip, a picture or a sound file that cannot be used, OSError when the disk fails.
    """
    if board is None:
        return _sounding(finished(edit, folder / FINISHED, disk), Master(edit))
    hearing = Hearing(folder / HEARD)
    narrated = narrate(board, edit, folder, hearing)
    listened = heard(edit.cuts, speaking(board), hearing) if _is_listened_to(board) else {}
    hearing.note()
    words = captions(edit, board, narrated.heard, listened)
    wanted = board.finish.subtitles
    if wanted is not None and wanted.burnt:
        edit = burnt(edit, words)
    is_beside = wanted is not None and wanted.beside
    master = Master(
        edit,
        captions=words if is_beside else (),
        formats=wanted.formats if wanted is not None and is_beside else (),
        notes=notes_of(board),
        remarks=narrated.remarks,
    )
    done = finished(edit, folder / FINISHED, disk)
    return _sounding(done, master, board, narrated, listened)


def _sounding(
    edit: Edit,
    master: Master,
    board: Storyboard | None = None,
    narrated: Narrated | None = None,
    listened: Mapping[str, Times] = MappingProxyType({}),
) -> Master:
    """The master of a finished edit, with its sound."""
    finish = Finish() if board is None else board.finish
    spoken = () if narrated is None else narrated.spoken
    if not needs_mix(edit, finish, spoken):
        return replace(master, edit=edit)
    speech = () if board is None else tuple(_speech(edit, board, listened))
    return replace(master, edit=edit, sound=mix_of(edit, finish, spoken, speech))


def _speech(edit: Edit, board: Storyboard, listened: Mapping[str, Times]) -> Iterator[range]:
    """The frames in which somebody speaks in a scene."""
    if not _ducks(board):
        return
    for said in dialogue(edit, board, listened):
        yield range(max(round(said.start), 0), min(round(said.end), edit.frames))


def _is_listened_to(board: Storyboard) -> bool:
    """Whether it matters when somebody speaks in a clip."""
    wanted = board.finish.subtitles
    return _ducks(board) or (wanted is not None and wanted.words != "narration")


def _ducks(board: Storyboard) -> bool:
    sound = board.finish.sound
    return sound is not None and sound.music is not None and bool(sound.music.duck_db)
