"""The folder of a preview: files called by what is in them, the last two generations of them kept."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from veo_story.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

_KEPT = 2
_PART = ".part"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The files of one film's preview. Nothing here is the film's own: all of it can be removed."""

    folder: Path

    @property
    def clips(self) -> Path:
        """Where clips and their frames lie."""
        return self.folder / "clips"

    @property
    def page(self) -> Path:
        """The page itself."""
        return self.folder / "index.html"

    @property
    def film(self) -> Path:
        """The whole film."""
        return self.folder / "film.mp4"

    @property
    def live(self) -> Path:
        """What tells an open page that there is a newer one."""
        return self.folder / "live.js"

    def clip(self, scene_id: str, key: str) -> Path:
        """The clip of a scene."""
        return self.clips / f"{scene_id}-{key[:8]}.mp4"

    def still(self, clip: Path, which: str) -> Path:
        """A frame of a clip as the page shows it: ``first``, ``middle`` or ``last``."""
        return clip.with_name(f"{clip.stem}-{which}.webp")

    def frame(self, scene_id: str, key: str, number: int) -> Path:
        """A frame of a clip as another scene begins or ends on it."""
        return self.clips / f"{scene_id}-{key[:8]}-{number}.png"

    def part(self, path: Path) -> Path:
        """The name that a file has while it is written."""
        return path.with_name(f".{path.stem}{_PART}{path.suffix}")

    def write(self, path: Path, text: str) -> bool:
        """Write a page whole, unless it is the same already; whether it was written."""
        data = text.encode()
        if path.exists() and path.read_bytes() == data:
            return False
        part = self.part(path)
        part.write_bytes(data)
        part.replace(path)
        return True

    def tidy(self, used: Iterable[Path]) -> None:
        """Remove what neither this generation nor the one before it uses."""
        record = self.folder / "kept.json"
        now = sorted(path.name for path in used)
        try:
            kept = [set(map(str, names)) for names in json.loads(record.read_bytes())]
        except (OSError, ValueError, TypeError):
            kept = []
        if not kept or kept[0] != set(now):
            kept = [set(now), *kept][:_KEPT]
        self.write(record, json.dumps([sorted(names) for names in kept]))
        keep = set().union(*kept)
        for path in self.clips.iterdir():
            if path.name not in keep:
                path.unlink(missing_ok=True)


@contextmanager
def held(shelf: Shelf, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the preview's folder, made if need be; ``waiting`` is told once when another preview does so now.

    It is not the lock of the film: a paid render may go on meanwhile. Raises LedgerError when the folder
    cannot be locked, OSError when it cannot be made.
    """
    from filelock import FileLock, Timeout

    shelf.clips.mkdir(parents=True, exist_ok=True)
    lock = FileLock(shelf.folder / ".lock")
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            waiting()
            lock.acquire()
    except OSError as error:
        raise LedgerError(
            f"{shelf.folder} cannot be locked: {error.strerror or error}.",
            hint="The folder must be writable, on a disk that knows file locks.",
        ) from error
    try:
        yield
    finally:
        lock.release()
