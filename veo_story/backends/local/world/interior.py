"""The walls of rooms, with windows cut through to what is outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.world.shapes import arch, box, points, rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from veo_story.backends.local.world.paper import Paper
    from veo_story.backends.local.world.plot import Plot
    from veo_story.backends.local.world.sheets import Floats


def wall(plot: Plot) -> Paper:
    """A wall with a ``pattern`` down to the row ``foot``, and ``windows``: ``[at, wide, top, foot]`` each."""
    paper = plot.paper(-plot.canvas.reach / plot.canvas.height)
    period, foot = plot.canvas.period, plot.row(plot.number("foot", 0.78))
    paper.box(-8, paper.top, period + 16, foot - paper.top, plot.colour())
    PATTERNS.get(str(plot.spec.get("pattern", "")), _bare)(paper, plot, foot)
    if "panel" in plot.spec:
        _panelled(paper, plot, foot)
    paper.box(-8, foot, period + 16, plot.canvas.height, plot.ink(plot.ground, 0.55))
    if plot.number("skirting", 0.02):
        high = plot.scale * plot.number("skirting", 0.02)
        paper.box(-8, foot - high, period + 16, high, plot.ink(str(plot.spec.get("trim", "#e8dfce")), 0.7))
    for window in plot.spec.get("windows", ()):
        for turn in (0, 1) if plot.spec.get("twice", True) else (0,):
            _window(paper, plot, window, turn * plot.canvas.width)
    _lit(paper, plot)
    return paper


def _lit(paper: Paper, plot: Plot) -> None:
    """Light gathers in the middle of the picture and under the lamps."""
    rows, columns = paper.picture.shape[:2]
    x = np.linspace(0, 4 * np.pi, columns, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, rows, dtype=np.float32)[:, None]
    paper.shade((-np.cos(x + np.pi * 0) * 7 - 9 * y * y).astype(np.float32))


def _bare(paper: Paper, plot: Plot, foot: float) -> None:
    """No pattern."""


def _striped(paper: Paper, plot: Plot, foot: float) -> None:
    count = round(plot.canvas.period / (plot.scale * 0.09)) // 2 * 2
    step = plot.canvas.period / count
    for index in range(0, count, 2):
        paper.box(index * step, paper.top, step, foot - paper.top, plot.colour(0.82))


def _boards(paper: Paper, plot: Plot, foot: float) -> None:
    count = round(plot.canvas.period / (plot.scale * 0.11))
    step = plot.canvas.period / count
    for index in range(count):
        paper.box(index * step, paper.top, step, foot - paper.top, plot.colour(plot.chance(0.72, 1.0)))
        paper.box(index * step, paper.top, step * 0.05, foot - paper.top, plot.colour(0.2))


def _bricks(paper: Paper, plot: Plot, foot: float) -> None:
    high = plot.scale * plot.number("brick", 0.045)
    count = round(plot.canvas.period / (high * 2.4))
    wide = plot.canvas.period / count
    for row in range(int((foot - paper.top) / high) + 1):
        y = foot - (row + 1) * high
        for index in range(count):
            if plot.rng.random() < plot.number("shown", 0.6):
                x = (index + 0.5 * (row % 2)) * wide
                paper.box(
                    x + high * 0.05,
                    y + high * 0.05,
                    wide - high * 0.1,
                    high * 0.88,
                    plot.colour(plot.chance(0.6, 1.05)),
                    0.8,
                )


def _tiled(paper: Paper, plot: Plot, foot: float) -> None:
    size = plot.scale * plot.number("tile", 0.07)
    count = round(plot.canvas.period / size)
    step = plot.canvas.period / count
    top = plot.row(plot.number("tiled", 0.0)) if plot.number("tiled", 0.0) else paper.top
    for index in range(count):
        paper.box(index * step, top, max(1.0, step * 0.05), foot - top, plot.colour(0.55))
    for row in range(int((foot - top) / step) + 1):
        paper.box(-8, foot - row * step, plot.canvas.period + 16, max(1.0, step * 0.05), plot.colour(0.55))


def _curtained(paper: Paper, plot: Plot, foot: float) -> None:
    count = round(plot.canvas.period / (plot.scale * 0.085))
    step = plot.canvas.period / count
    for index in range(count):
        paper.box(index * step, paper.top, step * 0.36, foot - paper.top, plot.colour(0.45))
        paper.box(index * step + step * 0.62, paper.top, step * 0.16, foot - paper.top, plot.colour(1.18))


def _plated(paper: Paper, plot: Plot, foot: float) -> None:
    """Metal plates with a stripe of light, as in a ship of the future."""
    count = round(plot.canvas.period / (plot.scale * 0.42))
    step = plot.canvas.period / count
    for index in range(count):
        paper.box(index * step, paper.top, step * 0.03, foot - paper.top, plot.colour(0.2))
        for row in (0.30, 0.62):
            panel = rounded(
                index * step + step * 0.12, plot.row(row), step * 0.76, plot.scale * 0.10, plot.scale * 0.02
            )
            paper.cut(panel, plot.colour(0.6))
    for row in (0.16, 0.72):
        paper.box(-8, plot.row(row), plot.canvas.period + 16, plot.scale * 0.012, plot.inks.shine("#7fe3f2"))


def _panelled(paper: Paper, plot: Plot, foot: float) -> None:
    """Wood up to the row ``dado``."""
    top = plot.row(plot.number("dado", 0.55))
    colour = str(plot.spec["panel"])
    paper.box(-8, top, plot.canvas.period + 16, foot - top, plot.ink(colour, 0.9))
    paper.box(
        -8, top - plot.scale * 0.008, plot.canvas.period + 16, plot.scale * 0.018, plot.ink(colour, 1.1)
    )
    count = round(plot.canvas.period / (plot.scale * 0.22))
    step = plot.canvas.period / count
    for index in range(count):
        paper.box(
            index * step + step * 0.12,
            top + plot.scale * 0.035,
            step * 0.76,
            foot - top - plot.scale * 0.075,
            plot.ink(colour, 0.55),
        )


PATTERNS = {
    "stripes": _striped,
    "boards": _boards,
    "bricks": _bricks,
    "tiles": _tiled,
    "curtain": _curtained,
    "plates": _plated,
}


def _window(paper: Paper, plot: Plot, window: Sequence[float], shift: float) -> None:
    at, wide, top, foot = window
    half = plot.across(wide) / 2
    left, high, low = plot.column(at) - half + shift, plot.row(top), plot.row(foot)
    outline = _outline(plot, left, high, half * 2, low)
    trim, thick = str(plot.spec.get("frame", "#efe7d8")), plot.scale * plot.number("thick", 0.016)
    middle = np.array([left + half, (high + low) / 2], np.float32)
    grown = middle + (outline - middle) * (1 + thick / np.array([half, (low - high) / 2], np.float32))
    paper.cut(grown, plot.ink(trim, 0.85))
    paper.open(outline)
    across, down = plot.spec.get("bars", (2, 2))
    bar = thick * 0.6
    for index in range(1, int(across)):
        paper.box(left + half * 2 * index / across - bar / 2, high, bar, low - high, plot.ink(trim, 0.5))
    for index in range(1, int(down)):
        y = high + (low - high) * index / down
        paper.box(left, y - bar / 2, half * 2, bar, plot.ink(trim, 0.5))
    if plot.spec.get("glass"):
        paper.cut(outline, plot.ink(str(plot.spec["glass"]), 1.0), 0.22)
    if plot.spec.get("stained"):
        _stained(paper, plot, (left, high, half * 2, low))
    if plot.number("sill", 0.02):
        paper.box(
            left - thick * 2,
            low + thick * 0.4,
            half * 2 + thick * 4,
            plot.scale * plot.number("sill", 0.02),
            plot.ink(trim, 1.0),
        )
    if "curtain" in plot.spec:
        _drapes(paper, plot, (left, high, half * 2, low))


def _outline(plot: Plot, left: float, top: float, wide: float, foot: float) -> Floats:
    shape = str(plot.spec.get("shape", "square"))
    if shape in ("arch", "pointed"):
        return arch(left, top, wide, foot, pointed=shape == "pointed")
    if shape == "round":
        return rounded(left, top, wide, foot - top, wide)
    if shape == "soft":
        return rounded(left, top, wide, foot - top, plot.scale * 0.05)
    return box(left, top, wide, foot - top)


def _stained(paper: Paper, plot: Plot, frame: tuple[float, float, float, float]) -> None:
    left, top, wide, foot = frame
    colours = ("#c8453c", "#e0b03a", "#3f78b8", "#4e9a62", "#8a4f9e")
    size = wide / 3
    rows = int((foot - top) / size)
    shape = arch(left, top, wide, foot, pointed=True)
    for row in range(rows):
        for column in range(3):
            x, y = left + column * size, foot - (row + 1) * size
            half = (x + size / 2 - left - wide / 2) / (wide / 2)
            if y > shape[:, 1].min() + abs(half) * wide * 0.8:
                shown = plot.ink(colours[(row * 2 + column * 3 + row // 2) % 5], 1.15)
                paper.cut(
                    points(
                        (x + size / 2, y),
                        (x + size, y + size / 2),
                        (x + size / 2, y + size),
                        (x, y + size / 2),
                    ),
                    shown,
                    0.85,
                )


def _drapes(paper: Paper, plot: Plot, frame: tuple[float, float, float, float]) -> None:
    left, top, wide, foot = frame
    colour, part = str(plot.spec["curtain"]), wide * 0.22
    low = foot + plot.scale * 0.05
    for side in (-1, 1):
        edge = left if side < 0 else left + wide
        for fold in range(4):
            x = edge - part * 0.35 * (side < 0) + (-part * 0.65 * (side > 0)) + fold * part / 4
            paper.cut(
                points(
                    (x, top - plot.scale * 0.03),
                    (x + part / 4 + 1, top - plot.scale * 0.03),
                    (x + part / 4 + 1 + side * 2, low),
                    (x + side * 2, low),
                ),
                plot.ink(colour, 0.95 if fold % 2 else 0.55),
            )
    paper.box(
        left - part * 0.6,
        top - plot.scale * 0.045,
        wide + part * 1.2,
        plot.scale * 0.012,
        plot.ink("#5a4433", 0.8),
    )
