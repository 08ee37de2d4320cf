"""Small pictures with holes, painted once and laid over frame after frame."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.backends.local.world.sheets import halved, to_bytes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from veo_story.backends.local.window import Planes

    Bytes = NDArray[np.uint8]
    Floats = NDArray[np.float32]

Yuv = tuple[float, float, float]

WHITE: Yuv = (228.0, 128.0, 128.0)
QUIET: Yuv = (184.0, 128.0, 128.0)
"""Of what matters less."""
DARK: Yuv = (20.0, 129.0, 127.0)

STEPS = 8
"""A plate fades in so many steps."""
_SHADE = 0.62
_FINE = 8


@dataclass(frozen=True, slots=True)
class Plate:
    """What is laid over a picture: colours times cover, and what shows through (0..255). All even."""

    x: int
    y: int
    planes: tuple[Bytes, Bytes, Bytes]
    holes: tuple[Bytes, Bytes, Bytes]

    def lay(self, into: Planes) -> None:
        """Lay it over the planes of a picture; what stands out of it is left away."""
        for plane, own, hole, unit in zip(into, self.planes, self.holes, (1, 2, 2), strict=True):
            if not own.size:
                continue
            x, y = self.x // unit, self.y // unit
            rows, columns = own.shape
            part = plane[y : y + rows, x : x + columns]
            if part.shape != own.shape:
                rows, columns = part.shape
                own, hole = own[:rows, :columns], hole[:rows, :columns]
            if part.size:
                cv2.multiply(part, hole, part, 1 / 255)
                cv2.add(part, own, part)


class Pane:
    """A transparent picture of ``width`` x ``height`` pixels (made even), at a place of the frame.

    One that is not ``tinted`` leaves the colours behind it as they are: for lines too thin to have any.
    """

    def __init__(self, width: int, height: int, *, tinted: bool = True) -> None:
        shape = (height + height % 2, width + width % 2)
        self.x = self.y = 0
        self._tinted = tinted
        self._cover = np.zeros(shape, np.float32)
        # Multiplied by the cover.
        self._colour = [np.zeros(shape, np.float32) for _ in range(3)]
        self.at_step = lru_cache(maxsize=STEPS + 1)(self._at_step)

    @property
    def width(self) -> int:
        """Columns, even."""
        return int(self._cover.shape[1])

    @property
    def height(self) -> int:
        """Rows, even."""
        return int(self._cover.shape[0])

    def at(self, x: int, y: int) -> Pane:
        """Put it at a column and row of the frame (made even), not left of or above it."""
        self.x, self.y = max(0, x - x % 2), max(0, y - y % 2)
        return self

    def paint(self, mask: Bytes, colour: Yuv, x: int = 0, y: int = 0, share: float = 1.0) -> None:
        """Colour the pane at ``x``, ``y`` as far as ``mask`` (0..255, all on the pane) covers it."""
        rows, columns = mask.shape
        cover = mask.astype(np.float32) * np.float32(share / 255)
        window = np.s_[y : y + rows, x : x + columns]
        for plane, value in zip(self._colour, colour, strict=True):
            plane[window] += (np.float32(value) - plane[window]) * cover
        self._cover[window] += (1 - self._cover[window]) * cover

    def stick(self, planes: Planes, x: int, y: int) -> None:
        """Put a picture on the pane; ``x`` and ``y`` even."""
        rows, columns = planes[0].shape
        window = np.s_[y : y + rows, x : x + columns]
        for plane, own in zip(self._colour, planes, strict=True):
            plane[window] = cv2.resize(own, (columns, rows), interpolation=cv2.INTER_NEAREST)
        self._cover[window] = 1

    def _at_step(self, step: int) -> Plate:
        """The plate, ``step`` of :data:`STEPS` of it visible."""
        share = np.float32(step / STEPS)
        if not self._tinted:
            none = np.zeros((0, 0), np.uint8)
            hole = to_bytes((1 - self._cover * share) * 255)
            return Plate(self.x, self.y, (to_bytes(self._colour[0] * share), none, none), (hole, none, none))
        y, u, v = self._colour[0], *(halved(plane) for plane in self._colour[1:])
        hole, hole_c = (to_bytes((1 - cover * share) * 255) for cover in (self._cover, halved(self._cover)))
        planes = to_bytes(y * share), to_bytes(u * share), to_bytes(v * share)
        return Plate(self.x, self.y, planes, (hole, hole_c, hole_c))


def dark_pane(width: int, height: int, radius: int, shade: float = _SHADE) -> Pane:
    """A pane that darkens what is behind it, luma and chroma, with round corners."""
    pane = Pane(width, height)
    pane.paint(round_mask(pane.width, pane.height, radius), DARK, share=shade)
    return pane


def round_mask(width: int, height: int, radius: int) -> Bytes:
    """A rectangle with round corners as cover 0..255."""
    radius = max(1, min(radius, width // 2, height // 2))
    mask = np.full((height, width), 255, np.uint8)
    edge = np.arange(radius * _FINE, dtype=np.float32) + 0.5
    away = np.hypot(*np.meshgrid(edge, edge))
    inside = (away < radius * _FINE).astype(np.float32) * 255
    corner = np.rint(inside.reshape(radius, _FINE, radius, _FINE).mean(axis=(1, 3))).astype(np.uint8)
    mask[-radius:, -radius:] = corner
    mask[-radius:, :radius] = corner[:, ::-1]
    mask[:radius, -radius:] = corner[::-1]
    mask[:radius, :radius] = corner[::-1, ::-1]
    return mask
