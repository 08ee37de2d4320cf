"""Files that an author names, looked at on disk: are they there, and inside of the project?"""

from __future__ import annotations

import os
import re
import stat
from itertools import islice
from pathlib import Path

from veo_story.storyboard.manuscript import did_you_mean

_NEARLY_A_FRAME = re.compile(r"[\w-]+\.(?:last|first|end|frame)[\w@.-]*")

MOST_NAMES = 2000
"""Directory entries looked through for a similar name."""


def check_file(
    path: Path, written: str, root: Path, *, allow_outside: bool
) -> tuple[str, str, str | None] | None:
    """What keeps ``path`` from being used: code, message, hint; or None when it is a readable file.

    ``root`` is the storyboard's folder; links are followed before a path counts as inside of it. Nothing is
    opened.
    """
    if not allow_outside and not is_inside(path, root):
        hint = "copy the file into the storyboard's folder, or pass --allow-outside"
        return "VS061", f"'{written}' lies outside of the storyboard's folder", hint
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        return _unreachable(path, written, error)
    if not stat.S_ISREG(mode):
        return "VS062", f"'{written}' is {_kind(mode)}, not a file", None
    if not os.access(path, os.R_OK):
        return "VS062", f"'{written}' may not be read (no permission)", "change its permissions"
    return None


def is_inside(path: Path, root: Path) -> bool:
    """Whether a path leads into ``root`` when all links are followed."""
    try:
        return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))
    except (OSError, ValueError):
        return False


def _unreachable(path: Path, written: str, error: Exception) -> tuple[str, str, str | None]:
    if isinstance(error, PermissionError):
        return "VS062", f"'{written}' may not be read (no permission)", "change the permissions of its folder"
    if _NEARLY_A_FRAME.fullmatch(written):
        hint: str | None = "a frame of another scene is written s03.last_frame or s03.frame@2.5"
    elif "\\" in written:
        hint = f"write it with forward slashes: {written.replace(chr(92), '/')}"
    else:
        hint = _similar(path)
    return "VS060", f"there is no file '{written}'", hint


def _similar(path: Path) -> str | None:
    """A hint when the folder has a file of nearly that name."""
    try:
        with os.scandir(path.parent) as entries:
            return did_you_mean(path.name, [entry.name for entry in islice(entries, MOST_NAMES)])
    except (OSError, ValueError):
        return None


def _kind(mode: int) -> str:
    kinds = ((stat.S_ISDIR, "a directory"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
    return next((name for test, name in kinds if test(mode)), "a device")
