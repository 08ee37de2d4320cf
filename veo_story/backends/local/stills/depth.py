"""An author's picture as the camera sees it on its way: what seems near moves more than what seems far.

One map of the whole picture a frame. It is worked out on a small grid, where every place is looked up
where it comes from (near things keep their shape on the move), and drawn by one remap a plane.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.stills.grid import Grid, draw_by
from veo_story.backends.local.stills.moves import FAR, NEAR, Pose
from veo_story.backends.local.stills.relief import relief

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from veo_story.backends.local.window import Planes

    Floats = NDArray[np.float32]

_LOOKS = 2


class Parallax:
    """A picture with depth."""

    def __init__(self, planes: Planes) -> None:
        self._planes = planes
        rows, columns = planes[0].shape
        self._grid = Grid(columns, rows)
        near = self._grid.sample(relief(planes))
        self._depth = np.asarray(FAR + (NEAR - FAR) * near.clip(0, 1), np.float32)

    def draw(self, pose: Pose, into: Planes) -> None:
        """Fill ``into`` with the picture seen from ``pose``; from home it is the picture itself."""
        if not any(pose[:6]):
            for plane, own in zip(into, self._planes, strict=True):
                plane[:] = own
            return
        draw_by(self._planes, self._grid, self.places(pose), into)

    def places(self, pose: Pose) -> Floats:
        """For each node, which place of the picture is seen there (right, down), in pixels of luma."""
        grid = self._grid
        middle_x, middle_y = (grid.width - 1) / 2, (grid.height - 1) / 2
        from_x, from_y = grid.x - middle_x, grid.y - middle_y
        depth = np.ones_like(self._depth)
        for _ in range(_LOOKS + 1):
            scale = np.exp(depth * -pose.z) * math.exp(-pose.lens)
            x = middle_x + (pose.pan + pose.x * depth) * grid.width + from_x * scale
            y = middle_y - (pose.tilt + pose.y * depth) * grid.height + from_y * scale
            depth = grid.look_up(self._depth, x, y)
        return np.dstack([x, y])
