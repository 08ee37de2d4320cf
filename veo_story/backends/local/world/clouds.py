"""Clouds cut out of paper: heaps, wisps and closed ceilings, lit from where the sun stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from veo_story.backends.local.world.paper import Paper
from veo_story.backends.local.world.stack import slide_of
from veo_story.backends.local.world.tint import mix

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from veo_story.backends.local.world.palette import Palette
    from veo_story.backends.local.world.sheets import Canvas, Floats, Sheet, Yuv
    from veo_story.backends.local.world.stack import Slide

    Doubles = NDArray[np.float64]

_LOW_SUN = 0.2
"""Below this height of the sun its light falls on clouds from below."""


@dataclass(frozen=True, slots=True)
class _Inks:
    """What clouds are painted in. ``side`` is where the light comes from, -1..1; ``under``: from below."""

    lit: Yuv
    body: Yuv
    base: Yuv
    air: Yuv
    deep: Yuv
    side: float
    under: bool


@dataclass(frozen=True, slots=True)
class _Sky:
    """Where clouds may be: ``ground`` is the horizon's row, ``unit`` a picture height's worth of cloud."""

    canvas: Canvas
    ground: float
    unit: float
    inks: _Inks
    rain: bool
    rng: np.random.Generator

    def chance(self, low: float, high: float) -> float:
        return low + (high - low) * float(self.rng.random())


@dataclass(frozen=True, slots=True)
class Clouds:
    """``far`` ones stand still: a sheet as wide as the canvas from ``row`` (even) on. ``near`` ones drift.

    ``drift`` is canvas pixels a frame, to the left.
    """

    far: Sheet
    row: int
    near: Slide
    drift: float

    def halved(self, canvas: Canvas) -> Clouds:
        """Those that drift at half their size, for the half ``canvas``; the far ones are the sky's own."""
        return replace(self, near=self.near.halved(canvas), drift=self.drift / 2)


def clouds_of(
    time: Mapping[str, Any],
    weather: Mapping[str, Any],
    canvas: Canvas,
    palette: Palette,
    rng: np.random.Generator,
    ground: float,
) -> Clouds | None:
    """The clouds of an hour and a weather; None when there are none. ``ground`` is the horizon's row."""
    kind = str(weather.get("kind", time.get("clouds", "cumulus")))
    amount = float(weather["clouds"])
    if not kind or amount <= 0:
        return None
    sky = _Sky(
        canvas,
        ground,
        min(canvas.width * 0.7, canvas.height),
        _inks(palette, amount),
        weather.get("falls") == "rain",
        rng,
    )
    above = canvas.reach
    rows = int(ground + above) // 2 * 2
    back = Paper(canvas.width, rows, top=-above)
    front = Paper(canvas.period, rows, top=-above, period=canvas.period)
    _PAINTERS[kind](sky, amount, back, front)
    drift = (0.10 + 0.9 * float(weather["wind"])) * canvas.height / 720
    return Clouds(back.sheet(), -above, slide_of(canvas, front.sheet(), -above), drift)


def _inks(palette: Palette, amount: float) -> _Inks:
    middle = mix(palette.zenith, palette.air, 0.5)
    bright = mix(mix(palette.air, palette.glow, 0.7), palette.light, 0.62 - 0.45 * palette.dark)
    under = palette.key[1] < _LOW_SUN
    body = mix(middle, bright, 0.20 if under else 0.42)
    base = mix(middle, palette.zenith, 0.30)
    return _Inks(
        lit=bright,
        body=body,
        base=base,
        air=palette.air,
        deep=mix(
            palette.zenith, (16.0, *palette.zenith[1:]), (0.12 + 0.16 * amount) * (1 - 0.8 * palette.dark)
        ),
        side=1.0 if palette.key[0] >= 0 else -1.0,
        under=under,
    )


def _cumulus(sky: _Sky, amount: float, back: Paper, front: Paper) -> None:
    """Heaps with a flat base: small ones low over the horizon, big ones above."""
    wide = sky.canvas.width
    for _ in range(int(3 + 8 * amount)):
        foot = sky.ground * sky.chance(0.72, 0.93)
        _heap(back, sky, sky.chance(0, wide), foot, sky.unit * sky.chance(0.06, 0.12), 0.5)
    count = max(4, round(11 * amount))
    for number in sky.rng.permutation(count):
        x = (float(number) + sky.chance(0.1, 0.9)) * sky.canvas.period / count
        high = sky.chance(0, 1)
        foot = sky.ground * (0.66 - 0.46 * high)
        _heap(front, sky, x, foot, sky.unit * (0.12 + 0.10 * high) * sky.chance(0.8, 1.3), 0.1)


