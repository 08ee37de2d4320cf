"""Subtitles burnt into the picture: at its foot, two lines at most, there and gone within a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.film.finish.layers import Layer
from veo_story.film.finish.room import Room
from veo_story.lettering.plates import WHITE, Plate, dark_pane
from veo_story.lettering.rows import SPARE, draw_rows, fit, set_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from veo_story.lettering.shaping import Row
    from veo_story.media.spans import Caption

_LINES = 2
_SIZES = (34, 31, 28, 25, 22, 19, 16, 13)
_OWN_SIZES = _SIZES[:5]
_SHADE = 0.7


def caption_layers(
    captions: Sequence[Caption], others: Sequence[Layer], size: tuple[int, int]
) -> list[Layer]:
    """A layer for each caption, above any of the ``others`` that stands in its way at that time."""
    room = Room(*size)
    layers = []
    for caption in captions:
        if caption.text.strip():
            plate = _placed(_painted(caption.text, room), caption, others, room)
            box = (plate.x, plate.y, plate.x + plate.width, plate.y + plate.height)
            layers.append(Layer(plate, caption.start, caption.end, 0, box))
    return layers


def _painted(text: str, room: Room) -> Plate:
    pad = room.pixels(14)
    width = (room.wide if room.upright else round(room.wide * 0.86)) - 2 * pad - SPARE
    rows = _as_written(text, room, width)
    rows = rows or fit(text, width, [(room.style(at, 500), _LINES) for at in _SIZES])
    ink = draw_rows(rows, "centre").mask
    pane = dark_pane(ink.shape[1] + 2 * pad, ink.shape[0] + pad, room.pixels(8), _SHADE)
    pane.paint(ink, WHITE, (pane.width - ink.shape[1]) // 2, pad // 2)
    return pane.plate()


def _as_written(text: str, room: Room, width: int) -> list[Row]:
    """The caption's own lines, where none has to be broken: two speakers have one each."""
    lines = [line for line in text.split("\n") if line.strip()]
    for at in _OWN_SIZES if len(lines) == _LINES else ():
        rows = [row for line in lines for row in set_rows(line, room.style(at, 500), width, 2)]
        if len(rows) == _LINES:
            return rows
    return []


def _placed(plate: Plate, caption: Caption, others: Sequence[Layer], room: Room) -> Plate:
    """At the foot, in the middle; above what is there at the same time."""
    x, air = (room.width - plate.width) // 2, room.pixels(12)
    floor = room.foot if room.upright else room.height - room.edge
    for other in sorted(others, key=lambda layer: -layer.box[1]):
        left, top, right, bottom = other.box
        meets = other.start < caption.end and caption.start < other.end
        beside = left >= x + plate.width or right <= x
        if meets and not beside and top < floor and bottom > floor - plate.height:
            floor = top - air
    if floor < plate.height:  # no room above either
        floor = room.height - room.edge
    return plate.at(x, floor - plate.height)
