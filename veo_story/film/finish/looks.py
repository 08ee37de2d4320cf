"""How overlays look at each place: where they stand, how large their words are, what is behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from veo_story.film.finish.room import Room
    from veo_story.lettering.shaping import Style

Ways = list[tuple["Style", int]]
"""Styles and how many lines each may take, the first one that takes a text whole is used."""


@dataclass(frozen=True, slots=True)
class Look:
    """``across`` and ``down``: which side it stands at. ``share`` of the safe width is for its words.

    ``size`` and ``under`` are the ems of title and subtitle at 720 pixels. ``plate``: ``sharp`` is a panel,
    with a bar at its side where there is ``bar``; ``soft`` has no edge.
    """

    across: Literal["left", "centre", "right"]
    down: Literal["top", "head", "middle", "foot", "bottom"]
    share: float
    upright_share: float
    size: int = 31
    under: int = 22
    plate: Literal["sharp", "soft"] = "sharp"
    bar: bool = False

    def title(self, room: Room) -> Ways:
        """How a title may be set."""
        return _smaller(room, self.size, 600, lines=2)

    def subtitle(self, room: Room) -> Ways:
        """How a subtitle may be set."""
        return _smaller(room, self.under, 400, lines=2)

    def width(self, room: Room) -> int:
        """Columns for its words."""
        return round(room.wide * (self.upright_share if room.upright else self.share))


_SMALLER = ((1.0, 0), (0.84, 1), (0.7, 2), (0.6, 4), (0.5, 7), (0.42, 12))
"""Shares of the size, and by how many lines there may be more of them."""


def _smaller(room: Room, size: int, weight: int, lines: int) -> Ways:
    return [(room.style(size * share, weight), lines + more) for share, more in _SMALLER]


LOOKS = {
    "lower-third": Look("left", "foot", 0.6, 0.94, 40, 25, bar=True),
    "upper-third": Look("left", "head", 0.6, 0.94, 40, 25, bar=True),
    "center": Look("centre", "middle", 0.86, 0.94, 72, 33, "soft"),
    "top": Look("centre", "top", 0.7, 0.9),
    "bottom": Look("centre", "bottom", 0.7, 0.9),
    "left": Look("left", "middle", 0.4, 0.6),
    "right": Look("right", "middle", 0.4, 0.6),
    "top-left": Look("left", "top", 0.44, 0.7),
    "top-right": Look("right", "top", 0.44, 0.7),
    "bottom-left": Look("left", "bottom", 0.44, 0.7),
    "bottom-right": Look("right", "bottom", 0.44, 0.7),
}
"""By the storyboard's ``at:``."""


def place(look: Look, room: Room, size: tuple[int, int]) -> tuple[int, int]:
    """Column and row of something of a size."""
    width, height = size
    x = {"left": room.side, "centre": (room.width - width) // 2, "right": room.width - room.side - width}
    y = {
        "top": room.edge,
        "head": room.head,
        "middle": (room.height - height) // 2,
        "foot": max(room.foot - height, room.edge),
        "bottom": room.height - room.edge - height,
    }
    return max(x[look.across], 0), max(y[look.down], 0)
