"""Water: sheets of waves one before the other, that sway, and the light of the sky on them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.backends.local.world.noise import fractal, noise
from veo_story.backends.local.world.paint import Strip, lay
from veo_story.backends.local.world.paper import Paper
from veo_story.backends.local.world.sheets import Eye, Placing, Sheet, to_bytes
from veo_story.backends.local.world.tint import mix, yuv

if TYPE_CHECKING:
    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.world.palette import Palette
    from veo_story.backends.local.world.sheets import Bytes, Canvas, Element, Floats, Yuv

_SEA = yuv("#2c6e86")
_BANDS = 6
_FPS = 24
_RATIO = 0.5
"""The path of light is worked out at half the size."""
_GLINT = np.clip((np.arange(256) - 112) * 12, 0, 255).astype(np.uint8)


def water(
    canvas: Canvas, palette: Palette, seed: int, top: float, parallax: float, *, calm: float = 0.5
) -> Element:
    """Water from the row ``top`` (in picture heights) down past the picture; a pure function.

    ``calm`` is 1 for a mirror and 0 for a stormy sea. Its nearer waves lie a little nearer than ``parallax``.
    """
    rng = np.random.default_rng([seed, 29])
    return Water(canvas, palette, rng, top, parallax, calm)


@dataclass(frozen=True, slots=True)
class _Wave:
    """One sheet of waves and how it sways: ``reach`` and ``lift`` in picture heights at parallax 1."""

    strip: Strip
    reach: float
    lift: float
    seconds: float
    phase: float

    def eye(self, eye: Eye, frame: int) -> Eye:
        """The eye as if it swayed instead of the wave."""
        turn = 2 * math.pi * frame / (_FPS * self.seconds) + self.phase
        near = max(0.05, self.strip.parallax)
        x, y = self.reach * math.sin(turn) / near, self.lift * math.cos(turn) / near
        return Eye(eye.canvas, eye.x + x, eye.y + y, eye.z, eye.zoom, eye.blur)


class Water:
    """See :func:`water`; an ``Element``."""

    moving = True

    def __init__(
        self,
        canvas: Canvas,
        palette: Palette,
        rng: np.random.Generator,
        top: float,
        parallax: float,
        calm: float,
    ) -> None:
        self.parallax = parallax
        rough = 1 - min(1.0, max(0.0, calm))
        first = top * canvas.height
        self._waves = tuple(
            _wave(canvas, palette, rng, first, parallax, rough, number) for number in range(_BANDS)
        )
        strength = _path_strength(palette)
        self._path = _Path(canvas, palette, rng, first, rough, strength) if strength > 0.05 else None

    def covered(self, eye: Eye) -> int:
        """See :class:`~veo_story.backends.local.world.sheets.Element`."""
        return self._waves[0].strip.covered(eye)

    def paint(self, into: Planes, eye: Eye, frame: int, below: int) -> None:
        """See :class:`~veo_story.backends.local.world.sheets.Element`."""
        eyes = [wave.eye(eye, frame) for wave in self._waves]
        limits = [below] * len(eyes)
        for index in range(len(eyes) - 2, -1, -1):
            limits[index] = min(limits[index + 1], self._waves[index + 1].strip.covered(eyes[index + 1]))
        for wave, own, limit in zip(self._waves, eyes, limits, strict=True):
            wave.strip.paint(into, own, frame, limit)
        if self._path is not None:
            self._path.paint(into, eye, frame, below, self.parallax)


def _wave(
    canvas: Canvas,
    palette: Palette,
    rng: np.random.Generator,
    top: float,
    parallax: float,
    rough: float,
    number: int,
) -> _Wave:
    near = number / (_BANDS - 1)
    deep = canvas.height - top
    row = top + deep * (near * 0.86) ** 1.55
    unit = canvas.height * (0.35 + 0.65 * min(1.0, canvas.width / canvas.height))
    height = 0.0 if number == 0 else unit * (0.004 + 0.026 * near) * (0.25 + rough)
    long = unit * (0.035 + 0.30 * near**1.3) * (0.7 + 0.5 * rough)
    line = _crests(rng, canvas.period, max(3, round(canvas.period / long)), rough) * np.float32(height)
    depth = parallax + (max(parallax, 0.9) - parallax) * 0.55 * near
    paper = Paper(canvas.period, canvas.height + canvas.reach - row + height, top=row - height, period=canvas.period)
    _paint_wave(paper, canvas, palette, rng, row + line, near, rough, long, parallax)
    sheet_row = math.floor(row - height)
    strip = Strip(canvas, paper.sheet(), sheet_row, depth)
    return _Wave(
        strip=strip,
        reach=(0.002 + 0.016 * near) * (0.5 + rough),
        lift=0.0 if number == 0 else (0.0008 + 0.006 * near * rough),
        seconds=3.2 + 2.4 * near + 1.7 * float(rng.random()),
        phase=float(rng.random()) * 2 * math.pi,
    )


def _crests(rng: np.random.Generator, period: int, waves: int, rough: float) -> Floats:
    """A line of waves, -1..1 downwards: round troughs with crests that are the sharper the rougher it is."""
    x = np.arange(period, dtype=np.float32) * np.float32(2 * np.pi / period)
    turn = x * np.float32(waves) + fractal(rng, period, 4, 3) * np.float32(0.9)
    round_one = np.cos(turn)
    cusped = 1 - 2 * (1 - np.abs(np.sin(turn / 2)))
    size = 0.72 + 0.28 * fractal(rng, period, max(2, waves // 4), 2)
    keen = min(1.0, rough * 1.4)
    return np.asarray((round_one * (keen - 1) + cusped * keen) * size, np.float32)


def _paint_wave(
    paper: Paper,
    canvas: Canvas,
    palette: Palette,
    rng: np.random.Generator,
    line: Floats,
    near: float,
    rough: float,
    long: float,
    parallax: float,
) -> None:
    veil = 0.9 * palette.veil(parallax) * (1 - near) ** 2
    colour = _colour(palette, near, veil)
    after = _colour(palette, min(1.0, near + 1.2 / _BANDS), veil * 0.8)
    lit = mix(colour, mix(palette.air, palette.glow, 0.5), 0.30 - 0.12 * near)
    step = 4
    columns = np.append(np.arange(0, canvas.period, step), canvas.period).astype(np.float32)
    rows = np.append(line[::step], line[0])
    foot = float(canvas.height + canvas.reach + 8)
    ends = np.array([[canvas.period, foot], [0, foot]], np.float32)

    def under(shift: float) -> Floats:
        return np.concatenate([np.stack([columns, rows + shift], 1), ends]).astype(np.float32)

    thin = canvas.height * (0.0015 + 0.0035 * near) * (0.6 + rough)
    foam = rough > 0.75 and near > 0.15
    if near > 0:
        paper.cut(under(0.0), mix(lit, palette.tone(yuv("#f4f8f8"), 0.7), 0.55) if foam else lit)
    paper.fade(under(thin if near > 0 else 0.0), colour, after)
    # Marks of light on the slope, longer the nearer they are.
    for _ in range(int(26 - 14 * near)):
        x, y = float(rng.random()) * canvas.period, float(rng.random()) ** 1.4 * canvas.height * 0.16 * (0.3 + near)
        at = float(line[int(x) % canvas.period]) + canvas.height * 0.012 * (0.5 + near) + y
        _dash(paper, (x, at), long * (0.2 + 0.35 * float(rng.random())), thin * 0.8, mix(colour, lit, 0.6))


def _dash(paper: Paper, at: tuple[float, float], reach: float, thick: float, colour: Yuv) -> None:
    across = np.array([-1, -0.4, 0.3, 1, 0.4, -0.3]) * reach
    down = np.array([0, -0.9, -1, 0.1, 1, 0.8]) * max(0.6, thick)
    paper.cut(np.stack([at[0] + across, at[1] + down], 1).astype(np.float32), colour)


def _colour(palette: Palette, near: float, veil: float) -> Yuv:
    """The sky's colours upside down, with more and more of the water's own; far away in the air."""
    mirrored = mix(palette.air, palette.zenith, 0.16 + 0.62 * near)
    own = palette.tone(_SEA, 1.0)
    deep = mix(mirrored, own, 0.24 + 0.36 * near)
    return mix(mix(deep, palette.shadow, 0.07 + 0.24 * near), palette.air, veil)


class _Path:
    """The sun's or the moon's light on the water, below where it stands: dashes that come and go."""

    def __init__(
        self,
        canvas: Canvas,
        palette: Palette,
        rng: np.random.Generator,
        top: float,
        rough: float,
        strength: float,
    ) -> None:
        self._top, self._middle = top, canvas.width * (0.5 + palette.key[0] * 0.5)
        self._rows = max(8, int((canvas.height + canvas.reach - top) * _RATIO) // 2 * 2)
        unit = min(canvas.width, canvas.height) * _RATIO
        self._wide = int(unit * 0.66) // 4 * 4
        self._sheets = [_dashes(rng, self._rows, self._wide, unit) for _ in range(2)]
        self._cone = _cone(self._rows, self._wide, rough, strength)
        self._speeds = (unit / 900, -unit / 1300)
        self._colour = mix(palette.light, (235.0, 128.0, 128.0), 0.15)

    def paint(self, into: Planes, eye: Eye, frame: int, below: int, parallax: float) -> None:
        """Paint it as far as row ``below``, on water of that parallax."""
        far, here = eye.placing(0.0), eye.placing(parallax)
        if far is None or here is None:
            return
        # It always lies below the sun, however the water before it moves.
        middle = self._middle * far.scale + far.left
        placing = Placing(here.scale, middle - self._middle * here.scale, here.top)
        column = self._middle - self._wide / _RATIO / 2
        lay(self._sheet(frame), into, placing, column, self._top, ratio=_RATIO, below=below)

    def _sheet(self, frame: int) -> Sheet:
        one, other = (
            sheet[:, at : at + self._wide]
            for sheet, at in zip(
                self._sheets, (int(frame * speed) % self._wide for speed in self._speeds), strict=True
            )
        )
        shown = cv2.multiply(cv2.LUT(cv2.min(one, other), _GLINT), self._cone, scale=1 / 255)
        half = cv2.resize(shown, (shown.shape[1] // 2, shown.shape[0] // 2), interpolation=cv2.INTER_AREA)
        y, u, v = self._colour
        planes = (cv2.convertScaleAbs(plane, None, value / 255) for plane, value in ((shown, y), (half, u), (half, v)))
        bytes_y, bytes_u, bytes_v = (np.asarray(plane, np.uint8) for plane in planes)
        hole, hole_c = (np.asarray(cv2.bitwise_not(plane), np.uint8) for plane in (shown, half))
        return Sheet(bytes_y, bytes_u, bytes_v, hole, hole_c)


def _dashes(rng: np.random.Generator, rows: int, wide: int, unit: float) -> Bytes:
    """Flat spots that grow towards us, twice beside each other so that any view is one slice."""
    fine = noise(rng, rows, wide, (max(1, round(unit / 90)), max(3, round(unit / 11))))
    at = (np.linspace(0, 1, rows, dtype=np.float32) ** np.float32(0.55) * (rows - 1))[:, None]
    places = np.broadcast_to(np.arange(wide, dtype=np.float32), (rows, wide))
    field = cv2.remap(fine, places.copy(), np.broadcast_to(at, (rows, wide)).copy(), cv2.INTER_LINEAR)
    spots = to_bytes(np.asarray(field * 50 + 128, np.float32))
    return np.concatenate([spots, spots], axis=1)


def _cone(rows: int, wide: int, rough: float, strength: float) -> Bytes:
    """Where the path lies: narrow below the sun, wider and fainter towards us."""
    y = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, wide, dtype=np.float32)[None, :]
    spread = 0.14 + (0.50 + 0.35 * rough) * y
    share = np.clip(1.15 * (1 - np.abs(x) / spread), 0, 1) * (1 - 0.45 * y) * strength
    return to_bytes(np.asarray(share * 255, np.float32))


def _path_strength(palette: Palette) -> float:
    """How bright the path is: most under a low sun or moon in clear air."""
    return max(0.0, 1 - 1.5 * palette.haze) * (0.30 + 0.70 * max(0.0, 1 - palette.key[1])) * palette.shine
