"""Endless sheets of one depth, laid over each other in canvas pixels and enlarged once: the cheap way.

A :class:`Window` is the part of the canvas that the camera sees at a depth; slides are laid into it and moved
by parts of a pixel against each other, and at the end it goes onto the picture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.backends.local.world.halves import half_sheet
from veo_story.backends.local.world.pieces import Piece

if TYPE_CHECKING:
    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.world.sheets import Bytes, Canvas, Eye, Sheet

SPARE = 64
"""Pixels before what is seen, among which the enlarging looks for a good place to begin (see pieces.py)."""
_SEEN = 1 / 16
"""Parts of a pixel that are less are not seen."""


@dataclass(frozen=True, slots=True)
class Window:
    """``planes`` hold the canvas from ``column``, ``row`` (even) on; ``rows`` of the screen show them."""

    planes: Planes
    column: int
    row: int
    rows: tuple[int, int]
    start: tuple[float, float]
    scale: float

    def show(self, into: Planes) -> None:
        """Put what was laid in on the picture."""
        first, last = self.rows
        for plane, own, unit in zip(into, self.planes, (1, 2, 2), strict=True):
            target = plane[first // unit : last // unit]
            rows, columns = target.shape
            left, top = (self.start[0] - self.column) / unit, (self.start[1] - self.row) / unit
            target[:] = Piece(rows, columns, left, top, self.scale).of(own)


def open_window(
    canvas: Canvas, eye: Eye, parallax: float, top: int, below: int, *, within: tuple[int, int] | None = None
) -> Window | None:
    """What ``eye`` sees at a parallax from the canvas row ``top`` (even) down to the screen's row ``below``.

    ``within`` are the first and last column (exclusive) that there are; else they have no end. None when
    nothing is seen. What is in it at first is anything; it begins up to ``SPARE`` + 2 rows and columns before
    what is seen.
    """
    placing = eye.placing(parallax)
    if placing is None:
        return None
    scale = placing.scale
    first = max(0, math.ceil((top * scale + placing.top) / 2) * 2)
    last = min(canvas.height, below)
    if last - first < 2:
        return None
    left, upper = -placing.left / scale, (first - placing.top) / scale
    begin = (math.floor((left - SPARE) / 2) * 2, math.floor((upper - SPARE) / 2) * 2)
    end = (math.ceil(left + canvas.width / scale) + 2, math.ceil(upper + (last - first) / scale) + 2)
    if within is not None:
        begin, end = (max(within[0], begin[0]), begin[1]), (min(within[1], end[0]), end[1])
    columns, rows = end[0] - begin[0] + (end[0] % 2), end[1] - begin[1] + (end[1] % 2)
    planes = (
        np.empty((rows, columns), np.uint8),
        np.empty((rows // 2, columns // 2), np.uint8),
        np.empty((rows // 2, columns // 2), np.uint8),
    )
    return Window(planes, begin[0], begin[1], (first, last), (left, upper), scale)


@dataclass(frozen=True, slots=True)
class Slide:
    """A sheet without ends; its first row is ``row`` of the canvas, from row ``solid`` on it has no holes.

    Make it with :func:`slide_of`.
    """

    sheet: Sheet
    row: int
    solid: int
    period: int

    def lay(self, window: Window, x: float = 0.0, y: float = 0.0) -> None:
        """Lay it into a window, moved right by ``x`` and down by ``y`` canvas pixels."""
        rows, columns = window.planes[0].shape
        left = (window.column - x) % self.period
        down = y - math.floor(y)
        # Window row of the sheet's first row; chroma wants it even.
        begin = self.row + math.floor(y) - window.row
        begin, down = (begin - 1, down + 1) if begin % 2 else (begin, down)
        # Its first two rows are empty: they are what the third may be moved down by.
        first, last = max(0, begin + 2), min(rows, begin + self.sheet.y.shape[0])
        edge = max(first, min(begin + self.solid + 2, last))
        if edge > first:
            self._blend(window.planes, (first, edge), columns, (left, first - begin - down))
        if last > edge:
            self._copy(window.planes, (edge, last), columns, (left, edge - begin - 2 * round(down / 2)))

    def halved(self, canvas: Canvas) -> Slide:
        """The same at half the size, for the half ``canvas``."""
        # Its row has to be even there, and two empty rows above what is painted.
        above = 4 + self.row % 4
        once = self.sheet.changed(lambda plane, unit: plane[:, : self.period // unit])
        return slide_of(canvas, half_sheet(once, above), (self.row - above) // 2)

    def _blend(self, planes: Planes, rows: tuple[int, int], columns: int, at: tuple[float, float]) -> None:
        sheet = self.sheet
        pairs = ((sheet.y, sheet.hole, 1), (sheet.u, sheet.hole_c, 2), (sheet.v, sheet.hole_c, 2))
        for plane, (own, hole, unit) in zip(planes, pairs, strict=True):
            target = plane[rows[0] // unit : rows[1] // unit]
            shape = (target.shape[0], columns // unit)
            # Half a pixel of colour is not seen; half a pixel of light is.
            place = at if unit == 1 else (round(at[0] / 2), round(at[1] / 2))
            through, colour = _between(hole, place, shape), _between(own, place, shape)
            # At the sheet's foot a row less may be there.
            target = target[: len(through)]
            cv2.multiply(target, through, target, 1 / 255)
            cv2.add(target, colour, target)

    def _copy(self, planes: Planes, rows: tuple[int, int], columns: int, spots: tuple[float, int]) -> None:
        for plane, own, unit in zip(
            planes, (self.sheet.y, self.sheet.u, self.sheet.v), (1, 2, 2), strict=True
        ):
            target = plane[rows[0] // unit : rows[1] // unit]
            at, skip = round(spots[0] / unit), spots[1] // unit
            part = own[skip : skip + target.shape[0], at : at + columns // unit]
            target[: len(part)] = part


def slide_of(canvas: Canvas, sheet: Sheet, row: int) -> Slide:
    """A slide out of one period of a sheet; ``row`` is even.

    The first two rows must be empty, unless it is never moved down and nothing shows through.
    """
    opaque = sheet.hole.max(axis=1) == 0
    solid = 0 if opaque.all() else len(opaque) - int(np.argmin(opaque[::-1]))
    more = canvas.width + SPARE + 16

    def wide(plane: Bytes, unit: int) -> Bytes:
        return np.ascontiguousarray(np.concatenate([plane, plane[:, : more // unit]], axis=1))

    return Slide(sheet.changed(wide), row, solid + solid % 2, canvas.period)


def _between(plane: Bytes, at: tuple[float, float], shape: tuple[int, int]) -> Bytes:
    """A piece of a plane from a place between its pixels on."""
    x, y = math.floor(at[0]), math.floor(at[1])
    part_x, part_y = at[0] - x, at[1] - y
    rows, columns = shape
    piece = plane[y : y + rows + (part_y > _SEEN), x : x + columns + (part_x > _SEEN)]
    if part_x > _SEEN:
        piece = np.asarray(cv2.addWeighted(piece[:, :-1], 1 - part_x, piece[:, 1:], part_x, 0), np.uint8)
    if part_y > _SEEN:
        piece = np.asarray(cv2.addWeighted(piece[:-1], 1 - part_y, piece[1:], part_y, 0), np.uint8)
    return piece
