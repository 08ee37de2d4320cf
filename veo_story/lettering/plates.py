"""Small pictures with holes, painted once and laid over frame after frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.lettering.planes import halved, to_bytes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from veo_story.lettering.planes import Planes

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
    """What is laid over a picture: colours times cover, and what shows through (0..255).

    All even, its place too. Planes without pixels leave what is behind them as it is.
    """

    x: int
    y: int
    planes: tuple[Bytes, Bytes, Bytes]
    holes: tuple[Bytes, Bytes, Bytes]

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.planes[0].shape[1])

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.planes[0].shape[0])

    def at(self, x: int, y: int) -> Plate:
        """The same at a column and row of the frame (made even), not left of or above it."""
        return replace(self, x=max(0, x - x % 2), y=max(0, y - y % 2))

    def at_step(self, step: int) -> Plate:
        """The same, ``step`` of :data:`STEPS` of it visible."""
        return self.faded(step / STEPS)

    def faded(self, share: float) -> Plate:
        """The same, a ``share`` (0..1) of it visible."""
        if share >= 1:
            return self
        share = max(0.0, share)
        y, u, v = (_scaled(plane, share, 0) for plane in self.planes)
        hole, hole_u, hole_v = (_scaled(plane, share, 255 * (1 - share)) for plane in self.holes)
        return Plate(self.x, self.y, (y, u, v), (hole, hole_u, hole_v))

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
    """A transparent picture of ``width`` x ``height`` pixels (made even) to paint on, before it is a plate.

    One that is not ``tinted`` leaves the colours behind it as they are: for lines too thin to have any.
    """

    def __init__(self, width: int, height: int, *, tinted: bool = True) -> None:
        shape = (height + height % 2, width + width % 2)
        self._tinted = tinted
        self._cover = np.zeros(shape, np.float32)
        # Multiplied by the cover.
        self._colour = [np.zeros(shape, np.float32) for _ in range(3)]

    @property
    def width(self) -> int:
        """Columns, even."""
        return int(self._cover.shape[1])

    @property
    def height(self) -> int:
        """Rows, even."""
        return int(self._cover.shape[0])

    def paint(self, mask: Bytes, colour: Yuv, x: int = 0, y: int = 0, share: float = 1.0) -> None:
        """Colour the pane at ``x``, ``y`` as far as ``mask`` (0..255, all on the pane) covers it."""
        rows, columns = mask.shape
        cover = mask.astype(np.float32) * np.float32(share / 255)
        window = np.s_[y : y + rows, x : x + columns]
        for plane, value in zip(self._colour, colour, strict=True):
            plane[window] += (np.float32(value) - plane[window]) * cover
        self._cover[window] += (1 - self._cover[window]) * cover

    def show(self, picture: Floats, cover: Floats, x: int, y: int) -> None:
        """Put a picture with holes on the pane: ``(3, rows, columns)`` of YUV, and its cover (0..1)."""
        rows, columns = cover.shape
        window = np.s_[y : y + rows, x : x + columns]
        for plane, own in zip(self._colour, picture, strict=True):
            plane[window] += (own - plane[window]) * cover
        self._cover[window] += (1 - self._cover[window]) * cover

    def stick(self, planes: Planes, x: int, y: int) -> None:
        """Put a picture on the pane; ``x`` and ``y`` even."""
        rows, columns = planes[0].shape
        window = np.s_[y : y + rows, x : x + columns]
        for plane, own in zip(self._colour, planes, strict=True):
            plane[window] = cv2.resize(own, (columns, rows), interpolation=cv2.INTER_NEAREST)
        self._cover[window] = 1

    def plate(self) -> Plate:
        """What has been painted, at the left top corner of a frame."""
        y = to_bytes(self._colour[0])
        hole = to_bytes((1 - self._cover) * 255)
        if not self._tinted:
            none = np.zeros((0, 0), np.uint8)
            return Plate(0, 0, (y, none, none), (hole, none, none))
        u, v = (to_bytes(halved(plane)) for plane in self._colour[1:])
        hole_c = to_bytes((1 - halved(self._cover)) * 255)
        return Plate(0, 0, (y, u, v), (hole, hole_c, hole_c))


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


def _scaled(plane: Bytes, share: float, more: float) -> Bytes:
    return np.asarray(cv2.convertScaleAbs(plane, None, share, more), np.uint8) if plane.size else plane
