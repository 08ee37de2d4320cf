"""A small paintbox: shapes with smooth edges, soft shadows and light, on one picture.

Coordinates are pixels of the finished picture; everything is drawn twice as large and scaled down.
Nothing here is random, so that the same script paints the same pixels.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

Colour = tuple[int, int, int]
Point = tuple[float, float]

_SCALE = 2


class Picture:
    """One picture of ``width`` x ``height`` pixels, filled with ``ground``."""

    def __init__(self, width: int, height: int, ground: Colour = (0, 0, 0)) -> None:
        self.width, self.height = width, height
        self._image = Image.new("RGB", (width * _SCALE, height * _SCALE), ground)

    def shade(self, top: Colour, bottom: Colour, start: float = 0, end: float | None = None) -> None:
        """Fill the rows ``start`` to ``end`` with a vertical blend of two colours."""
        first, last = round(start * _SCALE), round((self.height if end is None else end) * _SCALE)
        blend = np.linspace(0, 1, max(last - first, 1))[:, None]
        rows = (np.array(top) * (1 - blend) + np.array(bottom) * blend).round().astype(np.uint8)
        band = np.repeat(rows[:, None, :], self._image.width, axis=1)
        self._image.paste(Image.fromarray(band), (0, first))

    def polygon(self, points: Iterable[Point], colour: Colour, opacity: float = 1, blur: float = 0) -> None:
        """Fill a polygon; ``blur`` softens its edge by so many pixels."""
        flat = [(x * _SCALE, y * _SCALE) for x, y in points]
        if opacity == 1 and blur == 0:
            ImageDraw.Draw(self._image).polygon(flat, fill=colour)
            return
        # Only the shape's own box is masked and blurred: a small soft shadow stays cheap.
        rim = math.ceil(3 * blur * _SCALE) + 1
        left = math.floor(min(x for x, _ in flat)) - rim
        top = math.floor(min(y for _, y in flat)) - rim
        size = (
            math.ceil(max(x for x, _ in flat)) + rim - left,
            math.ceil(max(y for _, y in flat)) + rim - top,
        )
        mask = Image.new("L", size, 0)
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in flat], fill=round(255 * opacity))
        if blur:
            mask = mask.filter(ImageFilter.GaussianBlur(blur * _SCALE))
        self._image.paste(Image.new("RGB", size, colour), (left, top), mask)

    def oval(
        self, x: float, y: float, rx: float, ry: float, colour: Colour, opacity: float = 1, blur: float = 0
    ) -> None:
        """Fill an ellipse around (x, y)."""
        self.polygon(arc(x, y, rx, ry, 0, 360), colour, opacity, blur)

    def line(self, points: Iterable[Point], colour: Colour, width: float) -> None:
        """Draw a line with round joints."""
        flat = [(x * _SCALE, y * _SCALE) for x, y in points]
        ImageDraw.Draw(self._image).line(flat, fill=colour, width=round(width * _SCALE), joint="curve")

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float = 1) -> None:
        """Add light that fades out towards ``radius``."""
        rows, columns = np.ogrid[0 : self._image.height, 0 : self._image.width]
        away = np.hypot(columns / _SCALE - x, rows / _SCALE - y) / radius
        light = strength * np.clip(1 - away, 0, 1)[..., None] ** 2
        pixels = np.asarray(self._image, dtype=np.float32)
        # Screen blending: light adds, and nothing burns out.
        lit = pixels + light * (255 - pixels) * (np.array(colour, dtype=np.float32) / 255)
        self._image = Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8))

    def words(self, text: str, x: float, y: float, size: float, colour: Colour) -> None:
        """Write one centred line around (x, y)."""
        font = ImageFont.load_default(size * _SCALE)
        draw = ImageDraw.Draw(self._image)
        draw.text((x * _SCALE, y * _SCALE), text, fill=colour, font=font, anchor="mm")

    def soften(self, pixels: float) -> None:
        """Blur everything so far: what comes next stands in front of it, in focus."""
        self._image = self._image.filter(ImageFilter.GaussianBlur(pixels * _SCALE))

    def save(self, path: Path) -> None:
        """Write a PNG of at most 256 colours."""
        path.parent.mkdir(parents=True, exist_ok=True)
        small = self._image.resize((self.width, self.height), Image.Resampling.BOX)
        few = small.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(path, optimize=True)


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> list[Point]:
    """Points along an ellipse from ``start`` to ``end`` degrees, clockwise from three o'clock."""
    count = max(8, round(abs(end - start) / 3))
    angles = [math.radians(start + (end - start) * i / count) for i in range(count + 1)]
    return [(x + rx * math.cos(a), y + ry * math.sin(a)) for a in angles]


def scatter(seed: int, count: int) -> list[tuple[float, float, float, float]]:
    """``count`` rows of four numbers in 0..1, always the same for a seed."""
    # A linear congruential generator written out: no library's stream can change under us.
    state, rows = seed * 2654435761 % 2**32, []
    for _ in range(count):
        row = []
        for _ in range(4):
            state = (1664525 * state + 1013904223) % 2**32
            row.append(state / 2**32)
        rows.append((row[0], row[1], row[2], row[3]))
    return rows


def blend(one: Colour, other: Colour, share: float) -> Colour:
    """The colour ``share`` (0..1) of the way from one to the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def ridge(points: Sequence[Point], bottom: float) -> list[Point]:
    """A hill: the points from left to right, closed along ``bottom``."""
    return [*points, (points[-1][0], bottom), (points[0][0], bottom)]
