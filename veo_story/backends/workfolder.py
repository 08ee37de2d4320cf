"""A folder for unfinished clips: ``.work`` in the film's folder, with a place of its own for each run.

A killed run leaves its place behind; the next one that comes along clears it away.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from veo_story.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCK = "lock"


class WorkFolder:
    """A place below ``folder/.work`` that is ours until :meth:`clear`; ``backend`` begins its name."""

    def __init__(self, folder: Path, backend: str) -> None:
        base = folder / ".work"
        try:
            base.mkdir(parents=True, exist_ok=True)
            for left in _left_behind(base, backend):
                shutil.rmtree(left, ignore_errors=True)
            self.path = Path(tempfile.mkdtemp(prefix=f"{backend}-", dir=base))
        except OSError as error:
            raise ConfigError(f"cannot make a work folder in {folder}: {error}") from error
        self._lock = FileLock(self.path / _LOCK)
        self._lock.acquire(timeout=0)

    def clear(self) -> None:
        """Remove it with all that is in it, and ``.work`` when nobody else works there."""
        self._lock.release()
        shutil.rmtree(self.path, ignore_errors=True)
        base = self.path.parent
        if base.is_dir() and not any(base.iterdir()):
            base.rmdir()


def _left_behind(base: Path, backend: str) -> Iterator[Path]:
    """Places of runs that are over: nobody holds their lock."""
    for place in base.glob(f"{backend}-*"):
        lock = FileLock(place / _LOCK)
        try:
            lock.acquire(timeout=0)
        except (Timeout, OSError):
            continue
        lock.release()
        yield place
