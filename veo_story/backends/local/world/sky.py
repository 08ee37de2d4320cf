"""The sky: its colours from above to the horizon, sun, moon and stars, and the clouds before them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from veo_story.backends.local.lexicon.vocabulary import vocabulary
from veo_story.backends.local.world.clouds import clouds_of
from veo_story.backends.local.world.halves import half_plane
from veo_story.backends.local.world.noise import billows, gradient, smooth
from veo_story.backends.local.world.stack import SPARE, open_window
from veo_story.backends.local.world.tint import mix
from veo_story.lettering.planes import to_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veo_story.backends.local.lexicon.setting import Setting
    from veo_story.backends.local.window import Planes
    from veo_story.backends.local.world.clouds import Clouds
    from veo_story.backends.local.world.palette import Palette
    from veo_story.backends.local.world.sheets import Canvas, Element, Eye, Floats, Sheet, Yuv

_COARSE = 4
"""Soft light is worked out at a quarter of the size."""
_ROOM = SPARE + 4
_CLOUDS = 0.05
"""The parallax of drifting clouds."""
_SEEN = 0.25
"""How much of sun and moon the weather must let through for a disc to be seen."""


class Sky:
    """What is endlessly far, and the clouds that drift before it: fills the picture; an ``Element``."""

    parallax = 0.0

    def __init__(self, canvas: Canvas, planes: Planes, clouds: Clouds | None) -> None:
        self._canvas, self._clouds = canvas, clouds
        # Room before what is seen makes enlarging it cheaper.
        self._planes = tuple(
            cv2.copyMakeBorder(plane, _ROOM // unit, 0, _ROOM // unit, 0, cv2.BORDER_REPLICATE)
            for plane, unit in zip(planes, (1, 2, 2), strict=True)
        )
        self.moving = clouds is not None

    def halved(self) -> Sky:
        """See :class:`~veo_story.backends.local.world.halves.Halvable`."""
        canvas = self._canvas.half
        y, u, v = (
            half_plane(np.asarray(plane[_ROOM // unit :, _ROOM // unit :], np.uint8))
            for plane, unit in zip(self._planes, (1, 2, 2), strict=True)
        )
        return Sky(canvas, (y, u, v), self._clouds.halved(canvas) if self._clouds else None)

    def covered(self, eye: Eye) -> int:
        """Everything."""
        return 0

    def paint(self, into: Planes, eye: Eye, frame: int, below: int) -> None:
        """See :class:`~veo_story.backends.local.world.sheets.Element`."""
        window = open_window(self._canvas, eye, 0.0, 0, below, within=(-_ROOM, self._canvas.width))
        if window is None:
            return
        for plane, own, unit in zip(window.planes, self._planes, (1, 2, 2), strict=True):
            rows, columns = plane.shape
            row, column = (window.row + _ROOM) // unit, (window.column + _ROOM) // unit
            plane[:] = own[row : row + rows, column : column + columns]
        if self._clouds is not None:
            shift = _CLOUDS * self._canvas.height
            x = -eye.x * shift - self._clouds.drift * frame
            self._clouds.near.lay(window, x, eye.y * shift)
        window.show(into)


def sky_elements(
    setting: Setting, canvas: Canvas, palette: Palette, seed: int, horizon: float
) -> tuple[Element, ...]:
    """The sky over a horizon (in picture heights from the top), far to near. A pure function.

    Raises KeyError for an hour or a weather that ``sky.toml`` does not hold.
    """
    table = vocabulary("sky")
    time, weather = table["time"][setting.time], table["weather"][setting.weather]
    rng = np.random.default_rng([seed, 17])
    ground = max(0.12, min(1.0, horizon)) * canvas.height
    clouds = clouds_of(time, weather, canvas, palette, rng, ground)
    planes = _firmament(time, weather, canvas, palette, rng, ground)
    if clouds is not None:
        _lay_flat(planes, clouds.far, clouds.row)
    dither = rng.uniform(-0.5, 0.5, planes[0].shape).astype(np.float32)
    y, u, v = (to_bytes(plane) for plane in (np.clip(planes[0] + dither, 16, 235), *planes[1:]))
    return (Sky(canvas, (y, u, v), clouds),)


def _firmament(
    time: Mapping[str, Any],
    weather: Mapping[str, Any],
    canvas: Canvas,
    palette: Palette,
    rng: np.random.Generator,
    ground: float,
) -> list[Floats]:
    """Luma and chroma of the empty sky with what shines in it."""
    seen = float(weather["sun"])
    planes = _gradients(canvas, palette, ground, seen if "sun" in time or "moon" in time else 0.0)
    if time.get("stars") and seen > _SEEN:
        _stars(planes, rng, ground, float(time["stars"]) * seen, canvas)
    radius = 0.042 * min(canvas.width, canvas.height)
    at = _place(palette, canvas, ground)
    if "sun" in time and seen > _SEEN:
        low = 1.0 + 0.7 * max(0.0, 1 - palette.key[1] / 0.3)
        _disc(planes, at, radius * low, mix(palette.light, (235.0, 128.0, 128.0), 0.35), min(1.0, seen * 1.4))
    if "moon" in time and seen > _SEEN:
        _moon(planes, at, radius * 1.15, palette, float(time["phase"]))
    return planes


def _place(palette: Palette, canvas: Canvas, ground: float) -> tuple[float, float]:
    """Column and row of sun or moon."""
    return canvas.width * (0.5 + palette.key[0] * 0.5), ground * (1 - palette.key[1])


def _gradients(canvas: Canvas, palette: Palette, ground: float, seen: float) -> list[Floats]:
    """The empty sky: from the zenith to the air at the horizon, with a glow under sun or moon."""
    rows, columns = -(-canvas.height // _COARSE), -(-canvas.width // _COARSE)
    end = min(1.0, ground / canvas.height)
    share = gradient(rows, [(0.0, 0.0), (end * 0.45, 0.42), (end * 0.8, 0.82), (end, 1.0), (1.01, 1.0)])
    x0, y0 = (place / _COARSE for place in _place(palette, canvas, ground))
    y, x = np.ogrid[:rows, :columns]
    unit = np.float32(min(canvas.width, canvas.height) / _COARSE)
    # Wide along the horizon, less so upwards.
    wide = np.sqrt(((x - x0) / (unit * 0.85)) ** 2 + ((y - ground / _COARSE) / (unit * 0.26)) ** 2)
    round_it = np.sqrt((x - x0) ** 2 + (y - y0) ** 2) / (unit * 0.16)
    low = max(0.25, 1 - palette.key[1])
    glow = np.exp(-wide * 1.1).astype(np.float32) * np.float32(0.95 * low)
    halo = np.exp(-round_it).astype(np.float32) * np.float32(0.62 * seen * (1 - 0.35 * palette.dark))
    if palette.grade.levels:
        share, glow, halo = (_stepped(part, palette.grade.levels) for part in (share, glow, halo))
    planes = []
    for index in range(3):
        plane = palette.zenith[index] + (palette.air[index] - palette.zenith[index]) * share
        plane = plane + (palette.glow[index] - plane) * glow
        plane = plane + (palette.light[index] - plane) * halo
        size = (canvas.width, canvas.height) if index == 0 else (canvas.width // 2, canvas.height // 2)
        whole = cv2.resize(np.asarray(plane, np.float32), size, interpolation=cv2.INTER_LINEAR)
        planes.append(np.asarray(whole, np.float32))
    return planes


def _stepped(share: Floats, levels: int) -> Floats:
    """In even steps, as a poster has it."""
    return np.asarray(np.rint(share * levels) / levels, np.float32)


def _stars(
    planes: list[Floats], rng: np.random.Generator, ground: float, share: float, canvas: Canvas
) -> None:
    """Many faint stars, a few bright ones, and on the starriest nights the Milky Way."""
    if share > 0.9:
        _milky_way(planes[0], rng, ground)
    luma = planes[0]
    unit = min(canvas.width, canvas.height) / 720
    count = int(900 * share * (ground * canvas.width) / (unit * unit * 720 * 720))
    for _ in range(count):
        x, y = float(rng.random()) * canvas.width, float(rng.random()) ** 1.2 * ground
        bright = float(rng.random()) ** 6
        radius = max(0.45, unit * (0.7 + 1.5 * bright))
        # Near the horizon the air swallows them.
        strength = (0.35 + 0.65 * bright) * (1 - (y / ground) ** 3)
        _spot(luma, (x, y), radius, 232.0, strength)


def _milky_way(luma: Floats, rng: np.random.Generator, ground: float) -> None:
    rows, columns = luma.shape
    y, x = np.ogrid[:rows, :columns]
    away = ((x / columns - 0.62) * 0.9 + (y / ground - 0.45) * 0.55).astype(np.float32)
    cloud = billows(rng, rows, columns, (max(4, rows // 6), max(4, columns // 9)), 4)
    band = np.exp(-((away / np.float32(0.17)) ** 2)) * (0.6 + 0.4 * smooth(-1.2, 1.4, cloud))
    dark = np.exp(-((away / np.float32(0.05)) ** 2)) * smooth(-0.2, 1.2, cloud)
    luma += (band * 46 - dark * 20) * np.clip(1.2 - y / ground, 0, 1).astype(np.float32)


def _spot(luma: Floats, at: tuple[float, float], radius: float, value: float, strength: float) -> None:
    """A small round light with a soft edge."""
    reach = math.ceil(radius + 1)
    left, top = int(at[0]) - reach, int(at[1]) - reach
    part = luma[max(0, top) : top + 2 * reach + 1, max(0, left) : left + 2 * reach + 1]
    if part.size == 0:
        return
    y, x = np.ogrid[: part.shape[0], : part.shape[1]]
    away = np.hypot(x + max(0, left) - at[0], y + max(0, top) - at[1])
    part += (value - part) * np.clip(radius - away + 0.5, 0, 1).astype(np.float32) * np.float32(strength)


def _disc(
    planes: list[Floats], at: tuple[float, float], radius: float, colour: Yuv, strength: float = 1.0
) -> None:
    for plane, value, unit in zip(planes, colour, (1, 2, 2), strict=True):
        share = _circle(plane.shape, (at[0] / unit, at[1] / unit), radius / unit) * np.float32(strength)
        plane += (value - plane) * share


def _circle(shape: tuple[int, ...], at: tuple[float, float], radius: float) -> Floats:
    y, x = np.ogrid[: shape[0], : shape[1]]
    away = np.hypot((x + 0.5 - at[0]).astype(np.float32), (y + 0.5 - at[1]).astype(np.float32))
    return np.asarray(np.clip(radius - away + 0.5, 0, 1), np.float32)


def _moon(
    planes: list[Floats], at: tuple[float, float], radius: float, palette: Palette, phase: float
) -> None:
    """A disc with its seas; less than full, a sickle with the rest of it hardly seen."""
    bright = mix(palette.light, (235.0, 128.0, 128.0), 0.3)
    seas = ((-0.3, -0.25, 0.30), (0.28, -0.38, 0.18), (0.30, 0.18, 0.26), (-0.20, 0.38, 0.16))
    for plane, value, unit in zip(planes, bright, (1, 2, 2), strict=True):
        x, y, r = at[0] / unit, at[1] / unit, radius / unit
        disc = _circle(plane.shape, (x, y), r)
        if phase < 1:
            dark = _circle(plane.shape, (x - r * 2 * phase * 0.9, y - r * 0.3 * phase), r)
            disc = disc * np.maximum(1 - dark, np.float32(0.06))
        own = np.full(plane.shape, value, np.float32)
        if unit == 1:
            for dx, dy, size in seas:
                own -= _circle(plane.shape, (x + dx * r, y + dy * r), r * size) * np.float32(15)
        plane += (own - plane) * disc


def _lay_flat(planes: list[Floats], sheet: Sheet, row: int) -> None:
    """Lay a sheet as wide as the sky over it, for good; ``row`` is even and may lie above it."""
    pairs = ((sheet.y, sheet.hole, 1), (sheet.u, sheet.hole_c, 2), (sheet.v, sheet.hole_c, 2))
    for plane, (own, hole, unit) in zip(planes, pairs, strict=True):
        skip, first = max(0, -row) // unit, max(0, row) // unit
        part = plane[first : first + own.shape[0] - skip, : own.shape[1]]
        kept = slice(skip, skip + part.shape[0])
        columns = slice(0, part.shape[1])
        part *= hole[kept, columns].astype(np.float32) / 255
        part += own[kept, columns]
