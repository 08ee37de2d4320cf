"""Weather and what flies in the air, at their depths: fog, rain, snow, sand, lightning, and the swarms."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.backends.local.lexicon.vocabulary import vocabulary
from veo_story.backends.local.world.beams import beams
from veo_story.backends.local.world.falling import grit, rain, snow
from veo_story.backends.local.world.swarm import KINDS, Swarm
from veo_story.backends.local.world.tint import mix, yuv
from veo_story.backends.local.world.veils import bank, curtain

if TYPE_CHECKING:
    from veo_story.backends.local.lexicon.setting import Setting
    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.world.palette import Palette
    from veo_story.backends.local.world.sheets import Canvas, Element, Eye

OUTSIDE = (0.12, 0.16, 0.20)
"""Parallaxes of what is seen through a window."""
_SLOT = 84
"""Frames among which there is at most one flash of lightning."""
_FLASH = (0.45, 1.0, 0.85, 0.55, 0.38, 0.26, 0.18, 0.12, 0.08, 0.05, 0.03)


def weather_elements(
    setting: Setting,
    canvas: Canvas,
    palette: Palette,
    seed: int,
    indoors: bool,
    beacon: tuple[float, float] | None = None,
) -> tuple[Element, ...]:
    """What moves in the air of a setting; indoors only what is seen through windows, and motes and sparks.

    ``beacon`` is where a beam of light comes from when words name one: right of the picture's middle and
    below its top, in picture heights. A pure function. Raises KeyError for a weather that ``sky.toml`` does
    not hold.
    """
    weather = vocabulary("sky")["weather"][setting.weather]
    rng = np.random.default_rng([seed, 41])
    depths = OUTSIDE if indoors else (0.22, 0.62, 1.25)
    elements = _falling(str(weather.get("falls", "")), float(weather["wind"]), canvas, palette, rng, depths)
    if weather.get("lightning"):
        elements.append(Lightning(seed))
    air = [name for name in vocabulary("sky")["air"] if name in setting.props]
    if "aurora" in air and palette.dark > 0.4:
        high = curtain(
            canvas, rng, (-0.02, 0.50), palette.glowing(yuv("#7a4fd0")), 0.10 * canvas.height / 720
        )
        low = curtain(canvas, rng, (0.04, 0.52), palette.glowing(yuv("#4fe0a0")), -0.16 * canvas.height / 720)
        elements += [high, low]
    if "beam" in air:
        elements.append(beams(canvas, palette, seed, indoors, beacon))
    for name in air:
        # Falling leaves stay outside; dust and sparks are at home under a roof.
        inside = name in ("motes", "embers", "confetti", "fireflies", "bubbles")
        if name in KINDS:
            elements.append(Swarm(name, canvas, palette, rng, OUTSIDE[1] if indoors and not inside else 1.06))
    return tuple(elements)


def _falling(
    kind: str,
    wind: float,
    canvas: Canvas,
    palette: Palette,
    rng: np.random.Generator,
    depths: tuple[float, float, float],
) -> list[Element]:
    far, middle, near = depths
    if kind == "rain":
        return [
            rain(canvas, rng, far, near=0.25, wind=wind),
            rain(canvas, rng, near, near=1.0, wind=wind),
        ]
    if kind == "snow":
        luma = palette.glowing(yuv("#f4f7fa"))[0] * (1 - 0.35 * palette.dark)
        return [
            snow(canvas, rng, depth, near=size, wind=wind, luma=luma)
            for depth, size in ((far, 0.05), (middle, 0.4), (near, 1.0))
        ]
    scale = canvas.height / 720
    if kind == "fog":
        white = mix(palette.air, palette.glow, 0.35)
        return [
            bank(canvas, rng, (0.42, 0.68), white, 0.85, far, 0.35 * scale),
            bank(canvas, rng, (0.66, 0.90), white, 0.62, middle, -0.55 * scale),
        ]
    if kind == "smoke":
        dark = mix(palette.zenith, palette.shadow, 0.25)
        return [
            bank(canvas, rng, (0.28, 0.64), dark, 0.60, far, 0.8 * scale),
            Swarm("ash", canvas, palette, rng, middle),
        ]
    if kind == "dust":
        return [
            grit(canvas, rng, middle, near=0.3),
            bank(canvas, rng, (0.52, 0.96), palette.air, 0.66, near, 5.0 * scale),
            grit(canvas, rng, near, near=1.0),
        ]
    if kind == "heat":
        return [bank(canvas, rng, (0.46, 0.62), palette.air, 0.55, far, 0.3 * scale)]
    return []


class Lightning:
    """Now and then the sky lights up, softly, at most once in three seconds; an ``Element``."""

    parallax = 0.01
    moving = True

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def halved(self) -> Lightning:
        """See :class:`~veo_story.backends.local.world.halves.Halvable`: it fits every size."""
        return self

    def covered(self, eye: Eye) -> int:
        """Nothing: it is light."""
        return eye.canvas.height

    def paint(self, into: Planes, eye: Eye, frame: int, below: int) -> None:
        """See :class:`~veo_story.backends.local.world.sheets.Element`."""
        begin, bright, x = _flash(self._seed, frame // _SLOT)
        since = frame % _SLOT - begin
        if not 0 <= since < len(_FLASH) or below < 4:
            return
        light = bright * _FLASH[since]
        y = into[0][:below]
        cv2.convertScaleAbs(y, y, 1, 58 * light)
        if since < 6:
            bolt = _bolt(self._seed, frame // _SLOT, (y.shape[1], into[0].shape[0]), x)
            cv2.polylines(
                y, [bolt], False, (int(150 + 80 * light),), max(1, into[0].shape[0] // 300), cv2.LINE_AA
            )


@lru_cache(maxsize=64)
def _flash(seed: int, slot: int) -> tuple[int, float, float]:
    """When in its slot a flash begins, how bright it is (0: there is none), and where it strikes, 0..1."""
    when, bright, there, x = np.random.default_rng([seed, slot, 53]).random(4)
    return int(when * (_SLOT - 2 * len(_FLASH))), float(0.6 + 0.4 * bright) * float(there < 0.75), float(x)


@lru_cache(maxsize=16)
def _bolt(
    seed: int, slot: int, size: tuple[int, int], x: float
) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    """The corners of a bolt from the clouds down to where the horizon may be."""
    rng = np.random.default_rng([seed, slot, 59])
    rows = np.linspace(0.08, 0.56, 12) * size[1]
    columns = (0.12 + 0.76 * x) * size[0] + np.cumsum(rng.normal(0, 0.018, 12)) * size[1]
    return np.stack([columns, rows], 1).astype(np.int32)
