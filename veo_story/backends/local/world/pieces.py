"""A piece of a plane, enlarged: the quickest way for every scale.

``cv2.resize`` takes an exact factor but only whole pixels to start from. Out of the pairs of a whole source
pixel before the wanted place and a whole target pixel, one is mostly off by hardly a hundredth of a pixel,
which nobody sees, at a third of the cost of a warp. At scale 1 a piece is a slice, or between two slices.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

LOOK_BACK = 96
"""Pixels before a place among which a pair is looked for: sheets are best painted with so many to spare."""
_OFF = 0.1
"""Pixels of the screen that a pair may be off; else a warp is taken after all."""
_SMALL = 0.6
"""Below this scale a resize averages, or thin lines would flicker."""
_SEEN = 1 / 32
"""Parts of a pixel that are less are not seen."""


@dataclass(frozen=True, slots=True)
class Piece:
    """``rows`` x ``columns`` pixels of a plane, ``scale`` times larger, from a place of it on.

    ``left`` and ``top`` are where the piece begins, in pixels of the plane from its left top edge; a piece
    that would leave the plane is moved inside.
    """

    rows: int
    columns: int
    left: float
    top: float
    scale: float

    def of(self, plane: Bytes) -> Bytes:
        """The piece of one plane, or of some in one; a view of it where that is all it takes."""
        if self.scale == 1:
            return self._slice(plane)
        x = _pair(self.columns, plane.shape[1], self.scale, self.left)
        y = _pair(self.rows, plane.shape[0], self.scale, self.top)
        part = plane[y.first : y.first + y.count, x.first : x.first + x.count]
        # A resize to the size that is there would only copy.
        same = round(y.count * self.scale) == y.count and round(x.count * self.scale) == x.count
        if self.scale >= _SMALL and (same or max(x.off, y.off) > _OFF):
            return self._warped(plane)
        way = cv2.INTER_AREA if self.scale < _SMALL else cv2.INTER_LINEAR
        large = cv2.resize(part, None, fx=self.scale, fy=self.scale, interpolation=way)
        return cast("Bytes", large[y.skip : y.skip + self.rows, x.skip : x.skip + self.columns])

    def _slice(self, plane: Bytes) -> Bytes:
        x, part_x = _parted(self.left, plane.shape[1] - self.columns)
        y, part_y = _parted(self.top, plane.shape[0] - self.rows)
        across = slice(x, x + self.columns)
        rows = plane[y : y + self.rows + (part_y > 0)]
        piece = rows[:, across]
        if part_x > 0:
            further = rows[:, x + 1 : x + 1 + self.columns]
            piece = cast("Bytes", cv2.addWeighted(piece, 1 - part_x, further, part_x, 0))
        if part_y > 0:
            piece = cast("Bytes", cv2.addWeighted(piece[:-1], 1 - part_y, piece[1:], part_y, 0))
        return piece

    def _warped(self, plane: Bytes) -> Bytes:
        step = 1 / self.scale
        high, wide = plane.shape[:2]
        x = min(max(self.left, 0.0), wide - self.columns * step) + step / 2 - 0.5
        y = min(max(self.top, 0.0), high - self.rows * step) + step / 2 - 0.5
        matrix = np.array([[step, 0, x], [0, step, y]])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        shape = (self.columns, self.rows)
        return cast("Bytes", cv2.warpAffine(plane, matrix, shape, None, flags, cv2.BORDER_REPLICATE))


def _parted(place: float, most: int) -> tuple[int, float]:
    """A place as whole pixels and the rest, no further than ``most``."""
    place = min(max(place, 0.0), float(most))
    whole = math.floor(place)
    part = place - whole
    if part < _SEEN:
        return whole, 0.0
    if part > 1 - _SEEN:
        return whole + 1, 0.0
    return whole, part


@dataclass(frozen=True, slots=True)
class _Pair:
    """First source pixel, how many of them, first pixel to keep after the resize, and how far off that is."""

    first: int
    count: int
    skip: int
    off: float


@lru_cache(maxsize=1024)
def _pair(length: int, available: int, scale: float, place: float) -> _Pair:
    place = min(max(place, 0.0), max(0.0, available - length / scale))
    base = math.floor(place)
    best = (math.inf, base, 0)
    for start in range(base, max(-1, base - LOOK_BACK), -1):
        # The resize puts the left edge of its pixel n at start + n / scale.
        skip = round((place - start) * scale)
        off = abs(start + skip / scale - place) * scale
        if off < best[0]:
            best = (off, start, skip)
        # The nearest that is good enough: what lies between is enlarged for nothing.
        if off <= _OFF:
            break
    _, start, skip = best
    count = min(available - start, math.ceil((skip + length) / scale) + 1)
    skip = max(0, skip - max(0, skip + length - round(count * scale)))
    return _Pair(start, count, skip, abs(start + skip / scale - place) * scale)
