"""Sheets onto a picture: laid at any scale and place, endless or single, far things before near ones.

A sheet is scaled by one fast resize a plane (see :mod:`veo_story.backends.local.world.pieces`), not warped.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from veo_story.backends.local.world.blocks import Block, blocks_of
from veo_story.backends.local.world.pieces import LOOK_BACK, Piece
from veo_story.backends.local.world.sheets import Canvas, Element, Eye, Placing, Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from veo_story.backends.local.window import Planes

    Bytes = NDArray[np.uint8]

_SPARE = LOOK_BACK + 8
"""Columns an endless sheet has more than a period and a picture, and rows above its first; even."""
_SAME_DEPTH = 0.061


def lay(
    sheet: Sheet,
    into: Planes,
    placing: Placing,
    column: float,
    row: float,
    *,
    ratio: float = 1.0,
    share: float = 1.0,
    below: int | None = None,
    blocks: Sequence[Block] | None = None,
) -> None:
    """Lay ``sheet`` over a picture; its left top stands at ``column``, ``row`` of the canvas.

    ``ratio`` is sheet pixels a canvas pixel, ``share`` (0..1) how much of it is seen. Nothing is painted from
    the row ``below`` (even) on. Its outermost pixels may be left out: they should be empty. ``blocks`` are
    those of the sheet's ``hole``, where they are known.
    """
    rows, columns = (length - sheet.spare for length in sheet.y.shape)
    height, width = into[0].shape
    x = _span(column, columns, placing.left, placing.scale, ratio, width)
    y = _span(row, rows, placing.top, placing.scale, ratio, min(height, height if below is None else below))
    if x is None or y is None or share <= 0:
        return
    zoom = placing.scale / ratio
    start = (x.source + sheet.spare, y.source + sheet.spare)
    _blend(sheet, into, (x.first, x.last), (y.first, y.last), start, zoom, share, blocks)


@dataclass(frozen=True, slots=True)
class _Span:
    """Pixels ``first`` to ``last`` of the screen (even); the first begins at ``source`` of the sheet."""

    first: int
    last: int
    source: float


def _span(place: float, length: int, shift: float, scale: float, ratio: float, limit: int) -> _Span | None:
    begin = place * scale + shift
    end = begin + length / ratio * scale
    first = max(0, math.ceil(begin / 2) * 2)
    last = min(limit, math.floor(end / 2) * 2)
    if last - first < 2:
        return None
    return _Span(first, last, ((first - shift) / scale - place) * ratio)


def _blend(
    sheet: Sheet,
    into: Sequence[Any],
    across: tuple[int, int],
    down: tuple[int, int],
    start: tuple[float, float],
    zoom: float,
    share: float,
    blocks: Sequence[Block] | None = None,
) -> None:
    """Multiply by the holes and add the colours; ``start`` is the sheet's place of the target's corner."""
    for block in blocks if blocks is not None else (None,):
        x = _edges(across, start[0], zoom, (block.left, block.right) if block else None)
        y = _edges(down, start[1], zoom, (block.top, block.bottom) if block else None)
        if x[1] <= x[0] or y[1] <= y[0]:
            continue
        begin = (start[0] + (x[0] - across[0]) / zoom, start[1] + (y[0] - down[0]) / zoom)
        full = block is not None and block.full and share >= 1
        for plane, own, hole, unit in zip(
            into,
            (sheet.y, sheet.u, sheet.v),
            (sheet.hole, sheet.hole_c, sheet.hole_c),
            (1, 2, 2),
            strict=True,
        ):
            target = plane[y[0] // unit : y[1] // unit, x[0] // unit : x[1] // unit]
            piece = _piece(target, begin, unit, zoom)
            if full:
                target[:] = piece.of(own)
            else:
                overlay(target, piece.of(hole), piece.of(own), share)


def _edges(
    whole: tuple[int, int], start: float, zoom: float, part: tuple[int, int] | None
) -> tuple[int, int]:
    """Where on the screen (even) a part of a sheet is seen; ``whole`` begins at its place ``start``."""
    if part is None:
        return whole
    first, last = (whole[0] + round((place - start) * zoom / 2) * 2 for place in part)
    return max(whole[0], first), min(whole[1], last)


def overlay(target: Bytes, through: Bytes, colour: Bytes, share: float = 1.0) -> None:
    """Multiply a plane by its holes and add the colour; ``share`` (0..1) is how much of that is seen."""
    if share < 1:
        through = np.asarray(cv2.convertScaleAbs(through, None, share, 255 * (1 - share)), np.uint8)
        colour = np.asarray(cv2.convertScaleAbs(colour, None, share), np.uint8)
    cv2.multiply(target, through, target, 1 / 255)
    cv2.add(target, colour, target)


def _piece(target: Bytes, start: tuple[float, float], unit: int, zoom: float) -> Piece:
    rows, columns = target.shape
    return Piece(rows, columns, start[0] / unit, start[1] / unit, zoom)


class Single:
    """One sheet at one place; an :class:`~veo_story.backends.local.world.sheets.Element`."""

    moving = False

    def __init__(self, sheet: Sheet, column: float, row: float, parallax: float, ratio: float = 1.0) -> None:
        self.parallax = parallax
        self._sheet, self._column, self._row, self._ratio = sheet.spared(), column, row, ratio
        self._blocks = blocks_of(self._sheet.hole)

    def covered(self, eye: Eye) -> int:
        """Nothing: there is room beside it."""
        return eye.canvas.height

    def paint(self, into: Planes, eye: Eye, frame: int, below: int) -> None:
        """See :class:`~veo_story.backends.local.world.sheets.Element`."""
        placing = eye.placing(self.parallax)
        if placing is not None:
            lay(
                self._sheet,
                into,
                placing,
                self._column,
                self._row,
                ratio=self._ratio,
                below=below,
                blocks=self._blocks,
            )


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
        y = _span(self._row, self._rows, placing.top, placing.scale, 1.0, min(height, below))
        if y is None:
            return
        x = (self._drift * frame - placing.left / placing.scale) % self._canvas.period
        x += self._canvas.period if x < LOOK_BACK else 0
        top = y.source + _SPARE
        solid = max(y.first, min(self.covered(eye), y.last))
        if solid > y.first:
            _blend(
                self._sheet, into, (0, width), (y.first, solid), (x, top), placing.scale, 1.0, self._blocks
            )
        if y.last > solid:
            further = top + (solid - y.first) / placing.scale
            self._copy(into, (solid, y.last), (x, further), placing.scale)

    def _copy(self, into: Planes, down: tuple[int, int], start: tuple[float, float], zoom: float) -> None:
        planes = (self._sheet.y, self._sheet.u, self._sheet.v)
        for plane, own, unit in zip(into, planes, (1, 2, 2), strict=True):
            target = plane[down[0] // unit : down[1] // unit]
            target[:] = _piece(target, start, unit, zoom).of(own)


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

    return Sheet(
        wide(sheet.y, 1), wide(sheet.u, 2), wide(sheet.v, 2), wide(sheet.hole, 1), wide(sheet.hole_c, 2)
    )
