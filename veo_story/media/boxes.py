"""MP4 boxes in memory: a header is read into a tree, changed, and put together again."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from veo_story.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDERS = frozenset((b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts"))
_MOST = 64 << 20
"""Bytes of a header: that of an hour of film is 3 MB."""


@dataclass
class Box:
    """A box: what it holds is either further boxes or bytes."""

    name: bytes
    data: bytes = b""
    inside: list[Box] = field(default_factory=list)

    def __bytes__(self) -> bytes:
        content = b"".join(map(bytes, self.inside)) if self.inside else self.data
        return struct.pack(">I4s", len(content) + 8, self.name) + content

    def all(self, *path: bytes) -> list[Box]:
        """The boxes at the end of a path of names."""
        found = [self]
        for name in path:
            found = [child for box in found for child in box.inside if child.name == name]
        return found

    def one(self, *path: bytes) -> Box:
        """The only box at the end of a path. Raises MediaError when there is none, or more."""
        found = self.all(*path)
        if len(found) != 1:
            raise MediaError(f"the file has {len(found)} boxes {b'/'.join(path).decode('latin-1')}, not one")
        return found[0]


def read_boxes(data: bytes, depth: int = 0) -> list[Box]:
    """The boxes in some bytes. Raises MediaError when they do not add up."""
    if depth > len(_FOLDERS):
        raise MediaError("the file's header is broken")
    found = []
    at = 0
    while at < len(data):
        if at + 8 > len(data):
            raise MediaError("the file's header is broken")
        size, name = struct.unpack_from(">I4s", data, at)
        if size < 8 or at + size > len(data):
            raise MediaError("the file's header is broken")
        content = data[at + 8 : at + size]
        found.append(
            Box(name, inside=read_boxes(content, depth + 1)) if name in _FOLDERS else Box(name, content)
        )
        at += size
    return found


def top_boxes(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, and where the content begins and ends, of each box of a file."""
    at = 0
    while at + 8 <= size:
        file.seek(at)
        head = file.read(16)
        length, name = struct.unpack_from(">I4s", head)
        begin = at + 8
        if length == 1 and len(head) == 16:
            (length,) = struct.unpack_from(">Q", head, 8)
            begin = at + 16
        elif length == 0:
            length = size - at
        if at + length < begin or at + length > size:
            raise MediaError("the file's boxes do not add up")
        yield name, begin, at + length
        at += length


def read_header(file: BinaryIO, begin: int, end: int) -> Box:
    """The ``moov`` box with all it holds."""
    if end - begin > _MOST:
        raise MediaError("the file's header is too large")
    file.seek(begin)
    return Box(b"moov", inside=read_boxes(file.read(end - begin)))


def full(name: bytes, content: bytes, version: int = 0, flags: int = 0) -> Box:
    """A box with a version and flags."""
    return Box(name, struct.pack(">I", version << 24 | flags) + content)


def numbers(box: Box, width: int = 1, *, at: int = 4, signed: bool = False) -> list[tuple[int, ...]]:
    """A table of a box: its count stands at byte ``at``, each row is ``width`` numbers of 32 bits."""
    (count,) = struct.unpack_from(">I", box.data, at)
    rows = struct.Struct(f">{width}{'i' if signed else 'I'}")
    if len(box.data) < at + 4 + count * rows.size:
        raise MediaError("a table of the file's header is broken")
    return list(rows.iter_unpack(box.data[at + 4 : at + 4 + count * rows.size]))
