"""What hangs, glows or closes in around a place: signs, spotlights, drapes, pipes, flags, a long corridor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.world.shapes import crown, points, rounded, smooth
from veo_story.backends.local.world.tint import mix

if TYPE_CHECKING:
    from veo_story.backends.local.world.paper import Paper
    from veo_story.backends.local.world.plot import Plot

_NEON = ("#ff4f9a", "#4fe3ff", "#ffd24a", "#7dffa0", "#b67dff", "#ff7a4a")


def signs(plot: Plot) -> Paper:
    """Upright shop signs that shine after dark, on both sides of a street."""
    paper = plot.paper(0.0, 0.80)
    for index, column in enumerate(plot.spread(plot.many(12), 0.8)):
        x, colour = float(column), _NEON[index % len(_NEON)]
        if abs((x % plot.canvas.width) - plot.canvas.width / 2) < plot.canvas.width * 0.16:
            continue
        tall, wide = plot.scale * plot.chance(0.13, 0.26), plot.scale * plot.chance(0.05, 0.075)
        top = plot.row(plot.chance(0.10, 0.44))
        lit = plot.inks.dark
        seen = plot.inks.shine(colour) if lit else plot.ink(colour, 0.8)
        if lit:
            paper.glow((x, top + tall / 2), tall * 0.95, seen, 0.42)
        paper.cut(rounded(x - wide / 2, top, wide, tall, wide * 0.2), plot.ink("#22202c", 0.9))
        paper.cut(
            rounded(x - wide * 0.40, top + wide * 0.1, wide * 0.8, tall - wide * 0.2, wide * 0.15), seen
        )
        paper.cut(
            rounded(x - wide * 0.32, top + wide * 0.18, wide * 0.64, tall - wide * 0.36, wide * 0.12),
            plot.ink("#2b2436", 0.9),
        )
        marks = max(2, int(tall / (wide * 0.95)))
        for mark in range(marks):
            y = top + tall * (mark + 0.5) / marks
            paper.box(x - wide * 0.16, y - wide * 0.20, wide * 0.34, wide * 0.09, seen)
            paper.box(x - wide * 0.04, y - wide * 0.26, wide * 0.09, wide * 0.5, seen)
            paper.box(x - wide * 0.20, y + wide * 0.10, wide * 0.40, wide * 0.08, seen)
    return paper


def spotlights(plot: Plot) -> Paper:
    """Cones of light from above and the pools they make on the floor."""
    paper = plot.paper(-plot.canvas.reach / plot.canvas.height)
    light, floor = plot.inks.shine(str(plot.spec.get("colour", "#fff2cf"))), plot.row(0.87)
    for at in plot.spec.get("at", (0.0,)):
        for turn in (0, 1):
            x = plot.column(float(at)) + turn * plot.canvas.width
            head = x + (plot.canvas.width * (0.5 + turn) - x) * -0.25
            for grow, share in ((1.0, 0.09), (0.7, 0.09)):
                half = plot.scale * 0.20 * grow
                cone = points(
                    (head - half * 0.1, paper.top),
                    (head + half * 0.1, paper.top),
                    (x + half, floor),
                    (x - half, floor),
                )
                paper.cut(cone, light, share)
                paper.oval((x, floor), half, half * 0.20, light, share * 2)
    return paper


def drapes(plot: Plot) -> Paper:
    """A stage's curtain, drawn to both sides, with a border above."""
    paper = plot.paper(-plot.canvas.reach / plot.canvas.height)
    foot, step = plot.canvas.height * 1.0, plot.across(0.055)
    for turn in (0, 1):
        for side in (-1, 1):
            edge = plot.column(side) + turn * plot.canvas.width
            for fold in range(6):
                outer = edge - side * (fold - 2.2) * step
                bow = np.linspace(0, 1, 12)
                reach = 1 - 0.35 * np.sin(bow * np.pi * 0.9) * (fold / 6)
                inner = outer - side * step * 1.2 * reach
                rows = paper.top + (foot - paper.top) * bow
                corners = np.concatenate(
                    [np.stack([np.full(12, outer), rows], 1), np.stack([inner, rows], 1)[::-1]]
                )
                paper.cut(corners.astype(np.float32), plot.colour(1.05 - 0.5 * (fold % 2)))
    count = 12
    unit = plot.canvas.period / count
    for index in range(count):
        middle = (index + 0.5) * unit
        bow = np.linspace(0, np.pi, 12)
        swag = np.stack(
            [middle + unit / 2 * np.cos(bow), plot.row(0.035) + plot.scale * 0.085 * np.sin(bow)], 1
        )
        over = points((middle - unit / 2, paper.top), (middle + unit / 2, paper.top))
        paper.cut(np.concatenate([swag, over]).astype(np.float32), plot.colour(0.95 if index % 2 else 0.6))
        paper.line(swag.astype(np.float32), plot.ink("#d9a94a"), plot.scale * 0.008)
    return paper


def pipes(plot: Plot) -> Paper:
    """Pipes along the ceiling, near."""
    paper = plot.paper(-plot.canvas.reach / plot.canvas.height, 0.14)
    for row, thick in ((0.02, 0.045), (0.085, 0.022)):
        paper.box(-8, plot.row(row), plot.canvas.period + 16, plot.scale * thick, plot.colour(0.8))
        paper.box(
            -8,
            plot.row(row) + plot.scale * thick * 0.2,
            plot.canvas.period + 16,
            plot.scale * thick * 0.18,
            plot.colour(1.2),
        )
        for column in plot.spread(6, 0.5):
            paper.box(
                float(column),
                plot.row(row) - plot.scale * 0.008,
                plot.scale * 0.02,
                plot.scale * (thick + 0.016),
                plot.colour(0.5),
            )
    return paper


