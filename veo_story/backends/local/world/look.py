"""The grade: what an author's words about the look do to every colour of the film.

Colours are graded when they are chosen or painted, once; stills are graded once, when they are read. What
has to be done to whole frames (grain, a vignette) is in :mod:`.finish`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from veo_story.backends.local.lexicon.vocabulary import vocabulary
from veo_story.backends.local.world.sheets import Sheet
from veo_story.backends.local.world.tint import GREY, held, yuv
from veo_story.lettering.planes import to_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veo_story.backends.local.lexicon.setting import Setting
    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.world.sheets import Floats, Yuv

_MIDDLE = 112.0
"""The luma that contrast turns about: a little below the middle, as film has it."""
_PULL = 0.45
"""How far colours are drawn towards the author's own."""
_ALIKE = (110.0, 13.0)
"""Steps of luma and of chroma within which a colour counts as like another."""
_WARM = (-16.0, 11.0)
"""What a warmth of 1 adds to both chroma planes."""


@dataclass(frozen=True)
class Grade:
    """One grade; see ``looks.toml`` for what its numbers mean. ``tones`` are shadows, mids and lights."""

    saturation: float = 1.0
    contrast: float = 1.0
    bright: float = 0.0
    fade: float = 0.0
    gamma: float = 1.0
    warmth: float = 0.0
    mono: float = 0.0
    tint: float = 0.0
    tones: tuple[Yuv, ...] = ()
    levels: int = 0
    grain: float = 0.0
    vignette: float = 0.0
    soft: float = 0.0
    own: tuple[Yuv, ...] = ()
    """The author's own colours: all others are drawn towards the one that is most like them."""

    def colour(self, colour: Yuv) -> Yuv:
        """The colour as this grade shows it."""
        if self.plain:
            return held(colour)
        below = min(254, max(0, int(colour[0])))
        part = min(1.0, max(0.0, colour[0] - below))
        y, keep, tint_u, tint_v = (row[below] + (row[below + 1] - row[below]) * part for row in self._rows)
        u, v = GREY + (colour[1] - GREY) * keep + tint_u, GREY + (colour[2] - GREY) * keep + tint_v
        if self.own:
            u, v = (float(part[0]) for part in self._pulled(*(np.array([x], np.float32) for x in (y, u, v))))
        return held((y, u, v))

    def planes(self, planes: Planes) -> Planes:
        """New planes of a still as this grade shows it."""
        if self.plain:
            return planes
        y, u, v = planes
        half = cv2.resize(y, (u.shape[1], u.shape[0]), interpolation=cv2.INTER_AREA)
        chroma = (self._chroma(u, half, 2), self._chroma(v, half, 3))
        if self.own:
            chroma = self._pulled(self._curves[0][half], *chroma)
        graded = np.asarray(cv2.LUT(y, to_bytes(self._curves[0])), np.uint8)
        return (graded, to_bytes(chroma[0]), to_bytes(chroma[1]))

    def sheet(self, sheet: Sheet) -> Sheet:
        """A sheet that was painted in colours which are not graded, as this grade shows it."""
        if self.plain:
            return sheet
        covers = [_covered(hole) for hole in (sheet.hole, sheet.hole_c, sheet.hole_c)]
        plain = [
            to_bytes(_floats(plane / cover))
            for plane, cover in zip((sheet.y, sheet.u, sheet.v), covers, strict=True)
        ]
        graded = self.planes((plain[0], plain[1], plain[2]))
        y, u, v = (to_bytes(plane * cover) for plane, cover in zip(graded, covers, strict=True))
        return Sheet(y, u, v, sheet.hole, sheet.hole_c)

    def eased(self, dark: float) -> Grade:
        """The grade for a world of that darkness (0..1), which takes less light away from it."""
        if self.gamma <= 1 and self.contrast <= 1 and self.bright >= 0:
            return self
        left = 1 - 0.85 * dark
        return _changed(
            self,
            gamma=1 + (self.gamma - 1) * (left if self.gamma > 1 else 1),
            contrast=1 + (self.contrast - 1) * (left if self.contrast > 1 else 1),
            bright=self.bright * left,
        )

    @cached_property
    def plain(self) -> bool:
        """Whether it leaves every colour as it is."""
        return not self.own and bool(np.abs(self._curves - _as_it_is()).max() < 1e-3)

    @cached_property
    def _curves(self) -> Floats:
        """Four rows over the 256 lumas: the new luma, the factor on chroma, and what is added to u and v."""
        before = np.arange(256, dtype=np.float32)
        share = np.asarray(np.clip((before - 16) / 219, 0, 1) ** np.float32(self.gamma), np.float32)
        luma = _floats((16 + 219 * share - _MIDDLE) * self.contrast + _MIDDLE + self.bright)
        if self.contrast > 1:
            luma = _shouldered(luma)
        luma = _floats(16 + (luma - 16) * (1 - 0.5 * self.fade) + 70 * self.fade)
        if self.levels:
            step = 219 / self.levels
            luma = _floats(0.25 * luma + 0.75 * (16 + (np.floor((luma - 16) / step) + 0.5) * step))
        luma = _floats(np.clip(luma, 16, 235))
        keep = np.full(256, self.saturation * (1 - self.mono) * (1 - 0.8 * self.tint), np.float32)
        # Warmth must not colour black and white film, whose toning is its own.
        toned = self.warmth * (1 - self.mono) * np.clip((luma - 16) / 110, 0.25, 1)
        tints = [_WARM[i] * toned + self.tint * self._tint(luma, i + 1) for i in (0, 1)]
        return np.asarray(np.stack([luma, keep, *tints]), np.float32)

    @cached_property
    def _rows(self) -> list[list[float]]:
        """The curves as plain numbers: quicker one at a time."""
        rows: list[list[float]] = self._curves.tolist()
        return rows

    def _tint(self, luma: Floats, plane: int) -> Floats:
        """The tones' chroma over luma, about 0."""
        if not self.tones:
            return np.zeros(256, np.float32)
        places = np.linspace(45, 185, len(self.tones)) if len(self.tones) > 1 else [120]
        return np.asarray(np.interp(luma, places, [tone[plane] - GREY for tone in self.tones]), np.float32)

    def _chroma(self, plane: Any, luma: Any, row: int) -> Floats:
        keep, added = self._curves[1], self._curves[row]
        return _floats(GREY + (plane.astype(np.float32) - GREY) * keep[luma] + added[luma])

    def _pulled(self, y: Floats, u: Floats, v: Floats) -> tuple[Floats, Floats]:
        """Both chromas drawn towards those of the author's colours that are most like them."""
        total, sum_u, sum_v = (np.full(y.shape, 1e-6, np.float32) for _ in range(3))
        for own in self.own:
            away = ((y - own[0]) / _ALIKE[0]) ** 2 + ((u - own[1]) ** 2 + (v - own[2]) ** 2) / _ALIKE[1] ** 2
            like = np.exp(-np.minimum(away, 12)).astype(np.float32)
            total, sum_u, sum_v = total + like, sum_u + like * own[1], sum_v + like * own[2]
        return _floats(u + _PULL * (sum_u / total - u)), _floats(v + _PULL * (sum_v / total - v))


