"""Colours as the renderer mixes them: BT.709 luma and chroma in television range, as float triples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.words import vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from veo_story.backends.local.words import WorldWords

Yuv = tuple[float, float, float]
GREY = 128.0


def yuv(hex_colour: str) -> Yuv:
    """``#rrggbb`` as luma (16..235) and chroma (16..240)."""
    r, g, b = (int(hex_colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    luma = 0.2126 * r + 0.7152 * g + 0.0722 * b
    return (16 + 219 * luma, 128 + 224 * (b - luma) / 1.8556, 128 + 224 * (r - luma) / 1.5748)


def mix(a: Yuv, b: Yuv, share: float) -> Yuv:
    """``share`` of ``b`` in ``a``, within what a picture can hold; below 0 and above 1 it goes past them."""
    y, u, v = (p + (q - p) * share for p, q in zip(a, b, strict=True))
    return (min(235.0, max(16.0, y)), min(240.0, max(16.0, u)), min(240.0, max(16.0, v)))


def planes_of(rgb: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """An RGB picture of even size as the three planes of yuv420p."""
    picture = rgb.astype(np.float32) / 255
    r, g, b = picture[..., 0], picture[..., 1], picture[..., 2]
    luma = 0.2126 * r + 0.7152 * g + 0.0722 * b
    full = (luma * 219 + 16, (b - luma) * (224 / 1.8556) + 128, (r - luma) * (224 / 1.5748) + 128)
    height, width = luma.shape
    quarters = [p.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3)) for p in full[1:]]
    y, u, v = (np.ascontiguousarray(np.rint(p).clip(0, 255).astype(np.uint8)) for p in (full[0], *quarters))
    return y, u, v


@dataclass(frozen=True, slots=True)
class Palette:
    """The light of a world. ``dark`` is 0 by day, 1 in blackness; ``air`` lies over everything far away."""

    zenith: Yuv
    air: Yuv
    ground: Yuv
    light: Yuv
    dark: float
    haze: float

    def tone(self, tone: float) -> Yuv:
        """The colour of a surface: 0 far in the air, 1 the ground before us, above 1 in shadow."""
        near = mix(self.air, self.ground, min(1.0, tone) * (1 - 0.8 * self.haze))
        return mix(near, (16.0, GREY, GREY), 0.55 * max(0.0, tone - 1.0) / 0.3)


def palette_of(words: WorldWords) -> Palette:
    """The palette of a place at an hour in some weather."""
    table = vocabulary()
    time, weather = table["time"][words.time], table["weather"][words.weather]
    dark, dim, grey = float(time["dark"]), float(weather.get("dim", 0.0)), float(weather["grey"])

    def weathered(colour: Yuv) -> Yuv:
        grey_share = 1.0 if words.mono else grey
        y, u, v = colour
        faded = (y, u + (GREY - u) * grey_share, v + (GREY - v) * grey_share)
        return mix(faded, (16.0, GREY, GREY), dim)

    air = weathered(yuv(time["air"]))
    # Overcast skies are nearly one colour from the horizon up.
    zenith = mix(weathered(yuv(time["zenith"])), air, 0.5 * float(weather["clouds"]) * grey)
    night = mix((16.0, GREY, GREY), yuv(time["zenith"]), 0.35)
    ground = mix(weathered(yuv(table["place"][words.place]["ground"])), night, 0.95 * dark)
    return Palette(zenith, air, ground, weathered(yuv(time["light"])), dark, float(weather["haze"]))
