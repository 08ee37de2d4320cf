"""Places without a sky: space, the depths of the sea, caves, stages and plain backdrops."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.backends.local.world.noise import billows, fractal
from veo_story.backends.local.world.plot import below
from veo_story.backends.local.world.shapes import blade, crown, jagged, points, smooth
from veo_story.backends.local.world.tint import mix

if TYPE_CHECKING:
    from veo_story.backends.local.world.paper import Paper
    from veo_story.backends.local.world.plot import Plot


def backdrop(plot: Plot) -> Paper:
    """A plain wall that turns into the floor without an edge, from ``colour`` above to ``second`` below."""
    paper = plot.paper(-plot.canvas.reach / plot.canvas.height)
    first, last = plot.colour(plot.number("tone", 0.7)), plot.colour(1.0, "second")
    rows, bend = paper.picture.shape[0], plot.row(plot.number("bend", 0.74)) - paper.top
    row = np.arange(rows, dtype=np.float32)
    share = np.interp(row, [0, bend * 0.9, bend, rows], [0, 0.75, 0.55, 1.0])[:, None]
    planes = np.array([*first, 255], np.float32) * (1 - share) + np.array([*last, 255], np.float32) * share
    paper.picture[:] = np.rint(planes).astype(np.uint8)[:, None, :]
    for turn in (0, 1):
        middle = (plot.canvas.width * (0.5 + turn), plot.row(plot.number("spot", 0.42)))
        paper.glow(
            middle,
            plot.canvas.height * 0.75,
            plot.inks.shine(str(plot.spec.get("light", "#ffffff"))),
            plot.number("strong", 0.22),
        )
    return paper


def void(plot: Plot) -> Paper:
    """The blackness of space: a veil of nebula, and stars."""
    paper = plot.paper(-plot.canvas.reach / plot.canvas.height)
    rows, columns = paper.picture.shape[:2]
    small = (rows // 4, columns // 4)
    cloud = billows(plot.rng, *small, (small[0] // 3, small[1] // 4), 3)
    share = np.clip(cloud * 0.22 + 0.12, 0, 0.5)[:, :, None]
    deep, veil = plot.inks.shine("#080a18"), plot.inks.shine(str(plot.spec.get("nebula", "#5a3f8c")))
    low, high = (np.array([*colour, 255], np.float32) for colour in (deep, veil))
    coarse = np.rint(low + (high - low) * share).astype(np.uint8)
    cv2.resize(coarse, (columns, rows), paper.picture, interpolation=cv2.INTER_LINEAR)
    for _ in range(int(plot.number("stars", 420))):
        x, y = plot.chance(0, columns), plot.chance(paper.top, paper.top + rows)
        bright = float(plot.rng.random()) ** 4
        size = plot.scale * (0.0009 + 0.0022 * bright)
        paper.oval((x, y), size, size, mix(deep, plot.inks.shine("#f4f6ff"), 0.4 + 0.6 * bright))
    return paper


def planet(plot: Plot) -> Paper:
    """A banded planet with a lit side, and a ring with ``ring``."""
    at, row, radius = (
        plot.column(plot.number("at", 0.4)),
        plot.row(plot.number("row", 0.4)),
        plot.scale * plot.number("size", 0.2),
    )
    paper = plot.paper(
        plot.number("row", 0.4) - plot.number("size", 0.2) * 1.6,
        plot.number("row", 0.4) + plot.number("size", 0.2) * 1.6,
    )
    colour, second = (str(plot.spec.get(key, "#c98a5a")) for key in ("colour", "second"))
    paper.glow((at, row), radius * 1.5, plot.inks.shine(colour), 0.35)
    turns = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    paper.cut(
        np.stack([at + radius * np.cos(turns), row + radius * np.sin(turns)], 1).astype(np.float32),
        plot.inks.shine(colour),
    )
    for low, high in ((-0.93, -0.84), (-0.62, -0.42), (-0.2, 0.06), (0.3, 0.42), (0.6, 0.8)):
        edge = [(np.sqrt(1 - y * y), y + 0.04 * np.sin(y * 9)) for y in np.linspace(low, high, 6)]
        band = np.array([*edge, *((-x, y) for x, y in reversed(edge))]) * radius + (at, row)
        paper.cut(band.astype(np.float32), plot.inks.shine(second), 0.6)
    half = np.linspace(-np.pi / 2, np.pi / 2, 30)
    limb = np.stack([-np.cos(half), np.sin(half)], 1)
    inner = np.stack([-np.cos(half[::-1]) * 0.35, np.sin(half[::-1])], 1)
    night = np.concatenate([limb, inner]) * np.array([plot.inks.side * radius * 1.01, radius * 1.01]) + (
        at,
        row,
    )
    paper.cut(night.astype(np.float32), plot.inks.shine("#0a0b18"), 0.72)
    if plot.spec.get("ring"):
        bow = np.linspace(-0.12, np.pi + 0.12, 40)
        outer = np.stack([2.0 * np.cos(bow), 0.42 * np.sin(bow) - 0.12 * np.cos(bow)], 1)
        ring = np.concatenate([outer, outer[::-1] * 0.72]) * radius + (at, row)
        paper.cut(ring.astype(np.float32), plot.inks.shine("#e6cfa6"), 0.75)
    return paper


def craters(plot: Plot) -> Paper:
    """Grey or red ground with craters."""
    line = plot.row(plot.number("top", 0.7)) - fractal(plot.rng, plot.canvas.period, 3, 4) * np.float32(
        plot.scale * 0.02
    )
    paper = plot.paper(float(line.min()) / plot.canvas.height - 0.01)
    paper.cut(below(line.astype(np.float32), plot.canvas), plot.colour())
    depth = plot.canvas.height * 1.1 - float(line.max())
    for index in range(int(plot.number("count", 26))):
        near = (index + 0.5) / plot.number("count", 26)
        x, y = plot.chance(0, plot.canvas.period), float(line.max()) + depth * near**1.7
        wide = plot.scale * (0.02 + 0.15 * near) * plot.chance(0.5, 1.2)
        paper.oval((x, y), wide, wide * 0.24, plot.colour(1.12))
        paper.oval((x, y + wide * 0.03), wide * 0.88, wide * 0.19, plot.colour(0.3))
        paper.oval(
            (x - plot.inks.side * wide * 0.08, y + wide * 0.07), wide * 0.72, wide * 0.13, plot.colour(0.75)
        )
    return paper


def depths(plot: Plot) -> Paper:
    """Water seen from inside: light at the top, shafts of it, darkness below."""
    paper = plot.paper(-plot.canvas.reach / plot.canvas.height)
    rows, width = paper.picture.shape[0], plot.canvas.width
    top, foot = plot.colour(1.1), plot.colour(0.3, "second")
    share = (np.linspace(0, 1, rows, dtype=np.float32) ** 0.8)[:, None]
    planes = np.array([*top, 255], np.float32) * (1 - share) + np.array([*foot, 255], np.float32) * share
    paper.picture[:] = np.rint(planes).astype(np.uint8)[:, None, :]
    for column in plot.spread(9, 0.9):
        x, wide = float(column), plot.scale * plot.chance(0.03, 0.10)
        lean, low = plot.scale * 0.35, plot.row(plot.chance(0.7, 1.05))
        for inner in (1.0, 0.55):
            half = wide * inner
            shaft = points(
                (x - half, paper.top),
                (x + half, paper.top),
                (x + half * 2.4 - lean, low),
                (x - half * 2.4 - lean, low),
            )
            paper.cut(shaft, mix(top, plot.inks.palette.light, 0.45), 0.16)
    for column in plot.spread(16, 1.0):
        paper.oval(
            (float(column), plot.row(-0.02)),
            width * 0.06,
            plot.scale * 0.022,
            mix(top, plot.inks.palette.light, 0.7),
            0.5,
        )
    return paper


def reef(plot: Plot) -> Paper:
    """The bottom of the sea: rocks, corals of several kinds, weeds."""
    line = plot.row(plot.number("top", 0.8)) - fractal(plot.rng, plot.canvas.period, 4, 3) * np.float32(
        plot.scale * 0.03
    )
    paper = plot.paper(plot.number("top", 0.8) - 0.36)
    colours = plot.spec.get("colours", ("#e0685e", "#e8a04a", "#b45fa0", "#e8d27a", "#5fb0a0"))
    for index, column in enumerate(plot.rng.permutation(plot.spread(int(plot.number("count", 24)), 0.9))):
        x = float(column)
        foot, size = (
            float(line[int(x) % len(line)]) + 4,
            plot.scale * plot.number("tall", 0.16) * plot.chance(0.5, 1.0),
        )
        colour = plot.ink(str(colours[index % len(colours)]), plot.chance(0.6, 1.0))
        if index % 3 == 0:
            for blade_of in range(5):
                lean = size * plot.chance(-0.4, 0.4)
                paper.cut(
                    blade(
                        x + (blade_of - 2) * size * 0.12,
                        foot,
                        size * plot.chance(1.2, 2.0),
                        lean,
                        size * 0.10,
                    ),
                    plot.ink("#3f8f6a", plot.chance(0.4, 1.0)),
                )
        elif index % 3 == 1:
            for turn in np.linspace(-1.1, 1.1, 6):
                tip = (x + size * 0.8 * np.sin(turn), foot - size * np.cos(turn))
                paper.line(
                    points((x, foot), (x + size * 0.3 * np.sin(turn), foot - size * 0.5), tip),
                    colour,
                    size * 0.10,
                )
                paper.oval(tip, size * 0.08, size * 0.08, colour)
        else:
            paper.cut(crown(x, foot - size * 0.2, size * 0.55, plot.rng, 9, 0.8), colour)
            for spot in range(5):
                paper.oval(
                    (x + (spot - 2) * size * 0.18, foot - size * 0.3 + abs(spot - 2) * size * 0.1),
                    size * 0.05,
                    size * 0.05,
                    plot.ink("#fff2dc"),
                    0.5,
                )
    paper.cut(below(line.astype(np.float32), plot.canvas), plot.colour(0.9))
    return paper


def cavern(plot: Plot) -> Paper:
    """Rock all around an opening: stalactites above, stalagmites below; closed without ``mouth``."""
    paper = plot.paper(-plot.canvas.reach / plot.canvas.height)
    paper.box(-8, paper.top, plot.canvas.period + 16, plot.canvas.height * 2.5, plot.colour())
    mouth = plot.spec.get("mouth")
    if mouth:
        at, row, wide, tall = (float(part) for part in mouth)
        for turn in (0, 1):
            spots = np.linspace(0, 2 * np.pi, 14, endpoint=False)
            rough = 1 + 0.16 * (plot.rng.random(14) - 0.5)
            x = plot.column(at) + turn * plot.canvas.width + plot.scale * wide / 2 * np.cos(spots) * rough
            y = plot.row(row) + plot.scale * tall / 2 * np.sin(spots) * rough
            outline = np.stack([x, y], 1).astype(np.float32)
            middle = outline.mean(axis=0)
            reach = plot.scale * wide * 1.25
            paper.glow((float(middle[0]), float(middle[1])), reach, plot.inks.air(), 0.55)
            paper.cut(smooth(middle + (outline - middle) * np.float32(1.14)), plot.colour(1.5))
            paper.open(smooth(outline))
    rows = paper.picture.shape[0]
    paper.shade((-14 * np.abs(np.linspace(-1.2, 1, rows, dtype=np.float32))[:, None]).astype(np.float32))
    return paper


def spikes(plot: Plot) -> Paper:
    """Stalactites (from above) or, with ``up``, stalagmites and ground, near or far."""
    foot, tall, up = plot.number("foot", 0.3), plot.number("tall", 0.3), bool(plot.spec.get("up"))
    edge = plot.row(foot)
    paper = (
        plot.paper(foot - tall * 1.1)
        if up
        else plot.paper(-plot.canvas.reach / plot.canvas.height, foot + tall * 1.1)
    )
    over = plot.canvas.period + 16
    if up:
        paper.box(-8, edge, over, plot.canvas.height * 2, plot.colour(0.9))
    else:
        paper.box(-8, paper.top, over, edge - paper.top, plot.colour(0.9))
    for column in plot.rng.permutation(plot.spread(int(plot.number("count", 22)), 1.0)):
        x, turn = float(column), -1 if up else 1
        high = plot.scale * tall * plot.chance(0.2, 1.0)
        half, tip = high * plot.chance(0.14, 0.26) + plot.scale * 0.012, (x, edge + turn * high)
        left = jagged((x - half, edge - turn * 4), tip, 0.12, plot.rng, 3)
        right = jagged(tip, (x + half, edge - turn * 4), 0.12, plot.rng, 3)
        share = plot.chance(0.7, 1.0)
        paper.cut(np.concatenate([left, right, points((x + half, edge - turn * 4))]), plot.colour(share))
        dark = np.concatenate([left, points(tip, (x - half * 0.2, edge - turn * 4))])
        paper.cut(dark, plot.colour(share - 0.4))
    return paper
