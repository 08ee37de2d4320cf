"""What falls and flies in great numbers: rain, snow, sand and ash, as tiles that slide over the picture."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.backends.local.world.halves import half_plane
from veo_story.backends.local.world.sheets import add_light

if TYPE_CHECKING:
    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.world.sheets import Bytes, Canvas, Eye


class Falling:
    """A tile of light, laid on luma without ends; an ``Element``.

    ``speed`` is how many rows it falls a frame, ``wind`` how many columns it goes to the left, ``sway`` how
    many it swings. ``solid`` tiles hide what is darker (snow), others add to it (rain).
    """

    moving = True

    def __init__(
        self,
        tile: Bytes,
        parallax: float,
        *,
        speed: float,
        wind: float = 0.0,
        sway: float = 0.0,
        solid: bool = False,
    ) -> None:
        self.parallax, self._period = parallax, tile.shape
        # Twice in both directions, so that any view of it is one slice.
        self._tile = np.ascontiguousarray(np.tile(tile, (2, 2)))
        self._speed, self._wind, self._sway, self._solid = speed, wind, sway, solid

    def halved(self) -> Falling:
        """See :class:`~veo_story.backends.local.world.halves.Halvable`."""
        rows, columns = self._period
        return Falling(
            half_plane(self._tile[:rows, :columns]),
            self.parallax,
            speed=self._speed / 2,
            wind=self._wind / 2,
            sway=self._sway / 2,
            solid=self._solid,
        )

    def covered(self, eye: Eye) -> int:
        """Nothing: one sees through it."""
        return eye.canvas.height

    def paint(self, into: Planes, eye: Eye, frame: int, below: int) -> None:
        """See :class:`~veo_story.backends.local.world.sheets.Element`."""
        y = into[0][:below]
        rows, columns = y.shape
        if rows < 2:
            return
        high, wide = self._period
        moved = self.parallax * eye.canvas.height
        swing = self._sway * math.sin(frame / 19 + self.parallax * 9)
        top = int(-self._speed * frame - eye.y * moved) % high
        left = int(self._wind * frame + eye.x * moved + swing) % wide
        light = self._tile[top : top + rows, left : left + columns]
        if self._solid:
            cv2.max(y, light, y)
        else:
            add_light(y, light)


def rain(canvas: Canvas, rng: np.random.Generator, parallax: float, *, near: float, wind: float) -> Falling:
    """A sheet of rain; ``near`` (0..1) makes drops longer, faster and fewer."""
    scale = canvas.height / 720
    tile = np.zeros((canvas.height, canvas.width), np.uint8)
    count = int((260 - 150 * near) * canvas.width / canvas.height / 1.78)
    lean = -(0.06 + 0.40 * wind)
    for _ in range(count):
        x, y = (int(rng.integers(0, size)) for size in (canvas.width, canvas.height))
        long = (16 + 40 * near) * scale * (0.6 + 0.8 * float(rng.random()))
        thick = max(1, round((0.8 + 1.2 * near) * scale))
        _stroke(tile, (x, y), (x + lean * long, y + long), int(20 + 16 * near), thick)
    speed = (24 + 26 * near) * scale
    return Falling(tile, parallax, speed=speed, wind=-lean * speed)


def snow(
    canvas: Canvas, rng: np.random.Generator, parallax: float, *, near: float, wind: float, luma: float
) -> Falling:
    """A sheet of flakes; ``near`` (0..1) makes them bigger and fewer."""
    scale = min(canvas.width, canvas.height) / 720
    tile = np.zeros((canvas.height, canvas.width), np.uint8)
    count = int((300 - 230 * near) * canvas.width * canvas.height / (1280 * 720) / max(0.3, scale * scale))
    for _ in range(count):
        x, y = (int(rng.integers(0, size)) for size in (canvas.width, canvas.height))
        radius = (1.1 + 3.4 * near) * scale * (0.6 + 0.8 * float(rng.random()))
        for around in _around((x, y), tile.shape, radius + 2):
            fixed = (round(around[0] * 16), round(around[1] * 16))
            cv2.circle(tile, fixed, max(8, round(radius * 16)), (int(luma),), -1, cv2.LINE_AA, 4)
    if near > 0.8:
        tile = np.asarray(cv2.GaussianBlur(tile, (0, 0), 1.2 * scale), np.uint8)
    speed = (0.9 + 2.4 * near) * scale
    return Falling(
        tile, parallax, speed=speed, wind=(4.0 + 5 * near) * wind * scale, sway=14 * scale * near, solid=True
    )


def grit(canvas: Canvas, rng: np.random.Generator, parallax: float, *, near: float) -> Falling:
    """Sand in a storm: thin streaks that race to the left."""
    scale = canvas.height / 720
    tile = np.zeros((canvas.height, canvas.width), np.uint8)
    for _ in range(int(110 * canvas.width / canvas.height / 1.78)):
        x, y = (int(rng.integers(0, size)) for size in (canvas.width, canvas.height))
        long = (40 + 90 * near) * scale * (0.5 + float(rng.random()))
        _stroke(tile, (x, y), (x + long, y - long * 0.05), int(9 + 9 * near), max(1, round(1.4 * scale)))
    speed = (20 + 16 * near) * scale
    return Falling(tile, parallax, speed=0.05 * speed, wind=speed)


def _stroke(
    tile: Bytes, begin: tuple[float, float], end: tuple[float, float], light: int, thick: int
) -> None:
    """A line on a tile whose ends join."""
    rows, columns = tile.shape
    for down in (0, rows, -rows):
        for across in (0, columns, -columns):
            points = [(round(x + across), round(y + down)) for x, y in (begin, end)]
            if max(p[0] for p in points) >= 0 and max(p[1] for p in points) >= 0:
                cv2.line(tile, points[0], points[1], (light,), thick, cv2.LINE_AA)


def _around(at: tuple[int, int], shape: tuple[int, ...], reach: float) -> list[tuple[int, int]]:
    """The place, and those beyond the tile's edges from where a spot there comes in again."""
    rows, columns = shape[:2]
    places = [
        (at[0] + across, at[1] + down) for down in (0, rows, -rows) for across in (0, columns, -columns)
    ]
    return [(x, y) for x, y in places if -reach < x < columns + reach and -reach < y < rows + reach]
