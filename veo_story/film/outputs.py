"""The files that are made of a finished film: other shapes, and files of a given size. Each once."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from veo_story.errors import MediaError
from veo_story.film.variants import decisive, make_variant, shots_of, titles_of
from veo_story.media.files import UNREADABLE, Disk, copy_file, put_over, sha256_of, write_whole
from veo_story.media.shapes import crop_of
from veo_story.storyboard.wanted import wanted_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from decimal import Decimal
    from pathlib import Path

    from veo_story.film.edit import Edit
    from veo_story.storyboard.finish import Variant
    from veo_story.storyboard.model import Storyboard
    from veo_story.storyboard.wanted import Wanted

RECORD = "outputs.json"
"""The file beside the film that says what each output was made from."""
_FORMAT = 1
"""Counts up when the same film would be made into another file, so that files are made anew."""


@dataclass(frozen=True, slots=True)
class Output:
    """A file that is there. ``made`` is False when it was there already and nothing had changed."""

    path: Path
    made: bool
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Film:
    """A film that is cut: its file with digest, and how it was cut. ``titles`` are scenes of words."""

    path: Path
    sha256: str
    edit: Edit
    titles: frozenset[str] = frozenset()

    def key(self, file: Wanted) -> str:
        """Digest of all that decides what a file becomes."""
        shape = file.variant and decisive(self.edit, file.variant, self.titles)
        data = [_FORMAT, self.sha256, shape, None if file.max_mb is None else f"{file.max_mb:f}"]
        return hashlib.sha256(json.dumps(data).encode()).hexdigest()


def write_outputs(
    film: Path,
    sha256: str,
    edit: Edit,
    board: Storyboard,
    *,
    disk: Disk | None = None,
    environ: Mapping[str, str] | None = None,
) -> tuple[Output, ...]:
    """Make the films that a storyboard wants of ``film``, beside it, where they are not there already.

    ``sha256`` is the film's, ``edit`` how it was cut. ``environ`` may name the FFmpeg that presses films into
    a size (``FFMPEG_BINARY``). Outputs of other kinds and the film itself are left alone. A file is there
    whole or as it was before. Raises MediaError when one cannot be made (its size is impossible, say), once
    all others are made; OSError when the disk fails.
    """
    whole = Film(film, sha256, edit, titles_of(board))
    files = [file for file in wanted_of(board) if file.kind == "mp4" and not file.is_film]
    return _Writing(whole, film.parent, disk or Disk(), environ).write(files)


class _Writing:
    """The making of the files of one film."""

    def __init__(self, film: Film, folder: Path, disk: Disk, environ: Mapping[str, str] | None) -> None:
        self._film, self._folder, self._disk, self._environ = film, folder, disk, environ
        self._known = _read(folder / RECORD)

    def write(self, files: Collection[Wanted]) -> tuple[Output, ...]:
        done, failed = [], []
        # Whole ones first: smaller files of the same shape are made from them.
        for file in sorted(files, key=lambda file: file.max_mb is not None):
            try:
                done.append(self._output(file))
            except MediaError as error:
                failed.append(error)
        if failed:
            raise failed[0]
        order = [file.name for file in files]
        return tuple(sorted(done, key=lambda output: order.index(output.path.name)))

    def _output(self, file: Wanted) -> Output:
        into, key = self._folder / file.name, self._film.key(file)
        if _is_same(self._known.get(file.name), key, into):
            return Output(into, False, into.stat().st_size)
        self._make(file, into)
        size = into.stat().st_size
        self._known[file.name] = {
            "of": key,
            "bytes": size,
            "mtime_ns": into.stat().st_mtime_ns,
            "sha256": sha256_of(into),
        }
        data = {"version": _FORMAT, "files": self._known}
        write_whole(self._folder / RECORD, json.dumps(data, indent=2).encode() + b"\n", self._disk)
        return Output(into, True, size)

    def _make(self, file: Wanted, into: Path) -> None:
        # Both names end with .mp4, for those who go by that.
        part, shaped = (into.with_name(f".{into.stem}.{step}.part.mp4") for step in ("whole", "shape"))
        try:
            variant, max_mb = file.variant, file.max_mb
            source = self._film.path if variant is None else self._shaped(file, variant, shaped)
            if max_mb is not None:
                _squeeze(source, part, file.name, max_mb, self._environ)
                self._prove(part)
            elif source == shaped:
                part = source
            else:
                copy_file(source, part)
            put_over(part, into, self._disk)
        finally:
            part.unlink(missing_ok=True)
            shaped.unlink(missing_ok=True)

    def _shaped(self, file: Wanted, variant: Variant, into: Path) -> Path:
        """The film in another shape: itself if it has that, a file that was made before, or ``into``."""
        if not crop_of(self._film.edit.size, variant.aspect).slack:
            return self._film.path
        key = self._film.key(replace(file, max_mb=None))
        for name, known in self._known.items():
            if _is_same(known, key, self._folder / name):
                return self._folder / name
        make_variant(self._film.path, into, self._film.edit, variant, self._film.titles)
        self._prove(into, shots_of(self._film.edit))
        return into

    def _prove(self, part: Path, keys: tuple[int, ...] = ()) -> None:
        """Raise MediaError unless it is whole; ``keys`` are frames that need none before them."""
        from veo_story.film.verify import verify
        from veo_story.media.probe import probe

        edit, found = self._film.edit, probe(part)
        size = (found.width, found.height)
        verify(part, frames=edit.frames, size=size, chapters=edit.chapters, cuts=keys)


def _squeeze(source: Path, into: Path, name: str, max_mb: Decimal, environ: Mapping[str, str] | None) -> None:
    from veo_story.media.squeeze import squeeze

    try:
        squeeze(source, into, max_mb=max_mb, environ=environ)
    except MediaError as error:
        raise MediaError(f"{name}: {error.message}", hint=error.hint) from error


def _read(record: Path) -> dict[str, Any]:
    try:
        data = json.loads(record.read_bytes())
        return dict(data["files"]) if data["version"] == _FORMAT else {}
    except UNREADABLE:
        # Missing or not ours: the files are simply made again.
        return {}


def _is_same(known: Any, key: str, path: Path) -> bool:
    """Whether a file is the one that was made then, and would be made now."""
    try:
        stat = path.stat()
        if known["of"] != key or stat.st_size != known["bytes"]:
            return False
        # A copied folder has other times; then the content decides.
        return bool(stat.st_mtime_ns == known["mtime_ns"] or sha256_of(path) == known["sha256"])
    except UNREADABLE:
        return False
