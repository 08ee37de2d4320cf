"""Any moment between two pictures: both are led to it, and each is shown where it may be believed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.backends.local.stills.dissolve import Dissolve
from veo_story.backends.local.stills.flow import ways
from veo_story.backends.local.stills.grid import Box, Grid, draw_by
from veo_story.backends.local.stills.led import Led
from veo_story.backends.local.stills.moves import HOME, Pose

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from veo_story.backends.local.window import Planes

    Floats = NDArray[np.float32]

_BAND = 12
"""Rows of cells that are drawn at once."""
_GAP = 8
"""Columns of nodes between two parts of a band from which on they are drawn apart."""
_STRANGE = 0.02
"""What pictures have in common by chance."""
_LITTLE = 0.01
_NOWHERE = 0.001
_HARDLY = 0.015
"""A share of a picture that is not worth drawing it."""
_EARLY, _LATE = 0.34, 0.66
"""When one hands over to the other where both show the same; elsewhere it takes the whole time."""


class Between:
    """Two pictures of one size and what lies between them.

    Where they have nothing in common one dissolves into the other, and the camera goes along ``move``
    meanwhile. :attr:`common` is the share of the picture that was found in both, 0..1.
    """

    def __init__(self, first: Planes, last: Planes, move: Pose = HOME) -> None:
        rows, columns = first[0].shape
        grid = Grid(columns, rows)
        self._grid, self._pictures = grid, (first, last)
        there, back = ways(first[0], last[0])
        self._led = Led(grid, there), Led(grid, back)
        known = (self._led[0].trust + self._led[1].trust) / 2
        soft = cv2.GaussianBlur(known, (0, 0), grid.columns / 16)
        self._common = _smooth(_floats((soft - 0.25) / 0.35))
        self.common = float(self._common.mean())
        alone = max(0.0, 1 - 2 * self.common)
        self._move = Pose(*(value * alone for value in move))
        self._strangers = Dissolve(first, last, move) if self.common < _STRANGE else None

    def draw(self, share: float, into: Planes, other: Planes) -> None:
        """Fill ``into`` with the state at ``share`` (0: the first, 1: the second); ``other`` is scratch."""
        if share <= 0 or share >= 1:
            for plane, own in zip(into, self._pictures[int(share >= 1)], strict=True):
                plane[:] = own
            return
        if self._strangers:
            self._strangers.draw(share, into, other)
            return
        early, sure = self._led[0].at(share)
        late, certain = self._led[1].at(1 - share)
        early, late = self._seen(early, share, 1), self._seen(late, 1 - share, -1)
        handed = _smooth(np.full(1, (share - _EARLY) / (_LATE - _EARLY), np.float32)) * self._common
        # A little of either is always there: it fills what the other one cannot show.
        handed = np.clip(handed + share * (1 - self._common), _LITTLE, 1 - _LITTLE)
        weight = (certain + _NOWHERE) ** 2 * handed
        weight = _floats(weight / (weight + (sure + _NOWHERE) ** 2 * (1 - handed)))
        for top in range(0, self._grid.whole.bottom, _BAND):
            band = Box(top, min(top + _BAND, self._grid.whole.bottom), 0, self._grid.whole.right)
            self._draw_band(band, (early, late), weight, into, other)

    def _draw_band(
        self, band: Box, places: tuple[Floats, Floats], weight: Floats, into: Planes, other: Planes
    ) -> None:
        """Draw the picture that is seen more, and the other one over it as far as it is seen at all."""
        part = weight[band.top : band.bottom + 2]
        lead = int(part.mean() > 0.5)
        draw_by(self._pictures[lead], self._grid, places[lead], into, band)
        share = 1 - weight if lead else weight
        for left, right in _runs(share[band.top : band.bottom + 2].max(axis=0) > _HARDLY):
            box = band._replace(left=max(0, left - 2), right=min(band.right, right))
            draw_by(self._pictures[1 - lead], self._grid, places[1 - lead], other, box)
            parts = self._grid.part(into, box), self._grid.part(other, box)
            for unit, plane, over in zip((1, 2, 2), *parts, strict=True):
                cover = self._grid.spread(share, box, unit)
                cv2.blendLinear(over, plane, cover, 1 - cover, plane)

    def _seen(self, places: Floats, share: float, side: int) -> Floats:
        """``places`` as the camera sees them after ``share`` of its move."""
        if not any(self._move):
            return places
        pose, grid = self._move, self._grid
        scale = math.exp(-(pose.lens + pose.z) * share)
        x = (grid.width - 1) / 2 * (1 - scale) + side * (pose.pan + pose.x) * share * grid.width
        y = (grid.height - 1) / 2 * (1 - scale) - side * (pose.tilt + pose.y) * share * grid.height
        return _floats(places * np.float32(scale) + np.array((x, y), np.float32))


def _runs(seen: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where the runs of true begin and end (exclusive); runs that lie close together count as one."""
    places = np.nonzero(seen)[0]
    if not len(places):
        return []
    cuts = np.nonzero(np.diff(places) > _GAP)[0]
    begins, ends = [0, *(cuts + 1)], [*cuts, len(places) - 1]
    return [(int(places[a]), int(places[b]) + 1) for a, b in zip(begins, ends, strict=True)]


def _smooth(values: Floats) -> Floats:
    inside = np.clip(values, 0, 1)
    return _floats(inside * inside * (3 - 2 * inside))


def _floats(values: NDArray[np.generic]) -> Floats:
    return np.asarray(values, np.float32)
