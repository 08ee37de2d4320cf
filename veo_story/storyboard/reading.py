"""Reading an author's file whole and within bounds: a regular file of UTF-8 text, or a problem."""

from __future__ import annotations

import errno
import os
import re
import stat
from typing import TYPE_CHECKING, Final

from veo_story.errors import Problem, Where
from veo_story.storyboard.codes import problem

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES: Final = 4 * 1024 * 1024
"""The largest file that is read. A thousand scenes are below 1 MB."""

_BOMS: Final = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
# What YAML does not allow in a file: control characters, and a byte order mark past the start.
_FORBIDDEN = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
_KINDS: Final = (
    (stat.S_ISDIR, "is a directory, not a file"),
    (stat.S_ISFIFO, "is a pipe, not a file"),
    (stat.S_ISSOCK, "is a socket, not a file"),
    (stat.S_ISCHR, "is a device, not a file"),
    (stat.S_ISBLK, "is a device, not a file"),
)
_GIVE_A_FILE: Final = "give the path of a storyboard's .yaml file"
_SAVE_AS_UTF8: Final = "save the file as UTF-8 in your editor"
_REASONS: Final = {
    errno.ENOENT: "there is no such file",
    errno.ENOTDIR: "there is no such file",
    errno.EACCES: "may not be read (no permission)",
    errno.EPERM: "may not be read (no permission)",
    errno.ELOOP: "is a link that leads back to itself",
    errno.ENAMETOOLONG: "has a name that is too long",
}


def read_text(path: Path, display: str) -> str | Problem:
    """The text of a file, lines ended by ``\\n`` and no byte order mark, or what is wrong with it.

    Only a regular file is ever opened, so a pipe cannot block, and no more than :data:`MAX_BYTES` are read.
    """
    whole = Where(display)
    try:
        raw = _read_bytes(path)
    except _NotAFileError as error:
        return problem("VS001", whole, f"{display} {error}", _GIVE_A_FILE)
    except _TooLargeError:
        limit = f"{MAX_BYTES // 1024 // 1024} MB"
        return problem(
            "VS002", whole, f"the file is larger than {limit}", "check the path; no storyboard is that long"
        )
    except (OSError, ValueError) as error:
        return _unreadable(path, display, error)
    return _decode(raw, display)


class _NotAFileError(Exception):
    """Something else than a regular file; the text says what."""


class _TooLargeError(Exception):
    """More than :data:`MAX_BYTES`."""


def _read_bytes(path: Path) -> bytes:
    """The bytes of a regular file; one whose size is too large is not opened at all."""
    status = path.stat()
    _refuse_other_kinds(status.st_mode)
    if status.st_size > MAX_BYTES:
        raise _TooLargeError
    # The file may have been swapped since: open without waiting for a writer, and look again.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        _refuse_other_kinds(os.fstat(file.fileno()).st_mode)
        raw = file.read(MAX_BYTES + 1)
    # Files that are still being written, and those of /proc, tell another size than they have.
    if len(raw) > MAX_BYTES:
        raise _TooLargeError
    return raw


def _refuse_other_kinds(mode: int) -> None:
    for is_kind, words in _KINDS:
        if is_kind(mode):
            raise _NotAFileError(words)


def _unreadable(path: Path, display: str, error: OSError | ValueError) -> Problem:
    number = error.errno if isinstance(error, OSError) else None
    reason = _REASONS.get(number or 0, "cannot be read")
    hint = _GIVE_A_FILE
    if number == errno.ENOENT and (near := _similar_name(path)) is not None:
        hint = f"did you mean '{near}'?"
    elif number in (errno.EACCES, errno.EPERM):
        hint = "allow yourself to read the file and its folder"
    shown = display.replace("\0", "\\0")
    separator = ": " if reason.startswith("there") else " "
    return problem("VS001", Where(shown), f"{shown}{separator}{reason}", hint)


def _similar_name(path: Path) -> str | None:
    """A YAML file in the same folder with almost this name."""
    import difflib

    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.suffix in (".yaml", ".yml")]
    except OSError:
        return None
    close = difflib.get_close_matches(path.name, sorted(names)[:1000], n=1, cutoff=0.75)
    return str(path.parent / close[0]) if close else None


def _decode(raw: bytes, display: str) -> str | Problem:
    for mark, name in _BOMS:
        if raw.startswith(mark):
            return problem("VS003", Where(display), f"the file is encoded as {name}", _SAVE_AS_UTF8)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # With a byte order mark the offset counts from behind it.
        start = error.start + (3 if raw.startswith(b"\xef\xbb\xbf") else 0)
        return _bad_byte(raw, start, display)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    bad = re.search(_FORBIDDEN, text)
    if bad is None:
        return text
    place = place_of(text, bad.start(), display)
    if bad[0] == "\0" and text.count("\0") > len(text) // 4:
        return problem(
            "VS003",
            place,
            "the file is UTF-16, or no text at all (many of its bytes are NUL)",
            _SAVE_AS_UTF8,
        )
    name = "a NUL byte" if bad[0] == "\0" else f"the control character U+{ord(bad[0]):04X}"
    return problem("VS003", place, f"the text holds {name}", "delete it; it is invisible in most editors")


def _bad_byte(raw: bytes, offset: int, display: str) -> Problem:
    before = raw[:offset].decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    place = place_of(before, len(before), display)
    shown = raw[offset : offset + 1].decode("latin-1")
    guess = f" (in Latin-1 it would be '{shown}')" if shown.isprintable() else ""
    message = f"the byte 0x{raw[offset]:02X} is not UTF-8{guess}"
    return problem("VS003", place, message, _SAVE_AS_UTF8)


def place_of(text: str, offset: int, display: str) -> Where:
    """The place of one character."""
    line = text.count("\n", 0, offset) + 1
    column = offset - (text.rfind("\n", 0, offset) + 1) + 1
    return Where(display, line, column, line, column + 1)
