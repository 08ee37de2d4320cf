"""Just enough of the MP4 box structure: is the index in front, is the picture upright, which tracks play."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ENABLED = 1
IDENTITY = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Type, start and end of the content of the boxes within a range of bytes; stops at an impossible one."""
    at = start
    while at + 8 <= end:
        file.seek(at)
        head = file.read(16)
        size, name = struct.unpack_from(">I4s", head)
        least = 8
        if size == 1 and len(head) == 16:
            (size,) = struct.unpack_from(">Q", head, 8)
            least = 16
        elif size == 0:
            size = end - at
        if size < least or at + size > end:
            return
        yield name.decode("latin-1"), at + least, at + size
        at += size


def moov_first(path: Path) -> bool:
    """Whether the file is an MP4 whose ``moov`` box stands before ``mdat``."""
    with path.open("rb") as file:
        for name, _, _ in _boxes(file, 0, path.stat().st_size):
            if name in ("moov", "mdat"):
                return name == "moov"
    return False


def is_upright(path: Path) -> bool:
    """Whether no track of an MP4 is turned, mirrored or scaled for display (phones do that)."""
    with path.open("rb") as file:
        tracks = _content(file, [(0, path.stat().st_size)], "moov")
        headers = _content(file, _content(file, tracks, "trak"), "tkhd")
        return all(_matrix(file, start, end) in (IDENTITY, b"") for start, end in headers)


def _content(file: BinaryIO, ranges: list[tuple[int, int]], wanted: str) -> list[tuple[int, int]]:
    return [(a, b) for start, end in ranges for name, a, b in _boxes(file, start, end) if name == wanted]


def _matrix(file: BinaryIO, start: int, end: int) -> bytes:
    """The display matrix of a track header; nothing when the header is too short for one."""
    file.seek(start)
    header = file.read(min(end - start, 96))
    # Version 1 has 64-bit times and length, 12 bytes more than version 0.
    at = 52 if header[:1] == b"\x01" else 40
    return header[at : at + 36] if len(header) >= at + 36 else b""


def switch_off(path: Path, kind: bytes) -> None:
    """Mark the tracks of a kind (``sbtl``: captions) of an MP4 as not to be played unless somebody asks."""
    with path.open("r+b") as file:
        tracks = _content(file, _content(file, [(0, path.stat().st_size)], "moov"), "trak")
        for track in tracks:
            if _kind(file, track) != kind:
                continue
            for start, _ in _content(file, [track], "tkhd"):
                file.seek(start + 3)
                flags = file.read(1)[0]
                file.seek(start + 3)
                file.write(bytes([flags & ~_ENABLED]))


def _kind(file: BinaryIO, track: tuple[int, int]) -> bytes:
    """What kind of track it is, in four letters."""
    for start, _ in _content(file, _content(file, [track], "mdia"), "hdlr"):
        file.seek(start + 8)
        return file.read(4)
    return b""
