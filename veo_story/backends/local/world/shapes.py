"""Outlines: points of polygons, made from few numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from veo_story.backends.local.world.sheets import Floats


def points(*pairs: tuple[float, float]) -> Floats:
    """Corners as an array of rows (column, row)."""
    return np.array(pairs, np.float32)


def smooth(corners: Floats, steps: int = 6) -> Floats:
    """A closed curve through the corners (Catmull-Rom)."""
    before, begin = np.roll(corners, 1, axis=0), corners
    end, after = np.roll(corners, -1, axis=0), np.roll(corners, -2, axis=0)
    t = (np.arange(steps, dtype=np.float32) / steps)[None, :, None]
    a, b, c, d = (part[:, None, :] for part in (before, begin, end, after))
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return np.asarray(curve.reshape(-1, 2), np.float32)


def arch(left: float, top: float, width: float, foot: float, *, pointed: bool = False) -> Floats:
    """A door or window with a round or pointed top."""
    half = width / 2
    turns = np.linspace(np.pi, 0, 15)
    rise = half * (1.5 if pointed else 1.0)
    bow = np.sin(turns) if not pointed else 1 - np.abs(np.cos(turns)) ** 1.6
    head = np.stack([left + half + half * np.cos(turns), top + rise - rise * bow], 1)
    return np.concatenate([points((left, foot)), head, points((left + width, foot))]).astype(np.float32)


def box(left: float, top: float, width: float, height: float) -> Floats:
    """A rectangle."""
    return points((left, top), (left + width, top), (left + width, top + height), (left, top + height))


def rounded(left: float, top: float, width: float, height: float, radius: float) -> Floats:
    """A rectangle with round corners."""
    radius = min(radius, width / 2, height / 2)
    turns = np.linspace(0, np.pi / 2, 6)
    corners = []
    middles = (
        (left + width - radius, top + height - radius, 0.0),
        (left + radius, top + height - radius, 0.5),
        (left + radius, top + radius, 1.0),
        (left + width - radius, top + radius, 1.5),
    )
    for x, y, quarter in middles:
        angle = turns + quarter * np.pi
        corners.append(np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], 1))
    return np.concatenate(corners).astype(np.float32)


def jagged(
    begin: tuple[float, float],
    end: tuple[float, float],
    rough: float,
    rng: np.random.Generator,
    depth: int = 4,
) -> Floats:
    """A broken line from one point to another, without the last; ``rough`` is how far it strays, a share."""
    line = np.array([begin, end], np.float32)
    for _ in range(depth):
        along = np.diff(line, axis=0)
        stray = (rng.random((len(along), 1)) - 0.5) * rough
        aside = np.stack([-along[:, 1], along[:, 0]], 1)
        middle = (line[:-1] + line[1:]) / 2 + aside * stray
        woven = np.empty((len(line) + len(middle), 2), np.float32)
        woven[0::2], woven[1::2] = line, middle
        line = woven
    return line[:-1]


def moved(corners: Floats, x: float, y: float, size: float, turn: float = 0.0) -> Floats:
    """Unit corners turned by ``turn`` radians, made ``size`` large and put at a place."""
    sin, cos = np.sin(turn), np.cos(turn)
    turned = corners @ np.array([[cos, sin], [-sin, cos]], np.float32)
    return np.asarray(turned * np.float32(size) + np.array([x, y], np.float32), np.float32)


def spruce(x: float, foot: float, tall: float, layers: int = 4, wide: float = 0.21) -> Floats:
    """A fir of saw-toothed layers, without a trunk."""
    right: list[tuple[float, float]] = [(0.0, -1.0)]
    for layer in range(layers):
        low = -0.90 + 0.80 * (layer + 1) / layers
        reach = wide * (0.34 + 0.66 * (layer + 1) / layers)
        right.append((reach, low))
        if layer < layers - 1:
            right.append((reach * 0.48, low - 0.02))
    corners: Sequence[tuple[float, float]] = [*right, *((-a, b) for a, b in reversed(right[1:]))]
    return moved(np.array(corners, np.float32), x, foot, tall)


def crown(
    x: float, y: float, radius: float, rng: np.random.Generator, bumps: int = 8, flat: float = 0.9
) -> Floats:
    """A leafy crown: a circle with soft bumps."""
    turns = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    away = 1 + 0.075 * np.cos(turns * bumps + rng.random() * 6) + 0.05 * np.cos(turns * 3 + rng.random() * 6)
    corners = np.stack([x + radius * away * np.cos(turns), y + radius * flat * away * np.sin(turns)], 1)
    return np.asarray(corners, np.float32)


def blade(x: float, foot: float, tall: float, lean: float, wide: float) -> Floats:
    """A blade of grass or a leaf that bends to one side."""
    return points(
        (x - wide / 2, foot),
        (x + lean * 0.35 - wide * 0.3, foot - tall * 0.6),
        (x + lean, foot - tall),
        (x + lean * 0.35 + wide * 0.4, foot - tall * 0.55),
        (x + wide / 2, foot),
    )
