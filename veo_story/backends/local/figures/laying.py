"""Patches onto a picture: :func:`~veo_story.backends.local.world.paint.lay` for parts of figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2

from veo_story.backends.local.figures.cutting import SPARE
from veo_story.backends.local.world.paint import overlay, piece_of, span_of

if TYPE_CHECKING:
    from veo_story.backends.local.figures.cutting import Mat, Patch, Place
    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.world.sheets import Placing


def lay_patch(
    patch: Patch, into: Planes, placing: Placing, origin: Place, height: float, below: int, mat: Mat
) -> None:
    """Lay a patch whose ``origin`` stands at a place of the canvas; ``height`` of the figure in its pixels.

    Nothing is painted from the row ``below`` (even) on. ``mat`` is written over.
    """
    ratio = patch.scale / height
    left, top = origin[0] + patch.x * height, origin[1] - patch.y * height
    rows, columns = (length - SPARE for length in patch.luma.shape)
    high, wide = into[0].shape
    x = span_of(left, columns, placing.left, placing.scale, ratio, wide)
    y = span_of(top, rows, placing.top, placing.scale, ratio, min(high, below))
    if x is None or y is None:
        return
    zoom, start = placing.scale / ratio, (x.source + SPARE, y.source + SPARE)
    luma, *colours = (
        plane[y.first // unit : y.last // unit, x.first // unit : x.last // unit]
        for plane, unit in zip(into, (1, 2, 2), strict=True)
    )
    piece = piece_of(luma, start, 1, zoom)
    overlay(luma, piece.of(patch.hole), piece.of(patch.luma))
    chroma = piece_of(colours[0], start, 2, zoom).of(patch.chroma)
    hole, *painted, _ = planes = mat.take(4, *chroma.shape[:2])
    cv2.split(chroma, list(planes))
    for target, colour in zip(colours, painted, strict=True):
        overlay(target, hole, colour)
