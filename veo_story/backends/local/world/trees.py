"""What grows: woods of several kinds, grass, reeds, and leaves that hang into the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.world.noise import fractal
from veo_story.backends.local.world.plot import below
from veo_story.backends.local.world.shapes import crown, moved, points, smooth, spruce

if TYPE_CHECKING:
    from collections.abc import Callable

    from veo_story.backends.local.world.paper import Paper
    from veo_story.backends.local.world.plot import Plot
    from veo_story.backends.local.world.sheets import Yuv

    Tree = Callable[[Paper, Plot, float, float, float, float], None]


def trees(plot: Plot) -> Paper:
    """A wood: ``count`` trees of a ``tree``, up to ``tall``, on a rise at the row ``top``."""
    top, tall, count = plot.number("top", 0.6), plot.number("tall", 0.2), plot.many(30)
    rise = plot.number("rise", 0.02)
    line = plot.row(top) - fractal(plot.rng, plot.canvas.period, 2, 3) * np.float32(rise * plot.scale)
    paper = plot.paper(float(line.min() - tall * 1.12 * plot.scale) / plot.canvas.height)
    draw = TREES[str(plot.spec.get("tree", "spruce"))]
    low = plot.number("low", 0.5)
    columns = plot.rng.permutation(plot.spread(count, 0.9))
    gap = plot.number("gap", 0.0) * plot.canvas.width
    for index, column in enumerate(columns):
        x = float(column)
        if gap and abs(x - plot.canvas.width / 2) < gap / 2:
            continue
        high = plot.scale * tall * plot.chance(low, 1.0)
        share = 0.55 + 0.45 * (index + 1) / count
        draw(paper, plot, x, float(line[int(x) % len(line)]) + plot.scale * 0.006, high, share)
    if not plot.spec.get("bare"):
        paper.cut(
            below(line.astype(np.float32), plot.canvas),
            plot.colour(0.8, "floor" if "floor" in plot.spec else "colour"),
        )
    return paper


def _spruce(paper: Paper, plot: Plot, x: float, foot: float, tall: float, share: float) -> None:
    paper.box(x - tall * 0.015, foot - tall * 0.14, tall * 0.03, tall * 0.15, plot.ink("#4a3828", 0.6))
    outline = spruce(x, foot - tall * 0.03, tall * 0.97)
    paper.cut(outline, plot.colour(share))
    half = outline.copy()
    side = plot.inks.side
    half[:, 0] = np.where((half[:, 0] - x) * side > 0, x, half[:, 0])
    paper.cut(half, plot.colour(share - 0.4))
    if plot.spec.get("snowy"):
        white = outline.copy()
        white[:, 1] = foot - tall + (white[:, 1] - foot + tall) * 0.62
        white[:, 0] = x + (white[:, 0] - x) * 0.55
        paper.cut(white, plot.ink("#f4f8fb", share))


def _round(paper: Paper, plot: Plot, x: float, foot: float, tall: float, share: float) -> None:
    _trunk(paper, plot, x, foot, tall * 0.62, tall * 0.035)
    radius = tall * 0.30
    paper.cut(crown(x, foot - tall * 0.66, radius * 1.05, plot.rng, 9, 1.05), plot.colour(share - 0.35))
    side = plot.inks.side
    paper.cut(
        crown(x + side * radius * 0.16, foot - tall * 0.71, radius * 0.82, plot.rng, 8, 1.0),
        plot.colour(share),
    )
    paper.cut(
        crown(x + side * radius * 0.34, foot - tall * 0.80, radius * 0.42, plot.rng, 7),
        plot.colour(share + 0.12),
        0.7,
    )


def _trunk(paper: Paper, plot: Plot, x: float, foot: float, tall: float, wide: float) -> None:
    colour = str(plot.spec.get("wood", "#5b4331"))
    paper.cut(
        points(
            (x - wide, foot), (x - wide * 0.6, foot - tall), (x + wide * 0.6, foot - tall), (x + wide, foot)
        ),
        plot.ink(colour, 0.7),
    )


def _poplar(paper: Paper, plot: Plot, x: float, foot: float, tall: float, share: float) -> None:
    _trunk(paper, plot, x, foot, tall * 0.3, tall * 0.02)
    for aside, turn in ((0.0, -0.35), (0.25, 0.0)):
        shift = plot.inks.side * aside * tall * 0.1
        leaf = points(
            (0, -1), (0.07, -0.8), (0.10, -0.45), (0.06, -0.14), (-0.06, -0.14), (-0.10, -0.45), (-0.07, -0.8)
        )
        leaf[:, 0] *= 1 - aside * 1.6
        paper.cut(smooth(moved(leaf, x + shift, foot, tall), 4), plot.colour(share + turn))


def _palm(paper: Paper, plot: Plot, x: float, foot: float, tall: float, share: float) -> None:
    lean = tall * plot.chance(-0.22, 0.22)
    bow = np.linspace(0, 1, 8)
    middle = np.stack([x + lean * bow**1.8, foot - tall * 0.84 * bow], 1)
    wide = tall * 0.022 * (1.4 - 0.7 * bow)
    left, right = middle.copy(), middle.copy()
    left[:, 0] -= wide
    right[:, 0] += wide
    paper.cut(np.concatenate([left, right[::-1]]).astype(np.float32), plot.ink("#7a5f43", share))
    tip = (float(middle[-1, 0]), float(middle[-1, 1]))
    leaf = points((0, 0), (0.12, -0.09), (0.27, -0.09), (0.44, 0.07), (0.27, -0.02), (0.13, -0.01))
    for index, turn in enumerate((-2.75, -2.3, -0.85, -0.4, 0.25, -1.6, 2.9, -3.4)):
        mirrored = leaf * np.array([1, -1 if np.cos(turn) < 0 else 1], np.float32)
        paper.cut(moved(mirrored, *tip, tall * 0.92, turn), plot.colour(share - 0.5 * (index % 2) * 0.8))


def _bare(paper: Paper, plot: Plot, x: float, foot: float, tall: float, share: float) -> None:
    _branch(paper, plot.colour(share), (x, foot), -np.pi / 2, tall * 0.42, tall * 0.05, plot.rng, 4)


def _branch(
    paper: Paper,
    colour: Yuv,
    foot: tuple[float, float],
    turn: float,
    length: float,
    wide: float,
    rng: np.random.Generator,
    left: int,
) -> None:
    end = (foot[0] + length * float(np.cos(turn)), foot[1] + length * float(np.sin(turn)))
    aside = (-float(np.sin(turn)), float(np.cos(turn)))
    corners = points(
        (foot[0] - aside[0] * wide, foot[1] - aside[1] * wide),
        (end[0] - aside[0] * wide * 0.55, end[1] - aside[1] * wide * 0.55),
        (end[0] + aside[0] * wide * 0.55, end[1] + aside[1] * wide * 0.55),
        (foot[0] + aside[0] * wide, foot[1] + aside[1] * wide),
    )
    paper.cut(corners, colour)
    if left:
        for fork in (-1, 1):
            angle = turn + fork * (0.28 + 0.3 * float(rng.random()))
            _branch(
                paper,
                colour,
                end,
                angle,
                length * (0.6 + 0.2 * float(rng.random())),
                wide * 0.58,
                rng,
                left - 1,
            )


def _birch(paper: Paper, plot: Plot, x: float, foot: float, tall: float, share: float) -> None:
    """A pale trunk with dark marks that goes up out of the picture, and some leaves."""
    wide = tall * 0.022
    paper.box(x - wide, foot - tall, wide * 2, tall, plot.ink("#e6e2d6", share))
    paper.box(
        x - wide if plot.inks.side > 0 else x + wide * 0.3,
        foot - tall,
        wide * 0.7,
        tall,
        plot.ink("#e6e2d6", 0.1),
    )
    for _ in range(9):
        y, half = foot - tall * plot.chance(0.03, 0.97), wide * plot.chance(0.3, 0.9)
        paper.oval((x + plot.chance(-0.5, 0.5) * wide, y), half, wide * 0.14, plot.ink("#3b3733", share))
    for _ in range(4):
        spot = (x + plot.chance(-0.11, 0.11) * tall, foot - tall * plot.chance(0.72, 1.0))
        paper.cut(
            crown(*spot, tall * plot.chance(0.05, 0.09), plot.rng, 7, 0.7), plot.colour(plot.chance(0.5, 1.1))
        )


def _column(paper: Paper, plot: Plot, x: float, foot: float, tall: float, share: float) -> None:
    """A thick trunk with roots, going up out of the picture."""
    wide = tall * plot.number("thick", 0.05)
    outline = points(
        (-2.0, 0.03),
        (-1.1, -0.05),
        (-0.8, -0.3),
        (-0.72, -1.0),
        (0.72, -1.0),
        (0.8, -0.3),
        (1.1, -0.05),
        (2.1, 0.03),
    )
    spots = outline * np.array([wide, tall], np.float32) + np.array([x, foot], np.float32)
    wood = str(plot.spec.get("wood", "#5b4331"))
    paper.cut(spots, plot.ink(wood, share))
    dark = spots.copy()
    side = plot.inks.side
    dark[:, 0] = np.where((dark[:, 0] - x) * side > 0, x - side * wide * 0.2, dark[:, 0])
    paper.cut(dark, plot.ink(wood, share - 0.45))


def _bush(paper: Paper, plot: Plot, x: float, foot: float, tall: float, share: float) -> None:
    paper.cut(crown(x, foot - tall * 0.3, tall * 0.62, plot.rng, 9, 0.75), plot.colour(share - 0.3))
    paper.cut(
        crown(x + plot.inks.side * tall * 0.12, foot - tall * 0.40, tall * 0.44, plot.rng, 8, 0.7),
        plot.colour(share),
    )
    for flower in plot.spec.get("flowers", ()):
        for _ in range(5):
            spot = (x + plot.chance(-0.45, 0.45) * tall, foot - tall * plot.chance(0.15, 0.75))
            paper.oval(spot, tall * 0.05, tall * 0.05, plot.ink(str(flower)))


def _acacia(paper: Paper, plot: Plot, x: float, foot: float, tall: float, share: float) -> None:
    _branch(paper, plot.ink("#4b3a2b", 0.7), (x, foot), -np.pi / 2, tall * 0.48, tall * 0.030, plot.rng, 2)
    for shift, row, half in ((0, 0.86, 0.62), (-0.30, 0.76, 0.36), (0.34, 0.80, 0.36)):
        middle = (x + shift * tall, foot - row * tall)
        paper.cut(crown(*middle, half * tall, plot.rng, 9, 0.17), plot.colour(share - 0.35))
        paper.cut(
            crown(middle[0], middle[1] - tall * 0.03, half * tall * 0.9, plot.rng, 8, 0.11),
            plot.colour(share),
        )


def _cactus(paper: Paper, plot: Plot, x: float, foot: float, tall: float, share: float) -> None:
    colour, wide = plot.colour(share), tall * 0.075
    arms = ((-1, 0.36, 0.30), (1, 0.50, 0.26))
    for turn, row, high in arms:
        reach = turn * wide * 3.0
        elbow = foot - tall * row
        paper.line(
            points((x, elbow), (x + reach, elbow), (x + reach, elbow - tall * high)), colour, wide * 1.3
        )
        paper.oval((x + reach, elbow), wide * 0.65, wide * 0.65, colour)
        paper.oval((x + reach, elbow - tall * high), wide * 0.65, wide * 0.65, colour)
    paper.box(x - wide, foot - tall + wide, wide * 2, tall - wide, colour)
    paper.oval((x, foot - tall + wide), wide, wide, colour)
    paper.box(
        x - plot.inks.side * wide - (wide * 0.6 if plot.inks.side < 0 else 0),
        foot - tall + wide,
        wide * 0.6,
        tall - wide,
        plot.colour(share - 0.5),
        0.7,
    )


TREES: dict[str, Tree] = {
    "spruce": _spruce,
    "round": _round,
    "poplar": _poplar,
    "palm": _palm,
    "bare": _bare,
    "birch": _birch,
    "column": _column,
    "bush": _bush,
    "acacia": _acacia,
    "cactus": _cactus,
}
