"""Sheets onto a picture: laid at any scale and place, far things before near ones.

A sheet is scaled by one fast resize a plane (see :mod:`veo_story.backends.local.world.pieces`), not warped.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from veo_story.backends.local.world.blocks import Block, blocks_of
from veo_story.backends.local.world.halves import half_sheet
from veo_story.backends.local.world.pieces import Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.world.sheets import Eye, Placing, Sheet

    Bytes = NDArray[np.uint8]


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
    x = span_of(column, columns, placing.left, placing.scale, ratio, width)
    y = span_of(row, rows, placing.top, placing.scale, ratio, min(height, height if below is None else below))
    if x is None or y is None or share <= 0:
        return
    zoom = placing.scale / ratio
    start = (x.source + sheet.spare, y.source + sheet.spare)
    blend(sheet, into, (x.first, x.last), (y.first, y.last), start, zoom, share, blocks)


@dataclass(frozen=True, slots=True)
class Span:
    """Pixels ``first`` to ``last`` of the screen (even); the first begins at ``source`` of the sheet."""

    first: int
    last: int
    source: float


def span_of(place: float, length: int, shift: float, scale: float, ratio: float, limit: int) -> Span | None:
    """Where ``length`` pixels of a sheet that begin at ``place`` of the canvas are seen, before ``limit``."""
    begin = place * scale + shift
    end = begin + length / ratio * scale
    first = max(0, math.ceil(begin / 2) * 2)
    last = min(limit, math.floor(end / 2) * 2)
    if last - first < 2:
        return None
    return Span(first, last, ((first - shift) / scale - place) * ratio)


def blend(
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
    if share < 1 and sheet.y.size < (across[1] - across[0]) * (down[1] - down[0]):
        # Fainter first: there are fewer pixels before it is enlarged.
        sheet, share = _fainter(sheet, share), 1.0
        blocks = None
    for block in blocks if blocks is not None else (None,):
        x = _edges(across, start[0], zoom, (block.left, block.right) if block else None)
        y = _edges(down, start[1], zoom, (block.top, block.bottom) if block else None)
        if x[1] <= x[0] or y[1] <= y[0]:
            continue
        begin = (start[0] + (x[0] - across[0]) / zoom, start[1] + (y[0] - down[0]) / zoom)
        targets = [
            p[y[0] // n : y[1] // n, x[0] // n : x[1] // n] for p, n in zip(into, (1, 2, 2), strict=True)
        ]
        luma, chroma = piece_of(targets[0], begin, 1, zoom), piece_of(targets[1], begin, 2, zoom)
        colours = (luma.of(sheet.y), chroma.of(sheet.u), chroma.of(sheet.v))
        if block is not None and block.full and share >= 1:
            for target, colour in zip(targets, colours, strict=True):
                target[:] = colour
            continue
        through = chroma.of(sheet.hole_c)
        for target, hole, colour in zip(
            targets, (luma.of(sheet.hole), through, through), colours, strict=True
        ):
            overlay(target, hole, colour, share)


def _fainter(sheet: Sheet, share: float) -> Sheet:
    """The sheet of which only ``share`` (0..1) is seen."""
    y, u, v = (_scaled(plane, share) for plane in (sheet.y, sheet.u, sheet.v))
    hole, hole_c = (_scaled(plane, share, 255 * (1 - share)) for plane in (sheet.hole, sheet.hole_c))
    return replace(sheet, y=y, u=u, v=v, hole=hole, hole_c=hole_c)


def _scaled(plane: Bytes, share: float, more: float = 0.0) -> Bytes:
    return np.asarray(cv2.convertScaleAbs(plane, None, share, more), np.uint8)


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
        through, colour = _scaled(through, share, 255 * (1 - share)), _scaled(colour, share)
    cv2.multiply(target, through, target, 1 / 255)
    cv2.add(target, colour, target)


def piece_of(target: Bytes, start: tuple[float, float], unit: int, zoom: float) -> Piece:
    """What a target shows, ``zoom`` times larger, from ``start`` (luma) on; ``unit`` is 2 for colour."""
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

    def halved(self) -> Single:
        """See :class:`~veo_story.backends.local.world.halves.Halvable`."""
        half = half_sheet(self._sheet)
        return Single(half, self._column / 2, self._row / 2, self.parallax, self._ratio)

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
