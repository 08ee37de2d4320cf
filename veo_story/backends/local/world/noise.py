"""Lines, spots and slopes of value that join at their ends, so that what is painted with them is endless."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from veo_story.backends.local.world.sheets import Floats


def fractal(
    rng: np.random.Generator, period: int, waves: int, octaves: int = 6, rough: float = 0.55
) -> Floats:
    """A line of hills: ``period`` values about -1..1 that join at their ends, with ``waves`` big swells.

    ``rough`` is how much of its height every octave has of the one before: less is smoother.
    """
    x = np.arange(period, dtype=np.float32) * np.float32(2 * np.pi / period)
    line = np.zeros(period, np.float32)
    for octave in range(octaves):
        beats = waves * 2**octave + int(rng.integers(0, 2 + octave))
        line += np.sin(x * beats + np.float32(rng.random() * 2 * np.pi)) * np.float32(rough**octave)
    return line / np.float32(1.6)


def noise(rng: np.random.Generator, rows: int, columns: int, grain: tuple[int, int]) -> Floats:
    """Soft noise of deviation about 1, ``grain`` the rows and columns of its spots. Joins left to right."""
    spots = (max(2, rows // max(1, grain[0]) + 2), max(4, columns // max(1, grain[1])))
    small = rng.standard_normal(spots).astype(np.float32)
    # Three more columns on both sides, cut off again, so that the joint is as smooth as the rest.
    side = 3
    unit = columns / spots[1]
    wide = np.concatenate([small[:, -side:], small, small[:, :side]], axis=1)
    pad = round(side * unit)
    large = cv2.resize(wide, (columns + 2 * pad, rows), interpolation=cv2.INTER_CUBIC)
    return np.asarray(large[:, pad : pad + columns], np.float32)


def billows(
    rng: np.random.Generator, rows: int, columns: int, grain: tuple[int, int], octaves: int = 4
) -> Floats:
    """Noise upon finer noise, deviation about 1: clouds, fog, foam. Joins left to right."""
    field = np.zeros((rows, columns), np.float32)
    power = 0.0
    for octave in range(octaves):
        share = 0.55**octave
        spots = (max(1, grain[0] >> octave), max(1, grain[1] >> octave))
        field += noise(rng, rows, columns, spots) * np.float32(share)
        power += share * share
    return field * np.float32(power**-0.5)


def gradient(rows: int, values: Sequence[tuple[float, float]]) -> Floats:
    """A column of ``rows`` values through (place 0..1, value) points."""
    places, levels = zip(*values, strict=True)
    return np.asarray(np.interp(np.linspace(0, 1, rows), places, levels)[:, None], np.float32)


def smooth(low: float, high: float, values: Floats) -> Floats:
    """0 up to ``low``, 1 from ``high`` on, and an S between."""
    share = np.clip((values - np.float32(low)) / np.float32(high - low), 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float32)
