"""Water: sheets of waves one before the other, that sway, and the light of the sky on them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.world.glitter import path_of
from veo_story.backends.local.world.noise import fractal
from veo_story.backends.local.world.paper import Paper
from veo_story.backends.local.world.stack import Slide, open_window, slide_of
from veo_story.backends.local.world.tint import mix, yuv

if TYPE_CHECKING:
    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.world.glitter import LightPath
    from veo_story.backends.local.world.palette import Palette
    from veo_story.backends.local.world.sheets import Canvas, Element, Eye, Floats, Yuv
    from veo_story.backends.local.world.stack import Window

_SEA, _FOAM = yuv("#2c6e86"), yuv("#f4f8f8")
_BANDS = 6
_FPS = 24


def water(
    canvas: Canvas, palette: Palette, seed: int, top: float, parallax: float, *, calm: float = 0.5
) -> Element:
    """Water from the row ``top`` (in picture heights) down past the picture; a pure function.

    ``calm`` is 1 for a mirror and 0 for a stormy sea.
    """
    rng = np.random.default_rng([seed, 29])
    rough = 1 - min(1.0, max(0.0, calm))
    first = round(top * canvas.height / 2) * 2
    waves = tuple(_wave(canvas, palette, rng, first, parallax, rough, number) for number in range(_BANDS))
    return Water(canvas, first, parallax, waves, path_of(canvas, palette, rng, first, rough))


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

    def halved(self, canvas: Canvas) -> _Wave:
        """The same at half the size."""
        slide = self.slide.halved(canvas)
        return replace(self, slide=slide, reach=self.reach / 2, lift=self.lift / 2)


class Water:
    """See :func:`water`; an ``Element``."""

    moving = True

    def __init__(
        self, canvas: Canvas, top: int, parallax: float, waves: tuple[_Wave, ...], path: LightPath | None
    ) -> None:
        self.parallax = parallax
        self._canvas, self._top, self._waves, self._path = canvas, top, waves, path

    def halved(self) -> Water:
        """See :class:`~veo_story.backends.local.world.halves.Halvable`."""
        canvas = self._canvas.half
        waves = tuple(wave.halved(canvas) for wave in self._waves)
        path = self._path.halved() if self._path else None
        return Water(canvas, self._top // 2, self.parallax, waves, path)

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
