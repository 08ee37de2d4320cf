"""A coarse grid over a picture: what is worked out at its nodes is spread over all pixels by one resize."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from veo_story.backends.local.window import Bytes, Planes

    Floats = NDArray[np.float32]

# An empty array instead would make OpenCV 5 loop for ever.
_NO_MAP: Any = None


class Box(NamedTuple):
    """A part of a grid in cells: rows ``top`` to ``bottom``, columns ``left`` to ``right`` (exclusive)."""

    top: int
    bottom: int
    left: int
    right: int


class Grid:
    """Nodes ``cell`` pixels apart over a picture: about 160 along its long side, and one beyond each border.

    ``x`` and ``y`` are rows x columns: where each node lies, in pixels of luma. ``whole`` is all of it.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.cell = cell = max(2, round(max(width, height) / 320) * 2)
        self.whole = Box(0, -(-height // cell), 0, -(-width // cell))
        self.rows, self.columns = self.whole.bottom + 2, self.whole.right + 2
        x = np.arange(self.columns, dtype=np.float32) * cell + (cell - 1) / 2 - cell
        y = np.arange(self.rows, dtype=np.float32) * cell + (cell - 1) / 2 - cell
        self.x, self.y = (np.ascontiguousarray(plane, np.float32) for plane in np.meshgrid(x, y))

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

    def spread(self, nodes: Floats, box: Box, unit: int = 1) -> Floats:
        """The nodes' values at all pixels of a part of a plane; ``unit`` is 1 for luma and 2 for chroma."""
        cell = self.cell // unit
        part = nodes[box.top : box.bottom + 2, box.left : box.right + 2]
        size = (part.shape[1] * cell, part.shape[0] * cell)
        whole = cv2.resize(part, size, interpolation=cv2.INTER_LINEAR)
        rows = min(box.bottom * cell, self.height // unit) - box.top * cell
        columns = min(box.right * cell, self.width // unit) - box.left * cell
        return _floats(whole[cell : cell + rows, cell : cell + columns])

    def part(self, planes: Planes, box: Box) -> Planes:
        """Views of that part of the planes."""
        y, u, v = (
            plane[box.top * cell : box.bottom * cell, box.left * cell : box.right * cell]
            for plane, cell in zip(planes, (self.cell, self.cell // 2, self.cell // 2), strict=True)
        )
        return y, u, v


def draw_by(planes: Planes, grid: Grid, places: Floats, into: Planes, box: Box | None = None) -> None:
    """Fill a part of ``into`` so that each node shows the place of ``planes`` that ``places`` names.

    ``places`` are nodes x 2 (right, down) in pixels of luma. Beyond its border a picture is mirrored.
    """
    box = box or grid.whole
    y, u, v = grid.part(into, box)
    _remap(planes[0], grid.spread(places, box), y)
    chroma = grid.spread(places * np.float32(0.5) - np.float32(0.25), box, 2)
    _remap(planes[1], chroma, u)
    _remap(planes[2], chroma, v)


def _remap(plane: Bytes, places: Floats, into: Bytes) -> None:
    cv2.remap(plane, places, _NO_MAP, cv2.INTER_LINEAR, into, cv2.BORDER_REFLECT)


def _floats(values: NDArray[np.generic]) -> Floats:
    return np.asarray(values, np.float32)
