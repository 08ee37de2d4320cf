"""Endless sheets that are mostly bare: only what is on them is painted."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.world.halves import half_sheet
from veo_story.backends.local.world.paint import lay
from veo_story.backends.local.world.strips import Strip

if TYPE_CHECKING:
    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.world.sheets import Bytes, Canvas, Element, Eye, Sheet

_GAP = 24
"""Bare columns between two pieces at least; fewer are not worth a piece of their own."""
_MARGIN = 4
_DENSE = 0.5
"""From this share of covered boxes on, a strip is as quick."""
_MOST = 40


def strip_of(canvas: Canvas, sheet: Sheet, row: float, parallax: float, drift: float) -> Element:
    """An endless sheet as the element that paints it quickest; see :class:`.paint.Strip`."""
    pieces = _pieces(sheet)
    covered = sum(piece.sheet.y.size for piece in pieces)
    if covered > _DENSE * sheet.y.size or len(pieces) > _MOST:
        return Strip(canvas, sheet, row, parallax, drift)
    return Scattered(canvas, pieces, row, parallax, drift)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sheet and where its left top lies in it."""

    sheet: Sheet
    column: float
    row: float


class Scattered:
    """Pieces of an endless sheet; an :class:`~veo_story.backends.local.world.sheets.Element`."""

    def __init__(
        self, canvas: Canvas, pieces: list[Piece], row: float, parallax: float, drift: float = 0.0
    ) -> None:
        self.parallax, self.moving = parallax, drift != 0
        self._canvas, self._row, self._drift = canvas, row, drift
        # With room to enlarge from: else small pieces are mostly warped.
        self._pieces = [replace(piece, sheet=piece.sheet.spared()) for piece in pieces]

    def halved(self) -> Scattered:
        """See :class:`~veo_story.backends.local.world.halves.Halvable`."""
        canvas = self._canvas.half
        pieces = [Piece(half_sheet(p.sheet), p.column / 2, p.row / 2) for p in self._pieces]
        return Scattered(canvas, pieces, self._row / 2, self.parallax, self._drift / 2)

    def covered(self, eye: Eye) -> int:
        """Nothing: there is room beside them."""
        return eye.canvas.height

    def paint(self, into: Planes, eye: Eye, frame: int, below: int) -> None:
        """See :class:`~veo_story.backends.local.world.sheets.Element`."""
        placing = eye.placing(self.parallax)
        if placing is None:
            return
        first = -placing.left / placing.scale
        last, period = first + eye.canvas.width / placing.scale, self._canvas.period
        for piece in self._pieces:
            home = piece.column - self._drift * frame
            begin = math.ceil((first - home - piece.sheet.y.shape[1] + piece.sheet.spare) / period)
            for turn in range(begin, math.floor((last - home) / period) + 1):
                lay(piece.sheet, into, placing, home + turn * period, self._row + piece.row, below=below)


def _pieces(sheet: Sheet) -> list[Piece]:
    bare = sheet.hole.min(axis=0) == 255
    if not bare.any():
        return [Piece(sheet, 0, 0)]
    columns = len(bare)
    # Begun where nothing is, no piece goes over the joint.
    shift = int(np.argmax(bare)) // 2 * 2
    filled = np.flatnonzero(~np.roll(bare, -shift))
    if not len(filled):
        return []
    breaks = np.flatnonzero(np.diff(filled) > _GAP)
    starts = [int(filled[0]), *(int(filled[i + 1]) for i in breaks)]
    ends = [*(int(filled[i]) for i in breaks), int(filled[-1])]
    found = []
    for start, end in zip(starts, ends, strict=True):
        left, right = start // 2 * 2 - _MARGIN, -(-(end + 1) // 2) * 2 + _MARGIN
        taken = (np.arange(left, right) + shift) % columns
        found.append(_cropped(sheet, taken, left + shift))
    return found


def _cropped(sheet: Sheet, columns: np.ndarray, left: int) -> Piece:
    rows = np.flatnonzero(sheet.hole[:, columns].min(axis=1) < 255)
    top = max(0, int(rows[0]) // 2 * 2 - _MARGIN)
    foot = min(sheet.hole.shape[0], -(-(int(rows[-1]) + 1) // 2) * 2 + _MARGIN)
    half = columns[::2] // 2

    def part(plane: Bytes, unit: int) -> Bytes:
        own = columns if unit == 1 else half
        return np.ascontiguousarray(plane[top // unit : foot // unit, own])

    return Piece(
        sheet.changed(part),
        left,
        top,
    )
