"""Where a camera stands and what it sees from there: the units of camera work.

A :class:`View` may lie a little outside of what a world has to show; :func:`kept_inside` is what is seen
then. Paths are made of the former, so that they stay smooth, pictures of the latter.
"""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING, Any

from veo_story.backends.local.world.sheets import Eye

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veo_story.backends.local.world.sheets import Canvas

FPS = 24
REACH = 0.24
"""Picture heights that a world goes on above and below what is seen from home, a hair less than it does."""

LEAST_ZOOM, MOST_ZOOM = 1.06, 2.2
MOST_Z = 0.88
WIDEST = math.log(LEAST_ZOOM)
LONGEST = math.log(MOST_ZOOM)
NEAREST = -math.log(1 - MOST_Z)
_KNEE = 0.03
"""How far before a limit a camera begins to yield to it."""

_SWAY = 0.0075
"""Picture heights that a hand shakes a camera."""
_SWAYS = ((0.61, 0.50, 0.3, 1.9), (1.13, 0.30, 4.1, 0.7), (1.97, 0.16, 2.2, 5.3), (3.31, 0.06, 5.9, 3.4))
"""Hertz, share and the phases across and along of what a hand's shaking is made of."""

_FARTHEST = 1000.0
"""No number of a camera gets there: 30 screens a second are already nothing to look at."""

Numbers = tuple[float, ...]
"""The fields of a :class:`View`, in order."""


@dataclass(frozen=True, slots=True)
class View:
    """A camera's place. ``x`` right and ``y`` up in picture heights, as seen in the plane of the cast.

    ``near`` is how far it has come towards that plane and ``lens`` how long its lens is, both as natural
    logarithms of how much larger they show the cast. ``blur`` is how soft everything behind the cast is and
    ``shake`` how unsteady the hand that holds the camera, both 0..1.
    """

    x: float = 0.0
    y: float = 0.0
    near: float = 0.0
    lens: float = WIDEST
    blur: float = 0.0
    shake: float = 0.0

    @property
    def z(self) -> float:
        """How far it has come towards the cast: 0 at home, 1 there."""
        return 1 - math.exp(-self.near)

    @property
    def scale(self) -> float:
        """How much larger than from home the cast is seen."""
        return math.exp(self.near + self.lens)

    def numbers(self) -> Numbers:
        """Its fields in order."""
        return astuple(self)

    def eye(self, canvas: Canvas, frame: int) -> Eye:
        """What it sees at the chain's frame number; never more than the world has."""
        across, along = _sway(frame)
        size = _SWAY * max(0.0, min(1.0, self.shake)) / self.scale
        shaken = View(self.x + across * size, self.y + along * size, self.near, self.lens, self.blur)
        inside = kept_inside(shaken)
        return Eye(canvas, inside.x, inside.y, inside.z, math.exp(inside.lens), inside.blur)


@dataclass(frozen=True, slots=True)
class Moving:
    """A camera under way: its place, and its speed in the same numbers a second."""

    view: View = View()
    speed: View = View(lens=0.0)

    def as_data(self) -> dict[str, Any]:
        """Plain data for :func:`moving_of`."""
        return {"view": list(self.view.numbers()), "speed": list(self.speed.numbers())}


def view_of(numbers: Numbers) -> View:
    """The view of :meth:`View.numbers`."""
    return View(*numbers)


def moving_of(data: Mapping[str, Any]) -> Moving:
    """What :meth:`Moving.as_data` gave. Raises KeyError, TypeError or ValueError for anything else."""
    view, speed = ([float(number) for number in data[name]] for name in ("view", "speed"))
    if len(view) != len(fields(View)) or not all(abs(number) < _FARTHEST for number in (*view, *speed)):
        raise ValueError("not a camera")
    return Moving(View(*view), View(*speed))


def highest(near: float, lens: float) -> float:
    """How far from the middle row a camera may look at that closeness without passing the world's edge."""
    return 0.5 + REACH - 0.5 * math.exp(-near - lens)


def kept_inside(view: View) -> View:
    """The view, yielding softly to what the world, its closeness and its lens allow."""
    near = _between(view.near, 0.0, NEAREST)
    lens = _between(view.lens, WIDEST, LONGEST)
    top = highest(near, lens)
    return View(
        x=view.x,
        y=_between(view.y, -top, top),
        near=near,
        lens=lens,
        blur=max(0.0, min(1.0, view.blur)),
        shake=max(0.0, min(1.0, view.shake)),
    )


def _between(value: float, low: float, high: float) -> float:
    if value > high - _KNEE:
        return high - _KNEE + _KNEE * math.tanh((value - high + _KNEE) / _KNEE)
    if value < low + _KNEE:
        return low + _KNEE - _KNEE * math.tanh((low + _KNEE - value) / _KNEE)
    return value


def _sway(frame: int) -> tuple[float, float]:
    """A smooth wandering, the same for every camera at the chain's frame; about -1..1."""
    angles = [(2 * math.pi * hertz * frame / FPS, share, a, b) for hertz, share, a, b in _SWAYS]
    return (
        sum(share * math.sin(angle + a) for angle, share, a, _ in angles),
        sum(share * math.sin(1.27 * angle + b) for angle, share, _, b in angles),
    )