@lru_cache(maxsize=64)
def grade_of(setting: Setting) -> Grade:
    """The grade that a setting's looks make together. Raises KeyError for a look that nobody knows."""
    table = vocabulary("looks")
    grade = Grade()
    for name in setting.look:
        grade = _and(grade, table["look"].get(name) or table["mood"][name])
    if setting.palette and not grade.mono:
        grade = _changed(grade, own=tuple(yuv(colour) for colour in setting.palette[:8]))
    return grade


def _and(grade: Grade, look: Mapping[str, Any]) -> Grade:
    """The grade with one more look on it."""
    both: dict[str, Any] = {
        "saturation": grade.saturation * look.get("saturation", 1.0),
        "contrast": min(1.6, max(0.6, grade.contrast * look.get("contrast", 1.0))),
        "gamma": min(1.5, max(0.7, grade.gamma * look.get("gamma", 1.0))),
        "bright": min(24.0, max(-24.0, grade.bright + look.get("bright", 0.0))),
        "warmth": min(1.0, max(-1.0, grade.warmth + look.get("warmth", 0.0))),
    }
    for key in ("fade", "mono", "grain", "vignette", "soft"):
        both[key] = max(getattr(grade, key), look.get(key, 0.0))
    if "levels" in look:
        both["levels"] = min(look["levels"], grade.levels or look["levels"])
    if look.get("tint", 0.0) > grade.tint:
        both["tint"] = look["tint"]
        both["tones"] = tuple(yuv(look[key]) for key in ("shadows", "mids", "lights") if key in look)
    return _changed(grade, **both)


def _changed(grade: Grade, **values: Any) -> Grade:
    fields = {name: getattr(grade, name) for name in Grade.__dataclass_fields__}
    return Grade(**{**fields, **values})


def _covered(hole: Any) -> Floats:
    return _floats(np.maximum(1, 255 - hole.astype(np.float32)) / 255)


def _floats(values: Any) -> Floats:
    return np.asarray(values, np.float32)


def _shouldered(luma: Floats) -> Floats:
    """Blacks and whites that contrast has pushed out roll off instead of being cut."""
    low, high = np.float32(30), np.float32(214)
    under = low - 14 * np.tanh((low - luma) / 26)
    over = high + 21 * np.tanh((luma - high) / 40)
    return np.asarray(np.where(luma < low, under, np.where(luma > high, over, luma)), np.float32)


@lru_cache(maxsize=1)
def _as_it_is() -> Floats:
    rows = np.zeros((4, 256), np.float32)
    rows[0] = np.arange(256).clip(16, 235)
    rows[1] = 1
    return rows
