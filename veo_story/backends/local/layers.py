"""The strips a drawn world is made of: each is painted once and only shifted afterwards.

A strip is wider than the picture by one period, so that any shift is a plain slice of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from veo_story.backends.local.colour import Yuv

    Bytes = NDArray[np.uint8]
    Floats = NDArray[np.float32]


_SPARE = 2
"""Columns a strip has more than a period and a picture, to shift by parts of a pixel; even."""
_NEGLIGIBLE = 1 / 32


@dataclass(frozen=True, slots=True)
class Canvas:
    """The size of the drawn world: ``width`` x ``height`` seen at once, repeating after ``period`` pixels."""

    width: int
    height: int

    @property
    def period(self) -> int:
        """Pixels after which a strip repeats; even."""
        return 2 * self.width

    @property
    def reach(self) -> int:
        """Rows a strip goes on below the picture, for a camera that looks down; even."""
        return self.height // 8 * 2


@dataclass(frozen=True, slots=True)
class Layer:
    """One strip: ``top`` is its first row in the canvas, ``solid`` the first without holes.

    ``y``, ``u``, ``v`` are multiplied by their cover already; ``hole`` (luma) and ``hole_c`` (chroma) are
    what shows through, 0..255, for the rows above ``solid``. ``depth`` is how much it moves with the camera:
    0 never, 1 fully.
    """

    top: int
    solid: int
    y: Bytes
    u: Bytes
    v: Bytes
    hole: Bytes
    hole_c: Bytes
    depth: float

    def paint(self, planes: tuple[Bytes, Bytes, Bytes], dx: float, dy: int, below: int) -> None:
        """Paint it over ``planes``, ``dx`` pixels left and ``dy`` (even) down, as far as row ``below``."""
        width = planes[0].shape[1]
        left = dx % (self.y.shape[1] - width - _SPARE)
        top, solid = self.top + dy, self.solid + dy
        first, last = max(0, top), min(below, planes[0].shape[0], top + self.y.shape[0])
        edge = max(first, min(solid, last))
        for plane, strip, hole, unit in (
            (planes[0], self.y, self.hole, 1),
            (planes[1], self.u, self.hole_c, 2),
            (planes[2], self.v, self.hole_c, 2),
        ):
            # Half a pixel of colour is not seen; half a pixel of light is.
            at = left if unit == 1 else round(left / unit)
            if edge > first:
                band = plane[first // unit : edge // unit]
                rows = slice((first - top) // unit, (edge - top) // unit)
                cv2.multiply(band, _shifted(hole[rows], at, width // unit), band, 1 / 255)
                cv2.add(band, _shifted(strip[rows], at, width // unit), band)
            if last > edge:
                rows = slice((edge - top) // unit, (last - top) // unit)
                _shifted(strip[rows], at, width // unit, plane[edge // unit : last // unit])


def _shifted(strip: Bytes, left: float, width: int, into: Bytes | None = None) -> Bytes:
    """``width`` columns of ``strip`` from ``left`` on, in between two columns where ``left`` is."""
    column, part = int(left), left % 1
    near = strip[:, column : column + width]
    if part < _NEGLIGIBLE:
        if into is None:
            return near
        into[:] = near
        return into
    far = strip[:, column + 1 : column + 1 + width]
    return np.asarray(cv2.addWeighted(near, 1 - part, far, part, 0, into), np.uint8)


def make_layer(
    canvas: Canvas, top: int, cover: Floats, luma: Floats, colour: tuple[Floats, Floats] | Yuv, depth: float
) -> Layer:
    """A layer out of one period: ``cover`` (0..1) and ``luma`` of one shape, chroma as planes or as a colour.

    ``top`` and the number of rows are even.
    """
    opaque = cover.min(axis=1) >= 0.999
    # Rows from which on everything is covered; even, because chroma has half the rows.
    solid = len(opaque) - int(np.argmin(opaque[::-1])) if not opaque.all() else 0
    solid += solid % 2
    cover_c = halved(cover)
    chroma = [
        np.full(cover_c.shape, plane, np.float32) if isinstance(plane, float) else plane
        for plane in colour[-2:]
    ]
    pad = canvas.width + _SPARE

    def strip(values: Floats, unit: int) -> Bytes:
        whole = np.rint(values).clip(0, 255).astype(np.uint8)
        return np.ascontiguousarray(np.concatenate([whole, whole[:, : pad // unit]], axis=1))

    return Layer(
        top,
        top + solid,
        strip(luma * cover, 1),
        strip(chroma[0] * cover_c, 2),
        strip(chroma[1] * cover_c, 2),
        strip((1 - cover[:solid]) * 255, 1),
        strip((1 - cover_c[: solid // 2]) * 255, 2),
        depth,
    )


def halved(values: Floats) -> Floats:
    """A plane at half the size, averaged: what luma's is to chroma's."""
    return np.asarray(cv2.resize(values, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.float32)


def fractal(rng: np.random.Generator, period: int, waves: int, octaves: int = 6) -> Floats:
    """A line of hills: ``period`` values about -1..1 that join at their ends, with ``waves`` big swells."""
    x = np.arange(period, dtype=np.float32) * np.float32(2 * np.pi / period)
    line = np.zeros(period, np.float32)
    for octave in range(octaves):
        beats = waves * 2**octave + int(rng.integers(0, 2 + octave))
        line += np.sin(x * beats + np.float32(rng.random() * 6.283)) * np.float32(0.55**octave)
    return line / np.float32(1.6)


def noise(rng: np.random.Generator, rows: int, columns: int, grain: tuple[int, int]) -> Floats:
    """Soft noise of deviation about 1, ``grain`` the rows and columns of its spots. Joins left to right."""
    spots = (max(2, rows // grain[0] + 2), max(4, columns // grain[1]))
    small = rng.standard_normal(spots).astype(np.float32)
    small = np.concatenate([small, small[:, :1]], axis=1)
    return np.asarray(cv2.resize(small, (columns, rows), interpolation=cv2.INTER_LINEAR), np.float32)


def gradient(rows: int, values: list[tuple[float, float]]) -> Floats:
    """A column of ``rows`` values through (place 0..1, value) points."""
    places, levels = zip(*values, strict=True)
    return np.asarray(np.interp(np.linspace(0, 1, rows), places, levels)[:, None], np.float32)
