"""Coloured paper: shapes cut out with smooth edges, laid over each other, made into a sheet at the end.

A colour is a triple of BT.709 luma and chroma in television range; places are columns and rows of the canvas.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.backends.local.world.sheets import Sheet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from veo_story.backends.local.world.sheets import Yuv

    Bytes = NDArray[np.uint8]
    Floats = NDArray[np.float32]

_BITS = 4
"""Parts of a pixel that a corner may lie at: 2**4."""


class Paper:
    """A sheet in the making: ``columns`` x ``rows`` of the canvas from ``left``, ``top`` on, still bare.

    ``period`` makes it endless: what sticks out on one side comes in on the other. ``ratio`` is pixels a
    canvas pixel. Both sides come out even, in pixels.
    """

    def __init__(
        self,
        columns: float,
        rows: float,
        *,
        left: float = 0.0,
        top: float = 0.0,
        period: int | None = None,
        ratio: float = 1.0,
    ) -> None:
        self.left, self.top, self.ratio, self._period = left, top, ratio, period
        shape = (_even(rows * ratio), _even(columns * ratio), 4)
        self.picture: Bytes = np.zeros(shape, np.uint8)
        """Luma, both chromas and cover, 0..255; the first three are multiplied by the cover."""
        self._relief: Floats | None = None

    def cut(self, corners: Floats, colour: Yuv, share: float = 1.0) -> None:
        """Lay a polygon on (rows of column, row); ``share`` is how much of what is below it hides."""
        for spots in self._copies(np.asarray(corners, np.float32)):
            if share >= 1:
                cv2.fillPoly(self.picture, [_fixed(spots)], _paint(colour), cv2.LINE_AA, _BITS)
            else:
                self._wash(spots, colour, share)

    def fade(self, corners: Floats, above: Yuv, below: Yuv) -> None:
        """Lay a polygon on that goes from one colour at its top to another at its foot."""
        for spots in self._copies(np.asarray(corners, np.float32)):
            box = self._box(spots)
            if box is None:
                continue
            part = self.picture[box[1] : box[3], box[0] : box[2]]
            cover = self._cover(spots, box)
            rows = np.linspace(0, 1, part.shape[0], dtype=np.float32)[:, None, None]
            first, last = (np.array([*colour, 255], np.float32) for colour in (above, below))
            full = np.empty_like(part)
            full[:] = np.rint(first + (last - first) * rows).astype(np.uint8)
            cv2.blendLinear(full, part, cover, 1 - cover, part)

    def line(self, corners: Floats, colour: Yuv, width: float, share: float = 1.0) -> None:
        """Lay a stroke on along the points, ``width`` canvas pixels wide."""
        points = np.asarray(corners, np.float32)
        for begin, end in pairwise(points):
            along = end - begin
            length = float(np.hypot(*along))
            if length < 1e-3:
                continue
            aside = np.array([-along[1], along[0]], np.float32) / length * (max(width, 0.7 / self.ratio) / 2)
            self.cut(np.stack([begin + aside, end + aside, end - aside, begin - aside]), colour, share)

    def oval(
        self, middle: tuple[float, float], across: float, down: float, colour: Yuv, share: float = 1.0
    ) -> None:
        """Lay an ellipse on with these half axes."""
        turns = np.linspace(0, 2 * np.pi, 12 if across * self.ratio < 5 else 40, endpoint=False)
        corners = np.stack([middle[0] + across * np.cos(turns), middle[1] + down * np.sin(turns)], 1)
        self.cut(corners.astype(np.float32), colour, share)

    def box(
        self, left: float, top: float, width: float, height: float, colour: Yuv, share: float = 1.0
    ) -> None:
        """Lay a rectangle on."""
        right, foot = left + width, top + height
        self.cut(
            np.array([[left, top], [right, top], [right, foot], [left, foot]], np.float32), colour, share
        )

    def open(self, corners: Floats) -> None:
        """Cut a hole: nothing is left of what lies there."""
        for spots in self._copies(np.asarray(corners, np.float32)):
            cv2.fillPoly(self.picture, [_fixed(spots)], (0, 0, 0, 0), cv2.LINE_AA, _BITS)

    def glow(self, middle: tuple[float, float], radius: float, colour: Yuv, strength: float) -> None:
        """Light around a place, falling off to nothing at ``radius``; bare places are lit as well."""
        spots = np.array([[middle[0] - radius, middle[1] - radius], [middle[0] + radius, middle[1] + radius]])
        for corners in self._copies(spots.astype(np.float32)):
            box = self._box(corners)
            if box is None:
                continue
            part = self.picture[box[1] : box[3], box[0] : box[2]]
            centre, reach = corners.mean(axis=0), float(corners[1, 0] - corners[0, 0]) / 2
            # So soft that an eighth of the pixels says it all.
            step = max(1, min(8, int(reach / 10)))
            y, x = np.ogrid[
                box[1] + step / 2 : box[3] + step / 2 : step, box[0] + step / 2 : box[2] + step / 2 : step
            ]
            away = ((x - centre[0]) ** 2 + (y - centre[1]) ** 2).astype(np.float32) / np.float32(
                reach * reach
            )
            coarse = np.clip(1 - away, 0, 1) ** 2 * np.float32(strength)
            large = (coarse.shape[1] * step, coarse.shape[0] * step)
            share = cv2.resize(coarse, large, interpolation=cv2.INTER_LINEAR)[
                : part.shape[0], : part.shape[1]
            ]
            light = np.full(part.shape, _paint(colour), np.uint8)
            part[:] = cv2.blendLinear(light, part, np.ascontiguousarray(share), 1 - share)

    def shade(self, relief: Floats) -> None:
        """Add to the luma of all that is on it at the end; anything that broadcasts to its rows x columns."""
        self._relief = relief if self._relief is None else self._relief + relief

    def sheet(self) -> Sheet:
        """What has been laid on, as a sheet."""
        y, u, v, cover = cv2.split(self.picture)
        if self._relief is not None:
            y = cv2.add(y, self._relief * (cover * np.float32(1 / 255)), dtype=cv2.CV_8U)
            y = cv2.min(y, cv2.convertScaleAbs(cover, None, 235 / 255))
        rows, columns = y.shape
        small = [
            np.asarray(cv2.resize(plane, (columns // 2, rows // 2), interpolation=cv2.INTER_AREA), np.uint8)
            for plane in (u, v, cover)
        ]
        hole, hole_c = (np.asarray(cv2.bitwise_not(plane), np.uint8) for plane in (cover, small[2]))
        return Sheet(np.asarray(y, np.uint8), small[0], small[1], hole, hole_c)

    def _copies(self, corners: Floats) -> list[Floats]:
        """The shape in pixels of the sheet, once for every time that it is seen there."""
        spots = (corners - np.array([self.left, self.top], np.float32)) * np.float32(self.ratio)
        if self._period is None:
            return [spots]
        period = self._period * self.ratio
        first, last = float(spots[:, 0].min()), float(spots[:, 0].max())
        turns = range(-int(last // period), 1 + int((period - 1e-3 - first) // period))
        return [spots + np.array([turn * period, 0], np.float32) for turn in turns]

    def _box(self, spots: Floats) -> tuple[int, int, int, int] | None:
        rows, columns = self.picture.shape[:2]
        left, top = (max(0, int(place) - 1) for place in spots.min(axis=0))
        right, foot = (int(place) + 2 for place in spots.max(axis=0))
        box = (left, top, min(columns, right), min(rows, foot))
        return box if box[2] > box[0] and box[3] > box[1] else None

    def _cover(self, spots: Floats, box: tuple[int, int, int, int]) -> Floats:
        """How much of each pixel of a box a polygon covers, 0..1."""
        mask = np.zeros((box[3] - box[1], box[2] - box[0]), np.uint8)
        cv2.fillPoly(mask, [_fixed(spots - np.array(box[:2], np.float32))], (255,), cv2.LINE_AA, _BITS)
        return np.asarray(mask * np.float32(1 / 255), np.float32)

    def _wash(self, spots: Floats, colour: Yuv, share: float) -> None:
        box = self._box(spots)
        if box is not None:
            part = self.picture[box[1] : box[3], box[0] : box[2]]
            full = part.copy()
            corners = _fixed(spots - np.array(box[:2], np.float32))
            cv2.fillPoly(full, [corners], _paint(colour), cv2.LINE_AA, _BITS)
            part[:] = cv2.addWeighted(full, share, part, 1 - share, 0)


def _even(length: float) -> int:
    return max(2, int(np.ceil(length / 2 - 1e-6)) * 2)


def _fixed(spots: Floats) -> NDArray[np.int32]:
    # Pixel centres are whole numbers to cv2; edges are to us.
    return np.asarray(np.rint((spots - 0.5) * (1 << _BITS)), np.int32)


def _paint(colour: Yuv) -> tuple[float, float, float, float]:
    y, u, v = colour
    return (float(round(y)), float(round(u)), float(round(v)), 255.0)
