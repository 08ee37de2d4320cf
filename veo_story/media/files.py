"""Files that are there whole or not at all, on disk and after a power cut too."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from veo_story.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MAKE_ROOM = "Free some space or mend the permissions, then run the same command again; nothing is lost."
"""What to do about a file that cannot be written."""
UNREADABLE = (OSError, ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError)
"""What reading a JSON file of our own raises when it is gone, damaged, or not ours after all."""


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fsync_file(path: Path) -> None:
    """Return when the file's bytes are on the disk. Raises OSError."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def fsync_folder(path: Path) -> None:
    """Return when the names in a folder (created, renamed, removed) are on the disk. Raises OSError."""
    if os.name == "nt":  # Windows has no handle for this and writes names in order by itself
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


@dataclass(frozen=True, slots=True)
class Disk:
    """The calls whose order makes files safe, and the free bytes. Tests write down their order."""

    fsync_file: Callable[[Path], None] = fsync_file
    fsync_folder: Callable[[Path], None] = fsync_folder
    rename: Callable[[Path, Path], object] = lambda old, new: old.replace(new)
    free: Callable[[Path], int] = _free_bytes


def make_folder(path: Path, fsync: Callable[[Path], None] = fsync_folder) -> None:
    """Make a folder with all above it, so that it outlives a power cut. Raises OSError."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for folder in reversed(missing):
        fsync(folder.parent)


def write_whole(path: Path, data: bytes, disk: Disk | None = None) -> None:
    """Write a file by temporary name beside it, synced, then renamed over ``path``. Raises OSError."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        put_over(part, path, disk or Disk())
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def copy_file(source: Path, into: Path) -> None:
    """Copy a file's bytes. Raises MediaError when it cannot be; ``into`` is then left half written."""
    try:
        shutil.copyfile(source, into)
    except OSError as error:
        raise MediaError(f"{into}: cannot be written: {error}", hint=MAKE_ROOM) from error


def put_over(part: Path, path: Path, disk: Disk) -> None:
    """Let ``part`` take the place of ``path``, whole or not at all. Raises OSError."""
    disk.fsync_file(part)
    disk.rename(part, path)
    disk.fsync_folder(path.parent)
