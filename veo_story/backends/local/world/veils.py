"""Veils: soft banks of one colour that drift through the picture; fog, dust, smoke, northern lights."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.backends.local.world.noise import billows, fractal, smooth
from veo_story.backends.local.world.pieces import Piece
from veo_story.lettering.planes import to_bytes

if TYPE_CHECKING:
    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.world.sheets import Bytes, Canvas, Eye, Floats, Yuv

_COARSE = 4
"""Canvas pixels to one of a veil: it is soft anyway."""


class Veil:
    """A bank of ``colour`` without ends; an ``Element``.

    ``cover`` (0..1) is one period wide at a quarter of the size, its first row stands at the canvas row
    ``row``. ``drift`` is canvas pixels a frame, to the left.
    """

    moving = True

    def __init__(
        self, canvas: Canvas, cover: Floats, row: float, colour: Yuv, parallax: float, drift: float
    ) -> None:
        self.parallax, self._canvas, self._row, self._drift = parallax, canvas, row, drift
        self._cover, self._colour = cover, colour
        holes = to_bytes(np.asarray((1 - cover) * 255, np.float32))
        wide = -(-canvas.width // _COARSE) + 4
        self._holes: Bytes = np.ascontiguousarray(np.concatenate([holes, holes[:, :wide]], axis=1))

    def halved(self) -> Veil:
        """See :class:`~veo_story.backends.local.world.halves.Halvable`."""
        canvas = self._canvas.half
        rows = self._cover.shape[0] // 2
        size = (canvas.period // _COARSE, rows)
        cover = np.asarray(cv2.resize(self._cover, size, interpolation=cv2.INTER_AREA), np.float32)
        return Veil(canvas, cover, self._row / 2, self._colour, self.parallax, self._drift / 2)

    def covered(self, eye: Eye) -> int:
        """Nothing: one sees through it."""
        return eye.canvas.height

    def paint(self, into: Planes, eye: Eye, frame: int, below: int) -> None:
        """See :class:`~veo_story.backends.local.world.sheets.Element`."""
        placing = eye.placing(self.parallax)
        if placing is None:
            return
        top = self._row * placing.scale + placing.top
        foot = top + (self._holes.shape[0] - 1) * _COARSE * placing.scale
        first = max(0, math.ceil(top / 4) * 4)
        last = min(below, into[0].shape[0], math.floor(foot / 4) * 4)
        if last - first < 8:
            return
        x = (self._drift * frame - placing.left / placing.scale) % self._canvas.period / _COARSE
        y = (first - top) / placing.scale / _COARSE
        for plane, value, unit in zip(into, self._colour, (1, 2, 2), strict=True):
            target = plane[first // unit : last // unit]
            rows, columns = target.shape
            holes = Piece(rows, columns, x, y, placing.scale * _COARSE / unit).of(self._holes)
            cv2.multiply(target, holes, target, 1 / 255)
            cv2.add(target, cv2.convertScaleAbs(holes, None, -value / 255, value), target)


def bank(
    canvas: Canvas,
    rng: np.random.Generator,
    rows: tuple[float, float],
    colour: Yuv,
    strength: float,
    parallax: float,
    drift: float,
) -> Veil:
    """A bank between two rows (in picture heights), thickest in its middle."""
    top, foot = (round(row * canvas.height / _COARSE) for row in rows)
    high, wide = max(6, foot - top), canvas.period // _COARSE
    swells = billows(rng, high, wide, (max(2, high // 2), max(4, wide // 12)), 3)
    y = np.linspace(-1, 1, high, dtype=np.float32)[:, None]
    # The swells push the bank's edges up and down.
    inside = 1 - np.abs(y + 0.22 * swells)
    cover = smooth(0.0, 0.85, np.asarray(inside, np.float32)) * (1 - np.abs(y)) ** 0.25
    return Veil(canvas, np.asarray(cover * strength, np.float32), top * _COARSE, colour, parallax, drift)


def curtain(
    canvas: Canvas, rng: np.random.Generator, rows: tuple[float, float], colour: Yuv, drift: float
) -> Veil:
    """Northern lights: rays that stand on a wavy edge and fade upwards."""
    top, foot = (round(row * canvas.height / _COARSE) for row in rows)
    high, wide = max(6, foot - top), canvas.period // _COARSE
    edge = 0.72 + 0.20 * fractal(rng, wide, 3, 3)
    rays = 0.55 + 0.45 * fractal(rng, wide, 24, 4, 0.8)
    long = 0.42 + 0.20 * fractal(rng, wide, 7, 3)
    y = np.linspace(0, 1, high, dtype=np.float32)[:, None]
    up = edge[None, :] - y
    cover = np.exp(-np.maximum(up, 0) / long[None, :] * 2.2) * smooth(-0.05, 0.02, np.asarray(up, np.float32))
    cover = cover * np.clip(rays, 0, 1)[None, :] * smooth(0.0, 0.25, y)
    return Veil(canvas, np.asarray(cover * 0.75, np.float32), top * _COARSE, colour, 0.02, drift)
