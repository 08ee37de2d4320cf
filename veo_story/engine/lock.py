"""One runner a film folder."""

from __future__ import annotations

import json
import os
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

from veo_story.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def held(folder: Path, *, wait_s: float = 0) -> Iterator[None]:
    """Hold the film's folder; the system lets go by itself when the process ends, however it ends.

    Raises LedgerError when another run holds it and does not let go within ``wait_s``.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / ".lock", timeout=wait_s)
    # Beside the lock and not in it: opening a lock file may empty it.
    runner = folder / ".runner"
    try:
        lock.acquire()
    except Timeout as error:
        raise LedgerError(
            f"Another run holds {folder} ({_runner(runner)}).",
            hint="Wait until it has ended, or stop it with Ctrl-C; what it has stored is kept.",
        ) from error
    except OSError as error:
        raise LedgerError(
            f"{folder} cannot be locked: {error.strerror or error}.",
            hint="The folder must be writable, on a disk that knows file locks.",
        ) from error
    try:
        runner.write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname()}), encoding="utf-8")
        yield
    finally:
        runner.unlink(missing_ok=True)
        lock.release()


def _runner(path: Path) -> str:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return f"pid {found['pid']} on {found['host']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "pid unknown"
