"""Things out of their lines in ``props.toml``: parts laid over each other in a box one unit high.

A part is ``"colour shape numbers"``. The box's left top is 0,0, its foot 1; its width is the thing's
``wide``. Colours: ``#rrggbb``, with ``-`` behind it turned out of the light, with ``+`` in full light, with
``!`` shining by itself, with ``~`` shining after dark, with ``%`` half seen through.

- ``p x,y x,y ...`` a polygon, ``c x,y ...`` a closed curve through the points
- ``o x,y across down`` an ellipse, ``r x,y width height [round]`` a rectangle
- ``l thickness x,y x,y ...`` a stroke, ``glow x,y radius`` light around it, after dark
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from veo_story.backends.local.lexicon.vocabulary import vocabulary
from veo_story.backends.local.world.paint import Single
from veo_story.backends.local.world.paper import Paper
from veo_story.backends.local.world.plot import slimness
from veo_story.backends.local.world.shapes import rounded, smooth

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from veo_story.backends.local.world.inks import Inks
    from veo_story.backends.local.world.plot import Plot
    from veo_story.backends.local.world.sheets import Element, Floats, Sheet, Yuv

_MARGIN = 0.04
"""What is left bare around a thing, of its height."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a thing: ``shape`` and its numbers, pairs already apart; ``how`` is the colour's sign."""

    colour: str
    how: str
    shape: str
    pairs: Floats
    numbers: tuple[float, ...]


@cache
def part_of(line: str) -> Part:
    """The part that a line describes. Raises ValueError for one that is not in the form above."""
    first, shape, *rest = line.split()
    pairs = [tuple(float(part) for part in word.split(",")) for word in rest if "," in word]
    numbers = tuple(float(word) for word in rest if "," not in word)
    if shape not in _LAYERS and shape != "glow":
        raise ValueError(f"unknown shape {shape!r} in {line!r}")
    return Part(first[:7], first[7:], shape, np.array(pairs, np.float32).reshape(-1, 2), numbers)


def thing(name: str) -> Mapping[str, Any]:
    """A thing's table. Raises KeyError for one that ``props.toml`` does not hold."""
    found: Mapping[str, Any] = vocabulary("props")[name]
    return found


def wide_of(name: str) -> float:
    """A thing's width over its height."""
    return float(thing(name).get("wide", 1.0))


@cache
def body_of(name: str) -> str:
    """The colour (``#rrggbb``) that a thing is known by: its ``body``, else what most of it is painted in.

    Empty for one that has no parts.
    """
    areas: dict[str, float] = {}
    for part in map(part_of, thing(name)["parts"]):
        areas[part.colour] = areas.get(part.colour, 0.0) + _area(part)
    return str(thing(name).get("body", max(areas, key=lambda colour: areas[colour], default="")))


def _area(part: Part) -> float:
    """About how much of its box a part fills."""
    if part.shape in "pc":
        x, y = part.pairs[:, 0], part.pairs[:, 1]
        return float(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2)
    if part.shape in "or":
        return part.numbers[0] * part.numbers[-1 if part.shape == "o" else 1]
    return 0.0


def blank(wide: float, tall: float, ratio: float, margin: float = _MARGIN) -> Paper:
    """Bare paper for a thing ``tall`` canvas pixels high whose box begins at 0, 0, with a margin."""
    edge = max(margin * tall, 3 / ratio)
    return Paper(wide * tall + 2 * edge, tall + 2 * edge, left=-edge, top=-edge, ratio=ratio)


def lay_parts(
    paper: Paper,
    parts: Sequence[str],
    inks: Inks,
    depth: float,
    tall: float,
    at: tuple[float, float] = (0.0, 0.0),
    flip: float | None = None,
    stretch: float = 1.0,
) -> None:
    """Lay parts on, their box ``tall`` canvas pixels high with its left top at ``at``.

    ``flip`` is the box's width (in its own units) when left and right are exchanged; ``stretch`` widens it.
    """
    place = np.array(at, np.float32)
    size = np.array([tall * stretch, tall], np.float32)
    for line in parts:
        part = part_of(line)
        pairs = part.pairs.copy()
        if flip is not None:
            pairs[:, 0] = flip - pairs[:, 0] - (part.numbers[0] if part.shape == "r" else 0)
        spots = pairs * size + place
        if part.shape == "glow":
            if inks.dark:
                paper.glow(_pair(spots[0]), part.numbers[0] * tall, inks.palette.lamp, 0.5)
            continue
        share = 0.4 if "%" in part.how else 1.0
        _LAYERS[part.shape](paper, part, spots, size, _seen(part, inks, depth), share)


