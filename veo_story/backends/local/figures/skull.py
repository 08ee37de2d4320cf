"""A head in space: where a spot of it is seen when it turns, nods and tilts.

Spots are (x, y, z) in half heads from the middle: x to the right of who looks at it from the front, y up, z
out of the face. They come out as places in heights of the figure, from the pivot in the neck.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.figures.outlines import curve, hull, oval, turned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from veo_story.backends.local.figures.cutting import Place
    from veo_story.backends.local.figures.outlines import Points
    from veo_story.backends.local.world.sheets import Floats

Spot = tuple[float, float, float]

PIVOT = -0.78
"""Where the head turns, in half heads below its middle."""
_ROUND = 120
"""Corners of the outline that hair and hats have."""
SKULL: tuple[Spot, Spot] = ((0.0, 0.20, -0.10), (0.74, 0.80, 0.86))


@dataclass(frozen=True, slots=True)
class HeadPose:
    """How a head is held, in degrees: ``yaw`` to the right of the picture, ``pitch`` up, ``roll`` clockwise.

    ``mouth`` is one of 0 (closed) to 4, ``lids`` 0 (open) to 2 (closed), ``smile`` and ``gaze`` -1..1.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    mouth: int = 0
    lids: int = 0
    smile: float = 0.2
    gaze: float = 0.0


class Skull:
    """The geometry of one head; ``half`` is half a head in heights of the figure."""

    def __init__(self, pose: HeadPose, half: float, jaw: float, chin: float) -> None:
        self.pose, self.half = pose, half
        self.jaw: tuple[Spot, Spot] = ((0.0, -0.42, 0.10), (jaw, 0.56 * chin, 0.60))
        yaw, pitch, roll = (math.radians(angle) for angle in (pose.yaw, pose.pitch, -pose.roll))
        self._c, self._s = math.cos(yaw), math.sin(yaw)
        c, s = math.cos(pitch), math.sin(pitch)
        # What one step along x, y and z is on paper, upright and then rolled; last where it all begins.
        upright = [(self._c, 0.0), (-s * self._s, c), (c * self._s, s), (0.0, -PIVOT)]
        c, s = math.cos(roll) * half, math.sin(roll) * half
        self._steps = tuple((x * c - y * s, x * s + y * c) for x, y in upright)
        self._turn = np.array(self._steps[:3], np.float32)
        self._begin = np.array(self._steps[3], np.float32)

    def seen(self, spots: Points) -> Floats:
        """Rows of (x, y, z) as rows of places."""
        return np.asarray(spots, np.float32) @ self._turn + self._begin

    def at(self, x: float, y: float, z: float) -> Place:
        """One spot's place."""
        (xx, xy), (yx, yy), (zx, zy), (left, low) = self._steps
        return x * xx + y * yx + z * zx + left, x * xy + y * yy + z * zy + low

    def depth(self, x: float, z: float) -> float:
        """How far in front of the head's middle a spot is, in half heads."""
        return z * self._c - x * self._s

    def ball(self, middle: Spot, radii: Spot, grow: float = 1.0, count: int = 40) -> Floats:
        """The outline of an ellipsoid."""
        wide, high = self._seen_radii(radii, grow)
        return oval(self.at(*middle), wide, high, -self.pose.roll, count)

    def _seen_radii(self, radii: Spot, grow: float) -> tuple[float, float]:
        size = self.half * grow
        return math.hypot(radii[0] * self._c, radii[2] * self._s) * size, radii[1] * size

    def face(self, grow: float = 1.0) -> Floats:
        """The outline of the whole head without hair."""
        return hull(self.ball(*SKULL, grow=grow), self.ball(*self.jaw, grow=grow))

    def around(self, degrees: Floats, height: Floats, grow: float = 1.0) -> Floats:
        """Spots on the skull at angles from the nose (to the right) and heights."""
        (_, y0, z0), (rx, ry, rz) = SKULL
        share = np.sqrt(np.maximum(0.12, 1 - ((height - y0) / ry) ** 2)) * grow
        # Below the skull's middle the head is a face and a neck, not a ball.
        front = np.abs(degrees) < 100
        share = np.where((height < y0) & front, np.maximum(share, 0.86 * grow), share)
        angle = np.radians(degrees)
        x, z = rx * share * np.sin(angle), z0 + rz * share * np.cos(angle)
        return np.asarray(np.stack([x, height, z], 1), np.float32)

    def front_degrees(self, count: int = 48) -> Floats:
        """Angles from the nose that are on the seen side, from left to right."""
        return np.asarray(np.linspace(-90, 90, count) - self.pose.yaw, np.float32)

    def above(self, line: Floats, grow: float, lump: float = 0.0) -> Floats:
        """What lies above a line of places from left to right, inside a skull ``grow`` as large.

        ``lump`` makes its outline wavy: curls.
        """
        middle, tilt = np.array(self.at(*SKULL[0]), np.float32), self.pose.roll
        arch = _from_below(lump) * np.array(self._seen_radii(SKULL[1], grow), np.float32)
        edge = turned(line - middle, tilt)
        keep = arch[:, 1] >= np.where(arch[:, 0] > 0, edge[-1, 1], edge[0, 1])
        return turned(np.concatenate([edge, arch[keep]]), -tilt) + middle


@cache
def _from_below(lump: float) -> Floats:
    """A circle from straight below to the right, so that from right over the top to left is one run.

    ``lump`` makes it wavy.
    """
    angle = np.linspace(0, 2 * np.pi, _ROUND, endpoint=False)
    wide = 1 + lump * np.abs(np.sin(angle * 6.5 + 0.4))
    circle = np.stack([np.cos(angle) * wide, np.sin(angle) * wide], 1)
    return np.roll(circle, _ROUND // 4, axis=0).astype(np.float32)


def on_face(outline: Points | Sequence[Place], middle: Place = (0.0, 0.0), lift: float = 0.0) -> Floats:
    """Spots of a flat outline laid onto any face around ``middle``, ``lift`` above its skin."""
    flat = np.asarray(outline, np.float64) + np.array(middle)
    # Below the nose a face goes back a little.
    out = np.interp(flat[:, 1], [-0.9, -0.55, -0.25, 0.3], [0.60, 0.70, 0.78, 0.78])
    z = out * np.sqrt(np.maximum(0.05, 1 - (flat[:, 0] / 0.86) ** 2)) + lift
    return np.column_stack([flat, z]).astype(np.float32)


@lru_cache(maxsize=512)
def oval_on_face(middle: Place, width: float, height: float, count: int = 36, lift: float = 0.0) -> Floats:
    """Spots of an oval on any face."""
    return on_face(oval((0, 0), width, height, count=count), middle, lift)


@lru_cache(maxsize=512)
def bow_on_face(
    begin: Place, control: Place, end: Place, middle: Place = (0.0, 0.0), lift: float = 0.0
) -> Floats:
    """Spots of a bow on any face."""
    return on_face(curve(begin, control, end), middle, lift)
