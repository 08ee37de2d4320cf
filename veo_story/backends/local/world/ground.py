"""Ground that runs towards us: roads, rails, rivers, salt pans, and the floors of rooms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.world.shapes import points

if TYPE_CHECKING:
    from veo_story.backends.local.world.paper import Paper
    from veo_story.backends.local.world.plot import Plot


def _ground(plot: Plot) -> tuple[Paper, float, float]:
    """Bare ground from the row ``top`` on; its first row and its last."""
    top = plot.number("top", 0.6)
    paper = plot.paper(top)
    first, last = plot.row(top), float(plot.canvas.height + plot.canvas.reach)
    paper.box(-8, first, plot.canvas.period + 16, last, plot.colour())
    paper.shade(
        np.linspace(
            plot.number("soft", 8), -plot.number("soft", 8), paper.picture.shape[0], dtype=np.float32
        )[:, None]
    )
    return paper, first, last


def road(plot: Plot) -> Paper:
    """A road (or ``rails``) that runs to the horizon at ``at``, ``wide`` picture heights near by."""
    paper, first, last = _ground(plot)
    vanish, middle = plot.column(plot.number("at", 0.0)), plot.column(plot.number("near", 0.0))
    half = plot.scale * plot.number("wide", 0.9) / 2

    def strip(left: float, right: float, begin: float = 0.0, end: float = 1.0) -> np.ndarray:
        corners = []
        for share, edge in ((begin, left), (begin, right), (end, right), (end, left)):
            x = vanish + (middle - vanish) * share
            corners.append((x + edge * half * (0.02 + 0.98 * share), first + (last - first) * share))
        return points(*corners)

    if plot.spec.get("rails"):
        _rails(paper, plot, strip)
        return paper
    paper.cut(strip(-1.16, 1.16), plot.ink(str(plot.spec.get("verge", "#8d8468")), 0.9))
    paper.cut(strip(-1.0, 1.0), plot.ink(str(plot.spec.get("asphalt", "#55565a")), 0.9))
    if plot.spec.get("markings", True):
        for edge in (-0.92, 0.88):
            paper.cut(strip(edge, edge + 0.04), plot.ink("#e9e5d8"))
        for dash in range(9):
            begin, end = (dash / 9) ** 2, ((dash + 0.5) / 9) ** 2
            paper.cut(strip(-0.022, 0.022, begin, end), plot.ink("#efd88a"))
    return paper


def _rails(paper: Paper, plot: Plot, strip: object) -> None:
    assert callable(strip)
    paper.cut(strip(-1.5, 1.5), plot.ink("#7d756a", 0.8))
    for tie in range(26):
        begin = ((tie + 0.5) / 26) ** 2.1
        paper.cut(strip(-1.2, 1.2, begin, begin + 0.011 + 0.022 * begin), plot.ink("#57453a", 0.8))
    for edge in (-0.84, 0.78):
        paper.cut(strip(edge, edge + 0.06), plot.ink("#b9bec2"))
        paper.cut(strip(edge - 0.03, edge), plot.ink("#5b5d60", 0.4))


def track(plot: Plot) -> Paper:
    """Rails seen from the side, on their bed, at the row ``top``."""
    top, thick = plot.row(plot.number("top", 0.65)), plot.scale * plot.number("thick", 0.016)
    paper = plot.paper(plot.number("top", 0.65) - 0.01, plot.number("top", 0.65) + 0.09)
    over = plot.canvas.period + 16
    paper.box(-8, top + thick * 1.4, over, thick * 2.6, plot.colour(0.9))
    paper.box(-8, top + thick * 3.2, over, thick * 1.2, plot.colour(0.5))
    count = round(plot.canvas.period / (thick * 4.4))
    for index in range(count):
        paper.box(
            index * plot.canvas.period / count,
            top + thick * 0.9,
            thick * 2.2,
            thick * 0.8,
            plot.ink("#57453a", 0.8),
        )
    paper.box(-8, top, over, thick * 0.9, plot.ink("#8a7f78", 0.5))
    paper.box(-8, top, over, thick * 0.35, plot.ink("#d4d8da", 1.0))
    return paper


def river(plot: Plot) -> Paper:
    """A river that winds from the horizon to us and holds the sky."""
    paper, first, last = _ground(plot)
    share = np.linspace(0, 1, 40)
    middle = plot.column(plot.number("at", 0.1)) + plot.scale * 0.45 * share * np.sin(share * 7.5 + 0.6)
    half = plot.scale * (0.012 + plot.number("wide", 0.6) * share**1.6)
    row = first + (last - first) * share**1.25

    def band(inner: float) -> np.ndarray:
        left, right = np.stack([middle - half * inner, row], 1), np.stack([middle + half * inner, row], 1)
        return np.concatenate([left, right[::-1]]).astype(np.float32)

    paper.cut(band(1.10), plot.colour(0.35))
    paper.cut(band(1.0), plot.inks.air(0.75))
    paper.cut(band(0.6), plot.inks.air(0.35), 0.45)
    for step in range(12):
        near = (step + 0.5) / 12
        index = int(near * 39)
        length = half[index] * plot.chance(0.3, 0.7)
        x = float(middle[index]) + half[index] * plot.chance(-0.6, 0.2)
        paper.box(
            x,
            float(row[index]),
            float(length),
            max(1.0, plot.scale * 0.004 * near * 2),
            plot.inks.air(0.0),
            0.6,
        )
    return paper


def pans(plot: Plot) -> Paper:
    """Shallow salt pans between banks of clay, in perspective, with the sky in them."""
    paper, first, last = _ground(plot)
    vanish = plot.column(plot.number("at", 0.0))
    rows = 7
    edges = first + (last - first) * (np.arange(rows + 1) / rows) ** 1.9
    for line in range(rows):
        begin, end = float(edges[line]), float(edges[line + 1])
        for cell in range(-7, 7):
            corners = []
            for column, row in ((cell, begin), (cell + 1, begin), (cell + 1, end), (cell, end)):
                near = (row - first) / (last - first)
                x = vanish + (column + 0.5 * (line % 2)) * plot.scale * (0.10 + 1.35 * near)
                corners.append((x, row))
            _pan(paper, plot, points(*corners))
    return paper


def _pan(paper: Paper, plot: Plot, corners: np.ndarray) -> None:
    if corners[:, 0].max() < -plot.canvas.width / 2 or corners[:, 0].min() > plot.canvas.width * 1.5:
        return
    middle = corners.mean(axis=0)
    inner = middle + (corners - middle) * np.array([0.94, 0.80], np.float32)
    paper.cut(inner + np.array([0, plot.scale * 0.004], np.float32), plot.ink("#f3efe6", 1.0))
    tone = plot.chance(0.1, 0.7)
    paper.cut(inner, plot.inks.air(tone))


def floor(plot: Plot) -> Paper:
    """A floor of ``planks``, ``tiles`` or plain; ``second`` is its other colour, ``mat`` that of a mat."""
    paper, first, last = _ground(plot)
    vanish, up = plot.canvas.width / 2, plot.row(plot.number("eye", 0.42))

    def at(column: float, row: float) -> float:
        return vanish + (column - vanish) * (row - up) / (last - up)

    kind = str(plot.spec.get("floor", "planks"))
    unit = plot.scale * (0.30 if kind == "planks" else 0.34)
    rows = first + (last - first) * (np.arange(9) / 8) ** 1.35
    count = int(plot.canvas.width * 1.6 / unit) + 2
    for index in range(-count, count):
        left, right = vanish + index * unit, vanish + (index + 1) * unit
        if kind == "planks" and index % 2:
            _tile(paper, plot, at, (left, right, first, last), 0.82)
        if kind == "planks":
            seam = vanish + (index + 0.98) * unit
            _tile(paper, plot, at, (seam, right, first, last), 0.3)
        if kind == "tiles":
            for line in range(8):
                if (index + line) % 2:
                    _tile(paper, plot, at, (left, right, float(rows[line]), float(rows[line + 1])), 1.0)
    if "mat" in plot.spec:
        _mat(paper, plot, first, last)
    return paper


def _tile(paper: Paper, plot: Plot, at: object, box: tuple[float, float, float, float], share: float) -> None:
    assert callable(at)
    left, right, top, foot = box
    corners = points(
        (at(left, top), top), (at(right, top), top), (at(right, foot), foot), (at(left, foot), foot)
    )
    half = plot.canvas.width / 2
    if corners[:2, 0].min() > plot.canvas.width + half or corners[:2, 0].max() < -half:
        return
    paper.cut(corners, plot.colour(share, "second" if "second" in plot.spec else "colour"))


def _mat(paper: Paper, plot: Plot, first: float, last: float) -> None:
    middle, row = plot.canvas.width / 2, first + (plot.canvas.height - first) * 0.62
    colour = str(plot.spec["mat"])
    wide, tall = plot.scale * 0.62, (plot.canvas.height - first) * 0.30
    paper.oval((middle, row), wide, tall, plot.ink(colour, 0.8))
    paper.oval((middle, row), wide * 0.86, tall * 0.84, plot.ink("#efe3cc", 0.8))
    paper.oval((middle, row), wide * 0.80, tall * 0.77, plot.ink(colour, 1.0))
