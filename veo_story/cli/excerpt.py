"""Lines of the author's files, to show them under a problem."""

from __future__ import annotations

import stat
from pathlib import Path

_MOST_BYTES = 8_000_000


class Lines:
    """Reads each file once, and only regular files of a sensible size."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[str, ...]] = {}

    def line(self, file: str, number: int) -> str | None:
        """Line ``number`` (from 1) of a file; None when there is nothing to show."""
        if number < 1:
            return None
        if file not in self._files:
            self._files[file] = _read(Path(file))
        lines = self._files[file]
        return lines[number - 1] if number <= len(lines) else None


def _read(path: Path) -> tuple[str, ...]:
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode) or facts.st_size > _MOST_BYTES:
            return ()
        text = path.read_bytes().decode("utf-8-sig", errors="replace")
    except (OSError, ValueError):
        return ()
    # Not splitlines(): form feeds and Unicode separators do not end a line of YAML for people or editors.
    return tuple(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
