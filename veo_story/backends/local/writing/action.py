"""What happens, at the bottom of the picture: two quiet lines, or pages of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.backends.local.writing.pages import Page, Setting, pages_of
from veo_story.lettering.plates import STEPS, WHITE, Plate, dark_pane
from veo_story.lettering.rows import SPARE, draw_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from veo_story.backends.local.script import Beat
    from veo_story.backends.local.writing.layout import Layout

RATE = 24
_TURN = 3
"""Frames in which a page comes or goes."""
_PRESSED_S = 2.0


class Action:
    """The action of every beat at its time, turned page by page where it is long.

    Nothing can be read after ``until_s``: what would stand there is shown a little earlier.
    """

    def __init__(self, beats: Sequence[Beat], layout: Layout, until_s: float) -> None:
        settings = _settings(layout)
        length_s = max((beat.end_s for beat in beats), default=0.0)
        pages = []
        for beat in beats:
            start_s, end_s = (_moved_up(t, length_s, until_s) for t in (beat.start_s, beat.end_s))
            pages += pages_of(beat.action, start_s, end_s, settings)
        self._pages = [(*_frames(page), _plate(page, layout)) for page in pages]
        self.height = max((plate.height for *_, plate in self._pages), default=0)

    def shown(self, frame: int, step: int) -> Iterator[tuple[Plate, int]]:
        """What stands at a frame of the clip, and how much of ``step`` it has reached."""
        for number, (start, end, plate) in enumerate(self._pages):
            # The first page comes and the last one goes with the rest of the writing.
            first, last = number == 0, number == len(self._pages) - 1
            if (first or start <= frame) and (last or frame < end):
                come = STEPS if first else (frame - start + 1) * STEPS // _TURN
                go = STEPS if last else (end - frame) * STEPS // _TURN
                if share := max(0, min(step, come, go)):
                    yield plate, share


def _moved_up(time_s: float, length_s: float, until_s: float) -> float:
    """Times up to shortly before the end stay; the rest is pressed into what is left before ``until_s``."""
    knee = max(0.0, until_s - _PRESSED_S)
    if time_s <= knee or length_s <= until_s:
        return time_s
    return knee + (time_s - knee) * (until_s - knee) / (length_s - knee)


def _settings(layout: Layout) -> list[Setting]:
    pad = layout.even(12)
    normal, small = layout.style(20), layout.style(18)
    wide = layout.room - 2 * pad - SPARE
    narrow = wide if layout.upright else wide * 4 // 5
    most = max(4, int(layout.height / 3 / (small.size * 1.32)) - 1)
    lines = 3 if not layout.upright else 4
    return [
        Setting(normal, narrow, lines - 1),
        *(Setting(small, wide, count) for count in range(lines, most + 1)),
    ]


def _frames(page: Page) -> tuple[int, int]:
    return round(page.start_s * RATE), round(page.end_s * RATE)


def _plate(page: Page, layout: Layout) -> Plate:
    pad = layout.even(12)
    ink = draw_rows(page.rows, "right" if page.rows[0].leftward else "left")
    pane = dark_pane(ink.mask.shape[1] + 2 * pad, ink.mask.shape[0] + pad, pad)
    pane.paint(ink.mask, WHITE, pad, pad // 2)
    right = layout.width - layout.edge_x - pane.width
    return pane.plate().at(
        right if page.rows[0].leftward else layout.edge_x, layout.height - layout.edge_y - pane.height
    )
