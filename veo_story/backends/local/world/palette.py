"""The light and the air of a world: which colours its sky and its surfaces have at an hour in some weather.

Every colour that comes out of a :class:`Palette` is graded already (see :mod:`.look`): a painter takes its
own colours through :meth:`Palette.tone`, :meth:`Palette.shaded` or :meth:`Palette.glowing` and grades none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from veo_story.backends.local.lexicon.vocabulary import vocabulary
from veo_story.backends.local.world.look import Grade, grade_of
from veo_story.backends.local.world.tint import (
    BLACK,
    GREY,
    Rgb,
    blend,
    from_rgb,
    mix,
    planes_of,
    rgb,
    times,
    to_rgb,
    yuv,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veo_story.backends.local.lexicon.setting import Setting
    from veo_story.backends.local.world.sheets import Yuv

__all__ = ["BLACK", "GREY", "Palette", "mix", "palette_of", "planes_of", "yuv"]

_LAMP: Rgb = (1.0, 0.80, 0.50)
_NEAR = 0.12
"""What is added to a parallax before it is turned into a distance, so that the sky is not endlessly far."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The light of a world.

    ``zenith`` and ``air`` are the sky's colours above and at the horizon, ``glow`` the horizon's below the
    sun; far things fade into ``air``. ``light`` is the colour of the key light and ``key`` where it comes
    from: -1 (left) .. 1 (right), and 0 (the horizon) .. 1 (straight above). ``ground`` is what pale ground
    looks like before us, ``shadow`` the darkest that anything near gets. ``lamp`` is the colour of lamps and
    windows after dark. ``dark`` is 0 by day and 1 in blackness, ``haze`` 0 in clear air and 1 in thick fog,
    ``shine`` how much of sun or moon is seen. ``white`` and ``shade`` are white paper in this light and in
    the shadow, ``mist`` is ``air``; none of these three is graded.
    """

    zenith: Yuv
    air: Yuv
    glow: Yuv
    ground: Yuv
    shadow: Yuv
    light: Yuv
    key: tuple[float, float]
    lamp: Yuv
    dark: float
    haze: float
    shine: float
    white: Rgb
    shade: Rgb
    mist: Rgb
    grade: Grade

    def tone(self, colour: Yuv, depth: float = 1.0) -> Yuv:
        """What a surface of that own colour looks like in the light, at the parallax ``depth``.

        Far (0) it fades into the air, beyond 1 (before the cast) it darkens to a silhouette.
        """
        return self.grade.colour(self._aired(times(to_rgb(colour), self.white), depth))

    def shaded(self, colour: Yuv, depth: float = 1.0) -> Yuv:
        """Like :meth:`tone`, for the side that the key light does not reach."""
        return self.grade.colour(self._aired(times(to_rgb(colour), self.shade), depth))

    def glowing(self, colour: Yuv) -> Yuv:
        """A colour that shines by itself (lamps, fires, screens): neither light nor air change it."""
        return self.grade.colour(colour)

    def veil(self, depth: float) -> float:
        """How much of the air lies over a thing at that parallax, 0..1."""
        distance = max(0.0, 1 / (max(0.0, depth) + _NEAR) - 1 / (1 + _NEAR))
        return 1 - math.exp(-distance * (0.15 + 0.75 * self.haze)) * (1 - 0.12 * self.haze)

    def _aired(self, colour: Rgb, depth: float) -> Yuv:
        if depth > 1:
            return from_rgb(blend(colour, times(self.shade, (0.10, 0.10, 0.12)), min(0.8, (depth - 1) * 1.4)))
        return from_rgb(blend(colour, self.mist, self.veil(depth)))


@lru_cache(maxsize=64)
def palette_of(setting: Setting) -> Palette:
    """The palette of a setting. Raises KeyError for an hour or a weather that ``sky.toml`` does not hold."""
    table = vocabulary("sky")
    time, weather = table["time"][setting.time], table["weather"][setting.weather]
    # What is dark already must not get lost in a dark look.
    grade = grade_of(setting).eased(float(time["dark"]))
    return _palette(time, weather, grade)


def _palette(time: Mapping[str, Any], weather: Mapping[str, Any], grade: Grade) -> Palette:
    dark = float(time["dark"])
    share, clouds = float(weather["share"]), float(weather["clouds"])
    # After dark there is little left that clouds could take.
    dim = float(weather["dim"]) * (1 - 0.55 * dark)
    own = {key: rgb(time[key]) for key in ("zenith", "air", "glow", "light", "white", "shade")}
    # Clouds take the hour's own colour out of the light.
    white = _faded(own["white"], 0.5 * share)
    lit = times(white, (1 - dim, 1 - dim, 1 - dim))
    shade = blend(times(own["shade"], (1 - dim, 1 - dim, 1 - dim)), lit, 0.45 * clouds * share)
    # Weather is a curtain that the hour lights.
    air = blend(own["air"], times(rgb(weather["low"]), _lifted(white)), share)
    zenith = blend(own["zenith"], times(rgb(weather["sky"]), _lifted(white)), share)
    glow = blend(own["glow"], air, min(1.0, share * 1.1))
    air, zenith, glow = (times(c, (1 - dim * 0.6,) * 3) for c in (air, zenith, glow))
    sun = time.get("sun") or time.get("moon") or (0.3, 0.7)
    return Palette(
        zenith=grade.colour(from_rgb(zenith)),
        air=grade.colour(from_rgb(air)),
        glow=grade.colour(from_rgb(glow)),
        ground=grade.colour(from_rgb(times(lit, (0.86, 0.84, 0.80)))),
        shadow=grade.colour(from_rgb(times(shade, (0.16, 0.16, 0.20)))),
        light=grade.colour(from_rgb(own["light"])),
        key=(float(sun[0]), float(sun[1])),
        lamp=grade.colour(from_rgb(_LAMP)),
        dark=min(1.0, dark + (1 - dark) * dim * 0.6),
        haze=float(weather["haze"]),
        shine=float(weather["sun"]) if "sun" in time or "moon" in time else 0.0,
        white=lit,
        shade=shade,
        mist=air,
        grade=grade,
    )


def _faded(colour: Rgb, share: float) -> Rgb:
    """Taken towards the grey of the same brightness."""
    grey = 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]
    return blend(colour, (grey, grey, grey), share)


def _lifted(white: Rgb) -> Rgb:
    """Light as the sky itself has it: brighter than what it makes of things on the ground."""
    return blend(white, (1.0, 1.0, 1.0), 0.06)
