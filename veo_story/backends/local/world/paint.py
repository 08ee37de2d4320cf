"""Sheets onto a picture: laid at any scale and place, far things before near ones.

A sheet is scaled by one fast resize a plane (see :mod:`veo_story.backends.local.world.pieces`), not warped.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
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
            piece = piece_of(target, begin, unit, zoom)
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
