"""What fills a room: shelves, columns, lamps, counters, seats, and an edge near the camera."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.world.paper import Paper
from veo_story.backends.local.world.shapes import arch, points, rounded

if TYPE_CHECKING:
    from veo_story.backends.local.world.plot import Plot


def shelves(plot: Plot) -> Paper:
    """Shelves full of books, or of ``goods`` (``boxes``, ``bottles``), from ``top`` to ``foot``."""
    top, foot = plot.number("top", 0.1), plot.number("foot", 0.8)
    paper = plot.paper(top - 0.03, foot + 0.02)
    wide = plot.across(plot.number("wide", 0.55))
    width = plot.canvas.width
    once = Paper(width, paper.picture.shape[0], top=paper.top, period=width)
    for at in plot.spec.get("at", (-0.75, 0.75)):
        left = plot.column(float(at)) - wide / 2
        _shelf(once, plot, (left, plot.row(top), wide, plot.row(foot) - plot.row(top)))
    paper.picture[:] = np.tile(once.picture, (1, 2, 1))
    return paper


_BOOKS = ("#9c4a3c", "#3f5f6f", "#c29a4b", "#5a6b45", "#7a4b63", "#d8c8a6", "#39424f")


def _shelf(paper: Paper, plot: Plot, frame: tuple[float, float, float, float]) -> None:
    left, top, wide, tall = frame
    rows = max(2, round(tall / (plot.scale * plot.number("step", 0.13))))
    step, board = tall / rows, plot.scale * 0.012
    paper.box(left, top, wide, tall, plot.colour(0.25))
    for row in range(rows):
        low = top + (row + 1) * step - board
        x = left + board
        while x < left + wide - board * 2:
            x += _good(paper, plot, (x, low), step, left + wide - board)
        paper.box(left, low, wide, board, plot.colour(1.0))
    for x in (left - board, left + wide):
        paper.box(x, top - board, board, tall + board, plot.colour(0.9))
    paper.box(left - board * 1.5, top - board * 1.5, wide + board * 3, board * 1.6, plot.colour(1.05))


def _good(paper: Paper, plot: Plot, place: tuple[float, float], step: float, limit: float) -> float:
    """One thing on a board; how much room it takes."""
    x, low = place
    colours = plot.spec.get("colours", _BOOKS)
    colour = plot.ink(str(colours[int(plot.rng.integers(0, len(colours)))]), plot.chance(0.6, 1.0))
    if plot.spec.get("goods") == "bottles":
        wide, tall = step * plot.chance(0.17, 0.24), step * plot.chance(0.55, 0.82)
        if x + wide < limit:
            paper.cut(rounded(x, low - tall * 0.65, wide, tall * 0.65, wide * 0.3), colour)
            paper.box(x + wide * 0.34, low - tall, wide * 0.32, tall * 0.4, colour)
        return wide * 1.5
    if plot.spec.get("goods") == "boxes":
        wide, tall = step * plot.chance(0.4, 0.9), step * plot.chance(0.35, 0.75)
        if x + wide < limit:
            paper.box(x, low - tall, wide, tall, colour)
        return wide * 1.25
    wide, tall = step * plot.chance(0.10, 0.22), step * plot.chance(0.58, 0.86)
    if plot.rng.random() < 0.06:
        return wide * 2
    if x + wide < limit:
        paper.box(x, low - tall, wide * 0.94, tall, colour)
        paper.box(x, low - tall * 0.82, wide * 0.94, tall * 0.06, plot.ink("#e8d9b0", 0.8), 0.7)
    return wide


def columns(plot: Plot) -> Paper:
    """Columns with arches between, standing on the row ``foot``."""
    top, foot, count = (
        plot.number("top", 0.0),
        plot.row(plot.number("foot", 0.85)),
        plot.many(8),
    )
    paper = plot.paper(-plot.canvas.reach / plot.canvas.height, plot.number("foot", 0.85) + 0.01)
    unit = plot.canvas.period / count
    thick = plot.scale * plot.number("thick", 0.07)
    high = plot.row(top)
    if plot.spec.get("arches", True):
        paper.box(-8, paper.top, plot.canvas.period + 16, high - paper.top + unit * 0.75, plot.colour(0.75))
        for index in range(count):
            paper.open(
                arch(
                    index * unit + thick / 2,
                    high + unit * 0.08,
                    unit - thick,
                    high + unit * 2,
                    pointed=bool(plot.spec.get("pointed")),
                )
            )
    for index in range(count):
        x = index * unit
        paper.box(x - thick / 2, high + unit * 0.3, thick, foot - high - unit * 0.3, plot.colour(0.9))
        edge = x - thick / 2 if plot.inks.side > 0 else x + thick * 0.14
        paper.box(edge, high + unit * 0.3, thick * 0.36, foot - high, plot.colour(0.3))
        for row, more in ((high + unit * 0.62, 1.4), (foot - plot.scale * 0.035, 1.5)):
            paper.box(x - thick * more / 2, row, thick * more, plot.scale * 0.035, plot.colour(1.05))
    return paper


def lamps(plot: Plot) -> Paper:
    """Lamps that hang from above at ``at``, down to the row ``foot``; they always shine."""
    foot = plot.number("foot", 0.28)
    paper = plot.paper(-plot.canvas.reach / plot.canvas.height, foot + 0.3)
    size = plot.scale * plot.number("size", 0.06)
    for at in plot.spec.get("at", (0.0,)):
        for turn in (0, 1):
            _lamp(paper, plot, plot.column(float(at)) + turn * plot.canvas.width, plot.row(foot), size)
    return paper


def _lamp(paper: Paper, plot: Plot, x: float, row: float, size: float) -> None:
    glow = plot.inks.palette.lamp
    strong = 0.16 + 0.34 * plot.inks.palette.dark
    paper.line(
        points((x, paper.top), (x, row - size)), plot.ink("#2e2a28", 0.7), max(1.0, plot.scale * 0.004)
    )
    if plot.spec.get("lamp") == "tube":
        paper.glow((x, row), size * 4, glow, strong)
        paper.box(x - size * 2.2, row - size * 0.22, size * 4.4, size * 0.4, plot.inks.shine("#f4f8f6"))
        return
    paper.glow((x, row), size * 3.6, glow, strong)
    paper.oval((x, row), size * 0.34, size * 0.34, plot.inks.shine("#fff1cf"))
    shade = points(
        (x - size * 0.22, row - size),
        (x + size * 0.22, row - size),
        (x + size * 0.85, row),
        (x - size * 0.85, row),
    )
    paper.cut(shade, plot.ink(str(plot.spec.get("shade", "#3d5a55")), 0.9))


def counter(plot: Plot) -> Paper:
    """A long table, bar or bench from the row ``top`` to ``foot``, or down out of the picture."""
    top = plot.number("top", 0.8)
    paper = plot.paper(top - 0.01, plot.spec.get("foot"))
    first, thick, over = plot.row(top), plot.scale * plot.number("thick", 0.035), plot.canvas.period + 16
    paper.box(
        -8,
        first,
        over,
        plot.canvas.height,
        plot.ink(str(plot.spec.get("front", plot.spec.get("colour", plot.ground))), 0.55),
    )
    paper.box(-8, first, over, thick * 0.55, plot.colour(1.12))
    paper.box(-8, first + thick * 0.55, over, thick * 0.45, plot.colour(0.65))
    count = int(plot.number("panels", 0))
    for index in range(count):
        step = plot.canvas.period / count
        paper.box(
            index * step + step * 0.08,
            first + thick * 1.8,
            step * 0.84,
            plot.scale * 0.16,
            plot.colour(0.3),
            0.6,
        )
    return paper


def seats(plot: Plot) -> Paper:
    """Backs of benches or chairs in rows towards us (pews, a theatre, a hall), from ``top`` on."""
    top, rows = plot.number("top", 0.7), int(plot.number("rows", 3))
    paper = plot.paper(top - 0.03)
    for row in range(rows):
        near = (row + 1) / rows
        y, high = plot.row(top + 0.26 * near**1.5), plot.scale * (0.06 + 0.10 * near)
        share = 1.0 - 0.22 * row
        if plot.spec.get("benches"):
            paper.box(
                -8, y - high * 0.2, plot.canvas.period + 16, plot.canvas.height, plot.colour(share - 0.3)
            )
            paper.box(-8, y - high * 0.3, plot.canvas.period + 16, high * 0.16, plot.colour(share + 0.1))
            continue
        count = max(4, round(plot.canvas.period / (high * 1.25)))
        unit = plot.canvas.period / count
        paper.box(-8, y + high * 0.4, plot.canvas.period + 16, plot.canvas.height, plot.colour(share - 0.55))
        for index in range(count):
            x = (index + 0.5 * (row % 2)) * unit
            paper.cut(
                rounded(x + unit * 0.07, y - high * 0.5, unit * 0.86, high * 2, unit * 0.3),
                plot.colour(share),
            )
    return paper


def frame(plot: Plot) -> Paper:
    """An edge near the camera, as of a windscreen: ``side`` wide left and right, ``over`` at the top."""
    paper = plot.paper(-plot.canvas.reach / plot.canvas.height)
    over, side, sill = plot.number("over", 0.06), plot.number("side", 0.08), plot.number("sill", 0.0)
    width, height = plot.canvas.width, plot.canvas.height
    paper.box(-8, paper.top, plot.canvas.period + 16, height * 2.5, plot.colour())
    left, right = plot.column(-1) + plot.across(side), plot.column(1) - plot.across(side)
    lean = plot.across(plot.number("lean", 0.0))
    top, foot = plot.row(over), plot.row(1 - sill) if sill else height * 2.5
    paper.open(points((left + lean, top), (right - lean, top), (right, foot), (left, foot)))
    # What is seen when a camera looks far aside is open, too.
    paper.open(
        points(
            (right + width * 0.12, top),
            (right + width * 0.9, top),
            (right + width * 0.9, foot),
            (right + width * 0.12, foot),
        )
    )
    return paper