def _heap(paper: Paper, sky: _Sky, x: float, foot: float, size: float, far: float) -> None:
    """One heap, ``size`` half as wide as it is; ``far`` is how much it fades into the air."""
    inks = sky.inks
    count = int(sky.chance(7, 11))
    places = np.linspace(-0.82, 0.82, count) + (sky.rng.random(count) - 0.5) * 0.12
    lean = sky.chance(-0.35, 0.35)
    hill = np.exp(-((places - lean) ** 2) / 0.14)
    radii = (0.13 + 0.17 * hill) * (0.8 + 0.45 * sky.rng.random(count))
    rise = radii * 0.45 + hill * sky.chance(0.16, 0.34)
    steps = ((inks.base, 1.0, 0.0), (inks.body, 0.97, 0.05), (inks.lit, 0.80, 0.13))
    if inks.under:
        steps = ((inks.lit, 1.0, 0.0), (inks.body, 0.98, 0.045), (inks.base, 0.84, 0.12))
    for colour, grown, lift in steps:
        outline = _outline(places + lift * inks.side * 0.5, radii * grown, rise + lift * 0.25, lift)
        paper.cut(outline * np.float32(size) + np.array([x, foot], np.float32), mix(colour, inks.air, far))


def _outline(places: Doubles, radii: Doubles, rise: Doubles, base: float) -> Floats:
    """The upper edge of round puffs on a flat base with round ends, in units of half the heap's width."""
    left, right = float((places - radii).min()), float((places + radii).max())
    columns = np.linspace(left, right, 110)
    inside = radii[:, None] ** 2 - (columns[None, :] - places[:, None]) ** 2
    tops = np.where(inside > 0, rise[:, None] + np.sqrt(np.maximum(inside, 0)), 0).max(axis=0)
    corner = 0.11
    ends = np.clip(np.minimum(columns - left, right - columns) / corner, 0, 1)
    bow = np.sqrt(1 - (1 - ends) ** 2)
    middle = base + corner
    upper = np.stack([columns, -(middle + (np.maximum(tops, middle) - middle) * bow)], 1)
    lower = np.stack([columns[::-1], -(middle - corner * bow[::-1])], 1)
    return np.concatenate([upper, lower]).astype(np.float32)


def _wisps(sky: _Sky, amount: float, back: Paper, front: Paper) -> None:
    """Long flat streaks with a bright edge, brightest where the sun is low."""
    wide, period = sky.canvas.width, sky.canvas.period
    for _ in range(int(4 + 6 * amount)):
        row = sky.ground * sky.chance(0.70, 0.95)
        _streak(back, sky, sky.chance(0, wide), row, sky.unit * sky.chance(0.16, 0.4), 0.5)
    count = int(4 + 8 * amount)
    for number in sky.rng.permutation(count):
        row = sky.ground * (0.12 + 0.60 * sky.chance(0, 1))
        x = (float(number) + sky.chance(0.1, 0.9)) * period / count
        _streak(front, sky, x, row, sky.unit * sky.chance(0.28, 0.62), 0.15)


def _streak(paper: Paper, sky: _Sky, x: float, row: float, size: float, far: float) -> None:
    """A few lenses over each other, thinner towards their ends, with a bright edge on the sun's side."""
    inks = sky.inks
    edge = 1.0 if inks.under else -1.0
    lenses = []
    for part in range(int(sky.chance(2, 4.99))):
        reach = size * (1.0 if part == 0 else sky.chance(0.35, 0.7))
        thick = size * sky.chance(0.045, 0.07) * (1.0 if part == 0 else 0.8)
        at = x + (size - reach) * sky.chance(-1, 1) * 0.95
        lenses.append((at, row - edge * thick * 0.75 * part, reach, thick))
    body = mix(inks.body, inks.base, 0.45 if inks.under else 0.0)
    for colour, shift, shorter in ((inks.lit, 0.0, 1.0), (body, -edge * 0.32, 0.93)):
        shown = mix(colour, inks.air, far)
        for at, place, reach, thick in lenses:
            _lens(paper, (at, place + shift * thick), reach * shorter, thick, shown)


def _lens(paper: Paper, at: tuple[float, float], reach: float, thick: float, colour: Yuv) -> None:
    turns = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    across, down = np.cos(turns), np.sin(turns)
    # Pointed ends, like a leaf's.
    corners = np.stack([at[0] + reach * across, at[1] + thick * down * np.abs(down) ** 0.9], 1)
    paper.cut(corners.astype(np.float32), colour)


