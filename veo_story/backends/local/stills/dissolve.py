"""From one picture to another that has nothing in common with it: a move goes on while the light changes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2

from veo_story.backends.local.stills.images import framed
from veo_story.backends.local.window import look_through

if TYPE_CHECKING:
    from veo_story.backends.local.stills.moves import Pose
    from veo_story.backends.local.window import Planes

_MARGIN = 8


class Dissolve:
    """The first picture is left along ``move`` while the second comes to rest at the end of the same way."""

    def __init__(self, first: Planes, last: Planes, move: Pose) -> None:
        self._first, self._last = framed(first, _MARGIN), framed(last, _MARGIN)
        self._move = move

    def draw(self, share: float, into: Planes, other: Planes) -> None:
        """Fill ``into`` with the state at ``share`` (0: the first, 1: the second); ``other`` is scratch."""
        self._see(self._first, share, 1, into)
        self._see(self._last, 1 - share, -1, other)
        for plane, late in zip(into, other, strict=True):
            cv2.addWeighted(plane, 1 - share, late, share, 0, plane)

    def _see(self, planes: Planes, share: float, side: int, into: Planes) -> None:
        move = self._move
        rows, columns = into[0].shape
        x, y = (move.pan + move.x) * columns, -(move.tilt + move.y) * rows
        zoom = math.exp((move.lens + move.z) * share)
        look_through(planes, into, zoom, (side * x * share, side * y * share))
