"""What stands along the top of the picture: the slate left, the timecode, the mark and references right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.backends.local.writing.marks import swatch_panes
from veo_story.backends.local.writing.slate import Arrow, Slate, Timecode, mark_pane, slate_pane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.writing.layout import Layout
    from veo_story.backends.local.writing.plates import Pane


class Corners:
    """The pieces, and the row ``bottom`` above which all of them stand."""

    def __init__(
        self, layout: Layout, parts: frozenset[str], slate: Slate | None, swatches: Sequence[Planes]
    ) -> None:
        self.timecode = Timecode(layout) if "timecode" in parts else None
        right = self._right(layout, parts, swatches)
        beside = [pane.width for pane in ([self.timecode.pane] if self.timecode else []) + right[:1]]
        left: list[Pane] = []
        if slate is not None and "slate" in parts:
            room = layout.room - max(beside, default=0) - layout.gap
            left = [slate_pane(slate, layout, room)]
        top = left[0].y + left[0].height + layout.gap if left else layout.edge_y
        self.arrow = Arrow(layout, layout.edge_x, top)
        self.panes = [*right, *left]
        below = [pane.y + pane.height for pane in self.panes]
        self.bottom = max([*below, top + self.arrow.height if "arrow" in parts else 0]) + layout.gap

    def _right(self, layout: Layout, parts: frozenset[str], swatches: Sequence[Planes]) -> list[Pane]:
        clock = self.timecode.pane if self.timecode else None
        top = clock.y + clock.height + layout.gap if clock else layout.edge_y
        panes: list[Pane] = []
        if "mark" in parts:
            mark = mark_pane(layout)
            panes.append(mark.at(layout.width - layout.edge_x - mark.width, top))
            top += mark.height + layout.gap
        if "swatches" in parts:
            panes += swatch_panes(swatches, layout, top, layout.room // 2)
        return panes
