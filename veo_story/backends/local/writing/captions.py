"""What is said, written low in the picture while it is said, with the name of who says it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from veo_story.backends.local.writing.action import RATE
from veo_story.backends.local.writing.pages import Setting, pages_of
from veo_story.lettering.plates import STEPS, WHITE, Plate, Yuv, dark_pane
from veo_story.lettering.rows import SPARE, draw_rows, set_at_most

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from veo_story.backends.local.script import Line
    from veo_story.backends.local.writing.layout import Layout
    from veo_story.backends.local.writing.pages import Page

HOLD_S = 0.4
"""How long a caption stays when its line has been said."""
_TURN = 3

TINTS: tuple[Yuv, ...] = (
    (190.0, 96.0, 150.0),
    (196.0, 142.0, 108.0),
    (186.0, 108.0, 120.0),
    (180.0, 128.0, 152.0),
    (190.0, 150.0, 124.0),
    (200.0, 112.0, 132.0),
)
"""Colours of names where nobody gives others: amber, sky, leaf, rose, lilac, straw."""


@dataclass(frozen=True, slots=True)
class Caption:
    """Words on the picture from frame ``start`` up to ``end`` (exclusive) of the clip."""

    start: int
    end: int
    plate: Plate


class Captions:
    """The captions of a scene. ``bottom`` is the row above which they stand."""

    def __init__(
        self, lines: Sequence[Line], layout: Layout, bottom: int, colours: Mapping[str, Yuv]
    ) -> None:
        spoken = sorted((line for line in lines if line.text.strip()), key=lambda line: line.start_s)
        tints = tints_of(spoken, colours)
        captions: list[Caption] = []
        for number, line in enumerate(spoken):
            following = spoken[number + 1].start_s if number + 1 < len(spoken) else math.inf
            # It stays a moment, but makes room for the next line; who is interrupted stays in the picture.
            end_s = min(line.end_s + HOLD_S, max(line.end_s, following))
            tint = tints[line.who or line.name]
            pages = pages_of(line.text, line.start_s, end_s, _settings(layout))
            captions += [_caption(page, line, layout, tint) for page in pages]
        self.captions = _placed(captions, layout, bottom)

    @property
    def top(self) -> int:
        """The first row that a caption takes; a large number when there is none."""
        return min((caption.plate.y for caption in self.captions), default=1 << 16)

    def shown(self, frame: int) -> Iterator[tuple[Plate, int]]:
        """What is said at a frame of the clip, and how much of it is visible."""
        for caption in self.captions:
            if caption.start <= frame < caption.end:
                age, rest = frame - caption.start + 1, caption.end - frame
                yield caption.plate, min(STEPS, age * STEPS // _TURN, rest * STEPS // _TURN)


def tints_of(lines: Sequence[Line], colours: Mapping[str, Yuv]) -> dict[str, Yuv]:
    """A colour for everybody who speaks: the one given for the id or name, else one of ours by turns."""
    speakers = dict.fromkeys(line.who or line.name for line in lines)
    return {who: colours.get(who, TINTS[i % len(TINTS)]) for i, who in enumerate(speakers)}


def first_frame(seconds: float) -> int:
    """The first frame that is shown at or after a time."""
    return math.ceil(round(seconds * RATE, 3))


def _settings(layout: Layout) -> list[Setting]:
    pad = layout.even(14)
    wide = layout.room - 2 * pad - SPARE
    width = wide if layout.upright else wide * 9 // 10
    lines = 3 if layout.upright else 2
    return [
        Setting(layout.style(34, 500), width, lines, even=True),
        Setting(layout.style(30, 500), width, lines + 1, even=True),
    ]


def _caption(page: Page, line: Line, layout: Layout, tint: Yuv) -> Caption:
    pad = layout.even(14)
    words = draw_rows(page.rows, "centre").mask
    wide = layout.room - 2 * pad - SPARE
    names = set_at_most(line.name, layout.style(19, 600, 0.02), wide, 1)
    name = draw_rows(names).mask if names else words[:0]
    air = layout.pixels(4) if names else 0
    height = words.shape[0] + name.shape[0] + air + pad
    pane = dark_pane(max(words.shape[1], name.shape[1]) + 2 * pad, height, pad)
    if names:
        pane.paint(name, tint, (pane.width - name.shape[1]) // 2, pad // 2)
    pane.paint(words, WHITE, (pane.width - words.shape[1]) // 2, pad // 2 + name.shape[0] + air)
    start = first_frame(page.start_s)
    return Caption(start, max(start + 1, first_frame(page.end_s)), pane.plate())


def _placed(captions: Sequence[Caption], layout: Layout, bottom: int) -> list[Caption]:
    """Each in the middle above ``bottom``; what is said at the same time stands higher."""
    placed: list[Caption] = []
    for caption in captions:
        floor = bottom
        for other in placed:
            if other.start < caption.end and caption.start < other.end:
                floor = min(floor, other.plate.y - layout.gap)
        plate = caption.plate
        plate = plate.at((layout.width - plate.width) // 2, floor - plate.height)
        placed.append(replace(caption, plate=plate))
    return placed
