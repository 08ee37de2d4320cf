"""Cut paper: a figure as a list of shapes in its own heights, and that list as a sheet of pixels.

A place is (x, y) in heights of the figure: x to the right, y up, the feet's middle at (0, 0).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.backends.local.world.sheets import Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from veo_story.backends.local.world.sheets import Bytes, Floats, Yuv

    Corners = NDArray[np.int32]
    Ink = Callable[[str, float], Yuv]

Place = tuple[float, float]

_BITS = 4
_EDGE = 3
"""Empty pixels around what is drawn: room for smooth edges and for a sheet's unused border."""
SPARE = 32
"""Empty rows above and columns left of all that, which make laying it cheaper."""


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
    """A painted part of a figure: its left top at ``x``, ``y`` of it, ``scale`` pixels a height.

    ``luma`` and ``hole`` (rows x columns) are what a sheet calls ``y`` and ``hole``. ``chroma`` is x 4 at
    half the size: what shows through, both of colour, and once more what shows through, because to enlarge
    four in one costs less than three. The first ``SPARE`` rows and columns (of luma) are empty.
    """

    luma: Bytes
    hole: Bytes
    chroma: Bytes
    x: float
    y: float
    scale: float

    @property
    def cost(self) -> int:
        """Bytes of memory."""
        return int(self.luma.size * 3)

    @property
    def sheet(self) -> Sheet:
        """The same as a sheet."""
        _, u, v, hole_c = (np.asarray(plane, np.uint8) for plane in cv2.split(self.chroma))
        return Sheet(self.luma, u, v, self.hole, hole_c, SPARE)


class Mat:
    """Memory to work on, for one at a time: to take fresh memory for every part costs more than drawing."""

    def __init__(self) -> None:
        self._bytes: Bytes = np.empty(0, np.uint8)

    def take(self, *shape: int) -> Bytes:
        """Bytes with anything in them; those that were taken before are written over."""
        size = math.prod(shape)
        if self._bytes.size < size:
            self._bytes = np.empty(size, np.uint8)
        return self._bytes[:size].reshape(shape)


def cut(
    shapes: Sequence[Shape],
    scale: float,
    ink: Ink,
    rim: tuple[float, float, str] | None = None,
    floor: float = -np.inf,
    mat: Mat | None = None,
) -> Patch:
    """Draw ``shapes`` over each other, ``scale`` pixels a height, on ``mat``.

    ``ink(colour, light)`` is what a colour looks like in the light of the place. ``rim`` is an edge of light:
    from which side (-1 left, 1 right), how strong (0..1), and its colour. Nothing below ``floor`` is drawn.
    """
    spots = np.concatenate([shape.outline for shape in shapes])
    ends = np.cumsum([len(shape.outline) for shape in shapes]).tolist()
    begins = [0, *ends[:-1]]
    least, most = np.minimum.reduceat(spots, begins), np.maximum.reduceat(spots, begins)
    # Tints stay on what is there already.
    solid = [shape.share >= 1 for shape in shapes]
    low, high = least[solid].min(0), most[solid].max(0)
    low[1] = min(max(low[1], floor), high[1])
    left, top = low[0] - _EDGE / scale, high[1] + _EDGE / scale
    columns = _even((high[0] - low[0]) * scale + 2 * _EDGE)
    rows = _even((high[1] - low[1]) * scale + 2 * _EDGE)
    free = (mat or Mat()).take(7, rows + SPARE, columns + SPARE)
    whole = free[:4].reshape(rows + SPARE, columns + SPARE, 4)
    whole[:] = 0
    picture = whole[SPARE:, SPARE:]
    # All corners at once: most shapes are small, and there are dozens.
    unit = 1 << _BITS
    grid = (spots - (left, top)) * (scale * unit, -scale * unit) - unit / 2
    fixed = np.rint(grid).astype(np.int32)
    corners = [fixed[begin:end] for begin, end in zip(begins, ends, strict=True)]
    hidden = (most[:, 1] < low[1] - 2 * _EDGE / scale).tolist()
    drawn = (
        part
        for part, is_hidden in zip(zip(shapes, corners, strict=True), hidden, strict=True)
        if not is_hidden
    )
    for (colour, light, share, soft, _), alike in groupby(drawn, _paper):
        outlines = [outline for _, outline in alike]
        paint = ink(colour, light)
        if share >= 1:
            full = (*map(round, paint), 255)
            for outline in outlines:
                cv2.fillPoly(picture, [outline], full, cv2.LINE_AA, _BITS)
        elif share > 0:
            _tint(picture, outlines, paint, share, soft * scale)
    lit = None if rim is None else (rim[0], rim[1], ink(rim[2], 1.0))
    return Patch(*_planes(whole, free[4:], lit, scale), float(left), float(top), scale)


