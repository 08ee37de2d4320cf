"""Title cards: a few words in the middle of a dark ground, with air around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.writing.layout import Layout
from veo_story.lettering.plates import Pane, Yuv
from veo_story.lettering.rows import draw_rows, fit
from veo_story.lettering.shaping import language_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from veo_story.backends.local.window import Planes
    from veo_story.lettering.rows import Ink
    from veo_story.lettering.shaping import Style

    Bytes = NDArray[np.uint8]

_TITLE: Yuv = (226.0, 126.0, 130.0)
_SUBTITLE: Yuv = (164.0, 126.0, 130.0)
_RULE: Yuv = (150.0, 108.0, 146.0)
_GROUND = (132, 126)
# Sizes, and how many lines of each look well.
_TITLES = ((84, 1), (72, 2), (62, 2), (53, 3), (45, 4), (38, 5), (32, 6))
_SUBTITLES = ((32, 2), (28, 3), (24, 4))


def card_picture(size: tuple[int, int], title: str, subtitle: str = "") -> Planes:
    """The planes of a title card. Long texts are set smaller; what still does not fit ends in dots."""
    layout = Layout(*size, language_of(f"{title} {subtitle}"))
    planes = _ground(*size)
    room = layout.width - 2 * max(layout.edge_x, layout.width // 9)
    more = int(layout.upright)
    head = _words(title, room, [(layout.style(size, 400, 0.05), lines + more) for size, lines in _TITLES])
    foot = _words(subtitle, room, [(layout.style(size, 400, 0.03), lines) for size, lines in _SUBTITLES])
    blocks = [(ink, colour) for ink, colour in ((head, _TITLE), (foot, _SUBTITLE)) if ink is not None]
    gap = layout.even(30)
    rule = layout.even(2) if len(blocks) > 1 else 0
    total = sum(ink.mask.shape[0] for ink, _ in blocks) + (2 * gap + rule if rule else 0)
    # The eye takes what is a little above the middle for the middle.
    y = max(0, (layout.height - total) // 2 - layout.height // 60)
    for number, (ink, colour) in enumerate(blocks):
        if number:
            width = layout.even(72, 8)
            _lay(np.full((rule, width), 255, np.uint8), _RULE, layout, y + gap, planes)
            y += 2 * gap + rule
        _lay(ink.mask, colour, layout, y, planes)
        y += ink.mask.shape[0]
    return planes


def _words(text: str, room: int, ways: Sequence[tuple[Style, int]]) -> Ink | None:
    rows = fit(text, room, ways)
    return draw_rows(rows, "centre") if rows else None


def _lay(mask: Bytes, colour: Yuv, layout: Layout, y: int, planes: Planes) -> None:
    pane = Pane(mask.shape[1], mask.shape[0])
    pane.paint(mask, colour)
    pane.plate().at((layout.width - pane.width) // 2, y).lay(planes)


def _ground(width: int, height: int) -> Planes:
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    away = ((x / width - 0.5) ** 2 + ((y / height - 0.44) * 1.1) ** 2) * 2.4
    luma = np.clip(44 - 26 * away, 18, 60)
    # Half a step of noise keeps the slow fall of light from banding.
    luma += np.random.default_rng(1).uniform(-0.5, 0.5, luma.shape).astype(np.float32)
    half = (height // 2, width // 2)
    return (
        np.rint(luma).astype(np.uint8),
        np.full(half, _GROUND[0], np.uint8),
        np.full(half, _GROUND[1], np.uint8),
    )
