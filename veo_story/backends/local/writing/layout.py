"""Where writing stands on a frame, and how large it is. Sizes are those at 720 pixels of the short side."""

from __future__ import annotations

from dataclasses import dataclass

from veo_story.backends.local.framecode import block_size
from veo_story.lettering.shaping import Style

_LEAST = 9
"""The smallest em at which letters can still be told apart."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A frame of ``width`` x ``height`` pixels, and the language of what is written. All places are even."""

    width: int
    height: int
    language: str = "zh"

    @property
    def upright(self) -> bool:
        """Whether it is higher than wide."""
        return self.height > self.width

    def pixels(self, at_720: float) -> int:
        """A length."""
        return round(at_720 * min(self.width, self.height) / 720)

    def even(self, at_720: float, least: int = 2) -> int:
        """A length that is even, at least ``least``."""
        return max(least, self.pixels(at_720) // 2 * 2)

    def style(self, at_720: int, weight: int = 400, air: float = 0.0) -> Style:
        """Letters, never smaller than can be read."""
        return Style(max(_LEAST, self.pixels(at_720)), weight, air, self.language)

    @property
    def edge_x(self) -> int:
        """Columns that writing keeps free on either side: the title-safe twentieth."""
        return self.width // 40 * 2

    @property
    def edge_y(self) -> int:
        """Rows that writing keeps free at the top, and below, where the frame's number stands."""
        return max(self.height // 40 * 2, block_size(self.width, self.height) + 4)

    @property
    def gap(self) -> int:
        """Pixels between two pieces of writing."""
        return self.even(10)

    @property
    def room(self) -> int:
        """Columns between the edges."""
        return self.width - 2 * self.edge_x
