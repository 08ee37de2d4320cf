"""The colours a painter of places and things asks for: own colours as the light of the place shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from veo_story.backends.local.world.tint import from_rgb, mix, rgb, times, yuv

if TYPE_CHECKING:
    from veo_story.backends.local.world.palette import Palette
    from veo_story.backends.local.world.sheets import Yuv

_LAMPLIGHT = (0.98, 0.84, 0.66)
"""What white paper looks like by the lamps of a room."""


@dataclass(frozen=True, slots=True)
class Inks:
    """Colours under a palette. ``lit`` is how much of the light comes from lamps of the place's own, 0..1.

    ``dye`` is a colour and what it is painted in instead.
    """

    palette: Palette
    lit: float = 0.0
    dye: tuple[str, str] | None = None

    @property
    def side(self) -> float:
        """Where the light comes from: -1 left, 1 right."""
        return 1.0 if self.palette.key[0] >= 0 else -1.0

    @property
    def dark(self) -> bool:
        """Whether lamps are lit."""
        return self.palette.dark > 0.3

    def face(self, colour: str, depth: float = 1.0, share: float = 1.0) -> Yuv:
        """A surface of the colour ``#rrggbb`` in the light, at the parallax ``depth``.

        ``share`` below 1 turns it out of the light, above 1 brightens it.
        """
        colour = self.dye[1] if self.dye and colour == self.dye[0] else colour
        seen = self.palette.tone(yuv(colour), depth)
        if share < 1:
            seen = mix(self.palette.shaded(yuv(colour), depth), seen, max(0.0, share))
        if share > 1:
            seen = mix(seen, self.palette.light, (share - 1) * (1 - self.palette.veil(depth)))
        if not self.lit:
            return seen
        strong = tuple(part * (0.72 + 0.22 * min(share, 1.3)) for part in _LAMPLIGHT)
        warm = self.palette.grade.colour(from_rgb(times(rgb(colour), (strong[0], strong[1], strong[2]))))
        near = max(0.0, depth - 1)
        return mix(seen, mix(warm, self.palette.shadow, min(0.7, near * 1.6)), self.lit)

    def shine(self, colour: str) -> Yuv:
        """A colour that shines by itself."""
        return self.palette.glowing(yuv(colour))

    def air(self, share: float = 0.0) -> Yuv:
        """The sky's colour: 0 at the horizon, 1 above."""
        return mix(self.palette.air, self.palette.zenith, share)
