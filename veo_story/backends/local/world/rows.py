"""What stands in rows: fences, poles and street lamps, market stalls, gravestones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.world.shapes import arch, points

if TYPE_CHECKING:
    from veo_story.backends.local.world.paper import Paper
    from veo_story.backends.local.world.plot import Plot


def fence(plot: Plot) -> Paper:
    """Posts and rails along the row ``foot``."""
    foot, tall = plot.row(plot.number("foot", 0.9)), plot.scale * plot.number("tall", 0.12)
    paper = plot.paper(
        plot.number("foot", 0.9) - plot.number("tall", 0.12) * 1.3, plot.number("foot", 0.9) + 0.02
    )
    count = plot.many(24)
    for rail in (0.35, 0.75):
        paper.box(
            -8, foot - tall * rail - tall * 0.05, plot.canvas.period + 16, tall * 0.09, plot.colour(0.8)
        )
    for column in range(count):
        x = (column + 0.5) * plot.canvas.period / count
        paper.box(
            x - tall * 0.06, foot - tall * plot.chance(0.95, 1.08), tall * 0.12, tall * 1.08, plot.colour()
        )
        paper.box(
            x - tall * 0.06 if plot.inks.side > 0 else x, foot - tall, tall * 0.06, tall, plot.colour(0.3)
        )
    return paper


def poles(plot: Plot) -> Paper:
    """Telegraph poles or street lamps in a row, with wires between or with light after dark."""
    foot, tall = plot.row(plot.number("foot", 0.7)), plot.scale * plot.number("tall", 0.3)
    above = 1.5 if plot.spec.get("lamps") and plot.inks.dark else 1.15
    paper = plot.paper(
        plot.number("foot", 0.7) - plot.number("tall", 0.3) * above, plot.number("foot", 0.7) + 0.01
    )
    count = plot.many(6)
    unit = plot.canvas.period / count
    for index in range(count):
        x = (index + plot.number("shift", 0.3)) * unit
        paper.box(x - tall * 0.015, foot - tall, tall * 0.03, tall, plot.colour(0.7))
        if plot.spec.get("lamps"):
            paper.line(
                points((x, foot - tall), (x + tall * 0.12, foot - tall * 1.02)), plot.colour(0.7), tall * 0.02
            )
            head = (x + tall * 0.13, foot - tall * 1.0)
            if plot.inks.dark:
                paper.glow(head, tall * 0.42, plot.inks.palette.lamp, 0.5)
            paper.oval(
                head,
                tall * 0.035,
                tall * 0.022,
                plot.inks.palette.lamp if plot.inks.dark else plot.ink("#e8e4d8"),
            )
            continue
        paper.box(x - tall * 0.13, foot - tall * 0.93, tall * 0.26, tall * 0.025, plot.colour(0.7))
        bow = np.linspace(0, 1, 14)
        for aside in (-0.11, 0.11):
            wire = np.stack(
                [x + aside * tall + unit * bow, foot - tall * 0.93 + tall * 0.22 * bow * (1 - bow) * 2], 1
            )
            paper.line(wire.astype(np.float32), plot.colour(0.5), 1.0, 0.8)
    return paper


def stalls(plot: Plot) -> Paper:
    """Market stalls under striped roofs, heaped with goods."""
    foot, tall, count = (
        plot.row(plot.number("foot", 0.85)),
        plot.scale * plot.number("tall", 0.36),
        plot.many(7),
    )
    paper = plot.paper(
        plot.number("foot", 0.85) - plot.number("tall", 0.36) * 1.1, plot.number("foot", 0.85) + 0.01
    )
    unit = plot.canvas.period / count
    for index in range(count):
        left, wide = index * unit + unit * 0.06, unit * 0.84
        for post in (0.03, 0.94):
            paper.box(
                left + wide * post, foot - tall * 0.9, wide * 0.03, tall * 0.9, plot.ink("#6b4a33", 0.7)
            )
        _goods(paper, plot, (left, foot - tall * 0.42, wide, tall * 0.42))
        if plot.inks.dark:
            paper.glow((left + wide / 2, foot - tall * 0.6), wide * 0.45, plot.inks.palette.lamp, 0.35)
            paper.oval(
                (left + wide / 2, foot - tall * 0.66), tall * 0.03, tall * 0.035, plot.inks.palette.lamp
            )
        pair = (
            ("#c8443a", "#f2e8d5"),
            ("#2f7d78", "#f2e8d5"),
            ("#d99a32", "#fbf3e0"),
            ("#4c5fa0", "#f0ece4"),
        )[index % 4]
        for part in range(8):
            x, step = left - wide * 0.04 + wide * 1.08 * part / 8, wide * 1.08 / 8
            roof = points(
                (x + (4 - part) * step * 0.12, foot - tall),
                (x + step + (3 - part) * step * 0.12, foot - tall),
                (x + step, foot - tall * 0.80),
                (x, foot - tall * 0.80),
            )
            paper.cut(roof, plot.ink(pair[part % 2], 0.9))
            paper.oval(
                (x + step / 2, foot - tall * 0.80), step / 2, tall * 0.035, plot.ink(pair[part % 2], 0.75)
            )
    return paper


def _goods(paper: Paper, plot: Plot, box: tuple[float, float, float, float]) -> None:
    left, top, wide, tall = box
    colours = ("#d9603b", "#e0b23c", "#7fa04a", "#b53b4a", "#e58b3a", "#8d5a9b")
    for heap in range(5):
        colour = plot.ink(colours[int(plot.rng.integers(0, 6))], 1.0)
        middle = left + wide * (0.14 + 0.18 * heap)
        for x, y in ((-0.5, 0), (0.5, 0), (0, -0.8), (0, 0.1)):
            radius = wide * 0.042
            paper.oval((middle + x * radius * 1.6, top - radius * 0.4 + y * radius), radius, radius, colour)
    paper.box(left, top, wide, tall * 0.18, plot.ink("#a67c52", 0.9))
    paper.box(left + wide * 0.03, top + tall * 0.16, wide * 0.94, tall * 0.84, plot.ink("#8a6443", 0.5))


def stones(plot: Plot) -> Paper:
    """Gravestones and crosses, a little out of true, with ground before them."""
    foot, tall, count = plot.number("foot", 0.8), plot.number("tall", 0.12), plot.many(20)
    paper = plot.paper(foot - tall * 1.3)
    paper.box(
        -8, plot.row(foot) - 2, plot.canvas.period + 16, plot.canvas.height, plot.ink(plot.ground, 0.85)
    )
    for column in plot.rng.permutation(plot.spread(count, 0.7)):
        high = plot.scale * tall * plot.chance(0.6, 1.0)
        x, y, wide = float(column), plot.row(foot) + plot.scale * plot.chance(0.0, 0.05), high * 0.55
        shade = plot.chance(0.6, 1.0)
        if plot.rng.random() < 0.3:
            paper.box(x - high * 0.06, y - high, high * 0.13, high, plot.colour(shade))
            paper.box(x - high * 0.26, y - high * 0.78, high * 0.53, high * 0.13, plot.colour(shade))
            continue
        lean = high * plot.chance(-0.08, 0.08)
        slab = arch(x - wide / 2, y - high, wide, y)
        slab[:, 0] += lean * (y - slab[:, 1]) / high
        paper.cut(slab + np.array([-plot.inks.side * high * 0.06, 0], np.float32), plot.colour(0.1))
        paper.cut(slab, plot.colour(shade))
    return paper
