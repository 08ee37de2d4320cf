"""Cut paper: a figure as a list of shapes in its own heights, and that list as a sheet of pixels.

A place is (x, y) in heights of the figure: x to the right, y up, the feet's middle at (0, 0).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.backends.local.world.sheets import Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from veo_story.backends.local.world.sheets import Bytes, Floats, Yuv

    Ink = Callable[[str, float], Yuv]

Place = tuple[float, float]

_BITS = 4
_EDGE = 3
"""Empty pixels around what is drawn: room for smooth edges and for a sheet's unused border."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A polygon in one colour, laid over what is there.

    ``light`` is how much of the light it gets: 1 in the open, less turned away. With ``share`` below 1 it
    only tints what is below it, with edges as soft as ``soft`` (in heights).
    """

    outline: Floats
    colour: str
    light: float = 1.0
    share: float = 1.0
    soft: float = 0.0


@dataclass(frozen=True, slots=True)
class Patch:
    """A sheet of a part of a figure: its left top at ``x``, ``y`` of it, ``scale`` pixels a height."""

    sheet: Sheet
    x: float
    y: float
    scale: float

    @property
    def cost(self) -> int:
        """Bytes of memory."""
        return int(self.sheet.y.size * 3)


def cut(
    shapes: Sequence[Shape],
    scale: float,
    ink: Ink,
    rim: tuple[float, float, str] | None = None,
    floor: float = -np.inf,
) -> Patch:
    """Draw ``shapes`` over each other, ``scale`` pixels a height.

    ``ink(colour, light)`` is what a colour looks like in the light of the place. ``rim`` is an edge of light:
    from which side (-1 left, 1 right), how strong (0..1), and its colour. Nothing below ``floor`` is drawn.
    """
    spots = np.concatenate([shape.outline for shape in shapes])
    # Tints stay on what is there already.
    solid = spots[np.repeat([shape.share >= 1 for shape in shapes], [len(shape.outline) for shape in shapes])]
    low, high = solid.min(0), solid.max(0)
    low[1] = min(max(low[1], floor), high[1])
    left, top = low[0] - _EDGE / scale, high[1] + _EDGE / scale
    columns = _even((high[0] - low[0]) * scale + 2 * _EDGE)
    rows = _even((high[1] - low[1]) * scale + 2 * _EDGE)
    picture: Bytes = np.zeros((rows, columns, 4), np.uint8)
    # All corners at once: most shapes are small, and there are dozens.
    unit = 1 << _BITS
    grid = (spots - (left, top)) * (scale * unit, -scale * unit) - unit / 2
    fixed = np.rint(grid).astype(np.int32)
    ends = np.cumsum([len(shape.outline) for shape in shapes])
    for shape, corners in zip(shapes, np.split(fixed, ends[:-1]), strict=True):
        paint = ink(shape.colour, shape.light)
        if shape.share >= 1:
            colour = (*map(round, paint), 255)
            cv2.fillPoly(picture, [corners], colour, cv2.LINE_AA, _BITS)
        elif shape.share > 0:
            _tint(picture, corners, paint, shape.share, shape.soft * scale)
    y, u, v, cover = (np.asarray(plane, np.uint8) for plane in cv2.split(picture))
    if rim is not None:
        y = _rimmed(y, cover, rim[0], rim[1], ink(rim[2], 1.0), scale)
    return Patch(_sheet((y, u, v), cover).spared(), float(left), float(top), scale)


def _even(length: float) -> int:
    return int(np.ceil(length / 2)) * 2


def _tint(picture: Bytes, fixed: NDArray[np.int32], colour: Yuv, share: float, soft: float) -> None:
    """Mix a colour into what is there already; empty paper stays empty."""
    spread = int(soft * 2) + 2
    first = np.maximum(fixed.min(0) // (1 << _BITS) - spread, 0)
    last = np.minimum(fixed.max(0) // (1 << _BITS) + spread + 1, (picture.shape[1], picture.shape[0]))
    if (last <= first).any():
        return
    part = picture[first[1] : last[1], first[0] : last[0]]
    mask = np.zeros(part.shape[:2], np.uint8)
    cv2.fillPoly(mask, [fixed - (first << _BITS).astype(np.int32)], 255, cv2.LINE_AA, _BITS)
    if soft >= 1:
        cv2.blur(mask, (int(soft) * 2 + 1,) * 2, mask)
        cv2.blur(mask, (int(soft) * 2 + 1,) * 2, mask)
    weight = mask.astype(np.float32)[..., None] * (share / 255)
    full = part[..., 3:].astype(np.float32) * (np.array(colour, np.float32) / 255)
    there = part[..., :3].astype(np.float32)
    part[..., :3] = np.rint(there + (full - there) * weight).astype(np.uint8)


def _rimmed(luma: Bytes, cover: Bytes, side: float, strength: float, light: Yuv, scale: float) -> Bytes:
    """The luma with light along the edge that the key light grazes."""
    width = max(1, round(scale * 0.006))
    # The same cut-out moved away from the light: what it leaves free is the lit edge.
    way = np.array([[1, 0, -width if side > 0 else width], [0, 1, width // 2]], np.float32)
    size = (cover.shape[1], cover.shape[0])
    inner = cv2.warpAffine(cover, way, size, flags=cv2.INTER_NEAREST)
    edge = cv2.subtract(cover, inner)
    lit = cv2.addWeighted(luma, 1, edge, strength * (light[0] - 70) / 255, 0)
    return np.asarray(cv2.min(lit, cv2.convertScaleAbs(cover, None, light[0] / 255)), np.uint8)


def _sheet(planes: tuple[Bytes, Bytes, Bytes], cover: Bytes) -> Sheet:
    """The premultiplied picture as planes with holes."""
    u, v, half = (
        np.asarray(cv2.resize(plane, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
        for plane in (*planes[1:], cover)
    )
    hole, hole_c = (np.asarray(cv2.bitwise_not(plane), np.uint8) for plane in (cover, half))
    return Sheet(planes[0], u, v, hole, hole_c)
