"""Land: ridges, peaks, dunes, shores, cliffs and level ground, as paper cut in layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.world.noise import fractal
from veo_story.backends.local.world.plot import below
from veo_story.backends.local.world.shapes import jagged, points, smooth

if TYPE_CHECKING:
    from veo_story.backends.local.world.paper import Paper
    from veo_story.backends.local.world.plot import Plot
    from veo_story.backends.local.world.sheets import Floats


def _hill_line(plot: Plot) -> Floats:
    waves = int(plot.number("waves", 3))
    octaves = int(plot.number("octaves", 3))
    line = fractal(plot.rng, plot.canvas.period, waves, octaves, plot.number("rough", 0.4))
    return plot.row(plot.number("top", 0.5)) - line * np.float32(plot.number("rise", 0.05) * plot.scale)


def _softened(paper: Paper, plot: Plot, by: float = 10.0) -> None:
    """A little brighter at the top, as light falls on it."""
    rows = paper.picture.shape[0]
    paper.shade(np.linspace(by, -by, rows, dtype=np.float32)[:, None])


def ridge(plot: Plot) -> Paper:
    """Rolling land; ``bands`` are paler and darker sheets of it in front of each other."""
    line = _hill_line(plot)
    paper = plot.paper(float(line.min()) / plot.canvas.height - 0.01)
    bands = int(plot.number("bands", 2))
    for band in range(bands):
        share = 1.0 - 0.5 * band / max(1, bands)
        sunk = (
            (line - line.mean()) * (1 - 0.35 * band)
            + line.mean()
            + band * plot.scale * plot.number("step", 0.045)
        )
        paper.cut(
            below(np.roll(sunk, band * plot.canvas.width // 3).astype(np.float32), plot.canvas),
            plot.colour(share),
        )
    _softened(paper, plot, plot.number("soft", 6))
    return paper


def peaks(plot: Plot) -> Paper:
    """Mountains, each with a side in the light, one in the shadow, and ``caps`` of snow."""
    top, rise, count = plot.number("top", 0.5), plot.number("rise", 0.3), plot.many(7)
    paper = plot.paper(top - rise * 1.1)
    foot = plot.row(top)
    columns = plot.rng.permutation(plot.spread(count, 0.7))
    for index, column in enumerate(columns):
        tall = plot.scale * rise * (0.5 + 0.5 * (index + plot.rng.random()) / count)
        _peak(paper, plot, (float(column), foot - tall), tall, foot)
    paper.box(-8, foot - 1, plot.canvas.period + 16, plot.canvas.height, plot.colour(0.75))
    _softened(paper, plot, 8)
    return paper


def _peak(paper: Paper, plot: Plot, top: tuple[float, float], tall: float, foot: float) -> None:
    wide = tall * plot.chance(0.95, 1.35)
    left, right = top[0] - wide * plot.chance(0.8, 1.0), top[0] + wide * plot.chance(0.8, 1.0)
    up = jagged((left, foot), top, 0.16, plot.rng)
    down = jagged(top, (right, foot), 0.16, plot.rng)
    spine = jagged(top, (top[0] + wide * plot.chance(-0.12, 0.12), foot), 0.35, plot.rng)
    corner = points((right, foot))
    lit_right = plot.inks.side > 0
    paper.cut(np.concatenate([up, down, corner]), plot.colour(0.35))
    face = np.concatenate([spine[::-1], down, corner]) if lit_right else np.concatenate([up, spine])
    paper.cut(face, plot.colour(1.0))
    if plot.spec.get("caps"):
        _cap(paper, plot, (up, down, spine), tall)


def _cap(paper: Paper, plot: Plot, lines: tuple[Floats, Floats, Floats], tall: float) -> None:
    """Snow from the top down to a broken edge."""
    up, down, spine = lines
    edge = float(up[:, 1].max()) - tall * plot.number("snow", 0.62)
    left, right, middle = (line[line[:, 1] < edge] for line in (up, down, spine))
    if min(len(left), len(right)) < 2:
        return
    ends = [
        jagged(
            (float(right[-1, 0]), float(right[-1, 1])),
            (float(left[0, 0]), float(left[0, 1])),
            1.1,
            plot.rng,
            3,
        )
    ]
    whole = np.concatenate([left, right, *ends])
    paper.cut(whole, plot.ink("#eef3f8", 0.45))
    half = np.concatenate([middle[::-1], right]) if plot.inks.side > 0 else np.concatenate([left, middle])
    if len(half) > 2:
        paper.cut(half, plot.ink("#f6f9fc", 1.0))


def dunes(plot: Plot) -> Paper:
    """Sand waves, each with a sharp crest between light and shadow."""
    top, rise, count = plot.number("top", 0.6), plot.number("rise", 0.1), plot.many(5)
    paper = plot.paper(top - rise * 1.15)
    paper.box(-8, plot.row(top), plot.canvas.period + 16, plot.canvas.height, plot.colour(0.9))
    side = plot.inks.side
    for column in plot.rng.permutation(plot.spread(count, 0.5)):
        tall = plot.scale * rise * plot.chance(0.55, 1.0)
        wide = tall * plot.chance(4.0, 6.0)
        x, foot = float(column), plot.row(top) + plot.scale * 0.02
        crest = (x - side * wide * 0.12, foot - tall)
        bow = np.linspace(0, 1, 14)
        lit = np.stack([crest[0] + side * wide * bow, crest[1] + tall * (1 - (1 - bow) ** 1.7)], 1)
        dark = np.stack([crest[0] - side * wide * 0.8 * bow, crest[1] + tall * (1 - (1 - bow) ** 2.2)], 1)
        paper.cut(np.concatenate([lit, dark[::-1]]).astype(np.float32), plot.colour(1.08))
        spine = np.stack([crest[0] + side * wide * 0.28 * np.sin(bow * 2.2), crest[1] + tall * bow], 1)
        paper.cut(np.concatenate([dark[::-1], spine]).astype(np.float32), plot.colour(0.25))
    _softened(paper, plot, 5)
    return paper


def level(plot: Plot) -> Paper:
    """Level ground; ``stripes`` of another shade that come closer together towards the horizon."""
    top = plot.number("top", 0.6)
    paper = plot.paper(top)
    depth = plot.canvas.height + plot.canvas.reach - plot.row(top)
    first = plot.row(top)
    paper.box(-8, first, plot.canvas.period + 16, depth + 8, plot.colour())
    stripes = int(plot.number("stripes", 0))
    for stripe in range(stripes):
        begin = ((stripe + 0.35) / stripes) ** 2.2
        _streak(paper, plot, first + depth * begin, depth * 0.05 * (0.2 + begin))
    _spots(paper, plot, first, depth)
    _glints(paper, plot, first, depth)
    _softened(paper, plot, plot.number("soft", 10))
    return paper


def _streak(paper: Paper, plot: Plot, row: float, thick: float) -> None:
    colour = plot.colour(0.75, "second" if "second" in plot.spec else "colour")
    for column in plot.spread(3, 0.8):
        half = plot.canvas.width * plot.chance(0.2, 0.5)
        x = float(column)
        paper.cut(
            smooth(
                points(
                    (x - half, row), (x, row - thick / 2), (x + half, row + thick * 0.1), (x, row + thick / 2)
                )
            ),
            colour,
            0.8,
        )


def _spots(paper: Paper, plot: Plot, first: float, depth: float) -> None:
    """Stones, tufts or flowers, larger the nearer they are."""
    spots = int(plot.number("spots", 0))
    colours = plot.spec.get("spot", [plot.ground])
    for _ in range(spots):
        near = plot.chance(0.04, 1.0)
        x, y = plot.chance(0, plot.canvas.period), first + depth * near**1.6
        size = plot.scale * 0.012 * (0.25 + near) * plot.chance(0.5, 1.2) * plot.number("large", 1.0)
        colour = plot.ink(colours[int(plot.rng.integers(0, len(colours)))], plot.chance(0.5, 1.0))
        paper.oval((x, y), size, size * plot.number("squat", 0.45), colour)


def _glints(paper: Paper, plot: Plot, first: float, depth: float) -> None:
    """What wet ground gives back of coloured lights, after dark."""
    colours = plot.spec.get("glints", ()) if plot.inks.dark else ()
    for index, column in enumerate(plot.spread(5 * len(colours), 1.0) if colours else ()):
        light = plot.inks.shine(str(colours[index % len(colours)]))
        row, wide = first + depth * plot.chance(0.02, 0.16), plot.scale * plot.chance(0.03, 0.09)
        for streak in range(4):
            low = row + depth * 0.055 * streak
            paper.oval(
                (float(column), low), wide * (1 - 0.15 * streak), depth * 0.018, light, 0.34 - 0.06 * streak
            )


def shore(plot: Plot) -> Paper:
    """A beach: wet sand and a line of foam where the water ends."""
    line = _hill_line(plot)
    paper = plot.paper(float(line.min()) / plot.canvas.height - 0.02)
    wet = plot.scale * 0.035
    paper.cut(below(line - wet * 0.45, plot.canvas), plot.ink("#f4f8fa"))
    paper.cut(below(line, plot.canvas), plot.colour(0.3))
    paper.cut(
        below((line + wet + np.roll(line - line.mean(), 80) * 0.4).astype(np.float32), plot.canvas),
        plot.colour(),
    )
    _spots(paper, plot, float(line.max()) + wet, plot.canvas.height - float(line.max()))
    _softened(paper, plot, 8)
    return paper


def cliff(plot: Plot) -> Paper:
    """A wall of rock on one side (``at`` -1..1 is its edge, ``side`` where it goes on), in broken steps."""
    top, foot, side = plot.number("top", 0.4), plot.number("foot", 0.8), plot.number("side", -1)
    paper = plot.paper(top - 0.06)
    edge, high, low = plot.column(plot.number("at", 0)), plot.row(top), plot.row(foot)
    far = edge + side * plot.number("wide", 0.6) * plot.canvas.width
    lean = plot.scale * 0.10
    down = jagged((edge, high), (edge - side * lean, low), 0.35, plot.rng)
    over = jagged((far, high - plot.scale * 0.05), (edge, high), 0.05, plot.rng)
    paper.cut(np.concatenate([over, down, points((edge - side * lean, low), (far, low))]), plot.colour(0.9))
    for step in range(5):
        x = edge + (far - edge) * (step + 0.6) / 6
        crack = jagged(
            (x, high + plot.scale * plot.chance(0.0, 0.03)), (x - side * lean * 0.8, low), 0.4, plot.rng
        )
        next_crack = crack + np.array([side * plot.scale * plot.chance(0.03, 0.07), 0], np.float32)
        paper.cut(np.concatenate([crack, next_crack[::-1]]), plot.colour(0.35), 0.8)
    turf = np.concatenate(
        [over, points((edge, high), (edge + side * 4, high + plot.scale * 0.022), (far, high))]
    )
    paper.cut(turf.astype(np.float32), plot.ink(str(plot.spec.get("turf", "#6f8f4a"))))
    end, thin = edge - side * lean * 1.35, plot.scale * 0.006
    foam = smooth(
        points((far, low + thin), (far, low - thin), (end, low - thin * 0.6), (end - side * lean * 0.2, low))
    )
    if plot.spec.get("foam"):
        paper.cut(foam, plot.ink("#f2f7f8"), 0.85)
    _softened(paper, plot, 8)
    return paper


def floes(plot: Plot) -> Paper:
    """Slabs of ice on open water."""
    top = plot.number("top", 0.6)
    paper = plot.paper(top)
    depth = plot.canvas.height + plot.canvas.reach - plot.row(top)
    for index in range(int(plot.number("count", 30))):
        near = (index + 0.5) / plot.number("count", 30)
        x, y = plot.chance(0, plot.canvas.period), plot.row(top) + depth * near**1.8
        half = plot.scale * (0.03 + 0.2 * near) * plot.chance(0.6, 1.2)
        flat = half * (0.12 + 0.10 * near)
        turns = np.sort(plot.rng.random(7)) * 2 * np.pi
        slab = np.stack([x + half * np.cos(turns), y + flat * np.sin(turns)], 1).astype(np.float32)
        paper.cut(slab + np.array([0, flat * 0.3], np.float32), plot.ink("#9cc3d8", 0.4))
        paper.cut(slab, plot.ink("#f3f8fb"))
    return paper
