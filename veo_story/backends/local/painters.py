"""One painter for each kind of layer in the vocabulary: land, trees, houses, water, floors and walls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from veo_story.backends.local.colour import mix
from veo_story.backends.local.layers import Canvas, Layer, fractal, gradient, make_layer, noise

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from veo_story.backends.local.colour import Palette

    Floats = NDArray[np.float32]
    Spec = Mapping[str, Any]
    Painter = Callable[[Spec, Canvas, Palette, np.random.Generator], Layer]


def paint_layer(spec: Spec, canvas: Canvas, palette: Palette, rng: np.random.Generator) -> Layer:
    """The layer that a line of the vocabulary describes."""
    return _PAINTERS[spec["kind"]](spec, canvas, palette, rng)


def _land(
    line: Floats, spec: Spec, canvas: Canvas, palette: Palette, rng: np.random.Generator, *, relief: float
) -> Layer:
    """Everything below ``line`` (rows): lit from one side, fading downwards into the air before it."""
    top = max(0, int(line.min()) // 2 * 2)
    rows = canvas.height + canvas.reach - top
    rows -= rows % 2
    row = np.arange(rows, dtype=np.float32)[:, None]
    deep = row + np.float32(top) - line[None, :]
    cover = np.clip(deep + 0.5, 0, 1)
    tone = float(spec["tone"])
    colour = palette.tone(tone)
    scale = canvas.height / 720
    slope = np.roll(line, -int(6 * scale)) - np.roll(line, int(6 * scale))
    slope = np.clip(cv2.GaussianBlur(slope[None, :], (0, 0), 6 * scale)[0] / (6 * scale), -1.5, 1.5)
    lit = slope[None, :] * np.exp(-np.maximum(deep, 0) / (70 * scale)) * np.float32(relief)
    texture = noise(rng, rows, canvas.period, (max(2, int(5 * scale)), max(4, int(22 * scale))))
    mist = np.float32((palette.air[0] - colour[0]) * 0.30 * (1.0 - min(1.0, tone)))
    luma = colour[0] + lit + texture * np.float32(2.2) + mist * np.minimum(deep / (canvas.height * 0.25), 1)
    if spec.get("caps"):
        luma = _snow_caps(luma, deep, line, canvas, palette, texture)
    return make_layer(canvas, top, cover, np.clip(luma, 16, 235), colour, float(spec["depth"]))


def _snow_caps(
    luma: Floats, deep: Floats, line: Floats, canvas: Canvas, palette: Palette, texture: Floats
) -> Floats:
    high = np.clip((np.float32(np.median(line)) - line) / (canvas.height * 0.10), 0, 1)
    reach = high[None, :] * canvas.height * 0.07 * (1 + 0.35 * texture)
    share = np.clip((reach - deep) / (canvas.height * 0.012), 0, 1) * np.float32(0.75 * (1 - palette.haze))
    bright = np.float32(mix(palette.air, palette.light, 0.5)[0])
    return np.asarray(luma + (bright - luma) * share, np.float32)


def _ridge(spec: Spec, canvas: Canvas, palette: Palette, rng: np.random.Generator) -> Layer:
    waves = int(spec["waves"])
    line = fractal(rng, canvas.period, waves, octaves=7 if waves > 2 else 4 if waves == 2 else 3)
    rows = canvas.height * (np.float32(spec["top"]) - line * np.float32(spec["rise"]))
    return _land(rows, spec, canvas, palette, rng, relief=9 if palette.dark < 0.5 else 4)


def _trees(spec: Spec, canvas: Canvas, palette: Palette, rng: np.random.Generator) -> Layer:
    """Spruces on a gentle rise: saw-toothed cones, no two alike."""
    period = canvas.period
    base = canvas.height * (np.float32(spec["top"]) - fractal(rng, period, 2, 3) * 0.02)
    line = base.copy()
    x = np.arange(period, dtype=np.float32)
    for _ in range(int(spec["count"])):
        foot = rng.integers(0, period)
        tall = canvas.height * float(spec["rise"]) * (0.45 + 0.55 * float(rng.random()))
        half = max(3.0, tall * (0.20 + 0.08 * float(rng.random())))
        away = np.abs((x - foot + period / 2) % period - period / 2)
        near = away < half
        share = 1 - away[near] / half
        teeth = 0.5 + 0.5 * np.cos(share * np.float32(2 * np.pi * 5))
        outline = base[near] - tall * np.clip(share - 0.09 * teeth * (1 - share), 0, 1)
        line[near] = np.minimum(line[near], outline)
    return _land(line.astype(np.float32), spec, canvas, palette, rng, relief=0)


def _skyline(spec: Spec, canvas: Canvas, palette: Palette, rng: np.random.Generator) -> Layer:
    """Blocks of houses, with windows that are lit after dark."""
    period, height = canvas.period, canvas.height
    line = np.full(period, height * (float(spec["top"]) + float(spec["rise"])), np.float32)
    unit = period / int(spec["count"])
    left = 0
    while left < period:
        wide = int(unit * (0.5 + float(rng.random())))
        tall = float(spec["rise"]) * (float(rng.random()) ** 1.5 + 0.1)
        line[left : left + wide] = height * (float(spec["top"]) + float(spec["rise"]) * 0.75 - tall)
        left += wide + int(unit * 0.12)
    layer = _land(line, spec, canvas, palette, rng, relief=0)
    _light_windows(
        layer, line, canvas, palette, rng, size=max(2, round(height / 180 * float(spec["depth"]) ** 0.3))
    )
    return layer


def _light_windows(
    layer: Layer, line: Floats, canvas: Canvas, palette: Palette, rng: np.random.Generator, size: int
) -> None:
    """Brighten a grid of small squares, each inside one house, from wall to wall."""
    size += size % 2
    grid_y, grid_x = size * 3, size * 2
    rows, columns = layer.y.shape[0] // grid_y, canvas.period // grid_x
    roofs = line[: columns * grid_x].reshape(columns, grid_x)
    inside = np.ptp(roofs, axis=1) == 0
    below = np.arange(rows)[:, None] * grid_y + layer.top > roofs.max(axis=1)[None, :]
    on = (rng.random((rows, columns)) < 0.10 + 0.30 * palette.dark) & inside & below
    pane = np.zeros((grid_y, grid_x), bool)
    pane[size : 2 * size, :size] = True
    lit = np.kron(on, pane)
    lit = np.pad(lit, ((0, layer.y.shape[0] - lit.shape[0]), (0, canvas.period - lit.shape[1])))
    bright = palette.light[0] if palette.dark > 0.25 else palette.air[0]
    share = 0.20 + 0.6 * palette.dark
    luma = layer.y[:, : canvas.period]
    luma[lit] = np.rint(luma[lit] * (1 - share) + bright * share).astype(np.uint8)
    if palette.dark > 0.25:
        layer.u[:, : canvas.period // 2][lit[::2, ::2]] = 104
        layer.v[:, : canvas.period // 2][lit[::2, ::2]] = 150
    pad = layer.y.shape[1] - canvas.period
    for plane, unit in ((layer.y, 1), (layer.u, 2), (layer.v, 2)):
        plane[:, canvas.period // unit :] = plane[:, : pad // unit]


def _water(spec: Spec, canvas: Canvas, palette: Palette, rng: np.random.Generator) -> Layer:
    top = int(canvas.height * float(spec["top"])) // 2 * 2
    rows = (canvas.height + canvas.reach - top) // 2 * 2
    far, near = mix(palette.air, palette.zenith, 0.35), mix(palette.zenith, palette.ground, 0.7)
    fall = [(0.0, 0.0), (0.12, 0.35), (0.6, 0.9), (1.0, 1.0)]
    share = gradient(rows, fall)
    texture = noise(rng, rows, canvas.period, (2, max(8, canvas.width // 24)))
    luma = far[0] + (near[0] - far[0]) * share + texture * (1.5 + 2.5 * share)
    half = gradient(rows // 2, fall) * np.ones((1, canvas.period // 2), np.float32)
    chroma = tuple(far[i] + (near[i] - far[i]) * half for i in (1, 2))
    cover = np.ones((rows, canvas.period), np.float32)
    return make_layer(
        canvas, top, cover, np.clip(luma, 16, 235), (chroma[0], chroma[1]), float(spec["depth"])
    )


def _flat(spec: Spec, canvas: Canvas, palette: Palette, rng: np.random.Generator) -> Layer:
    """A floor, a street or a field that comes towards us."""
    top = int(canvas.height * float(spec["top"])) // 2 * 2
    rows = (canvas.height + canvas.reach - top) // 2 * 2
    colour = palette.tone(float(spec["tone"]))
    share = gradient(rows, [(0.0, 0.0), (1.0, 1.0)])
    texture = noise(rng, rows, canvas.period, (3, max(8, canvas.width // 40)))
    luma = colour[0] * (1.12 - 0.30 * share) + texture * 3
    if spec.get("furrows"):
        # Rows of a crop, wider the nearer they are.
        distance = 1 / (0.06 + share)
        luma = luma + 7 * np.sin(distance * np.float32(9.0)) * np.minimum(1, share * 6)
    cover = np.ones((rows, canvas.period), np.float32)
    return make_layer(canvas, top, cover, np.clip(luma, 16, 235), colour, float(spec["depth"]))


def _wall(spec: Spec, canvas: Canvas, palette: Palette, rng: np.random.Generator) -> Layer:
    """A wall with windows to the world outside; after dark a lamp lights it."""
    above = canvas.height // 16 * 2
    rows, period = (canvas.height + 2 * above), canvas.period
    cover = np.ones((rows, period), np.float32)
    pitch = period // 4
    for left in range(pitch // 4, period, pitch):
        _cut_window(cover[above:], left, pitch // 2, canvas.height)
    warm = mix(palette.tone(float(spec["tone"])), (90.0, 112.0, 146.0), 0.45)
    x = np.arange(period, dtype=np.float32)
    lamps = 0.5 + 0.5 * np.cos(2 * np.pi * (x / pitch))
    fall = gradient(rows, [(0.0, 0.75), (0.35, 1.0), (1.0, 0.6)])
    luma = warm[0] * (0.62 + 0.5 * fall * lamps[None, :]) + noise(rng, rows, period, (6, 6)) * 1.5
    return make_layer(canvas, -above, cover, np.clip(luma, 16, 235), warm, float(spec["depth"]))


def _cut_window(cover: Floats, left: int, width: int, rows: int) -> None:
    top, bottom = int(rows * 0.14), int(rows * 0.66)
    cover[top:bottom, left : left + width] = 0
    bar = max(2, rows // 90)
    cover[top:bottom, left + width // 2 - bar : left + width // 2 + bar] = 1
    middle = (top + bottom) // 2
    cover[middle - bar : middle + bar, left : left + width] = 1


_PAINTERS: dict[str, Painter] = {
    "ridge": _ridge,
    "trees": _trees,
    "skyline": _skyline,
    "water": _water,
    "flat": _flat,
    "wall": _wall,
}
