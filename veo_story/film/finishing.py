"""Scenes with effects, overlays or burnt-in captions: made once, kept by what decides how they look.

A kept scene is three files below the film's folder, named by one digest: the picture, the sound where an
effect changed it, and a note with both files' digests, written last.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from veo_story.errors import MediaError
from veo_story.film.edit import Finished
from veo_story.media.files import MAKE_ROOM, Disk, make_folder, put_over, sha256_of, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from veo_story.film.edit import Cut, Edit, Finishing
    from veo_story.film.finish.family import Family

_FORMAT = 1
"""Counts up when the same finishing would look or sound otherwise."""


def finished(edit: Edit, folder: Path, disk: Disk | None = None) -> Edit:
    """The edit with every scene finished, encoded so that a film can copy it; others are removed.

    ``folder`` is where finished scenes are kept. Raises MediaError when a clip or an overlay's picture cannot
    be used, an effect cannot be applied, or the disk is full.
    """
    if not any(cut.finishing for cut in edit.cuts):
        tidy(folder, ())
        return edit
    from veo_story.film.finish.family import family_of
    from veo_story.media.source import read_source

    wanted: dict[Path, int] = {}
    for cut in edit.cuts:
        wanted[cut.clip] = wanted.get(cut.clip, 0) + cut.frames
    family = family_of([(read_source(clip), frames) for clip, frames in wanted.items()], edit.size)
    done = replace(edit, cuts=tuple(finish(cut, edit.size, folder, family, disk=disk) for cut in edit.cuts))
    tidy(folder, [cut.finished for cut in done.cuts if cut.finished is not None])
    return done


def finish(
    cut: Cut, size: tuple[int, int], folder: Path, family: Family | None = None, *, disk: Disk | None = None
) -> Cut:
    """The cut with its finishing done, in ``folder``; one without any as it is.

    ``family`` says how the film's clips are encoded; without one it is that of the cut's own clip.
    Raises MediaError as :func:`finished` does.
    """
    if cut.finishing is None:
        return cut
    from veo_story.film.finish.effects import changes_sound
    from veo_story.film.finish.family import family_of
    from veo_story.media.source import read_source

    if family is None:
        family = family_of([(read_source(cut.clip), cut.frames)], size)
    kept = _Kept(folder, _digest(cut, cut.finishing, family), changes_sound(cut.finishing.effects))
    if not kept.is_whole():
        try:
            make_folder(folder)
            _make(cut, cut.finishing, kept, family, disk or Disk())
        except OSError as error:
            raise MediaError(f"{folder}: cannot be written: {error}", hint=MAKE_ROOM) from error
    return replace(cut, finished=Finished(kept.clip, kept.sound))


def tidy(folder: Path, used: Iterable[Finished]) -> None:
    """Remove finished scenes that are not among ``used``, and what a run that broke off has left.

    Whoever calls it holds a lock: what another run is writing there would go too.
    """
    stems = {one.clip.stem for one in used}
    for path in folder.iterdir() if folder.is_dir() else ():
        # What has no suffix is the lock.
        if path.suffix and path.stem not in stems and path.is_file():
            path.unlink(missing_ok=True)


@dataclass(frozen=True)
class _Kept:
    """The files of one finished scene."""

    folder: Path
    digest: str
    has_sound: bool

    @property
    def clip(self) -> Path:
        return self.folder / f"{self.digest}.mp4"

    @property
    def sound(self) -> Path | None:
        return self.folder / f"{self.digest}.wav" if self.has_sound else None

    @property
    def note(self) -> Path:
        return self.folder / f"{self.digest}.json"

    @property
    def files(self) -> tuple[Path, ...]:
        """What the note tells of."""
        return (self.clip,) if self.sound is None else (self.clip, self.sound)

    def part(self, path: Path) -> Path:
        """Where a file is written before it is whole."""
        return path.with_name(f".{self.digest}.{os.getpid()}.part{path.suffix}")

    def is_whole(self) -> bool:
        """Whether all files are there and are those that were written."""
        try:
            noted: dict[str, Any] = json.loads(self.note.read_bytes())
            return all(_is_as_noted(path, noted[path.suffix]) for path in self.files)
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def write_note(self, disk: Disk) -> None:
        """Say that the files are whole, and what they are."""
        noted = {path.suffix: {**_facts(path), "sha256": sha256_of(path)} for path in self.files}
        write_whole(self.note, json.dumps(noted, indent=1).encode(), disk)


def _facts(path: Path) -> dict[str, int]:
    stat = path.stat()
    return {"bytes": stat.st_size, "mtime_ns": stat.st_mtime_ns}


def _is_as_noted(path: Path, noted: dict[str, Any]) -> bool:
    facts = _facts(path)
    if facts["bytes"] != noted["bytes"]:
        return False
    # A copied folder has other times; then the content decides.
    return bool(facts["mtime_ns"] == noted["mtime_ns"] or sha256_of(path) == noted["sha256"])


def _digest(cut: Cut, finishing: Finishing, family: Family) -> str:
    pictures = [_picture_digest(overlay.image) for overlay in finishing.overlays]
    overlays = [repr(replace(overlay, image=None)) for overlay in finishing.overlays]
    words = [(caption.start, caption.end, caption.text) for caption in finishing.captions]
    decisive = [
        *(_FORMAT, cut.clip_sha256, cut.in_frame, cut.out_frame, family.mark),
        *(finishing.frames, finishing.hold, finishing.effects, overlays, pictures, words),
    ]
    return hashlib.sha256(json.dumps(decisive, separators=(",", ":")).encode()).hexdigest()


def _picture_digest(image: Path | None) -> str | None:
    if image is None:
        return None
    try:
        return sha256_of(image)
    except OSError as error:
        raise MediaError(f"{image}: the overlay's picture cannot be read: {error.strerror}") from error


def _make(cut: Cut, finishing: Finishing, kept: _Kept, family: Family, disk: Disk) -> None:
    from veo_story.film.finish.making import make

    parts = {path: kept.part(path) for path in kept.files}
    try:
        make(cut, finishing, family, parts[kept.clip], None if kept.sound is None else parts[kept.sound])
        for path, part in parts.items():
            put_over(part, path, disk)
        kept.write_note(disk)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
