"""Where writing may stand on a film's frame, and how large it is. Sizes are those at 720 pixels of height."""

from __future__ import annotations

from dataclasses import dataclass

from veo_story.lettering.shaping import Style

_LEAST = 9
"""The smallest em at which letters can still be told apart."""
_UPRIGHT_FOOT = 0.18
"""What players on phones cover of an upright film at its foot, and of its head half as much."""


@dataclass(frozen=True, slots=True)
class Room:
    """A frame of ``width`` x ``height`` pixels."""

    width: int
    height: int

    @property
    def upright(self) -> bool:
        """Whether it is higher than wide."""
        return self.height > self.width

    def pixels(self, at_720: float) -> int:
        """A length, by the frame's short side."""
        return round(at_720 * min(self.width, self.height) / 720)

    def style(self, at_720: float, weight: int = 400) -> Style:
        """Letters, never smaller than can be read."""
        return Style(max(_LEAST, self.pixels(at_720)), weight)

    @property
    def side(self) -> int:
        """Columns at either side that stay free: a twentieth."""
        return self.width // 20

    @property
    def edge(self) -> int:
        """Rows at top and bottom that stay free: a twentieth."""
        return self.height // 20

    @property
    def head(self) -> int:
        """The row on which what stands in the upper third begins: title-safe."""
        return round(self.height * (_UPRIGHT_FOOT / 2 if self.upright else 0.1))

    @property
    def foot(self) -> int:
        """The row above which what stands in the lower third ends: title-safe."""
        return self.height - round(self.height * (_UPRIGHT_FOOT if self.upright else 0.1))

    @property
    def wide(self) -> int:
        """Columns between the sides."""
        return self.width - 2 * self.side
