"""A drawn world: a picture for every camera and frame number, and nothing else that it depends on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.backends.local.colour import mix, palette_of
from veo_story.backends.local.layers import Canvas, Layer, gradient, make_layer, noise
from veo_story.backends.local.painters import paint_layer
from veo_story.backends.local.sprites import sprites_of
from veo_story.backends.local.window import look_through
from veo_story.backends.local.words import vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from veo_story.backends.local.camera import Camera
    from veo_story.backends.local.colour import Palette
    from veo_story.backends.local.window import Planes, Scratch
    from veo_story.backends.local.words import WorldWords

    Bytes = NDArray[np.uint8]
    Floats = NDArray[np.float32]


class World:
    """A place at an hour in some weather, painted once for one picture size, drawn from several threads."""

    def __init__(self, words: WorldWords, seed: int, size: tuple[int, int]) -> None:
        rng = np.random.default_rng(seed)
        self._canvas = canvas = Canvas(*size)
        table = vocabulary()
        place, weather = table["place"][words.place], table["weather"][words.weather]
        palette = palette_of(words)
        sprites = sprites_of(words, canvas, palette, rng)
        horizon = float(place["horizon"])
        self._sky = _sky(words, canvas, palette, rng, horizon)
        layers = [paint_layer(spec, canvas, palette, rng) for spec in place["layers"]]
        self._layers = sorted([*layers, *sprites], key=lambda layer: layer.depth)
        by_kind = {spec["kind"]: layer for spec, layer in zip(place["layers"], layers, strict=True)}
        self._water, self._indoors = by_kind.get("water"), by_kind.get("wall")
        self._glints = _glints(canvas, palette, rng) if self._water else None
        self._falls = _falls(str(weather.get("falls", "")), canvas, rng)

    def draw(self, camera: Camera, frame: int, into: Planes, scratch: Scratch) -> None:
        """Draw the world as ``camera`` sees it at the chain's frame number into the planes of a picture."""
        x, y, _, shake = camera.place
        t = frame / 24
        sway = shake * 0.006
        x += sway * (math.sin(t * 2.9) + 0.6 * math.sin(t * 5.3 + 1))
        y += sway * (math.sin(t * 3.7 + 2) + 0.5 * math.sin(t * 6.1))
        width, height = self._canvas.width, self._canvas.height
        shift_x, shift_y = x * width, y * height
        whole_y = math.floor(shift_y / 2) * 2
        planes = scratch.planes
        self._paint(planes, shift_x, whole_y, frame)
        # What whole rows leave over is made good by the window.
        look_through(planes, into, camera.zoom, (0.0, whole_y - shift_y))
        if not self._indoors:
            self._let_fall(into[0], frame)

    def _paint(self, planes: Planes, x: float, y: int, frame: int) -> None:
        height = self._canvas.height
        shifts = [(x * layer.depth, y) for layer in self._layers]
        below = [height] * (len(self._layers) + 1)
        for i in range(len(self._layers) - 1, -1, -1):
            layer = self._layers[i]
            covers = layer.top + layer.y.shape[0] + shifts[i][1] >= height
            below[i] = min(below[i + 1], layer.solid + shifts[i][1]) if covers else below[i + 1]
        self._sky.paint(planes, x * self._sky.depth + frame * height / 7200, y, below[0])
        for layer, (dx, dy), limit in zip(self._layers, shifts, below[1:], strict=True):
            if layer is self._indoors:
                self._let_fall(planes[0], frame)
            layer.paint(planes, dx, dy, max(0, limit + limit % 2))
            if layer is self._water:
                self._glitter(planes[0], layer.top + dy, dx, max(0, limit), frame)

    def _glitter(self, y: Bytes, top: int, dx: float, below: int, frame: int) -> None:
        assert self._glints is not None
        first, last = max(0, top), min(below, y.shape[0])
        if last <= first:
            return
        a, b = self._glints
        width, period = y.shape[1], self._canvas.period
        rows = slice(first - top, last - top)
        speed = self._canvas.width / 1280
        left = int(dx + frame * 1.3 * speed) % period
        right = int(dx - frame * 1.0 * speed) % period
        light = cv2.min(a[rows, left : left + width], b[rows, right : right + width])
        cv2.add(y[first:last], light, y[first:last])

    def _let_fall(self, y: Bytes, frame: int) -> None:
        height, width = y.shape
        for tile, speed, sway in self._falls:
            drop = height - int(frame * speed) % height
            left = int(tile.shape[1] - width) // 2
            left += int(left * sway * math.sin(frame / 17))
            cv2.add(y, tile[drop : drop + height, left : left + width], y)


