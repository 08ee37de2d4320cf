"""Zoom and sub-pixel moves: one fast resize a plane instead of a general warp.

``cv2.resize`` takes an exact factor but only whole pixels to start from. Out of the few pairs of a whole
source pixel and a whole target pixel around the wanted place, one is off by hardly a thirtieth of a pixel,
which nobody sees, at a third of the cost of ``cv2.warpAffine``.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Planes = tuple[Bytes, Bytes, Bytes]

_CLOSE = 1.055
"""Below this zoom the pairs lie too close together, and the warp is taken after all."""
_TRIES = 48
_GOOD = 1 / 32


class Scratch:
    """Working planes of one drawing thread, and what it has ``kept`` of the world ``seen`` by ``eye``.

    ``planes`` hold the picture ``held`` says, for whoever wants it again; ``small`` is room for one of half
    the size, ``beside`` a scratch for a second world that is drawn at the same time.
    """

    def __init__(self, width: int, height: int) -> None:
        self._size = (width, height)
        self.planes: Planes = split_planes(np.zeros((height * 3 // 2, width), np.uint8))
        rows, columns = height // 2, width // 2
        luma, chroma = np.zeros((rows, columns), np.uint8), np.zeros((2, rows // 2, columns // 2), np.uint8)
        self.small: Planes = (luma, chroma[0], chroma[1])
        self.seen: object = None
        self.eye: object = None
        self.kept: Any = None
        self.held: object = None

    @cached_property
    def beside(self) -> Scratch:
        """Another one, of the same thread."""
        return Scratch(*self._size)


def split_planes(picture: Bytes) -> Planes:
    """Views of the three planes of a yuv420p picture held as one array of height * 3/2 rows; even sides."""
    rows, width = picture.shape
    height = rows * 2 // 3
    # Half as wide, so that a row of the array holds two of them: or, in the middle, one of each.
    halves = picture[height:].reshape(height, width // 2)
    return picture[:height], halves[: height // 2], halves[height // 2 :]


def look_through(source: Planes, into: Planes, zoom: float, offset: tuple[float, float]) -> None:
    """Fill ``into`` with what lies around the middle of ``source`` plus ``offset``, ``zoom`` times larger.

    ``offset`` is in source pixels, right and down. The window is kept inside the source.
    """
    for plane, target, unit in zip(source, into, (1, 2, 2), strict=True):
        rows, columns = target.shape
        high, wide = plane.shape
        x = _first(columns, wide, zoom, offset[0] / unit)
        y = _first(rows, high, zoom, offset[1] / unit)
        if zoom == 1 and x == int(x) and y == int(y):
            target[:] = plane[int(y) : int(y) + rows, int(x) : int(x) + columns]
        elif zoom < _CLOSE:
            matrix = np.array([[1 / zoom, 0, x], [0, 1 / zoom, y]])
            flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
            cv2.warpAffine(plane, matrix, (columns, rows), target, flags, cv2.BORDER_REPLICATE)
        else:
            _resize(plane, target, zoom, axis_of(columns, wide, zoom, x), axis_of(rows, high, zoom, y))


def _resize(
    plane: Bytes, target: Bytes, zoom: float, x: tuple[int, int, int], y: tuple[int, int, int]
) -> None:
    part = plane[y[0] : y[0] + y[1], x[0] : x[0] + x[1]]
    large = cv2.resize(part, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_LINEAR)
    rows, columns = target.shape
    target[:] = large[y[2] : y[2] + rows, x[2] : x[2] + columns]


def _first(length: int, available: int, zoom: float, offset: float) -> float:
    """The source place of the first target pixel's centre."""
    wanted = (available - 1) / 2 + offset - (length - 1) / 2 / zoom
    return min(max(wanted, 0.0), available - 1 - (length - 1) / zoom)


def axis_of(length: int, available: int, zoom: float, wanted: float) -> tuple[int, int, int]:
    """First source pixel, how many of them, and first pixel to keep after a resize by ``zoom``.

    ``length`` pixels are wanted, the first with its centre at ``wanted``, counted from that of the first of
    ``available`` ones.
    """
    best = (math.inf, 0, 0)
    base = max(0, math.floor(wanted))
    for start in range(base, max(-1, base - _TRIES), -1):
        # The resize puts the centre of its pixel n at start + (n + 0.5) / zoom - 0.5.
        skip = max(0, round((wanted - start + 0.5) * zoom - 0.5))
        error = abs(start + (skip + 0.5) / zoom - 0.5 - wanted)
        if error < best[0]:
            best = (error, start, skip)
            if error < _GOOD:
                break
    _, start, skip = best
    count = min(available - start, math.ceil((skip + length + 0.5) / zoom) + 1)
    short = skip + length - round(count * zoom)
    return start, count, max(0, skip - max(0, short))
