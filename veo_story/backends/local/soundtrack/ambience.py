"""Ambience: a function of (seed, sample number in the chain), so that an extension goes on to the sample.

Noise is played from tables in grains on the chain's grid, each from a place of its own in the table, and
faded over into the next, so what is heard at a sample never depends on where somebody began to listen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from veo_story.backends.local.lexicon.vocabulary import seed_of
from veo_story.backends.local.soundtrack.grid import (
    BLOCK,
    RATE,
    add,
    amplitude,
    between,
    panned,
    points,
    ramp,
)
from veo_story.backends.local.soundtrack.hits import level_of, struck
from veo_story.backends.local.soundtrack.textures import LENGTH, texture
from veo_story.backends.local.soundtrack.words import entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from veo_story.backends.local.soundtrack.grid import Floats

_LONGEST_CALL = 7 * RATE
_GOLDEN = 1.618


@dataclass(frozen=True, slots=True)
class Ambience:
    """What a clip sounds like: gains ``before``, which turn into ``after`` from sample ``since`` on."""

    seed: int
    before: Mapping[str, float]
    after: Mapping[str, float]
    since: int

    def block(self, number: int) -> Floats:
        """A block of the chain, 2 x n."""
        out = np.zeros((2, BLOCK), np.float32)
        at = points(number)
        gains = {name: self._gain(name, at) for name in self._names() if entry(name) is not None}
        # Much at once is louder than one, but not as much louder as it adds up to.
        together = np.maximum(1.0, sum((gain**2 for gain in gains.values()), np.zeros(at.shape))) ** -0.25
        for name, gain in gains.items():
            if gain.any():
                out += _heard(name, self.seed, number) * between(gain * together)
        return out

    def gains_at(self, sample: int) -> dict[str, float]:
        """The gains heard at a sample; what has become silent is left out."""
        at = np.array([float(sample)])
        gains = {name: float(self._gain(name, at)[0]) for name in self._names()}
        return {name: gain for name, gain in gains.items() if gain > 0}

    def _names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.before, *self.after)))

    def _gain(self, name: str, at: NDArray[np.float64]) -> NDArray[np.float64]:
        return ramp(at, self.before.get(name, 0.0), self.after.get(name, 0.0), self.since)


def _heard(name: str, seed: int, number: int) -> Floats:
    sound = entry(name) or {"level": 0.0, "layers": []}
    layers, loud = sound["layers"], float(sound["level"])
    lasting = sum(amplitude(2 * layer.get("db", 0.0)) for layer in layers if layer["kind"] != "calls")
    level = amplitude(loud) / math.sqrt(max(1.0, lasting))
    out = np.zeros((2, BLOCK), np.float32)
    for index, layer in enumerate(layers):
        if layer["kind"] == "calls":
            _call(out, f"{name} {index} {seed}", layer, loud, number)
            continue
        gain = level * amplitude(layer.get("db", 0.0))
        heard = _played(name, index, layer, seed, number)
        if "swell" in layer:
            out += heard * between(gain * _swell(f"{name} {seed}", layer["swell"], number))
        else:
            out += heard * np.float32(gain)
    return out


def _played(name: str, index: int, layer: Mapping[str, Any], seed: int, number: int) -> Floats:
    """A block of a layer's table: rhythms and tones round and round, noise in grains."""
    table = texture(name, index)
    if layer["kind"] == "pulse" or "beats" in layer:
        return table[number * BLOCK % LENGTH :][None, :BLOCK]
    if layer["kind"] == "tone":
        at = number * BLOCK
        return np.stack([table[(at + shift) % LENGTH :][:BLOCK] for shift in (0, LENGTH // 3)])
    old, new = (_place(f"{name} {index} {seed}", grain) for grain in (number - 1, number))
    rising, falling = _fades()
    return np.stack(
        [
            table[new + shift :][:BLOCK] * rising + table[old + shift + BLOCK :][:BLOCK] * falling
            for shift in (0, LENGTH // 3)
        ]
    )


def _place(key: str, grain: int) -> int:
    """Where in its table a grain begins: far enough from the end for both sides."""
    return seed_of(key, str(grain)) % (LENGTH * 2 - LENGTH // 3 - 2 * BLOCK)


@lru_cache(maxsize=1)
def _fades() -> tuple[Floats, Floats]:
    """Neighbours of noise add up to the same power."""
    turn = (np.arange(BLOCK) + 0.5) * (np.pi / 2 / BLOCK)
    return np.sin(turn).astype(np.float32), np.cos(turn).astype(np.float32)


def _swell(key: str, swell: list[float], number: int) -> NDArray[np.float64]:
    """How strong a layer is at the points of a block; its power is 1 over the long run."""
    depth, period, sharp, lag = (*swell, 0.0)[:4]
    t = points(number) / RATE - lag
    one, other = (seed_of(key, side) / 2**32 * 2 * math.pi for side in "ab")
    beat = 2 * math.pi / period
    wave = 0.5 + 0.3 * np.sin(t * beat + one) + 0.2 * np.sin(t * beat / _GOLDEN + other)
    return np.asarray(((1 - depth) + depth * wave**sharp) / _swell_power(depth, sharp), np.float64)


@lru_cache(maxsize=128)
def _swell_power(depth: float, sharp: float) -> float:
    turn = np.sin(np.arange(24) * (2 * math.pi / 24))
    wave = 0.5 + 0.3 * turn[:, None] + 0.2 * turn
    return math.sqrt(float((((1 - depth) + depth * np.maximum(wave, 0) ** sharp) ** 2).mean()))


def _call(out: Floats, key: str, layer: Mapping[str, Any], level: float, number: int) -> None:
    """Add the single sounds whose time it is; each slot of ``every`` seconds has one at most."""
    start, every = number * BLOCK, float(layer["every"]) * RATE
    far = bool(layer.get("far"))
    gain = amplitude(level + layer.get("db", 0.0) - level_of(layer["spot"], far))
    for slot in range(math.floor((start - _LONGEST_CALL) / every), math.floor((start + BLOCK) / every) + 1):
        chance, late, side, variant = _dice(key, slot)
        if slot < 0 or chance >= layer.get("chance", 1.0):
            continue
        at = round((slot + layer.get("offset", 0.0) + layer.get("jitter", 0.0) * late) * every)
        if at >= start + BLOCK:
            continue
        sound = struck(layer["spot"], int(variant * 60), far)
        left, right = panned(layer.get("pan", 0.0) * (2 * side - 1))
        add(out, start, sound, at, left * gain, right * gain)


@lru_cache(maxsize=256)
def _dice(key: str, slot: int) -> tuple[float, float, float, float]:
    seed = seed_of(key, str(slot))
    one, two, three, four = ((seed >> shift & 255) / 256 for shift in (0, 8, 16, 24))
    return one, two, three, four
