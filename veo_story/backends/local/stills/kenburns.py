"""A picture that stands still, or is slowly approached or left, as the author wrote."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from veo_story.backends.local.stills.images import framed
from veo_story.backends.local.window import look_through

if TYPE_CHECKING:
    from veo_story.backends.local.window import Planes, Scratch

_MARGIN = 8
"""Pixels around a still, so that a window can begin between its first and second pixel."""


class KenBurns:
    """A clip of ``frames`` frames that comes ``zoom`` times closer to a side.

    ``towards`` names the side: ``top-left``, ``right``, ``center`` ...

    The first frame is the whole picture. With a zoom below 1 it is the other way round: it goes away from
    that side, and the last frame is the whole picture.
    """

    def __init__(self, planes: Planes, zoom: float, towards: str, frames: int) -> None:
        self._planes = framed(planes, _MARGIN)
        self._size = planes[0].shape
        self._close = math.log(zoom)
        self._last = max(1, frames - 1)
        sides = towards.lower().replace("_", "-").split("-")
        self._x = ("right" in sides) - ("left" in sides)
        self._y = ("bottom" in sides or "down" in sides) - ("top" in sides or "up" in sides)

    def draw(self, frame: int, number: int, into: Planes, scratch: Scratch) -> None:
        """See :class:`~veo_story.backends.local.stills.pictures.Picture`."""
        t = frame / self._last
        share = t * t * (3 - 2 * t)
        zoom = math.exp(abs(self._close) * (share if self._close >= 0 else 1 - share))
        # Off the middle by all the room that there is: the side that it goes to stays where it is.
        room = (1 - 1 / zoom) / 2
        rows, columns = self._size
        look_through(self._planes, into, zoom, (self._x * room * columns, self._y * room * rows))
