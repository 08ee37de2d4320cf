"""A head in space: where a spot of it is seen when it turns, nods and tilts.

Spots are (x, y, z) in half heads from the middle: x to the right of who looks at it from the front, y up, z
out of the face. They come out as places in heights of the figure, from the pivot in the neck.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.figures.outlines import hull, oval, turned

if TYPE_CHECKING:
    from veo_story.backends.local.figures.cutting import Place
    from veo_story.backends.local.figures.outlines import Points
    from veo_story.backends.local.world.sheets import Floats

Spot = tuple[float, float, float]

PIVOT = -0.78
"""Where the head turns, in half heads below its middle."""
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
        self._yaw, self._pitch = np.radians(pose.yaw), np.radians(pose.pitch)
        self.jaw: tuple[Spot, Spot] = ((0.0, -0.42, 0.10), (jaw, 0.56 * chin, 0.60))

    def seen(self, spots: Points) -> Floats:
        """Rows of (x, y, z) as rows of places."""
        x, y, z = (np.asarray(spots, np.float64)[:, i] for i in range(3))
        c, s = np.cos(self._pitch), np.sin(self._pitch)
        y, z = y * c + z * s, z * c - y * s
        across = x * np.cos(self._yaw) + z * np.sin(self._yaw)
        flat = np.stack([across, y - PIVOT], 1) * self.half
        return turned(flat, -self.pose.roll)

    def at(self, x: float, y: float, z: float) -> Place:
        """One spot's place."""
        place = self.seen(np.array([[x, y, z]]))[0]
        return float(place[0]), float(place[1])

    def depth(self, x: float, z: float) -> float:
        """How far in front of the head's middle a spot is, in half heads."""
        return float(z * np.cos(self._yaw) - x * np.sin(self._yaw))

    def on(self, outline: Points, middle: tuple[float, float] = (0.0, 0.0), lift: float = 0.0) -> Floats:
        """A flat outline laid onto the face around ``middle``, ``lift`` above its skin."""
        flat = np.asarray(outline, np.float64) + np.array(middle)
        # Below the nose a face goes back a little.
        out = np.interp(flat[:, 1], [-0.9, -0.55, -0.25, 0.3], [0.60, 0.70, 0.78, 0.78])
        z = out * np.sqrt(np.maximum(0.05, 1 - (flat[:, 0] / 0.86) ** 2)) + lift
        return self.seen(np.column_stack([flat, z]))

    def ball(self, middle: Spot, radii: Spot, grow: float = 1.0, count: int = 40) -> Floats:
        """The outline of an ellipsoid."""
        wide = np.hypot(radii[0] * np.cos(self._yaw), radii[2] * np.sin(self._yaw))
        size = self.half * grow
        return oval(self.at(*middle), float(wide) * size, radii[1] * size, -self.pose.roll, count)

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
        outline = self.ball(*SKULL, grow=grow, count=120)
        middle = np.array(self.at(*SKULL[0]))
        if lump:
            angle = np.linspace(0, 2 * np.pi, len(outline), endpoint=False)
            outline = middle + (outline - middle) * (1 + lump * np.abs(np.sin(angle * 6.5 + 0.4)))[:, None]
        tilt = self.pose.roll
        flat, edge = turned(outline - middle, tilt), turned(line - middle, tilt)
        right, left = edge[-1], edge[0]
        keep = np.where(flat[:, 0] > 0, flat[:, 1] >= right[1], flat[:, 1] >= left[1])
        angle = np.arctan2(flat[:, 1], flat[:, 0])
        # Counted from straight below, so that the arc from right over the top to left is one run.
        order = np.argsort((angle + np.pi / 2) % (2 * np.pi))
        arch = flat[order][keep[order]]
        return np.asarray(turned(np.concatenate([edge, arch]), -tilt) + middle, np.float32)
