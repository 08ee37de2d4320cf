"""The folder of a preview: files called by what is in them, the last two generations of them kept."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from veo_story.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Sequence
    from pathlib import Path

_KEPT = 2
_PART = ".part"
_LOOK_S = 0.1


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
    def film_key(self) -> Path:
        """The digest of the cut list that the film was made of."""
        return self.folder / "film.key"

    @property
    def live(self) -> Path:
        """What tells an open page that there is a newer one."""
        return self.folder / "live.js"

    def clip(self, scene_id: str, key: str) -> Path:
        """The clip of a scene."""
        return self.clips / f"{scene_id}-{key[:8]}.mp4"

    def state(self, scene_id: str, key: str) -> Path:
        """What the clip of a scene leaves to the next one of its chain."""
        return self.clips / f"{scene_id}-{key[:8]}.json"

    def still(self, clip: Path, which: str) -> Path:
        """A frame of a clip as the page shows it: ``first``, ``middle`` or ``last``."""
        return clip.with_name(f"{clip.stem}-{which}.webp")

    def frame(self, scene_id: str, key: str, number: int) -> Path:
        """A frame of a clip as another scene begins or ends on it."""
        return self.clips / f"{scene_id}-{key[:8]}-{number}.png"

    def part(self, path: Path) -> Path:
        """The name that a file has while it is written."""
        return path.with_name(f".{path.stem}{_PART}{path.suffix}")

    def read(self, path: Path) -> str | None:
        """The text of one of our files; None when it is not there or not ours."""
        try:
            return path.read_bytes().decode()
        except (OSError, UnicodeDecodeError):
            return None

    def write(self, path: Path, text: str) -> bool:
        """Write a page whole, unless it is the same already; whether it was written."""
        if self.read(path) == text:
            return False
        part = self.part(path)
        part.write_bytes(text.encode())
        part.replace(path)
        return True

    def tell(self, problems: Sequence[str]) -> None:
        """Let the open page say what is wrong with the storyboard as it is now; the page itself stays."""
        from veo_story.review.page import live_text

        page = self.read(self.page)
        if page is not None:
            self.write(self.live, live_text(page, is_watched=True, problems=problems))

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


@asynccontextmanager
async def held(shelf: Shelf, waiting: Callable[[], None] = lambda: None) -> AsyncIterator[None]:
    """Hold the preview's folder, made if need be; ``waiting`` is told once when another preview does so now.

    It is not the lock of the film: a paid render may go on meanwhile. Raises LedgerError when the folder
    cannot be locked, OSError when it cannot be made.
    """
    from filelock import FileLock, Timeout

    shelf.clips.mkdir(parents=True, exist_ok=True)
    lock = FileLock(shelf.folder / ".lock", timeout=0)
    told = False
    while not lock.is_locked:
        try:
            lock.acquire()
        except Timeout:
            if not told:
                waiting()
            told = True
            await asyncio.sleep(_LOOK_S)
        except OSError as error:
            raise LedgerError(
                f"{shelf.folder} cannot be locked: {error.strerror or error}.",
                hint="The folder must be writable, on a disk that knows file locks.",
            ) from error
    try:
        yield
    finally:
        lock.release()
