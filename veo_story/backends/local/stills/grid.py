"""A coarse grid over a picture: what is worked out at its nodes is spread over all pixels by one resize."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from veo_story.backends.local.window import Bytes, Planes

    Floats = NDArray[np.float32]

# An empty array instead would make OpenCV 5 loop for ever.
_NO_MAP: Any = None


class Grid:
    """Nodes ``cell`` pixels (a multiple of 2) apart over a picture, one of them beyond each border.

    ``x`` and ``y`` are rows x columns: where each node lies, in pixels of luma.
    """

    def __init__(self, width: int, height: int, cell: int) -> None:
        self.width, self.height, self.cell = width, height, cell
        self.columns, self.rows = -(-width // cell) + 2, -(-height // cell) + 2
        x = np.arange(self.columns, dtype=np.float32) * cell + (cell - 1) / 2 - cell
        y = np.arange(self.rows, dtype=np.float32) * cell + (cell - 1) / 2 - cell
        self.x, self.y = (np.ascontiguousarray(plane) for plane in np.meshgrid(x, y))

    def sample(self, values: Floats) -> Floats:
        """``values`` of any grid that covers the picture evenly, at the nodes."""
        rows, columns = values.shape[:2]
        x = (self.x + 0.5) * (columns / self.width) - 0.5
        y = (self.y + 0.5) * (rows / self.height) - 0.5
        return _floats(cv2.remap(values, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))

    def look_up(self, nodes: Floats, x: Floats, y: Floats) -> Floats:
        """What the nodes' values are at the pixels ``x``, ``y``."""
        at = 1 - (self.cell - 1) / (2 * self.cell)
        column, row = x * (1 / self.cell) + at, y * (1 / self.cell) + at
        return _floats(cv2.remap(nodes, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))

    def spread(self, nodes: Floats, unit: int = 1) -> Floats:
        """The nodes' values at all pixels of a plane; ``unit`` is 1 for luma and 2 for chroma."""
        cell = self.cell // unit
        size = (self.columns * cell, self.rows * cell)
        whole = cv2.resize(nodes, size, interpolation=cv2.INTER_LINEAR)
        return _floats(whole[cell : cell + self.height // unit, cell : cell + self.width // unit])


def draw_by(planes: Planes, grid: Grid, x: Floats, y: Floats, into: Planes) -> None:
    """Fill ``into`` so that each node shows the place ``x``, ``y`` (pixels of luma) of ``planes``.

    Beyond its border a picture is mirrored.
    """
    luma = grid.spread(np.dstack([x, y]))
    _remap(planes[0], luma, into[0])
    chroma = grid.spread(np.dstack([x * 0.5 - 0.25, y * 0.5 - 0.25]), 2)
    _remap(planes[1], chroma, into[1])
    _remap(planes[2], chroma, into[2])


def _remap(plane: Bytes, places: Floats, into: Bytes) -> None:
    cv2.remap(plane, places, _NO_MAP, cv2.INTER_LINEAR, into, cv2.BORDER_REFLECT)


def _floats(values: NDArray[np.generic]) -> Floats:
    return np.asarray(values, np.float32)