def _seen(part: Part, inks: Inks, depth: float) -> Yuv:
    if "!" in part.how or ("~" in part.how and inks.dark):
        return inks.shine(part.colour)
    share = 0.25 if "-" in part.how else 1.12 if "+" in part.how else 0.92
    return inks.face(part.colour, depth, share)


def _pair(spot: Floats) -> tuple[float, float]:
    return float(spot[0]), float(spot[1])


def _polygon(paper: Paper, part: Part, spots: Floats, size: Floats, colour: Yuv, share: float) -> None:
    paper.cut(spots, colour, share)


def _curve(paper: Paper, part: Part, spots: Floats, size: Floats, colour: Yuv, share: float) -> None:
    paper.cut(smooth(spots, 8), colour, share)


def _oval(paper: Paper, part: Part, spots: Floats, size: Floats, colour: Yuv, share: float) -> None:
    across, down = (*part.numbers, *part.numbers)[:2]
    paper.oval(_pair(spots[0]), across * float(size[0]), down * float(size[1]), colour, share)


def _box(paper: Paper, part: Part, spots: Floats, size: Floats, colour: Yuv, share: float) -> None:
    width, height, radius = (*part.numbers, 0.0)[:3]
    x, y = _pair(spots[0])
    if radius:
        outline = rounded(x, y, width * float(size[0]), height * float(size[1]), radius * float(size[1]))
        paper.cut(outline, colour, share)
    else:
        paper.box(x, y, width * float(size[0]), height * float(size[1]), colour, share)


def _stroke(paper: Paper, part: Part, spots: Floats, size: Floats, colour: Yuv, share: float) -> None:
    paper.line(spots, colour, part.numbers[0] * float(size[1]), share)


_LAYERS = {"p": _polygon, "c": _curve, "o": _oval, "r": _box, "l": _stroke}


def round_off(paper: Paper, inks: Inks, strength: float = 9.0) -> None:
    """Soft light over a whole thing: brighter where the light comes from, darker at the foot."""
    rows, columns = paper.picture.shape[:2]
    across = np.linspace(-1, 1, columns, dtype=np.float32)[None, :] * np.float32(inks.side)
    down = np.linspace(-0.6, 1, rows, dtype=np.float32)[:, None]
    paper.shade((across - down * 0.7) * np.float32(strength))


def thing_sheet(
    name: str,
    inks: Inks,
    depth: float,
    tall: float,
    ratio: float,
    *,
    flip: bool = False,
    stretch: float = 1.0,
) -> tuple[Sheet, float, float]:
    """A whole thing as a sheet, and how far (canvas pixels) that begins left of and above the thing's box."""
    spec = thing(name)
    paper = blank(wide_of(name) * stretch, tall, ratio, _margin(spec, inks))
    lay_parts(paper, spec["parts"], inks, depth, tall, flip=wide_of(name) if flip else None, stretch=stretch)
    round_off(paper, inks)
    return paper.sheet(), -paper.left, -paper.top


def _margin(spec: Mapping[str, Any], inks: Inks) -> float:
    """Room around a thing, of its height: for the light that it throws, too."""
    glows = [part.numbers[0] for part in map(part_of, spec["parts"]) if part.shape == "glow"]
    return max([_MARGIN, *glows] if inks.dark else [_MARGIN])


def furniture(plot: Plot) -> Element:
    """A thing that belongs to a place, from its layer: ``thing``, ``at``, ``row`` of its foot, ``tall``."""
    name, tall = (
        str(plot.spec["thing"]),
        plot.number("tall", 0.3) * plot.scale * slimness(plot.canvas.width / plot.canvas.height),
    )
    sheet, left, top = thing_sheet(
        name, plot.inks, plot.depth, tall, 1.6, flip=bool(plot.spec.get("mirrored"))
    )
    column = plot.column(plot.number("at", 0.0)) - wide_of(name) * tall / 2
    return Single(sheet, column - left, plot.row(plot.number("row", 0.9)) - tall - top, plot.depth, 1.6)
