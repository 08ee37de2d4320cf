"""Which files a film is made of, and when one of them is saved."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.review.study import Study

Changes = Callable[[Callable[[], frozenset["Path"]]], AsyncIterator[None]]
"""Gets what tells the files to watch; yields at once, and then whenever one of them has changed."""

_DEBOUNCE_MS = 60
"""So long a burst of events may go on: an editor saves by several."""
_LOOK_MS = 20
_RUST_MS = 500


class Watched:
    """The files that a film is made of, as far as its last good storyboard told."""

    def __init__(self, storyboard: Path) -> None:
        self._storyboard = storyboard.absolute()
        self._named: frozenset[Path] = frozenset()

    def files(self) -> frozenset[Path]:
        """Storyboard, bible, pictures and clips, as absolute paths."""
        return self._named | {self._storyboard}

    def look_at(self, read: Study) -> None:
        """Watch what this storyboard names from now on."""
        self._named = frozenset(path.absolute() for path in read.files)


async def changes_of(files: Callable[[], frozenset[Path]]) -> AsyncIterator[None]:
    """The changes on this machine's disk. Folders are watched: many editors save by renaming a new file.

    When other files are named, the folders are watched anew; whatever is saved meanwhile is seen then.
    """
    from watchfiles import awatch

    seen: dict[Path, tuple[int, int] | None] | None = None
    while True:
        now = _stamps(files())
        if now != seen:
            seen = now
            yield
            continue  # the files may be others now, and may have changed while we were busy
        folders = {path.parent for path in files() if path.parent.is_dir()}
        async for _ in awatch(*folders, debounce=_DEBOUNCE_MS, step=_LOOK_MS, rust_timeout=_RUST_MS,
                              recursive=False, yield_on_timeout=True):  # fmt: skip
            if _stamps(files()) != seen:
                break


def _stamps(files: frozenset[Path]) -> dict[Path, tuple[int, int] | None]:
    """Size and time of each file, None for one that is not there."""
    found: dict[Path, tuple[int, int] | None] = {}
    for path in files:
        try:
            stat = path.stat()
        except OSError:
            found[path] = None
        else:
            found[path] = (stat.st_size, stat.st_mtime_ns)
    return found
