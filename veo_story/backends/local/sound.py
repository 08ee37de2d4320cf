"""Ambience: a function of (seed, sample number in the chain), so that an extension goes on to the sample.

Noise is made in grains on a fixed grid and overlapped, so what is heard at a sample never depends on where
somebody began to listen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np

from veo_story.backends.local.words import vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

RATE = 48_000
FRAME_SAMPLES = RATE // 24
_HOP = 16_384
_CHANGE = int(1.5 * RATE)
_FADE_IN = 960


@dataclass(frozen=True, slots=True)
class Ambience:
    """What a clip sounds like: gains ``before``, which turn into ``after`` from sample ``seam`` on."""

    seed: int
    before: Mapping[str, float]
    after: Mapping[str, float]
    seam: int = 0

    def samples(self, start: int, end: int) -> Floats:
        """The chain's samples ``start`` to ``end`` (exclusive) as 2 x n; silence before sample 0."""
        first = max(0, start)
        out = np.zeros((2, max(0, end - start)), np.float32)
        if end <= first:
            return out
        t = np.arange(first, end, dtype=np.float64)
        heard = np.zeros((2, end - first), np.float32)
        for name in dict.fromkeys((*self.before, *self.after)):
            gain = self._gain(name, t)
            if gain.any():
                heard += _sound(name, self.seed, first, end, t) * gain.astype(np.float32)
        out[:, first - start :] = heard * np.minimum(1, t / _FADE_IN).astype(np.float32)
        return out

    def gains_at(self, sample: int) -> dict[str, float]:
        """The gains heard at a sample; what has become silent is left out."""
        at = np.array([float(sample)])
        names = dict.fromkeys((*self.before, *self.after))
        gains = {name: float(self._gain(name, at)[0]) for name in names}
        return {name: gain for name, gain in gains.items() if gain > 0}

    def _gain(self, name: str, t: NDArray[np.float64]) -> NDArray[np.float64]:
        old, new = self.before.get(name, 0.0), self.after.get(name, 0.0)
        if old == new:
            return np.full(t.shape, new)
        return old + (new - old) * np.clip((t - self.seam) / _CHANGE, 0, 1)


def _sound(name: str, seed: int, start: int, end: int, t: NDArray[np.float64]) -> Floats:
    spec = vocabulary()["sound"].get(name)
    if spec is None:
        return np.zeros((2, end - start), np.float32)
    level = 10 ** (float(spec["level_db"]) / 20)
    if "click_hz" in spec:
        return _clicks(spec, start, end) * np.float32(level * 3)
    return _noise(name, seed, start, end) * (level * _swell(name, seed, t)).astype(np.float32)


def _swell(name: str, seed: int, t: NDArray[np.float64]) -> NDArray[np.float64]:
    spec = vocabulary()["sound"][name]
    swell, period = float(spec["swell"]), float(spec["period"])
    a, b = np.random.default_rng([seed, crc32(name.encode()), 7]).random(2) * 2 * math.pi
    beat = 2 * math.pi / (period * RATE)
    wave = 0.5 + 0.3 * np.sin(t * beat + a) + 0.2 * np.sin(t * beat / 1.618 + b)
    return np.asarray((1 - swell) + swell * wave, np.float64)


def _noise(name: str, seed: int, start: int, end: int) -> Floats:
    out = np.zeros((2, end - start), np.float32)
    for grain in range(start // _HOP - 1, (end - 1) // _HOP + 1):
        at = grain * _HOP
        left, right = max(start, at), min(end, at + 2 * _HOP)
        out[:, left - start : right - start] += _grain(name, seed, grain)[:, left - at : right - at]
    return out


@lru_cache(maxsize=12)
def _grain(name: str, seed: int, grain: int) -> Floats:
    """Two hops of shaped noise, faded in and out so that neighbours add up to the same power."""
    rng = np.random.default_rng([seed, crc32(name.encode()), grain + 1])
    white = rng.standard_normal((2, 2 * _HOP), dtype=np.float32)
    shaped = np.fft.irfft(np.fft.rfft(white) * _spectrum(name), axis=1)
    window = np.sin(np.pi * (np.arange(2 * _HOP) + 0.5) / (2 * _HOP))
    return (shaped * window).astype(np.float32)


@lru_cache(maxsize=12)
def _spectrum(name: str) -> Floats:
    spec = vocabulary()["sound"][name]
    low, high = float(spec["low"]), float(spec["high"])
    hz = np.fft.rfftfreq(2 * _HOP, 1 / RATE)
    hz[0] = hz[1]
    shape = np.where(hz < low, (hz / low) ** 2, (low / hz) ** (float(spec["slope"]) / 6.02))
    shape *= np.where(hz > high, (high / hz) ** 3, 1.0)
    return np.asarray(shape / np.sqrt((shape**2).mean()), np.float32)


def _clicks(spec: Mapping[str, Any], start: int, end: int) -> Floats:
    """A struck sound every so often, on a fixed grid of the chain."""
    out = np.zeros((2, end - start), np.float32)
    every, ring = int(float(spec["every"]) * RATE), float(spec.get("ring", 0.018))
    length = int(ring * 5 * RATE)
    t = np.arange(length) / RATE
    hz = float(spec["click_hz"])
    body = np.exp(-t / ring) * (np.sin(2 * np.pi * hz * t) + 0.4 * np.sin(2 * np.pi * hz * 2.76 * t))
    body = (body * np.minimum(1, t / 0.002)).astype(np.float32)
    for beat in range((start - length) // every, (end - 1) // every + 1):
        at = beat * every + every // 2
        left, right = max(start, at), min(end, at + length)
        if beat >= 0 and right > left:
            out[:, left - start : right - start] += body[left - at : right - at]
    return out
