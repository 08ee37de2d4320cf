"""Patches onto a picture: :func:`~veo_story.backends.local.world.paint.lay` for parts of figures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, cast

import cv2

from veo_story.backends.local.figures.cutting import SPARE
from veo_story.backends.local.world.paint import lay, span_of

if TYPE_CHECKING:
    from veo_story.backends.local.figures.cutting import Mat, Patch, Place
    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.world.paint import Span
    from veo_story.backends.local.world.sheets import Bytes, Placing

_OFF = 0.13
"""Pixels of the screen that a patch may lie beside its place."""
_NEAR = 0.1
"""Less than that is not worth to look for."""
_BACK = 48
"""Pixels before a place among which a start is looked for."""


def lay_patch(
    patch: Patch, into: Planes, placing: Placing, origin: Place, height: float, below: int, mat: Mat
) -> None:
    """Lay a patch whose ``origin`` stands at a place of the canvas; ``height`` of the figure in its pixels.

    Nothing is painted from the row ``below`` (even) on. ``mat`` is written over.
    """
    ratio = patch.scale / height
    left, top = origin[0] + patch.x * height, origin[1] - patch.y * height
    rows, columns = (length - SPARE for length in patch.luma.shape)
    high, wide = into[0].shape
    across = span_of(left, columns, placing.left, placing.scale, ratio, wide)
    down = span_of(top, rows, placing.top, placing.scale, ratio, min(high, below))
    if across is None or down is None:
        return
    zoom = placing.scale / ratio
    luma, colour = _View.of(down, across, zoom, 1), _View.of(down, across, zoom, 2)
    if luma is None or colour is None:
        lay(patch.sheet, into, placing, left, top, ratio=ratio, below=below)
        return
    _blend(into[0], luma, luma.enlarged(patch.luma), luma.enlarged(patch.hole))
    chroma = colour.enlarged(patch.chroma)
    hole, u, v, _ = planes = mat.take(4, *chroma.shape[:2])
    cv2.split(chroma, list(planes))
    _blend(into[1], colour, u, hole)
    _blend(into[2], colour, v, hole)


def _blend(plane: Bytes, view: _View, colour: Bytes, hole: Bytes) -> None:
    target = plane[view.top : view.top + view.rows, view.left : view.left + view.columns]
    cv2.multiply(target, hole, target, 1 / 255)
    cv2.add(target, colour, target)


class _View(NamedTuple):
    """``rows`` x ``columns`` of a plane of the screen from ``top``, ``left`` on, and what is seen there."""

    top: int
    left: int
    rows: int
    columns: int
    down: _Pair
    across: _Pair
    zoom: float

    @classmethod
    def of(cls, down: Span, across: Span, zoom: float, unit: int) -> _View | None:
        """None when what is seen cannot be had near enough to its place."""
        y, x = (_pair((span.source + SPARE) / unit, zoom) for span in (down, across))
        if y is None or x is None:
            return None
        rows, columns = ((span.last - span.first) // unit for span in (down, across))
        return cls(down.first // unit, across.first // unit, rows, columns, y, x, zoom)

    def enlarged(self, plane: Bytes) -> Bytes:
        """What is seen of a plane, or of some in one."""
        y, x = self.down, self.across
        bottom, right = y.end(self.rows, self.zoom), x.end(self.columns, self.zoom)
        part = plane[y.first : bottom, x.first : right]
        large = cv2.resize(part, None, fx=self.zoom, fy=self.zoom, interpolation=cv2.INTER_LINEAR)
        # At the end of a plane a pixel may be wanting by rounding.
        top, left = min(y.skip, large.shape[0] - self.rows), min(x.skip, large.shape[1] - self.columns)
        return cast("Bytes", large[top : top + self.rows, left : left + self.columns])


class _Pair(NamedTuple):
    """A whole pixel of a plane, and how many of the screen after it what is wanted begins."""

    first: int
    skip: int

    def end(self, length: int, zoom: float) -> int:
        """Up to where (exclusive) the plane is needed for so many pixels of the screen."""
        return self.first + math.ceil((self.skip + length) / zoom) + 1


def _pair(place: float, zoom: float) -> _Pair | None:
    """The nearest start of a resize that puts ``place`` of a plane onto a pixel of the screen."""
    best, least = None, _OFF
    for start in range(math.floor(place), max(-1, math.floor(place) - _BACK), -1):
        way = (place - start) * zoom
        skip = round(way)
        off = abs(way - skip)
        if off < least:
            best, least = _Pair(start, skip), off
            if off < _NEAR:
                break
    return best
