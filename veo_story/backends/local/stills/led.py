"""A picture led along its way to another: which of its places is seen where at any moment.

Things in front are laid over what they pass: first each place is put where it has gone, coarsely and the
foremost last; then each node finds its exact place by following the flow back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from veo_story.backends.local.stills.flow import Way
    from veo_story.backends.local.stills.grid import Grid

    Floats = NDArray[np.float32]

_TRUSTED = 0.3
_LOOKS = 3
_OFF = 1.5 / 1280
"""How far a place may lie from where it was looked for, in shares of the picture's long side."""
_UNTRUSTED = 0.1


class Led:
    """One of the two pictures. ``trust`` is its way's, at the grid's nodes."""

    def __init__(self, grid: Grid, way: Way) -> None:
        self._grid = grid
        self._flow = grid.sample(way.flow)
        self.trust = grid.sample(way.trust)
        self._off = _OFF * max(grid.width, grid.height)
        coarse = (slice(None, None, 2), slice(None, None, 2))
        self._shape = self.trust[coarse].shape
        # What is not surely known comes first, so that anything else is laid over it.
        front = np.where(self.trust > _TRUSTED, grid.sample(way.front), -1)
        order = np.argsort(front[coarse].ravel(), kind="stable")
        self._from = np.stack([plane[coarse].ravel()[order] for plane in (grid.x, grid.y)], axis=1)
        self._usual = self._flow[coarse].reshape(-1, 2)
        self._own = self._usual[order]

    def at(self, share: float) -> tuple[Floats, Floats]:
        """For each node the place (right, down) seen there at ``share`` of the way, and its weight, 0..1."""
        grid, step = self._grid, np.float32(share)
        here = np.dstack([grid.x, grid.y])
        flow = self._passing(step)
        found = flow
        for _ in range(_LOOKS):
            places = here - step * found
            flow, found = found, grid.look_up(self._flow, places[..., 0], places[..., 1])
        missed = (found - flow) * (step / np.float32(self._off))
        places = here - step * found
        x, y = places[..., 0], places[..., 1]
        weight = grid.look_up(self.trust, x, y) + np.float32(_UNTRUSTED)
        weight *= np.exp(-(missed[..., 0] ** 2) - missed[..., 1] ** 2)
        weight *= (x > -1) & (y > -1) & (x < grid.width) & (y < grid.height)
        return places, weight

    def _passing(self, share: np.float32) -> Floats:
        """The flow of what is seen at each node at that moment, roughly."""
        grid = self._grid
        rows, columns = self._shape
        there = (self._from + share * self._own - (grid.x[0, 0], grid.y[0, 0])) / (2 * grid.cell)
        column, row = np.floor(there).astype(np.int32).T
        inside = (column >= 0) & (row >= 0) & (column < columns - 1) & (row < rows - 1)
        corners = (row * columns + column)[inside][:, None] + np.array([0, 1, columns, columns + 1])
        seen = np.full(rows * columns, -1, np.int32)
        # Later ones stay: they are in front.
        seen[corners.ravel()] = np.repeat(np.nonzero(inside)[0], 4)
        flow = np.where(seen[:, None] >= 0, self._own[seen], self._usual).reshape(rows, columns, 2)
        fine = cv2.resize(flow, (columns * 2, rows * 2), interpolation=cv2.INTER_NEAREST)
        return np.asarray(fine[: grid.rows, : grid.columns], np.float32)
