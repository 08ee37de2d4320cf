"""Water: sheets of waves one before the other, that sway, and the light of the sky on them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from veo_story.backends.local.world.noise import fractal, noise
from veo_story.backends.local.world.paper import Paper
from veo_story.backends.local.world.sheets import to_bytes
from veo_story.backends.local.world.stack import Slide, open_window, slide_of
from veo_story.backends.local.world.tint import mix, yuv

if TYPE_CHECKING:
    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.world.palette import Palette
    from veo_story.backends.local.world.sheets import Bytes, Canvas, Element, Eye, Floats, Yuv
    from veo_story.backends.local.world.stack import Window

_SEA, _FOAM = yuv("#2c6e86"), yuv("#f4f8f8")
_BANDS = 6
_FPS = 24
_RATIO = 2
"""The path of light is worked out at half the size."""
_GLINT = np.clip((np.arange(256) - 112) * 12, 0, 255).astype(np.uint8)


def water(
    canvas: Canvas, palette: Palette, seed: int, top: float, parallax: float, *, calm: float = 0.5
) -> Element:
    """Water from the row ``top`` (in picture heights) down past the picture; a pure function.

    ``calm`` is 1 for a mirror and 0 for a stormy sea.
    """
    rng = np.random.default_rng([seed, 29])
    return Water(canvas, palette, rng, top, parallax, calm)


@dataclass(frozen=True, slots=True)
class _Wave:
    """One sheet of waves and how it sways: ``reach`` and ``lift`` are canvas pixels."""

    slide: Slide
    reach: float
    lift: float
    seconds: float
    phase: float

    def lay(self, window: Window, frame: int) -> None:
        """Lay it into a window as it stands at that frame."""
        turn = 2 * math.pi * frame / (_FPS * self.seconds) + self.phase
        self.slide.lay(window, self.reach * math.sin(turn), self.lift * math.cos(turn))


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
        self._canvas, self._top = canvas, round(top * canvas.height / 2) * 2
        self._waves = tuple(
            _wave(canvas, palette, rng, self._top, parallax, rough, number) for number in range(_BANDS)
        )
        strength = _path_strength(palette)
        self._path = _Path(canvas, palette, rng, self._top, rough, strength) if strength > 0.05 else None

    def covered(self, eye: Eye) -> int:
        """See :class:`~veo_story.backends.local.world.sheets.Element`."""
        placing = eye.placing(self.parallax)
        height = self._canvas.height
        if placing is None:
            return height
        return max(0, min(height, math.ceil((self._top * placing.scale + placing.top) / 2) * 2))

    def paint(self, into: Planes, eye: Eye, frame: int, below: int) -> None:
        """See :class:`~veo_story.backends.local.world.sheets.Element`."""
        window = open_window(self._canvas, eye, self.parallax, self._top, below)
        if window is None:
            return
        self._edge(window)
        for wave in self._waves:
            wave.lay(window, frame)
        if self._path is not None:
            self._path.lay(window, eye, frame, self.parallax)
        window.show(into)

    def _edge(self, window: Window) -> None:
        """Enlarging looks at the row above the first: it is the water's far colour too."""
        far = self._waves[0].slide.sheet
        above = max(0, self._top + 4 - window.row)
        for plane, own, unit in zip(window.planes, (far.y, far.u, far.v), (1, 2, 2), strict=True):
            plane[: above // unit] = round(float(own[4 // unit].mean()))


def _wave(
    canvas: Canvas,
    palette: Palette,
    rng: np.random.Generator,
    top: int,
    parallax: float,
    rough: float,
    number: int,
) -> _Wave:
    near = number / (_BANDS - 1)
    unit = canvas.height * (0.35 + 0.65 * min(1.0, canvas.width / canvas.height))
    row, height = _row(canvas, top, near), _height(unit, near, rough)
    long = unit * (0.035 + 0.30 * near**1.3) * (0.7 + 0.5 * rough)
    line = _crests(rng, canvas.period, max(3, round(canvas.period / long)), rough) * np.float32(height)
    first, foot = math.floor((row - height) / 2) * 2 - 2, canvas.height + canvas.reach
    if number < _BANDS - 1:
        # The next one hides the rest.
        after = (number + 1) / (_BANDS - 1)
        foot = math.ceil(_row(canvas, top, after) + 1.5 * _height(unit, after, rough) + 12)
    paper = Paper(canvas.period, foot - first, top=first, period=canvas.period)
    line = row + line if number else line + first - 8
    _Looks(canvas, palette, rng, near, rough, parallax).paint(paper, line, foot + 8, long)
    return _Wave(
        slide=slide_of(canvas, paper.sheet(), first),
        reach=unit * parallax * (0.006 + 0.05 * near) * (0.5 + rough),
        lift=0.0 if number == 0 else unit * (0.0004 + 0.005 * near * rough),
        seconds=3.2 + 2.4 * near + 1.7 * float(rng.random()),
        phase=float(rng.random()) * 2 * math.pi,
    )


def _row(canvas: Canvas, top: int, near: float) -> float:
    """The canvas row about which a wave's edge lies."""
    return float(top + (canvas.height - top) * (near * 0.86) ** 1.55)


def _height(unit: float, near: float, rough: float) -> float:
    return unit * (0.004 + 0.026 * near) * (0.25 + rough) if near > 0 else 0.0


def _crests(rng: np.random.Generator, period: int, waves: int, rough: float) -> Floats:
    """A line of waves, -1..1 downwards: round troughs with crests that are the sharper the rougher it is."""
    x = np.arange(period, dtype=np.float32) * np.float32(2 * np.pi / period)
    turn = x * np.float32(waves) + fractal(rng, period, 4, 3) * np.float32(0.9)
    round_one = np.cos(turn)
    cusped = 1 - 2 * (1 - np.abs(np.sin(turn / 2)))
    size = 0.72 + 0.28 * fractal(rng, period, max(2, waves // 4), 2)
    keen = min(1.0, rough * 1.4)
    return np.asarray((round_one * (keen - 1) + cusped * keen) * size, np.float32)


@dataclass(frozen=True, slots=True)
class _Looks:
    """How one sheet of waves is painted; ``near`` is 0 at the horizon and 1 before us."""

    canvas: Canvas
    palette: Palette
    rng: np.random.Generator
    near: float
    rough: float
    parallax: float

    def paint(self, paper: Paper, line: Floats, foot: float, long: float) -> None:
        """Paint all from ``line`` (a row for every column) to ``foot``, with waves ``long`` pixels long."""
        veil = 0.9 * self.palette.veil(self.parallax) * (1 - self.near) ** 2
        colour = _colour(self.palette, self.near, veil)
        after = _colour(self.palette, min(1.0, self.near + 1.2 / _BANDS), veil * 0.8)
        lit = mix(colour, mix(self.palette.air, self.palette.glow, 0.5), 0.30 - 0.12 * self.near)
        thin = self.canvas.height * (0.0015 + 0.0035 * self.near) * (0.6 + self.rough)
        if self.near > 0:
            foam = self.rough > 0.75 and self.near > 0.15
            paper.cut(self._under(line, foot), mix(lit, self.palette.tone(_FOAM, 0.7), 0.55) if foam else lit)
        paper.fade(self._under(line + (thin if self.near > 0 else 0.0), foot), colour, after)
        # Marks of light on the slope, longer the nearer they are.
        for _ in range(int(26 - 14 * self.near)):
            x, down = float(self.rng.random()) * self.canvas.period, float(self.rng.random()) ** 1.4
            low = self.canvas.height * (0.012 * (0.5 + self.near) + 0.16 * (0.3 + self.near) * down)
            at = float(line[int(x) % self.canvas.period]) + low
            reach = long * (0.2 + 0.35 * float(self.rng.random()))
            _dash(paper, (x, at), reach, thin * 0.8, mix(colour, lit, 0.6))

    def _under(self, line: Floats, foot: float, step: int = 4) -> Floats:
        """The outline of all below a line."""
        columns = np.append(np.arange(0, self.canvas.period, step), self.canvas.period)
        ends = np.array([[self.canvas.period, foot], [0, foot]], np.float32)
        edge = np.stack([columns, np.append(line[::step], line[0])], 1)
        return np.concatenate([edge, ends]).astype(np.float32)


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
        self._rows = max(8, int((canvas.height + canvas.reach - top) / _RATIO) // 2 * 2)
        unit = min(canvas.width, canvas.height) / _RATIO
        self._wide = int(unit * 0.66) // 4 * 4
        self._sheets = [_dashes(rng, self._rows, self._wide, unit) for _ in range(2)]
        self._cone = _cone(self._rows, self._wide, rough, strength)
        self._speeds = (unit / 900, -unit / 1300)
        self._colour = mix(palette.light, (235.0, 128.0, 128.0), 0.15)

    def lay(self, window: Window, eye: Eye, frame: int, parallax: float) -> None:
        """Lay it into a window on water of that parallax."""
        far, here = eye.placing(0.0), eye.placing(parallax)
        if far is None or here is None:
            return
        # It always lies below the sun, however the water before it moves.
        middle = (self._middle * far.scale + far.left - here.left) / here.scale
        column = round((middle - self._wide * _RATIO / 2 - window.column) / 4) * 4
        row = self._top - window.row
        rows, columns = window.planes[0].shape
        left, right = max(0, column), min(columns // 4 * 4, column + self._wide * _RATIO)
        top, foot = max(0, row), min(rows // 4 * 4, row + self._rows * _RATIO)
        top, foot = top + top % 2, foot - foot % 2
        if right - left < 4 or foot - top < 4:
            return
        part = (
            slice((top - row) // _RATIO, (foot - row) // _RATIO),
            slice((left - column) // _RATIO, (right - column) // _RATIO),
        )
        half = self._shown(frame)[part]
        whole = cv2.resize(half, None, fx=_RATIO, fy=_RATIO, interpolation=cv2.INTER_LINEAR)
        for plane, share, value, unit in zip(
            window.planes, (whole, half, half), self._colour, (1, 2, 2), strict=True
        ):
            spot = slice(top // unit, top // unit + share.shape[0])
            target = plane[spot, left // unit : left // unit + share.shape[1]]
            cv2.multiply(target, cv2.bitwise_not(share), target, 1 / 255)
            cv2.add(target, cv2.convertScaleAbs(share, None, value / 255), target)

    def _shown(self, frame: int) -> Any:
        """How much of its light is seen, at half the size."""
        one, other = (
            sheet[:, at : at + self._wide]
            for sheet, at in zip(
                self._sheets, (int(frame * speed) % self._wide for speed in self._speeds), strict=True
            )
        )
        return cv2.multiply(cv2.LUT(cv2.min(one, other), _GLINT), self._cone, scale=1 / 255)


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
