"""Clips that come inside an answer: kept on disk until they are fetched, not in memory."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from typing import TYPE_CHECKING

from veo_story.errors import MediaError
from veo_story.media.files import MAKE_ROOM

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class KeptClips:
    """The samples of finished operations. ``work`` gives a folder for them.

    The handle ``<operation>#<sample>`` names one of them: when this process does not have it, the operation
    can be asked again.
    """

    def __init__(self, work: Callable[[], Path]) -> None:
        self._work = work
        self._files: dict[str, Path] = {}

    async def keep(self, operation: str, sample: int, data: bytes) -> str:
        """Write one sample and return its handle. Raises MediaError when the disk fails."""
        handle = f"{operation}#{sample}"
        if handle not in self._files:
            path = self._work() / f"result-{hashlib.sha256(handle.encode()).hexdigest()[:24]}.mp4"
            try:
                await asyncio.to_thread(path.write_bytes, data)
            except OSError as error:
                raise _failed(path, error) from error
            self._files[handle] = path
        return handle

    async def copy(self, handle: str, into: Path) -> bool:
        """Write a kept sample to ``into``, whole; False when there is none of that name."""
        path = self._files.get(handle)
        if path is None:
            return False
        try:
            await asyncio.to_thread(_copy_whole, path, into)
        except OSError as error:
            raise _failed(into, error) from error
        return True


def operation_of(handle: str) -> tuple[str, int] | None:
    """The operation and the number of the sample that a handle names; None when it is no such handle."""
    operation, _, sample = handle.rpartition("#")
    return (operation, int(sample)) if operation and sample.isascii() and sample.isdigit() else None


def _copy_whole(path: Path, into: Path) -> None:
    part = into.with_name(f".{into.name}.part")
    part.unlink(missing_ok=True)
    try:
        try:
            part.hardlink_to(path)  # the same bytes under a second name: nothing is written twice
        except OSError:
            shutil.copyfile(path, part)
        part.replace(into)
    finally:
        part.unlink(missing_ok=True)


def _failed(path: Path, error: OSError) -> MediaError:
    return MediaError(f"{path}: cannot be written: {error.strerror or error}", hint=MAKE_ROOM)
