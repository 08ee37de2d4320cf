"""What stands along the top of the picture: the slate left, the timecode, the mark and references right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.backends.local.writing.marks import swatch_plates
from veo_story.backends.local.writing.slate import Arrow, Slate, Timecode, mark_plate, slate_plate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.writing.layout import Layout
    from veo_story.lettering.plates import Plate


class Corners:
    """The pieces, and the row ``bottom`` above which all of them stand."""

    def __init__(
        self, layout: Layout, parts: frozenset[str], slate: Slate | None, swatches: Sequence[Planes]
    ) -> None:
        self.timecode = Timecode(layout) if "timecode" in parts else None
        right = self._right(layout, parts, swatches)
        beside = [plate.width for plate in ([self.timecode.plate] if self.timecode else []) + right[:1]]
        left: list[Plate] = []
        if slate is not None and "slate" in parts:
            room = layout.room - max(beside, default=0) - layout.gap
            left = [slate_plate(slate, layout, room)]
        top = left[0].y + left[0].height + layout.gap if left else layout.edge_y
        self.arrow = Arrow(layout, layout.edge_x, top)
        self.plates = [*right, *left]
        below = [plate.y + plate.height for plate in self.plates]
        self.bottom = max([*below, top + self.arrow.height if "arrow" in parts else 0]) + layout.gap

    def _right(self, layout: Layout, parts: frozenset[str], swatches: Sequence[Planes]) -> list[Plate]:
        clock = self.timecode.plate if self.timecode else None
        top = clock.y + clock.height + layout.gap if clock else layout.edge_y
        plates: list[Plate] = []
        if "mark" in parts:
            mark = mark_plate(layout)
            plates.append(mark.at(layout.width - layout.edge_x - mark.width, top))
            top += mark.height + layout.gap
        if "swatches" in parts:
            plates += swatch_plates(swatches, layout, top, layout.room // 2)
        return plates
