"""What rests while the camera rests, composed once for the screen: neighbours that do not move as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.backends.local.window import split_planes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.world.sheets import Element, Eye

    Bytes = NDArray[np.uint8]
    Kept = dict[int, "Group"]


@dataclass(frozen=True, slots=True)
class Group:
    """Elements up to ``end`` (exclusive) as they are seen: rows ``top`` to ``bottom`` of the screen.

    ``holes`` is what shows through, None where nothing does.
    """

    end: int
    top: int
    bottom: int
    planes: tuple[Bytes, Bytes, Bytes]
    holes: tuple[Bytes, Bytes, Bytes] | None

    def lay(self, into: Planes) -> None:
        """Lay it over a picture."""
        for index, (plane, unit) in enumerate(zip(into, (1, 2, 2), strict=True)):
            target = plane[self.top // unit : self.bottom // unit]
            if self.holes is None:
                np.copyto(target, self.planes[index])
            else:
                cv2.multiply(target, self.holes[index], target, 1 / 255)
                cv2.add(target, self.planes[index], target)


def kept_of(elements: Sequence[Element], limits: Sequence[int], eye: Eye) -> Kept:
    """The groups among ``elements`` as ``eye`` sees them, by the index of their first element."""
    groups: Kept = {}
    start = 0
    while start < len(elements):
        end = start
        while end < len(elements) and not elements[end].moving:
            end += 1
        if end > start:
            groups[start] = _composed(elements[start:end], limits[start:end], eye, end)
        start = end + 1
    return groups


def _composed(elements: Sequence[Element], limits: Sequence[int], eye: Eye, end: int) -> Group:
    """What is painted on black is their colour; what white ground adds to it shows through."""
    size = (eye.canvas.width, eye.canvas.height)
    on_black, on_white = _ground(size, 0), _ground(size, 255)
    for element, limit in zip(elements, limits, strict=True):
        element.paint(on_black, eye, 0, limit)
        element.paint(on_white, eye, 0, limit)
    holes = [
        np.asarray(cv2.subtract(white, black), np.uint8)
        for white, black in zip(on_white, on_black, strict=True)
    ]
    empty = holes[0].min(axis=1) == 255
    seen = np.flatnonzero(~empty)
    top, bottom = (int(seen[0]) // 2 * 2, -(-(int(seen[-1]) + 1) // 2) * 2) if len(seen) else (0, 0)
    planes = _rows(on_black, top, bottom)
    through = _rows(holes, top, bottom)
    return Group(end, top, bottom, planes, through if max(int(h.max(initial=0)) for h in through) else None)


def _ground(size: tuple[int, int], value: int) -> Planes:
    return split_planes(np.full((size[1] * 3 // 2, size[0]), value, np.uint8))


def _rows(planes: Sequence[Bytes], top: int, bottom: int) -> tuple[Bytes, Bytes, Bytes]:
    y, u, v = (
        np.ascontiguousarray(p[top // unit : bottom // unit])
        for p, unit in zip(planes, (1, 2, 2), strict=True)
    )
    return y, u, v
