"""Marks of the frame itself: the safe areas, and the references pinned at the side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.backends.local.framecode import block_size
from veo_story.lettering.plates import WHITE, Pane, Plate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.writing.layout import Layout

_ACTION, _TITLE = 0.035, 0.05
_FAINT = 0.5
_SWATCH = 84


def safe_plates(layout: Layout) -> list[Plate]:
    """Thin corners of the action-safe area, and a short line at each side of the title-safe one."""
    width, height = layout.width, layout.height
    thick, arm = layout.even(2), layout.even(26, 6)
    x, y = _even(width * _ACTION), max(_even(height * _ACTION), block_size(width, height) + 2)
    plates: list[Plate] = []
    for left in (True, False):
        for top in (True, False):
            pane = Pane(arm, arm, tinted=False)
            line = np.full((thick, arm), 255, np.uint8)
            pane.paint(line, WHITE, 0, 0 if top else pane.height - thick, _FAINT)
            rest = np.full((arm - thick, thick), 255, np.uint8)
            pane.paint(rest, WHITE, 0 if left else pane.width - thick, thick if top else 0, _FAINT)
            column, row = x if left else width - x - pane.width, y if top else height - y - pane.height
            plates.append(pane.plate().at(column, row))
    return [*plates, *_ticks(layout, thick, arm // 2 // 2 * 2)]


def _ticks(layout: Layout, thick: int, arm: int) -> list[Plate]:
    width, height = layout.width, layout.height
    x, y = _even(width * _TITLE), _even(height * _TITLE)
    across, down = np.full((thick, arm), 255, np.uint8), np.full((arm, thick), 255, np.uint8)
    plates: list[Plate] = []
    for mask, left, top in (
        (down, x, (height - arm) // 2),
        (down, width - x - thick, (height - arm) // 2),
        (across, (width - arm) // 2, y),
        (across, (width - arm) // 2, height - y - thick),
    ):
        pane = Pane(mask.shape[1], mask.shape[0], tinted=False)
        pane.paint(mask, WHITE, share=_FAINT)
        plates.append(pane.plate().at(left, top))
    return plates


def swatch_plates(pictures: Sequence[Planes], layout: Layout, top: int, room: int) -> list[Plate]:
    """Small pictures with a thin frame, from the right edge to the left, in rows of ``room`` pixels.

    Large ones are made smaller; those that would reach the lower half are left out.
    """
    right = layout.width - layout.edge_x
    plates: list[Plate] = []
    x, row = right, 0
    for picture in pictures:
        plate = _framed(picture, layout)
        if x < right and x - plate.width < right - room:
            x, top, row = right, top + row + layout.gap, 0
        if top + plate.height > layout.height // 2:
            break
        x -= plate.width
        plates.append(plate.at(x, top))
        x, row = x - layout.gap, max(row, plate.height)
    return plates


def _framed(picture: Planes, layout: Layout) -> Plate:
    border = layout.even(2)
    share = min(1.0, layout.pixels(_SWATCH) / picture[0].shape[0], layout.room / 4 / picture[0].shape[1])
    rows, columns = (max(2, int(length * share) // 2 * 2) for length in picture[0].shape)
    pane = Pane(columns + 2 * border, rows + 2 * border)
    pane.paint(np.full((pane.height, pane.width), 255, np.uint8), WHITE, share=0.9)
    small = [
        np.asarray(cv2.resize(plane, (columns // unit, rows // unit), interpolation=cv2.INTER_AREA), np.uint8)
        for plane, unit in zip(picture, (1, 2, 2), strict=True)
    ]
    pane.stick((small[0], small[1], small[2]), border, border)
    return pane.plate()


def _even(value: float) -> int:
    return int(value) // 2 * 2
