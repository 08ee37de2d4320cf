"""Grass, reeds and fields of crop; twigs, vines and blossoms before the camera."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.world.shapes import blade, crown, points, smooth

if TYPE_CHECKING:
    from veo_story.backends.local.world.paper import Paper
    from veo_story.backends.local.world.plot import Plot


_OPEN = 0.30
"""How far from the middle, of the picture's width, what grows before the cast is low."""


def grass(plot: Plot) -> Paper:
    """Tufts along the row ``foot``: ``count`` blades up to ``tall``; ``heads``: ears or flowers on some."""
    foot, tall, count = plot.number("foot", 1.0), plot.number("tall", 0.12), int(plot.number("count", 200))
    paper = plot.paper(foot - tall * 1.15)
    heads = plot.spec.get("heads", ())
    last = plot.canvas.height + plot.canvas.reach - plot.row(foot)
    for index, column in enumerate(plot.rng.permutation(plot.spread(count, 1.0))):
        x = float(column)
        clump = 0.55 + 0.45 * np.sin(x / plot.canvas.width * 19) * np.sin(x / plot.canvas.width * 7 + 1)
        high = plot.scale * tall * plot.chance(0.35, 0.8) * (0.5 + 0.5 * float(clump))
        if plot.depth > 1 and abs(x - plot.column(0)) < _OPEN * plot.canvas.width:
            # Before the cast it is cut short.
            high *= 0.4
        lean, share = high * plot.chance(-0.45, 0.55), plot.chance(0.3, 1.1)
        wide = plot.scale * plot.number("wide", 0.012)
        paper.cut(blade(x, plot.row(foot) + last, high + last, lean, wide), plot.colour(share))
        if heads and index % int(plot.number("every", 4)) == 0:
            _head(paper, plot, (x + lean, plot.row(foot) - high), str(heads[index // 3 % len(heads)]))
    return paper


def _head(paper: Paper, plot: Plot, at: tuple[float, float], colour: str) -> None:
    size = plot.scale * plot.number("head", 0.012)
    paper.oval(at, size * plot.number("slim", 1.0), size, plot.ink(colour, plot.chance(0.7, 1.1)))


def furrows(plot: Plot) -> Paper:
    """A field in rows that run to the horizon; ``second`` is the colour between the rows."""
    top = plot.number("top", 0.6)
    paper = plot.paper(top)
    first, foot = plot.row(top), float(plot.canvas.height + plot.canvas.reach)
    paper.box(-8, first, plot.canvas.period + 16, foot, plot.colour(1.0, "second"))
    vanish = plot.column(plot.number("at", 0.1))
    count = int(plot.number("count", 26))
    spread = plot.canvas.period * 3.2 / count
    for index in range(-count, count):
        x = vanish + (index + 0.5) * spread
        near = spread * plot.number("share", 0.55)
        corners = points(
            (vanish + (x - vanish) * 0.10, first),
            (vanish + (x + near - vanish) * 0.10, first),
            (x + near, foot),
            (x, foot),
        )
        _once(
            paper, plot, corners, plot.number("tone", 1.0) if index % 2 else plot.number("tone", 1.0) * 0.82
        )
    rows = paper.picture.shape[0]
    paper.shade(np.linspace(12, -10, rows, dtype=np.float32)[:, None])
    return paper


def _once(paper: Paper, plot: Plot, corners: object, share: float) -> None:
    """Lay on what must not come in again on the other side: it runs together in one place only."""
    half = plot.canvas.width / 2
    spots = np.asarray(corners, np.float32).copy()
    if spots[:2, 0].min() < -half or spots[:2, 0].max() > plot.canvas.width + half:
        return
    paper.cut(spots, plot.colour(share))


def branches(plot: Plot) -> Paper:
    """Leafy twigs that hang in from above on one side; ``blossom`` colours some of the leaves."""
    paper = plot.paper(-0.06, plot.number("foot", 0.42))
    side = plot.number("side", 1)
    corner = plot.column(side * 1.12)
    blossom = plot.spec.get("blossom")
    for twig in range(int(plot.number("count", 5))):
        begin = np.array([corner, plot.row(-0.05 + 0.05 * twig)])
        reach = plot.scale * plot.chance(0.25, 0.55) * plot.number("reach", 1.0)
        end = begin + np.array([-side * reach, plot.scale * plot.chance(0.04, 0.26)])
        bow = (begin + end) / 2 + np.array([0, -plot.scale * 0.04])
        t = np.linspace(0, 1, 12)[:, None]
        line = (1 - t) ** 2 * begin + 2 * t * (1 - t) * bow + t**2 * end
        paper.line(line.astype(np.float32), plot.ink("#3d2e22"), plot.scale * 0.007)
        for spot in line[2:]:
            for _ in range(2):
                size = plot.scale * plot.chance(0.02, 0.045)
                lean = plot.chance(-1.0, 1.0)
                leaf = points((0, 0), (0.5, -0.22), (1, 0), (0.5, 0.22)) @ np.array(
                    [[np.cos(lean + 1), np.sin(lean + 1)], [-np.sin(lean + 1), np.cos(lean + 1)]]
                )
                paper.cut((leaf * size + spot).astype(np.float32), plot.colour(plot.chance(0.3, 1.0)))
            if blossom:
                size = plot.scale * plot.chance(0.008, 0.018)
                paper.oval((float(spot[0]) + size, float(spot[1])), size, size, plot.ink(str(blossom)))
    return paper


def vines(plot: Plot) -> Paper:
    """Lianas and broad leaves hanging from above, all along."""
    paper = plot.paper(-0.06, plot.number("foot", 0.5))
    for column in plot.spread(int(plot.number("count", 14)), 1.0):
        length = plot.scale * plot.chance(0.12, 0.40) * plot.number("tall", 1.0)
        x, top = float(column), plot.row(-0.05)
        t = np.linspace(0, 1, 9)
        sway = plot.scale * plot.chance(-0.03, 0.03)
        line = np.stack([x + sway * np.sin(t * 3), top + length * t], 1).astype(np.float32)
        paper.line(line, plot.colour(0.5), plot.scale * 0.006)
        for spot in line[1:]:
            size = plot.scale * plot.chance(0.02, 0.05)
            for aside in (-1, 1):
                leaf = points((0, 0), (aside * 0.6, 0.1), (aside * 0.9, 0.75), (aside * 0.2, 0.5))
                paper.cut(smooth(leaf * np.float32(size) + spot, 3), plot.colour(plot.chance(0.3, 1.0)))
    for column in plot.spread(9, 1.0):
        radius = plot.scale * plot.chance(0.10, 0.18)
        paper.cut(
            crown(float(column), plot.row(-0.06), radius, plot.rng, 9), plot.colour(plot.chance(0.3, 0.8))
        )
    return paper