def _bands(sky: _Sky, amount: float, back: Paper, front: Paper) -> None:
    """A closed ceiling: sheets of cloud that hang one before the other, darker overhead."""
    if sky.rain:
        _curtains(back, sky)
    heavy = amount > 0.97
    for band in range(4):
        row = sky.ground * (0.84 - 0.14 * band)
        _ceiling(back, sky, row, 0.16 + 0.16 * band, heavy, span=sky.canvas.width)
    for band in range(2):
        row = sky.ground * (0.34 - 0.24 * band)
        _ceiling(front, sky, row, 0.80 + 0.2 * band, heavy, span=sky.canvas.period)


def _curtains(paper: Paper, sky: _Sky) -> None:
    """Rain that falls far away, aslant."""
    for _ in range(4):
        x, wide = sky.chance(-0.1, 1.0) * sky.canvas.width, sky.unit * sky.chance(0.12, 0.35)
        top, lean = sky.ground * sky.chance(0.35, 0.6), -sky.unit * sky.chance(0.14, 0.24)
        for part in (1.0, 0.62):
            inset = wide * (1 - part) / 2
            corners = [[x + inset, top], [x + wide - inset, top]]
            corners += [[x + wide - inset + lean, sky.ground], [x + inset + lean, sky.ground]]
            paper.cut(np.array(corners, np.float32), sky.inks.deep, 0.10)


def _ceiling(paper: Paper, sky: _Sky, row: float, share: float, heavy: bool, span: int) -> None:
    """All above a hanging edge of round puffs; ``share`` is how near it is, 0..1."""
    inks = sky.inks
    top = float(-sky.canvas.reach - 8)
    puffs = max(5, round(span / (sky.unit * (0.13 + 0.17 * share))))
    edge = _edge(sky, puffs, span, sky.unit * (0.035 + 0.075 * share) * (1.3 if heavy else 1.0))
    deep = min(1.0, share * 1.15)
    tones = [mix(inks.air, inks.deep, part * deep) for part in (0.45, 0.72, 1.0)]
    # Behind the edge of each its lighter lining looks out, like a second sheet.
    for above, below, drop, shift in ((tones[0], tones[1], 0.020, 0.4), (tones[1], tones[2], 0.0, 0.0)):
        line = np.roll(edge[:-1], round(shift * len(edge) / puffs))
        line = np.append(line, line[0])
        columns = np.linspace(0, span, len(line))
        lower = np.stack([columns, row + drop * sky.unit + line], 1)[::-1]
        high = max(top, row - 0.22 * sky.unit)
        paper.cut(np.array([[0, top], [span, top], [span, high + 2], [0, high + 2]], np.float32), above)
        ends = np.array([[0, high], [span, high]])
        paper.fade(np.concatenate([lower, ends]).astype(np.float32), above, below)


def _edge(sky: _Sky, puffs: int, span: int, deep: float) -> Floats:
    """How far round puffs hang down, over columns that join at their ends."""
    places = (np.arange(puffs) + 0.5 + (sky.rng.random(puffs) - 0.5) * 0.7) / puffs * span
    sizes = span / puffs * (0.50 + 0.32 * sky.rng.random(puffs))
    hang = deep * (0.45 + 0.9 * sky.rng.random(puffs))
    columns = np.linspace(0, span, puffs * 18 + 1)
    gap = np.abs(columns[None, :] - places[:, None])
    gap = np.minimum(gap, span - gap) / sizes[:, None]
    return np.asarray((np.sqrt(np.maximum(0, 1 - gap**2)) * hang[:, None]).max(axis=0), np.float32)


def _dunes(sky: _Sky, amount: float, back: Paper, front: Paper) -> None:
    """Walls of dust that roll over the horizon."""
    for paper, span, low in ((back, sky.canvas.width, 0.5), (front, sky.canvas.period, 0.78)):
        for wall in range(2):
            row = sky.ground * (low - 0.28 + 0.14 * wall)
            share = 0.45 - 0.18 * wall + (0.1 if paper is front else 0.0)
            _wall(paper, sky, row, mix(sky.inks.air, sky.inks.deep, share), span)


def _wall(paper: Paper, sky: _Sky, row: float, colour: Yuv, span: int) -> None:
    edge = _edge(sky, max(6, round(span / (sky.unit * 0.24))), span, sky.unit * 0.17)
    upper = np.stack([np.linspace(0, span, len(edge)), row - edge], 1)
    foot = sky.ground + 8
    paper.cut(np.concatenate([upper, [[span, foot], [0, foot]]]).astype(np.float32), colour, 0.85)


_PAINTERS = {"cumulus": _cumulus, "wisps": _wisps, "bands": _bands, "dunes": _dunes}
