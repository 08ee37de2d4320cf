"""What every painter of a place's layers is given, and the measures it works in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from veo_story.backends.local.world.paper import Paper

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from veo_story.backends.local.world.inks import Inks
    from veo_story.backends.local.world.sheets import Canvas, Floats, Yuv

    Spec = Mapping[str, Any]
    Painter = Callable[["Plot"], Paper]

_USUAL = 2 * 16 / 9
"""Picture heights in a period of the shape that the vocabulary's counts are for."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One layer to paint: its line of ``places.toml``, the canvas, the colours and its own chance."""

    spec: Spec
    canvas: Canvas
    inks: Inks
    rng: np.random.Generator
    ground: str
    """The place's own colour of the ground, ``#rrggbb``."""

    @property
    def depth(self) -> float:
        """The layer's parallax."""
        return float(self.spec["parallax"])

    @property
    def scale(self) -> float:
        """Pixels of a picture height of scenery: less than all rows in upright pictures."""
        return self.canvas.height * breadth(self.canvas.width / self.canvas.height)

    def across(self, wide: float) -> float:
        """Pixels of a width in picture heights: less where the picture is narrow."""
        return min(self.scale * wide, self.canvas.width * wide * 0.62)

    def many(self, otherwise: int) -> int:
        """The layer's ``count`` of things side by side: fewer where the picture is narrow."""
        share = self.canvas.period / (_USUAL * self.scale)
        return max(3, round(self.number("count", otherwise) * min(1.0, share)))

    def number(self, name: str, otherwise: float) -> float:
        """A number of the layer's line."""
        return float(self.spec.get(name, otherwise))

    def row(self, share: float) -> float:
        """The canvas row at a share of the height."""
        return share * self.canvas.height

    def column(self, at: float) -> float:
        """The canvas column at -1 (left) .. 1 (right) of what is seen from home."""
        return (0.5 + at / 2) * self.canvas.width

    def colour(self, share: float = 1.0, name: str = "colour") -> Yuv:
        """The layer's colour (or the place's ground) in this light; see :meth:`.inks.Inks.face`."""
        return self.inks.face(str(self.spec.get(name, self.ground)), self.depth, share)

    def ink(self, colour: str, share: float = 1.0) -> Yuv:
        """Another colour at the layer's depth."""
        return self.inks.face(colour, self.depth, share)

    def paper(self, top: float, foot: float | None = None) -> Paper:
        """Endless paper from the share ``top`` of the height on, to ``foot`` or as far as a camera looks."""
        first = np.floor(self.row(top) / 2) * 2
        last = self.canvas.height + self.canvas.reach if foot is None else self.row(foot)
        return Paper(self.canvas.period, last - first, top=float(first), period=self.canvas.period)

    def chance(self, low: float, high: float) -> float:
        """A number between the two."""
        return low + (high - low) * float(self.rng.random())

    def spread(self, count: int, loose: float = 0.6) -> Floats:
        """``count`` columns about evenly over the period, in random order of looseness 0..1."""
        even = (np.arange(count) + 0.5 + (self.rng.random(count) - 0.5) * loose) / count
        return np.asarray(even * self.canvas.period, np.float32)


def slimness(aspect: float) -> float:
    """How large furniture is drawn: smaller in upright pictures, or there is no room for all of it."""
    return min(1.0, 0.55 + 0.45 * aspect)


def breadth(aspect: float) -> float:
    """How large scenery and people are drawn in a picture of that width over height."""
    return min(1.0, 0.62 + 0.38 * aspect)


def below(line: Floats, canvas: Canvas, step: int = 4) -> Floats:
    """The outline of all below a line of rows (one a column), down past what a camera sees."""
    columns = np.append(np.arange(0, len(line), step), len(line)).astype(np.float32)
    rows = np.append(line[::step], line[0])
    foot = float(canvas.height + canvas.reach + 8)
    ends = np.array([[len(line), foot], [0, foot]], np.float32)
    return np.concatenate([np.stack([columns, rows], 1), ends]).astype(np.float32)
