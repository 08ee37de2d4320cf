"""Where a sheet is full, where it is bare, and where it has edges: only the last has to be blended."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from veo_story.backends.local.world.sheets import Bytes

_CELL = 32
"""Pixels of the sheet that are looked at as one."""
_LEAST = 3
"""Cells in a row that are worth a block of their own."""
_REACH = 8
"""Pixels about a cell that have to be like it: edges of blocks are rounded to pixels of the screen."""
_PARTS = _CELL // _REACH
_WORTH = 0.85
"""From this share of edges on, one block is as quick."""
_MOST = 24

_BARE, _EDGED, _FULL = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Block:
    """Pixels of a sheet from ``left`` and ``top`` to ``right`` and ``bottom`` (exclusive).

    ``full`` when nothing shows through it.
    """

    left: int
    top: int
    right: int
    bottom: int
    full: bool

    @property
    def area(self) -> int:
        """Its pixels."""
        return (self.right - self.left) * (self.bottom - self.top)


def blocks_of(hole: Bytes) -> tuple[Block, ...]:
    """The blocks that cover all of a sheet but what is bare, by its luma's ``hole``. They do not overlap."""
    rows, columns = hole.shape
    kinds = _kinds(hole)
    found = [
        Block(
            left * _CELL, top * _CELL, min(right * _CELL, columns), min(bottom * _CELL, rows), kind == _FULL
        )
        for left, right in _same_columns(kinds)
        for top, bottom, kind in _runs(_common(kinds[:, left:right]))
        if kind != _BARE
    ]
    edged = sum(block.area for block in found if not block.full)
    if edged > _WORTH * hole.size or len(found) > _MOST:
        return (Block(0, 0, columns, rows, False),)
    return tuple(found)


def _kinds(hole: Bytes) -> Bytes:
    """For every cell what it and its neighbourhood are."""
    least, most = _around(hole, np.minimum), _around(hole, np.maximum)
    return np.where(least == 255, _BARE, np.where(most == 0, _FULL, _EDGED)).astype(np.uint8)


def _around(hole: Bytes, extreme: np.ufunc) -> Bytes:
    """For every cell the least or the most in it and ``_REACH`` pixels around."""
    rows, columns = hole.shape
    high, wide = (-(-length // _CELL) * _PARTS for length in hole.shape)
    whole = np.pad(hole, ((0, high * _REACH - rows), (0, wide * _REACH - columns)), "edge")
    # Rows first: what lies side by side is compared many at once.
    parts = extreme.reduce(whole.reshape(high, _REACH, -1), axis=1)
    parts = np.pad(extreme.reduce(parts.reshape(high, wide, _REACH), axis=2), 1, "edge")
    for _ in range(2):
        # A cell's parts and one before and after them, down and then across.
        begins = range(_PARTS + 2)
        count = len(parts) // _PARTS
        parts = extreme.reduce([parts[n : n + count * _PARTS : _PARTS][:count] for n in begins]).T
    return np.asarray(parts, np.uint8)


def _same_columns(kinds: Bytes) -> Iterator[tuple[int, int]]:
    """First and last (exclusive) of the columns of cells that are best looked at together."""
    for left, right, _ in _runs(_common(kinds.T)):
        yield left, right


def _common(kinds: Bytes) -> Bytes:
    """What every row of cells is as a whole."""
    least, most = kinds.min(axis=1), kinds.max(axis=1)
    return np.where(least == most, least, _EDGED).astype(np.uint8)


def _runs(kinds: Bytes) -> Iterator[tuple[int, int, int]]:
    """Begin, end (exclusive) and kind of what is alike; what is too short for itself is taken as edged."""
    counted = [(kind, len(list(same))) for kind, same in groupby(kinds.tolist())]
    merged = groupby(
        ((kind if length >= _LEAST else _EDGED, length) for kind, length in counted), lambda run: run[0]
    )
    place = 0
    for kind, same in merged:
        end = place + sum(length for _, length in same)
        yield place, end, kind
        place = end
