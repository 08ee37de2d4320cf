"""Endless sheets: hills, houses, floors; as wide as anyone may look, painted for one period."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.backends.local.world.blocks import blocks_of
from veo_story.backends.local.world.halves import half_sheet
from veo_story.backends.local.world.paint import blend, piece_of, span_of
from veo_story.backends.local.world.pieces import LOOK_BACK
from veo_story.backends.local.world.sheets import Canvas, Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.world.sheets import Bytes, Element, Eye

_SPARE = LOOK_BACK + 8
"""Columns an endless sheet has more than a period and a picture, and rows above its first; even."""
_SAME_DEPTH = 0.061


class Strip:
    """An endless sheet; an :class:`~veo_story.backends.local.world.sheets.Element`.

    ``sheet`` is one period of ``canvas`` wide and joins left to right; its first row stands at ``row`` of the
    canvas. ``drift`` is by how many columns it slides to the left a frame.
    """

    def __init__(self, canvas: Canvas, sheet: Sheet, row: float, parallax: float, drift: float = 0.0) -> None:
        self.parallax, self.moving = parallax, drift != 0
        self._canvas, self._row, self._drift = canvas, row, drift
        # Looked for before it is widened: the columns beside are the same.
        self._rows, self._solid = sheet.y.shape[0], _solid_from(sheet.hole)
        self._sheet = _widened(sheet, canvas)
        self._blocks = blocks_of(self._sheet.hole)

    def is_beside(self, nearer: Strip) -> bool:
        """Whether a strip in front of this one can become one with it; never with the cast between them."""
        apart = (nearer._row - self._row) % 2 or self.moving or nearer.moving
        near = abs(nearer.parallax - self.parallax) <= _SAME_DEPTH
        return not apart and near and (max(self.parallax, nearer.parallax) < 0.9 or self.parallax > 1.1)

    def under(self, nearer: Strip) -> Strip:
        """This strip with a nearer one laid over it, as one."""
        top = min(self._row, nearer._row)
        bottom = max(self._row + self._rows, nearer._row + nearer._rows)
        rows, columns = int(bottom - top), self._canvas.period
        hole, hole_c = (
            np.full((rows, columns), 255, np.uint8),
            np.full((rows // 2, columns // 2), 255, np.uint8),
        )
        ground = Sheet(*_blank(rows, columns), hole, hole_c)
        for strip in (self, nearer):
            strip._lay_flat(ground, int(strip._row - top))
        return Strip(self._canvas, ground, top, (self.parallax + nearer.parallax) / 2)

    def halved(self) -> Strip:
        """See :class:`~veo_story.backends.local.world.halves.Halvable`."""
        half = half_sheet(_narrowed(self._sheet, self._canvas))
        canvas = self._canvas.half
        return Strip(canvas, half, self._row / 2, self.parallax, self._drift / 2)

    def _lay_flat(self, ground: Sheet, row: int) -> None:
        own = self._sheet
        for plane, colour, hole, unit in (
            (ground.y, own.y, own.hole, 1),
            (ground.u, own.u, own.hole_c, 2),
            (ground.v, own.v, own.hole_c, 2),
            (ground.hole, None, own.hole, 1),
            (ground.hole_c, None, own.hole_c, 2),
        ):
            across, spare = plane.shape[1], _SPARE // unit
            target = plane[row // unit : (row + self._rows) // unit]
            cv2.multiply(target, hole[spare:, :across], target, 1 / 255)
            if colour is not None:
                cv2.add(target, colour[spare:, :across], target)

    def covered(self, eye: Eye) -> int:
        """See :class:`~veo_story.backends.local.world.sheets.Element`."""
        placing = eye.placing(self.parallax)
        height = eye.canvas.height
        if placing is None or (self._row + self._rows) * placing.scale + placing.top < height:
            return height
        edge = (self._row + self._solid + 2) * placing.scale + placing.top
        return max(0, min(height, math.ceil(edge / 2) * 2 + 2))

    def paint(self, into: Planes, eye: Eye, frame: int, below: int) -> None:
        """See :class:`~veo_story.backends.local.world.sheets.Element`."""
        placing = eye.placing(self.parallax)
        if placing is None:
            return
        height, width = into[0].shape
        y = span_of(self._row, self._rows, placing.top, placing.scale, 1.0, min(height, below))
        if y is None:
            return
        x = (self._drift * frame - placing.left / placing.scale) % self._canvas.period
        x += self._canvas.period if x < LOOK_BACK else 0
        top = y.source + _SPARE
        solid = max(y.first, min(self.covered(eye), y.last))
        if solid > y.first:
            blend(self._sheet, into, (0, width), (y.first, solid), (x, top), placing.scale, 1.0, self._blocks)
        if y.last > solid:
            further = top + (solid - y.first) / placing.scale
            self._copy(into, (solid, y.last), (x, further), placing.scale)

    def _copy(self, into: Planes, down: tuple[int, int], start: tuple[float, float], zoom: float) -> None:
        planes = (self._sheet.y, self._sheet.u, self._sheet.v)
        for plane, own, unit in zip(into, planes, (1, 2, 2), strict=True):
            target = plane[down[0] // unit : down[1] // unit]
            target[:] = piece_of(target, start, unit, zoom).of(own)


def merged(elements: Sequence[Element]) -> list[Element]:
    """The elements (far to near) with neighbouring strips of nearly the same depth made one.

    Every strip costs its enlargement in every frame; a difference in depth this small is not seen.
    """
    done: list[Element] = []
    for element in elements:
        last = done[-1] if done else None
        if isinstance(last, Strip) and isinstance(element, Strip) and last.is_beside(element):
            done[-1] = last.under(element)
        else:
            done.append(element)
    return done


def _solid_from(hole: Bytes) -> int:
    """The first row from which on nothing shows through."""
    opaque = hole.max(axis=1) == 0
    if opaque.all():
        return 0
    return int(len(opaque) - np.argmin(opaque[::-1]))


def _blank(rows: int, columns: int) -> Planes:
    half = (rows // 2, columns // 2)
    return np.zeros((rows, columns), np.uint8), np.zeros(half, np.uint8), np.zeros(half, np.uint8)


def _widened(sheet: Sheet, canvas: Canvas) -> Sheet:
    """The sheet with its beginning once more behind its end, so that any view is one piece of it."""
    more = canvas.width + _SPARE

    def wide(plane: Bytes, unit: int) -> Bytes:
        whole = np.concatenate([plane, plane[:, : more // unit]], axis=1)
        above = _SPARE // unit
        return np.asarray(cv2.copyMakeBorder(whole, above, 0, 0, 0, cv2.BORDER_REPLICATE), np.uint8)

    return sheet.changed(wide)


def _narrowed(sheet: Sheet, canvas: Canvas) -> Sheet:
    """The one period that :func:`_widened` was given."""
    return sheet.changed(lambda plane, unit: plane[_SPARE // unit :, : canvas.period // unit])
