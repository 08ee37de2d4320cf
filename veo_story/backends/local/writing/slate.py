"""The slate in the left top corner, the camera's arrow below it, and the timecode in the right top corner."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.writing.icons import icon
from veo_story.lettering.plates import QUIET, WHITE, Pane, Plate, dark_pane
from veo_story.lettering.rows import SPARE, Ink, draw_rows, set_at_most, text_ink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.writing.layout import Layout
    from veo_story.lettering.shaping import Style

_MARK = "ANIMATIC"
_LABELS = 32
_SEPARATOR = " · "
_FIGURE, _COLON = 0.62, 0.34


@dataclass(frozen=True, slots=True)
class Slate:
    """What it says: the scene's id, which take this is (0: unsaid), how it is made, and for how long."""

    scene: str
    take: int = 1
    mode: str = ""
    seconds: float = 0.0

    @property
    def details(self) -> str:
        """The second line."""
        length = f"{self.seconds:.1f}".removesuffix(".0") + " s" if self.seconds > 0 else ""
        return _SEPARATOR.join(p for p in (f"take {self.take}" if self.take else "", self.mode, length) if p)


def slate_plate(slate: Slate, layout: Layout, room: int) -> Plate:
    """The slate, at most ``room`` pixels wide, in its corner."""
    big, small = layout.style(24, 600), layout.style(18, 400, 0.01)
    pad = layout.even(12)
    wide = room - 2 * pad - SPARE
    lines = [
        (draw_rows(set_at_most(text, style, wide, 1)), colour)
        for text, style, colour in ((slate.scene, big, WHITE), (slate.details, small, QUIET))
        if text
    ]
    return _stacked(lines, pad, layout.pixels(7)).plate().at(layout.edge_x, layout.edge_y)


def mark_plate(layout: Layout) -> Plate:
    """The word that says what this picture is."""
    ink = text_ink(_MARK, layout.style(14, 600, 0.16))
    pad = layout.even(7)
    pane = dark_pane(ink.mask.shape[1] + 2 * pad, ink.mask.shape[0] + pad, layout.even(5))
    pane.paint(ink.mask, QUIET, pad, pad // 2)
    return pane.plate()


class Arrow:
    """What the camera does, as a small picture and a word; each label is drawn once."""

    def __init__(self, layout: Layout, x: int, y: int) -> None:
        self._layout, self._x, self._y = layout, x, y
        self._style = layout.style(17)
        self._side, self._pad = self._style.size * 5 // 4, layout.even(9)
        self._plate = lru_cache(maxsize=_LABELS)(self._painted)

    @property
    def height(self) -> int:
        """Rows that it takes, at least."""
        return self._side + self._pad

    def shown(self, label: str) -> Iterator[Plate]:
        """The arrow for a label; nothing for an empty one."""
        if label.strip():
            yield self._plate(label)

    def _painted(self, label: str) -> Plate:
        layout, style, side, pad = self._layout, self._style, self._side, self._pad
        wide = max(style.size * 4, layout.room // 2 - side - 3 * pad - SPARE)
        ink = draw_rows(set_at_most(label, style, wide, 1))
        height = max(side, ink.mask.shape[0]) + pad
        pane = dark_pane(side + ink.mask.shape[1] + 2 * pad + pad // 2, height, layout.even(8))
        pane.paint(icon(label, side), WHITE, pad, (pane.height - side) // 2)
        middle = pane.height // 2 + round(style.size * 0.36)
        top = max(0, min(pane.height - ink.mask.shape[0], middle - ink.base))
        pane.paint(ink.mask, WHITE, side + pad + pad // 2, top)
        return pane.plate().at(self._x, self._y)


class Timecode:
    """``HH:MM:SS:FF`` in figures of one width, assembled from plates frame by frame."""

    def __init__(self, layout: Layout) -> None:
        style = layout.style(22, 500)
        signs = {sign: text_ink(sign, style) for sign in "0123456789:"}
        over = max(ink.base for ink in signs.values())
        under = max(ink.mask.shape[0] - ink.base for ink in signs.values())
        self._signs = {sign: _cell(ink, over, under, _wide(sign, style)) for sign, ink in signs.items()}
        columns = sum(self._signs[sign].planes[0].shape[1] for sign in timecode_of(0))
        pad = layout.even(10)
        ground = dark_pane(columns + 2 * pad, over + under + pad, layout.even(8)).plate()
        self.plate = ground.at(layout.width - layout.edge_x - ground.width, layout.edge_y)
        self._inset = pad, max(0, (self.plate.height - over - under) // 4 * 2)

    def lay(self, into: Planes, number: int) -> None:
        """Write the time of frame ``number`` of a chain."""
        self.plate.lay(into)
        parts = [self._signs[sign] for sign in timecode_of(number)]
        planes = [np.concatenate([p.planes[i] for p in parts], axis=1) for i in range(2)]
        holes = [np.concatenate([p.holes[i] for p in parts], axis=1) for i in range(2)]
        x, y = self.plate.x + self._inset[0], self.plate.y + self._inset[1]
        # Letters have no colour: v is as u.
        Plate(x, y, (planes[0], planes[1], planes[1]), (holes[0], holes[1], holes[1])).lay(into)


def timecode_of(number: int) -> str:
    """``HH:MM:SS:FF`` at 24 frames a second."""
    seconds, frame = divmod(number, 24)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frame:02d}"


def _wide(sign: str, style: Style) -> int:
    return round(style.size * (_COLON if sign == ":" else _FIGURE))


def _cell(ink: Ink, over: int, under: int, wide: int) -> Plate:
    """One sign on a pane of the height of all signs; figures are equally wide, so is what is around them."""
    inked = ink.mask[:, np.flatnonzero(ink.mask.any(axis=0))]
    columns = inked.shape[1]
    pane = Pane(max(wide, columns + 1), over + under)
    top = max(0, over - ink.base)
    pane.paint(inked[: pane.height - top], WHITE, (pane.width - columns) // 2, top)
    return pane.plate()


def _stacked(lines: list[tuple[Ink, tuple[float, float, float]]], pad: int, air: int) -> Pane:
    """Lines of letters below one another on a dark pane."""
    width = max((ink.mask.shape[1] for ink, _ in lines), default=0)
    height = sum(ink.mask.shape[0] for ink, _ in lines) + air * max(0, len(lines) - 1)
    pane = dark_pane(width + 2 * pad, height + pad, pad)
    y = pad // 2
    for ink, colour in lines:
        pane.paint(ink.mask, colour, pad, y)
        y += ink.mask.shape[0] + air
    return pane
