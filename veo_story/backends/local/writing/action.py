"""What happens, at the bottom of the picture: two quiet lines, or pages of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.backends.local.writing.lettering import draw_rows
from veo_story.backends.local.writing.pages import Page, Setting, pages_of
from veo_story.backends.local.writing.plates import STEPS, WHITE, Pane, dark_pane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from veo_story.backends.local.script import Beat
    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.writing.layout import Layout

RATE = 24
_TURN = 3
"""Frames in which a page comes or goes."""


class Action:
    """The action of every beat at its time, turned page by page where it is long."""

    def __init__(self, beats: Sequence[Beat], layout: Layout) -> None:
        settings = _settings(layout)
        pages = [page for beat in beats for page in pages_of(beat.action, beat.start_s, beat.end_s, settings)]
        self._shown = [(*_frames(page), _pane(page, layout)) for page in pages]
        self.height = max((pane.height for *_, pane in self._shown), default=0)

    def lay(self, into: Planes, frame: int, step: int) -> None:
        """Lay what stands at a frame of the clip, ``step`` of :data:`~.plates.STEPS` of it visible."""
        for number, (start, end, pane) in enumerate(self._shown):
            if start <= frame < end:
                # The first page comes and the last one goes with the rest of the writing.
                come = STEPS if number == 0 else (frame - start + 1) * STEPS // _TURN
                go = STEPS if number == len(self._shown) - 1 else (end - frame) * STEPS // _TURN
                if shown := max(0, min(step, come, go)):
                    pane.at_step(shown).lay(into)

    def panes(self) -> list[Pane]:
        """All pages."""
        return [pane for *_, pane in self._shown]


def _settings(layout: Layout) -> list[Setting]:
    pad = layout.even(12)
    normal, small = layout.style(20), layout.style(18)
    wide = layout.room - 2 * pad
    narrow = wide if layout.upright else wide * 4 // 5
    most = max(4, int(layout.height / 3 / (small.size * 1.32)) - 1)
    lines = 3 if not layout.upright else 4
    return [
        Setting(normal, narrow, lines - 1),
        *(Setting(small, wide, count) for count in range(lines, most + 1)),
    ]


def _frames(page: Page) -> tuple[int, int]:
    return round(page.start_s * RATE), round(page.end_s * RATE)


def _pane(page: Page, layout: Layout) -> Pane:
    pad = layout.even(12)
    ink = draw_rows(page.rows, "right" if page.rows[0].leftward else "left")
    pane = dark_pane(ink.mask.shape[1] + 2 * pad, ink.mask.shape[0] + pad, pad)
    pane.paint(ink.mask, WHITE, pad, pad // 2)
    right = layout.width - layout.edge_x - pane.width
    return pane.at(
        right if page.rows[0].leftward else layout.edge_x, layout.height - layout.edge_y - pane.height
    )
