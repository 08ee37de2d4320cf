"""What is built: skylines, street fronts, villages, fences, stalls, and what stands in rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.backends.local.world.shapes import arch, points

if TYPE_CHECKING:
    from veo_story.backends.local.world.paper import Paper
    from veo_story.backends.local.world.plot import Plot
    from veo_story.backends.local.world.sheets import Yuv

_LIT = ("#ffd98c", "#ffc56b", "#ffe7b3", "#cfe3ff")
_TOWN = ("#c9a27e", "#b5746a", "#d8c39c", "#8fa3ad", "#c98f62", "#a9b39a")


def skyline(plot: Plot) -> Paper:
    """Towers with windows, ``count`` in a period, up to ``rise``; lit after dark."""
    top, rise, count = plot.number("top", 0.6), plot.number("rise", 0.3), plot.many(22)
    paper = plot.paper(top - rise * 1.12)
    foot, unit = plot.row(top), plot.canvas.period / count
    for index in range(count):
        tall = plot.scale * rise * (0.25 + 0.75 * float(plot.rng.random()) ** 1.4)
        left, wide = index * unit, unit * plot.chance(0.72, 1.04)
        _tower(paper, plot, (left, foot - tall, wide, tall + 4), index)
    paper.box(-8, foot, plot.canvas.period + 16, plot.canvas.height, plot.colour(0.7))
    return paper


def _tower(paper: Paper, plot: Plot, box: tuple[float, float, float, float], index: int) -> None:
    left, top, wide, tall = box
    share = plot.chance(0.6, 1.0)
    paper.box(*box, plot.colour(share))
    edge = left if plot.inks.side > 0 else left + wide * 0.68
    paper.box(edge, top, wide * 0.32, tall, plot.colour(share - 0.4))
    kind = index % 5
    if kind == 1:
        paper.box(left + wide * 0.22, top - wide * 0.22, wide * 0.56, wide * 0.24, plot.colour(share - 0.1))
    if kind == 2:
        paper.cut(
            points((left, top + 1), (left + wide * 0.5, top - wide * 0.5), (left + wide, top + 1)),
            plot.colour(share - 0.1),
        )
    if kind == 4:
        paper.line(
            points((left + wide / 2, top), (left + wide / 2, top - wide * 0.8)),
            plot.colour(share),
            wide * 0.05,
        )
    _windows(
        paper, plot, (left + wide * 0.12, top + wide * 0.14, wide * 0.76, tall), plot.number("pane", 0.012)
    )


def _windows(paper: Paper, plot: Plot, box: tuple[float, float, float, float], size: float) -> None:
    left, top, wide, tall = box
    pane = max(2.0, plot.scale * size)
    across, down = max(1, int(wide / (pane * 1.9))), int(tall / (pane * 2.3))
    step_x, step_y = wide / across, pane * 2.3
    lit = 0.10 + 0.42 * plot.inks.palette.dark
    for row in range(down):
        for column in range(across):
            on = plot.rng.random() < lit and plot.inks.dark
            shown = on or plot.rng.random() < 0.8
            if shown:
                colour = window_light(plot) if on else plot.ink(str(plot.spec.get("glass", "#5d7485")), 0.5)
                paper.box(
                    left + column * step_x + step_x / 2 - pane / 2,
                    top + row * step_y,
                    pane,
                    pane * 1.25,
                    colour,
                )


def window_light(plot: Plot) -> Yuv:
    """The colour of a window with somebody at home, as far away as the layer is."""
    from veo_story.backends.local.world.tint import mix

    light = plot.inks.shine(_LIT[int(plot.rng.integers(0, len(_LIT)))])
    return mix(light, plot.inks.air(), 0.6 * plot.inks.palette.veil(plot.depth))


def front(plot: Plot) -> Paper:
    """House fronts along a street, ``count`` in a period: windows in rows, shops with awnings below."""
    top, foot, count = plot.number("top", 0.1), plot.number("foot", 0.8), plot.many(8)
    paper = plot.paper(top - 0.12)
    unit = plot.canvas.period / count
    colours = plot.spec.get("colours", _TOWN)
    for index in range(count):
        high = plot.row(top) + plot.scale * plot.chance(-0.10, 0.12)
        colour = str(colours[index % len(colours)])
        _house_front(paper, plot, (index * unit, high, unit * 1.002, plot.row(foot) - high), colour)
    paper.box(
        -8,
        plot.row(foot),
        plot.canvas.period + 16,
        plot.canvas.height,
        plot.ink(str(plot.spec.get("walk", "#77777a")), 0.9),
    )
    return paper


def _house_front(paper: Paper, plot: Plot, box: tuple[float, float, float, float], colour: str) -> None:
    left, top, wide, tall = box
    paper.box(left, top, wide, tall, plot.ink(colour, 0.85))
    paper.box(
        left - wide * 0.02, top - plot.scale * 0.012, wide * 1.04, plot.scale * 0.028, plot.ink(colour, 0.2)
    )
    shop = plot.scale * plot.number("shop", 0.24)
    across, pane = max(2, round(wide / (plot.scale * 0.17))), plot.scale * 0.066
    step = plot.scale * 0.20
    for row in range(max(0, int((tall - shop - pane) / step))):
        y = top + plot.scale * 0.06 + row * step
        for column in range(across):
            x = left + wide * (column + 0.5) / across - pane / 2
            on = plot.inks.dark and plot.rng.random() < 0.45
            paper.box(x - 3, y - 3, pane + 6, pane * 1.7 + 6, plot.ink(colour, 0.3))
            paper.box(x, y, pane, pane * 1.7, window_light(plot) if on else plot.ink("#51687a", 0.6))
            paper.box(x + pane * 0.47, y, pane * 0.06, pane * 1.7, plot.ink(colour, 0.5))
            paper.box(x - 5, y + pane * 1.7, pane + 10, plot.scale * 0.008, plot.ink("#e8e0d0", 0.8))
    if shop:
        _shop(paper, plot, (left, top + tall - shop, wide, shop))


def _shop(paper: Paper, plot: Plot, box: tuple[float, float, float, float]) -> None:
    left, top, wide, tall = box
    paper.box(left, top + tall * 0.05, wide, tall, plot.ink("#4b4038", 0.6))
    glass = plot.inks.shine("#ffd591") if plot.inks.dark else plot.ink("#8fb0bf", 0.8)
    paper.box(left + wide * 0.08, top + tall * 0.30, wide * 0.52, tall * 0.56, glass)
    paper.box(left + wide * 0.68, top + tall * 0.28, wide * 0.22, tall * 0.72, plot.ink("#6a3f2c", 0.8))
    paper.box(left + wide * 0.72, top + tall * 0.34, wide * 0.14, tall * 0.30, glass)
    stripe = str(("#b5483c", "#3e7a5e", "#34607f", "#c08a3a")[int(plot.rng.integers(0, 4))])
    if plot.spec.get("neon") and plot.inks.dark:
        sign = ("#ff5fa2", "#52e0ff", "#ffd34d", "#7dff9a")[int(plot.rng.integers(0, 4))]
        middle = (left + wide * 0.35, top + tall * 0.10)
        paper.box(left + wide * 0.12, top - tall * 0.02, wide * 0.46, tall * 0.22, plot.inks.shine(sign))
        paper.glow(middle, wide * 0.55, plot.inks.shine(sign), 0.35)
        return
    for part in range(8):
        x, step = left + wide * (0.04 + 0.6 * part / 8), wide * 0.6 / 8
        colour = plot.ink(stripe if part % 2 else "#efe6d4", 0.9)
        paper.cut(
            points(
                (x + step * 0.2, top + tall * 0.12),
                (x + step * 1.2, top + tall * 0.12),
                (x + step, top + tall * 0.36),
                (x, top + tall * 0.36),
            ),
            colour,
        )


def village(plot: Plot) -> Paper:
    """Gabled houses, ``count`` in a period, with a church tower among them."""
    top, tall, count = plot.number("top", 0.65), plot.number("tall", 0.12), plot.many(14)
    paper = plot.paper(top - tall * 2.2)
    walls, roofs = (
        plot.spec.get("walls", ("#e9dcc3", "#dcc6a4", "#c9b8a8")),
        plot.spec.get("roofs", ("#a4553c", "#8d4a3a", "#7b5a48")),
    )
    unit = plot.canvas.period / count
    for index in plot.rng.permutation(count):
        high = plot.scale * tall * plot.chance(0.6, 1.0)
        x, foot = (index + plot.chance(0.1, 0.9)) * unit, plot.row(top) + plot.scale * plot.chance(0.0, 0.02)
        if index == count // 3 and plot.spec.get("church", True):
            _steeple(paper, plot, x, foot, plot.scale * tall * 1.9, str(walls[0]))
        _gable(
            paper,
            plot,
            (x, foot, high * plot.chance(1.0, 1.6), high),
            (str(walls[index % len(walls)]), str(roofs[index % len(roofs)])),
        )
    if not plot.spec.get("bare"):
        paper.box(-8, plot.row(top), plot.canvas.period + 16, plot.canvas.height, plot.colour(0.9))
    return paper


def _gable(
    paper: Paper, plot: Plot, box: tuple[float, float, float, float], colours: tuple[str, str]
) -> None:
    x, foot, wide, tall = box
    wall, roof = colours
    paper.box(x - wide / 2, foot - tall * 0.58, wide, tall * 0.6, plot.ink(wall, 0.95))
    edge = x - wide / 2 if plot.inks.side > 0 else x + wide * 0.22
    paper.box(edge, foot - tall * 0.58, wide * 0.28, tall * 0.6, plot.ink(wall, 0.4))
    ridge = foot - tall
    eaves = foot - tall * 0.54
    paper.cut(
        points(
            (x - wide * 0.58, eaves),
            (x - wide * 0.34, ridge),
            (x + wide * 0.34, ridge),
            (x + wide * 0.58, eaves),
        ),
        plot.ink(roof, 0.9),
    )
    paper.box(x + wide * 0.16, ridge - tall * 0.14, wide * 0.10, tall * 0.25, plot.ink(roof, 0.4))
    on = plot.inks.dark
    for aside in (-0.24, 0.12):
        glass = window_light(plot) if on else plot.ink("#48606f", 0.6)
        paper.box(x + wide * aside, foot - tall * 0.40, wide * 0.13, tall * 0.18, glass)


def _steeple(paper: Paper, plot: Plot, x: float, foot: float, tall: float, wall: str) -> None:
    half = tall * 0.10
    paper.box(x - half, foot - tall * 0.66, half * 2, tall * 0.68, plot.ink(wall, 0.9))
    paper.box(
        x - half if plot.inks.side > 0 else x, foot - tall * 0.66, half, tall * 0.68, plot.ink(wall, 0.4)
    )
    paper.cut(
        points((x - half * 1.2, foot - tall * 0.65), (x, foot - tall), (x + half * 1.2, foot - tall * 0.65)),
        plot.ink("#5d6b73", 0.8),
    )
    paper.cut(
        arch(x - half * 0.3, foot - tall * 0.58, half * 0.6, foot - tall * 0.44), plot.ink("#33414a", 0.5)
    )
