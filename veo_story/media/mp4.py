"""Just enough of the MP4 box structure: is the index in front of the media."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def top_boxes(path: Path) -> Iterator[tuple[str, int, int]]:
    """Type, offset and size in bytes of the boxes at the top level; stops at the first impossible one."""
    length = path.stat().st_size
    with path.open("rb") as file:
        at = 0
        while at + 8 <= length:
            file.seek(at)
            head = file.read(16)
            size, name = struct.unpack_from(">I4s", head)
            least = 8
            if size == 1 and len(head) == 16:
                (size,) = struct.unpack_from(">Q", head, 8)
                least = 16
            elif size == 0:
                size = length - at
            if size < least or at + size > length:
                return
            yield name.decode("latin-1"), at, size
            at += size


def moov_first(path: Path) -> bool:
    """Whether the file is an MP4 whose ``moov`` box stands before ``mdat``."""
    for name, _, _ in top_boxes(path):
        if name in ("moov", "mdat"):
            return name == "moov"
    return False