def _sky(
    words: WorldWords, canvas: Canvas, palette: Palette, rng: np.random.Generator, horizon: float
) -> Layer:
    """Sky, clouds, sun or moon, stars: one strip that drifts."""
    time, weather = vocabulary()["time"][words.time], vocabulary()["weather"][words.weather]
    above = canvas.height // 16 * 2
    rows = (int(canvas.height * min(1.0, horizon + 0.2)) + above) // 2 * 2
    period = canvas.period
    end = canvas.height * horizon / rows
    share = gradient(rows, [(0.0, 0.0), (end * 0.5, 0.45), (end, 1.0), (1.0, 1.0)])
    planes = [
        np.repeat(palette.zenith[i] + (palette.air[i] - palette.zenith[i]) * share, period, 1)
        for i in range(3)
    ]
    planes[1], planes[2] = (np.ascontiguousarray(p[::2, ::2]) for p in planes[1:])
    clouds = float(weather["clouds"])
    if palette.dark > 0.7 and clouds < 0.6:
        _stars(planes[0], rng, int(rows * end))
    for key, radius in (("sun", 0.035), ("moon", 0.03)):
        if key in time and clouds < 0.9:
            at = (canvas.width * 0.66, above + canvas.height * float(time[key]))
            _disc(planes, at, canvas.height * radius, palette, halo=3.5 if key == "sun" else 2.2)
    _clouds(planes[0], palette, clouds, rng, rows * end)
    luma = planes[0] + rng.normal(0, 0.8, (rows, 1)).astype(np.float32)
    cover = np.ones((rows, period), np.float32)
    return make_layer(canvas, -above, cover, np.clip(luma, 16, 235), (planes[1], planes[2]), 0.04)


def _stars(luma: Floats, rng: np.random.Generator, rows: int) -> None:
    count = luma.shape[1] // 6
    y, x = rng.integers(0, max(2, rows), count), rng.integers(0, luma.shape[1], count)
    luma[y, x] += (rng.random(count) ** 3 * 150 + 15).astype(np.float32)


def _disc(
    planes: list[Floats], at: tuple[float, float], radius: float, palette: Palette, halo: float
) -> None:
    for plane, value, unit in zip(planes, palette.light, (1, 2, 2), strict=True):
        rows, columns = plane.shape
        y, x = np.ogrid[:rows, :columns]
        away = np.sqrt((x * unit - at[0]) ** 2 + (y * unit - at[1]) ** 2).astype(np.float32)
        disc = np.clip((radius - away) / 1.5 + 0.5, 0, 1)
        glow = 0.55 * np.exp(-away / (radius * halo))
        target = min(235.0, value * 1.08) if unit == 1 else value
        plane += (target - plane) * np.maximum(disc, glow)


def _clouds(luma: Floats, palette: Palette, amount: float, rng: np.random.Generator, horizon: float) -> None:
    rows, period = luma.shape
    field = np.zeros((rows, period), np.float32)
    for octave in range(4):
        grain = (max(2, rows // (3 * 2**octave)), max(4, period // (5 * 2**octave)))
        field += noise(rng, rows, period, grain) * np.float32(0.55**octave)
    share = np.clip((field - np.float32(1.3 - 1.9 * amount)) * 0.6, 0, 1) * np.float32(0.55)
    # Clouds thin out towards the horizon, where the air is thick.
    share *= np.clip(1.25 - np.arange(rows, dtype=np.float32)[:, None] / horizon, 0.15, 1)
    bright = (
        mix(palette.air, palette.light, 0.35)[0] if amount < 0.6 else palette.air[0] * (1.08 - 0.28 * amount)
    )
    luma += (np.float32(bright) - luma) * share


def _glints(canvas: Canvas, palette: Palette, rng: np.random.Generator) -> tuple[Bytes, Bytes]:
    """Two sheets of light whose overlap glitters when they slide over each other."""
    rows = canvas.height + canvas.reach
    strength = (palette.light[0] - 16) * (0.55 - 0.25 * palette.haze)
    sheets = []
    for _ in range(2):
        near = noise(rng, rows, canvas.period, (max(2, rows // 70), max(8, canvas.width // 14)))
        far = noise(rng, rows, canvas.period, (2, max(6, canvas.width // 40)))
        share = gradient(rows, [(0.0, 0.0), (0.25, 0.8), (1.0, 1.0)])
        sheet = np.clip((far * (1 - share) + near * share - 0.15) * strength * 0.5, 0, 120).astype(np.uint8)
        sheets.append(np.ascontiguousarray(np.concatenate([sheet, sheet[:, : canvas.width]], axis=1)))
    return sheets[0], sheets[1]


def _falls(kind: str, canvas: Canvas, rng: np.random.Generator) -> list[tuple[Bytes, float, float]]:
    """Sheets of rain or snow: picture, speed in rows a frame, sway 0..1. Empty when nothing falls."""
    if not kind:
        return []
    height, scale = canvas.height, canvas.height / 720
    sheets = []
    count = 200 if kind == "rain" else 420
    for near in (0.6, 1.0):
        wide = canvas.width + int(64 * scale)
        tile = np.zeros((height, wide), np.uint8)
        for _ in range(int(count * canvas.width / 1280 / near)):
            x, y = int(rng.integers(0, wide)), int(rng.integers(0, height))
            if kind == "rain":
                length = int(34 * near * scale * (0.7 + 0.6 * float(rng.random())))
                end = (x - length // 6, y + length)
                for up in (0, height):
                    cv2.line(tile, (x, y - up), (end[0], end[1] - up), int(34 * near), 1, cv2.LINE_AA)
            else:
                radius = max(1, round(2.6 * near * scale * (0.5 + float(rng.random()))))
                for up in (-height, 0, height):
                    cv2.circle(tile, (x, y + up), radius, int(130 * near), -1, cv2.LINE_AA)
        speed = (46.0 if kind == "rain" else 2.4) * near * scale
        sheets.append((np.concatenate([tile, tile]), speed, 0.0 if kind == "rain" else 0.8))
    return sheets
