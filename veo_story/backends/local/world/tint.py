"""Colours as the renderer mixes them: BT.709 luma and chroma in television range, as float triples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.world.sheets import Yuv

GREY = 128.0
BLACK: Yuv = (16.0, GREY, GREY)
Rgb = tuple[float, float, float]
"""Red, green and blue, 0..1 each, as on a screen (not linear)."""


def rgb(hex_colour: str) -> Rgb:
    """``#rrggbb`` as parts of 1."""
    r, g, b = (int(hex_colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return r, g, b


def yuv(hex_colour: str) -> Yuv:
    """``#rrggbb`` as luma (16..235) and chroma (16..240)."""
    return from_rgb(rgb(hex_colour))


def from_rgb(colour: Rgb) -> Yuv:
    """Luma and chroma of a colour of a screen."""
    r, g, b = colour
    luma = 0.2126 * r + 0.7152 * g + 0.0722 * b
    return (16 + 219 * luma, GREY + 224 * (b - luma) / 1.8556, GREY + 224 * (r - luma) / 1.5748)


def to_rgb(colour: Yuv) -> Rgb:
    """The colour of a screen with that luma and chroma, brought into what a screen can show."""
    luma = (colour[0] - 16) / 219
    b = luma + (colour[1] - GREY) * 1.8556 / 224
    r = luma + (colour[2] - GREY) * 1.5748 / 224
    g = (luma - 0.2126 * r - 0.0722 * b) / 0.7152
    return (_clip(r, 0, 1), _clip(g, 0, 1), _clip(b, 0, 1))


def mix(a: Yuv, b: Yuv, share: float) -> Yuv:
    """``share`` of ``b`` in ``a``, within what a picture can hold; below 0 and above 1 it goes past them."""
    y, u, v = (p + (q - p) * share for p, q in zip(a, b, strict=True))
    return held((y, u, v))


def held(colour: Yuv) -> Yuv:
    """The colour within what a picture can hold."""
    return (_clip(colour[0], 16, 235), _clip(colour[1], 16, 240), _clip(colour[2], 16, 240))


def times(a: Rgb, b: Rgb) -> Rgb:
    """What a surface of colour ``a`` looks like in light of colour ``b``."""
    return (a[0] * b[0], a[1] * b[1], a[2] * b[2])


def blend(a: Rgb, b: Rgb, share: float) -> Rgb:
    """``share`` of ``b`` in ``a``."""
    return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share)


def planes_of(picture: NDArray[np.uint8]) -> Planes:
    """An RGB picture of even size (rows x columns x 3) as the three planes of yuv420p."""
    part = picture.astype(np.float32) / 255
    r, g, b = part[..., 0], part[..., 1], part[..., 2]
    luma = 0.2126 * r + 0.7152 * g + 0.0722 * b
    full = (luma * 219 + 16, (b - luma) * (224 / 1.8556) + 128, (r - luma) * (224 / 1.5748) + 128)
    height, width = luma.shape
    quarters = [p.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3)) for p in full[1:]]
    y, u, v = (np.ascontiguousarray(np.rint(p).clip(0, 255).astype(np.uint8)) for p in (full[0], *quarters))
    return y, u, v


def _clip(value: float, low: float, high: float) -> float:
    return min(high, max(low, value))
