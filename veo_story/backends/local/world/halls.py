"""Large rooms and stands: a stadium, its lights, a long corridor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.world.shapes import box, points

if TYPE_CHECKING:
    from veo_story.backends.local.world.paper import Paper
    from veo_story.backends.local.world.plot import Plot


def stands(plot: Plot) -> Paper:
    """A stadium's stands: tiers full of people under a roof, and boards along the pitch."""
    top, foot = plot.row(plot.number("top", 0.2)), plot.row(plot.number("foot", 0.6))
    paper = plot.paper(plot.number("top", 0.2) - 0.02, plot.number("foot", 0.6) + 0.03)
    paper.box(-8, top, plot.canvas.period + 16, foot - top, plot.colour(0.5))
    crowd = ("#d9605a", "#e8d9b0", "#5f86b8", "#e8b24f", "#f2f0ea", "#6f8f6a", "#3f4658")
    tiers = 12
    for tier in range(tiers):
        y = top + (foot - top) * (0.20 + 0.72 * tier / tiers)
        size = plot.scale * (0.0055 + 0.0035 * tier / tiers)
        for column in np.arange(0, plot.canvas.period, size * 3.1):
            if plot.rng.random() < 0.86:
                coat = plot.ink(crowd[int(plot.rng.integers(0, 7))], 0.9)
                paper.oval((float(column) + size * (tier % 2) * 1.5, y), size, size * 1.25, coat)
    paper.box(
        -8, top - plot.scale * 0.01, plot.canvas.period + 16, plot.scale * 0.05, plot.ink("#e6e9ec", 0.9)
    )
    unit = plot.canvas.period / 16
    for index, colour in enumerate(("#c8443a", "#f2efe6", "#2f6fa8", "#e8b03c") * 4):
        paper.box(index * unit, foot - plot.scale * 0.035, unit, plot.scale * 0.045, plot.ink(colour, 0.95))
    return paper


def floodlights(plot: Plot) -> Paper:
    """Masts with rows of lights."""
    foot, tall = plot.row(plot.number("foot", 0.4)), plot.scale * plot.number("tall", 0.3)
    paper = plot.paper(
        plot.number("foot", 0.4) - plot.number("tall", 0.3) * 1.2, plot.number("foot", 0.4) + 0.02
    )
    for at in (-0.72, 0.72, 1.8, 2.4):
        x = plot.column(at)
        paper.box(x - tall * 0.02, foot - tall, tall * 0.04, tall, plot.colour(0.7))
        if plot.inks.dark:
            paper.glow((x, foot - tall), tall * 0.7, plot.inks.shine("#f4f8ff"), 0.55)
        paper.box(x - tall * 0.24, foot - tall * 1.12, tall * 0.48, tall * 0.26, plot.colour(0.6))
        for row in range(2):
            for column in range(4):
                lamp = plot.inks.shine("#fdfdf4") if plot.inks.dark else plot.ink("#eef0ea")
                paper.oval(
                    (x + tall * (column - 1.5) * 0.11, foot - tall * (1.05 - row * 0.12)),
                    tall * 0.04,
                    tall * 0.04,
                    lamp,
                )
    return paper


def tunnel(plot: Plot) -> Paper:
    """A long corridor in perspective: doors on both sides, lights above, a bright end."""
    paper = plot.paper(-plot.canvas.reach / plot.canvas.height)
    for turn in (0, 1):
        _passage(paper, plot, turn * plot.canvas.width)
    return paper


def _passage(paper: Paper, plot: Plot, shift: float) -> None:
    width, height = plot.canvas.width, plot.canvas.height
    middle, eye = width / 2 + shift, plot.row(0.45)
    near = (width * 0.72, height * 0.80)
    end = 0.20

    def at(x: float, y: float, share: float) -> tuple[float, float]:
        """A corner at -1..1 across and down, ``share`` 1 near and 0 endlessly far."""
        return middle + x * near[0] * share, eye + y * near[1] * share

    second = "second"
    for side in (-1, 1):
        paper.cut(
            points(at(side, -1, 1), at(side, 1, 1), at(side, 1, end), at(side, -1, end)),
            plot.colour(0.95 if side == plot.inks.side else 0.6),
        )
        paper.cut(
            points(at(side, 0.30, 1), at(side, 1, 1), at(side, 1, end), at(side, 0.30, end)),
            plot.colour(0.9 if side == plot.inks.side else 0.55, second),
        )
        for door in (0.30, 0.42, 0.62):
            wide = door * 1.22
            frame = points(
                at(side, -0.42, door), at(side, -0.42, wide), at(side, 0.98, wide), at(side, 0.98, door)
            )
            paper.cut(frame, plot.ink("#c9a678", 0.85 if side == plot.inks.side else 0.5))
            inner = (door + wide) / 2
            paper.cut(
                points(
                    at(side, -0.28, door * 1.05),
                    at(side, -0.28, inner),
                    at(side, 0.12, inner),
                    at(side, 0.12, door * 1.05),
                ),
                plot.ink("#7f98a0", 0.8),
            )
    paper.cut(points(at(-1, -1, 1), at(1, -1, 1), at(1, -1, end), at(-1, -1, end)), plot.colour(0.85))
    paper.cut(points(at(-1, 1, 1), at(1, 1, 1), at(1, 1, end), at(-1, 1, end)), plot.ink(plot.ground, 0.75))
    paper.cut(
        points(at(-0.35, 1, 1), at(0.35, 1, 1), at(0.35, 1, end), at(-0.35, 1, end)),
        plot.ink(plot.ground, 1.15),
        0.5,
    )
    for lamp in (0.24, 0.31, 0.42, 0.60, 0.88):
        paper.cut(
            points(
                at(-0.2, -0.99, lamp),
                at(0.2, -0.99, lamp),
                at(0.2, -0.99, lamp * 1.14),
                at(-0.2, -0.99, lamp * 1.14),
            ),
            plot.inks.shine("#f8fbf4"),
        )
    paper.cut(points(at(-1, -1, end), at(1, -1, end), at(1, 1, end), at(-1, 1, end)), plot.colour(1.1))
    left, top = at(-0.5, -0.6, end)
    right, foot = at(0.5, 0.98, end)
    paper.cut(box(left, top, right - left, foot - top), plot.inks.shine("#f4f8f2"))
    paper.glow((middle, eye), height * 0.30, plot.inks.shine("#fbfdf6"), 0.5)
