"""Small pictures of elements, for the tests of light and air."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.window import split_planes
from veo_story.backends.local.world.sheets import Canvas, Eye

if TYPE_CHECKING:
    from collections.abc import Iterable

    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.world.sheets import Element

CANVAS = Canvas(320, 180)
HOME = Eye(CANVAS, zoom=1.06)


def blank(canvas: Canvas = CANVAS, value: int = 90) -> Planes:
    """A picture of one grey."""
    return split_planes(np.full((canvas.height * 3 // 2, canvas.width), value, np.uint8))


def seen(
    elements: Iterable[Element],
    frame: int = 0,
    eye: Eye = HOME,
    *,
    value: int = 90,
    below: int | None = None,
) -> Planes:
    """What is painted on a picture of one grey."""
    planes = blank(eye.canvas, value)
    for element in elements:
        element.paint(planes, eye, frame, eye.canvas.height if below is None else below)
    return planes


def apart(one: Planes, other: Planes) -> float:
    """How much two pictures differ, on average, in luma."""
    return float(np.abs(one[0].astype(int) - other[0].astype(int)).mean())


def same(one: Planes, other: Planes) -> bool:
    """Whether two pictures are equal to the last bit."""
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