def bunting(plot: Plot) -> Paper:
    """Strings of small flags across the picture."""
    paper = plot.paper(-0.05, 0.32)
    colours = ("#d9503f", "#e8b03c", "#3f8f86", "#f2e8d5", "#4f6fae")
    count = 4
    unit = plot.canvas.period / count
    for string in range(count):
        bow = np.linspace(0, 1, 15)
        line = np.stack(
            [
                string * unit + unit * bow,
                plot.row(plot.number("row", 0.08)) + plot.scale * 0.38 * bow * (1 - bow),
            ],
            1,
        )
        paper.line(line.astype(np.float32), plot.ink("#5a4a40"), plot.scale * 0.003)
        for index in range(14):
            left, right = line[index], line[index + 1]
            half = (right - left) * 0.12
            middle = (left + right) / 2
            tip = middle + np.array([0, plot.scale * 0.05])
            paper.cut(
                np.stack([left + half, right - half, tip]).astype(np.float32),
                plot.inks.face(colours[index % 5], 1.0),
            )
    return paper


def rack(plot: Plot) -> Paper:
    """A luggage rack with bags, and a rail of light along the ceiling."""
    paper = plot.paper(-plot.canvas.reach / plot.canvas.height, plot.number("row", 0.07) + 0.06)
    row = plot.row(plot.number("row", 0.07))
    paper.box(
        -8, paper.top, plot.canvas.period + 16, row - paper.top - plot.scale * 0.12, plot.ink("#e6d9bc", 0.7)
    )
    for index, column in enumerate(plot.spread(9, 0.5)):
        wide, tall = plot.scale * plot.chance(0.14, 0.24), plot.scale * plot.chance(0.06, 0.095)
        colour = ("#8a4a3a", "#4f6a6f", "#a8824a", "#5a4a63")[index % 4]
        paper.cut(
            rounded(float(column) - wide / 2, row - tall, wide, tall, tall * 0.25), plot.ink(colour, 0.8)
        )
    paper.box(-8, row, plot.canvas.period + 16, plot.scale * 0.014, plot.colour(1.0))
    return paper


def tools(plot: Plot) -> Paper:
    """Tools on the wall above a bench."""
    row, left = plot.row(plot.number("row", 0.2)), plot.column(plot.number("at", -0.4)) - plot.scale * 0.45
    paper = plot.paper(plot.number("row", 0.2) - 0.03, plot.number("row", 0.2) + 0.28)
    steel, wood = plot.ink("#aeb6ba", 0.9), plot.ink("#6a4a30", 0.9)
    unit = plot.scale * 0.13
    for turn in (0, plot.canvas.width):
        x = left + turn
        paper.box(x - unit * 0.3, row - unit * 0.15, unit * 6.6, unit * 0.12, plot.ink("#5f452f", 0.7))
        for index in range(6):
            middle, tall = x + unit * (index + 0.5), unit * (1.2 + 0.5 * ((index * 7) % 3) / 2)
            if index == 0:
                paper.box(middle - unit * 0.04, row, unit * 0.1, tall, wood)
                paper.box(middle - unit * 0.25, row + unit * 0.05, unit * 0.52, unit * 0.22, steel)
            elif index in (1, 4):
                blade = points(
                    (middle - unit * 0.16, row),
                    (middle + unit * 0.16, row),
                    (middle + unit * 0.06, row + tall),
                    (middle - unit * 0.05, row + tall),
                )
                paper.cut(blade, steel)
                paper.box(middle - unit * 0.18, row - unit * 0.02, unit * 0.36, unit * 0.28, wood)
            elif index in (2, 5):
                paper.box(middle - unit * 0.035, row + unit * 0.4, unit * 0.08, tall * 0.8, steel)
                paper.cut(rounded(middle - unit * 0.09, row, unit * 0.19, unit * 0.5, unit * 0.06), wood)
            else:
                paper.oval((middle, row + unit * 0.4), unit * 0.30, unit * 0.30, steel)
                paper.oval((middle, row + unit * 0.4), unit * 0.19, unit * 0.19, plot.ink("#a07c54", 0.8))
    return paper


def cloudbank(plot: Plot) -> Paper:
    """A floor of clouds."""
    top = plot.row(plot.number("top", 0.7))
    paper = plot.paper(plot.number("top", 0.7) - 0.17)
    colour = plot.colour(1.0)
    for index, column in enumerate(plot.rng.permutation(plot.spread(22, 0.8))):
        radius = plot.scale * plot.chance(0.06, 0.13) * (0.6 + 0.6 * plot.depth)
        seen = mix(colour, plot.inks.air(0.15), 0.25 * (index % 3) / 2)
        paper.cut(crown(float(column), top + radius * 0.25, radius * 1.5, plot.rng, 7, 0.62), seen)
    paper.box(-8, top, plot.canvas.period + 16, plot.canvas.height * 2, colour)
    for column in plot.spread(7, 0.8):
        half = plot.scale * plot.chance(0.10, 0.25)
        y = top + plot.scale * plot.chance(0.02, 0.10)
        wisp = smooth(
            points(
                (float(column) - half, y),
                (float(column), y - half * 0.09),
                (float(column) + half, y),
                (float(column), y + half * 0.09),
            )
        )
        paper.cut(wisp, plot.colour(0.3), 0.35)
    return paper
