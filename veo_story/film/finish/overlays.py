"""A storyboard's overlays as layers: titles, lower thirds, logos, each painted once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.film.finish.layers import Layer
from veo_story.film.finish.looks import LOOKS, place
from veo_story.film.finish.pictures import read_logo
from veo_story.film.finish.room import Room
from veo_story.lettering.plates import DARK, WHITE, Pane, round_mask
from veo_story.lettering.rows import SPARE, draw_rows, fit
from veo_story.plan.frames import frames_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from veo_story.film.finish.layers import Box
    from veo_story.film.finish.looks import Look
    from veo_story.film.finish.pictures import Logo
    from veo_story.lettering.plates import Plate, Yuv
    from veo_story.lettering.shaping import Row
    from veo_story.media.source import Colour
    from veo_story.storyboard.finish import Overlay

    Bytes = NDArray[np.uint8]

_QUIET: Yuv = (206.0, 128.0, 128.0)
_BAR: Yuv = (176.0, 78.0, 152.0)
_PANEL, _LIFT, _HAZE, _SHADOW = 0.78, 0.34, 0.7, 0.7
"""How dark a panel is, its shadow, what has no edge, and the shadow of letters."""


def overlay_layers(
    overlays: Sequence[Overlay], frames: int, size: tuple[int, int], colour: Colour
) -> list[Layer]:
    """A layer for each overlay that begins within a scene of so many frames. Raises MediaError."""
    room = Room(*size)
    layers = []
    for overlay in overlays:
        start = frames_of(overlay.start_s)
        end = frames if overlay.duration_s is None else start + max(frames_of(overlay.duration_s), 1)
        end = min(end, frames)
        if start < end:
            fade = min(frames_of(overlay.fade_s), (end - start) // 2)
            plate, box = _painted(overlay, room, colour)
            layers.append(Layer(plate, start, end, fade, box))
    return layers


def _painted(overlay: Overlay, room: Room, colour: Colour) -> tuple[Plate, Box]:
    """The plate of an overlay, and where what is more than shadow stands."""
    look = LOOKS[overlay.at]
    logo = None
    if overlay.image is not None:
        most = room.wide if overlay.text is None else room.wide * 2 // 5
        height = max(round(room.height * float(overlay.height)), 2)
        logo = read_logo(overlay.image, height, most, colour, (room.width, room.height))
    words = _words(overlay, look, room, 0 if logo is None else logo.width) if overlay.text else None
    if words is None:
        assert logo is not None
        pane = Pane(logo.width, logo.height)
        pane.show(logo.planes, logo.cover, 0, 0)
        plate = pane.plate().at(*place(look, room, (pane.width, pane.height)))
        return plate, (plate.x, plate.y, plate.x + plate.width, plate.y + plate.height)
    return _panel(words, logo, look, room)


@dataclass(frozen=True)
class _Words:
    """Title and subtitle below one another, drawn."""

    title: Bytes
    subtitle: Bytes | None
    align: str
    gap: int

    @property
    def width(self) -> int:
        return int(max(self.title.shape[1], 0 if self.subtitle is None else self.subtitle.shape[1]))

    @property
    def height(self) -> int:
        under = 0 if self.subtitle is None else self.gap + self.subtitle.shape[0]
        return int(self.title.shape[0]) + under

    @property
    def leftward(self) -> bool:
        """Whether they are read from the right."""
        return self.align == "right"

    def column(self, mask: Bytes) -> int:
        """Where a part begins."""
        free = self.width - int(mask.shape[1])
        return {"left": 0, "centre": free // 2, "right": free}[self.align]


def _words(overlay: Overlay, look: Look, room: Room, beside: int) -> _Words:
    width = min(look.width(room), room.wide - beside - room.pixels(90)) - SPARE
    title = fit(overlay.text or "", width, look.title(room))
    under = fit(overlay.subtitle, width, look.subtitle(room)) if overlay.subtitle else []
    align = _align(title, look)
    return _Words(
        draw_rows(title, align).mask,
        draw_rows(under, align).mask if under else None,
        align,
        room.pixels(2),
    )


def _align(rows: Sequence[Row], look: Look) -> str:
    if look.across == "centre":
        return "centre"
    return "right" if look.across == "right" or any(row.leftward for row in rows) else "left"


def _panel(words: _Words, logo: Logo | None, look: Look, room: Room) -> tuple[Plate, Box]:
    """The words, beside the picture where there is one, on what is behind them."""
    soft = look.plate == "soft"
    pad_x, pad_y, air = room.pixels(24), room.pixels(34 if soft else 14), room.pixels(22)
    bar = room.pixels(6) if look.bar else 0
    inner = words.width + (0 if logo is None else logo.width + air)
    height = max(words.height, 0 if logo is None else logo.height) + 2 * pad_y
    width = inner + 2 * pad_x + bar
    glow = room.pixels(110 if soft else 16)
    pane = Pane(width + 2 * glow, height + 2 * glow)
    if soft:
        pane.paint(_blurred(pane, (width, height), glow, glow / 3), DARK, share=_HAZE)
    else:
        pane.paint(_blurred(pane, (width, height), glow, glow / 3), DARK, share=_LIFT)
        pane.paint(round_mask(width, height, room.pixels(5)), DARK, glow, glow, _PANEL)
    rightward = not words.leftward
    if bar:
        x = glow if rightward else glow + width - bar
        pane.paint(np.full((height, bar), 255, np.uint8), _BAR, x, glow)
    left = glow + pad_x + (bar if rightward else 0)
    at_words, at_logo = left, left + words.width + air
    if logo is not None:
        if rightward:
            at_words, at_logo = left + logo.width + air, left
        pane.show(logo.planes, logo.cover, at_logo, glow + (height - logo.height) // 2)
    _write(pane, words, at_words, glow + (height - words.height) // 2, room)
    x, y = place(look, room, (width, height))
    if look.across == "left" and look.bar and not rightward:
        x = room.width - room.side - width
    return _at(pane.plate(), x - glow, y - glow), (x, y, x + width, y + height)


def _at(plate: Plate, x: int, y: int) -> Plate:
    """A plate at a place that may lie left of or above the frame: what stands out is cut off."""
    left, top = max(-x, 0) // 2 * 2, max(-y, 0) // 2 * 2
    if not left and not top:
        return plate.at(x, y)
    units = (1, 2, 2)
    y_plane, u, v = (p[top // n :, left // n :] for p, n in zip(plate.planes, units, strict=True))
    hole, hole_u, hole_v = (p[top // n :, left // n :] for p, n in zip(plate.holes, units, strict=True))
    return replace(plate, planes=(y_plane, u, v), holes=(hole, hole_u, hole_v)).at(x + left, y + top)


def _write(pane: Pane, words: _Words, x: int, y: int, room: Room) -> None:
    """Title and subtitle, each over its own soft shadow."""
    parts = [(words.title, y, WHITE)]
    if words.subtitle is not None:
        parts.append((words.subtitle, y + words.title.shape[0] + words.gap, _QUIET))
    for mask, row, _ in parts:
        _shade(pane, mask, x + words.column(mask), row, room)
    for mask, row, colour in parts:
        pane.paint(mask, colour, x + words.column(mask), row)


def _shade(pane: Pane, mask: Bytes, x: int, y: int, room: Room) -> None:
    reach = max(room.pixels(8), 2)
    whole = cv2.copyMakeBorder(mask, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=0)
    soft = cv2.GaussianBlur(cv2.dilate(whole, np.ones((3, 3), np.uint8)), (0, 0), reach / 3)
    top, left = max(y - reach, 0), max(x - reach, 0)
    cut = np.asarray(soft, np.uint8)[top - (y - reach) :, left - (x - reach) :]
    pane.paint(cut[: pane.height - top, : pane.width - left], DARK, left, top, _SHADOW)


def _blurred(pane: Pane, size: tuple[int, int], inset: int, sigma: float) -> Bytes:
    """A box in the middle of a pane with edges as soft as that."""
    whole = np.zeros((pane.height, pane.width), np.uint8)
    whole[inset : inset + size[1], inset : inset + size[0]] = 255
    return np.asarray(cv2.GaussianBlur(whole, (0, 0), max(sigma, 0.5)), np.uint8)