def _paper(entry: tuple[Shape, Corners]) -> tuple[str, float, float, float, int]:
    """What a shape is made of. Small tints of one kind that follow each other are mixed in together."""
    shape = entry[0]
    return shape.colour, shape.light, shape.share, shape.soft, id(shape) if shape.soft else 0


def _even(length: float) -> int:
    return int(np.ceil(length / 2)) * 2


def _tint(picture: Bytes, outlines: Sequence[Corners], colour: Yuv, share: float, soft: float) -> None:
    """Mix a colour into what is there already; empty paper stays empty."""
    spread = int(soft * 2) + 2
    first = [int(low) // (1 << _BITS) - spread for low in np.min([o.min(0) for o in outlines], axis=0)]
    last = [int(high) // (1 << _BITS) + spread + 1 for high in np.max([o.max(0) for o in outlines], axis=0)]
    x, y = max(first[0], 0), max(first[1], 0)
    part = picture[y : max(y, last[1]), x : max(x, last[0])]
    if not part.size:
        return
    mask = np.zeros(part.shape[:2], np.uint8)
    for outline in outlines:
        cv2.fillPoly(mask, [outline], 255, cv2.LINE_AA, _BITS, (-x << _BITS, -y << _BITS))
    if soft >= 1:
        cv2.blur(mask, (int(soft) * 2 + 1,) * 2, mask)
        cv2.blur(mask, (int(soft) * 2 + 1,) * 2, mask)
    weight = cv2.convertScaleAbs(mask, None, share)
    tint = cv2.multiply(cv2.extractChannel(part, 3), weight, None, 1 / 255)
    less = cv2.bitwise_not(weight)
    kept = cv2.merge([less, less, less, np.full_like(mask, 255)])
    more = cv2.merge([*(cv2.convertScaleAbs(tint, None, tone / 255) for tone in colour), np.zeros_like(mask)])
    cv2.multiply(part, kept, part, 1 / 255)
    cv2.add(part, more, part)


def _planes(
    picture: Bytes, free: Bytes, rim: tuple[float, float, Yuv] | None, scale: float
) -> tuple[Bytes, Bytes, Bytes]:
    """The premultiplied picture as a patch has it; three planes that are ``free`` are written over."""
    luma, hole = (np.empty(picture.shape[:2], np.uint8) for _ in range(2))
    u, v, cover = free
    cv2.split(picture, [luma, u, v, cover])
    if rim is not None:
        _light_rim(luma, cover, hole, rim, scale)
    cv2.bitwise_not(cover, hole)
    half_u, half_v, half = (
        cv2.resize(plane, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for plane in (u, v, hole)
    )
    return luma, hole, np.asarray(cv2.merge([half, half_u, half_v, half]), np.uint8)


def _light_rim(luma: Bytes, cover: Bytes, free: Bytes, rim: tuple[float, float, Yuv], scale: float) -> None:
    """Put light on the luma along the edge that the key light grazes; ``free`` is written over."""
    side, strength, light = rim
    width = max(1, round(scale * 0.006))
    # The same cut-out moved away from the light: what it leaves free is the lit edge.
    rows, columns = cover.shape
    low, (here, there) = width // 2, (slice(None, columns - width), slice(width, None))
    if side <= 0:
        here, there = there, here
    np.copyto(free, cover)
    cv2.subtract(cover[low:, here], cover[: rows - low, there], free[low:, here])
    cv2.addWeighted(luma, 1, free, strength * (light[0] - 70) / 255, 0, luma)
    cv2.convertScaleAbs(cover, free, light[0] / 255)
    cv2.min(luma, free, luma)
