"""Lasting sounds as tables: a few seconds that can be played round and round, or in grains out of order.

A table is made from an entry of the vocabulary, mostly straight in the spectrum, at 0 LUFS:

* ``noise``: noise with the spectrum ``curve``;
* ``grit``: ``per_s`` tiny strokes of very different strength through ``curve``: drops, crackle;
* ``tone``: ``lines`` of ``[Hz, dB]``, each ``width`` Hz wide, so that they beat;
* ``pulse``: ``hz`` strokes a second through ``curve``: an engine;
* ``babble``: ``voices`` that speak at once with pitches ``pitch = [low, high]``, through ``curve``.

``beats`` are rhythms laid over it: ``[a second, depth 0..1, sharpness]``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from veo_story.backends.local.lexicon.vocabulary import seed_of, vocabulary
from veo_story.backends.local.soundtrack.grid import RATE, amplitude
from veo_story.backends.local.soundtrack.spectra import loudness, shape, white

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from veo_story.backends.local.soundtrack.grid import Floats
    from veo_story.backends.local.soundtrack.spectra import Complexes

LENGTH = 1 << 17
_SPEECH = ((110, -10), (220, -3), (450, 0), (700, 0), (1400, -3), (2600, -6), (4200, -16))
_BINS = LENGTH // 2 + 1
_CREST = 7.0
"""No stroke of grit is stronger than so many times the whole."""


@lru_cache(maxsize=24)
def texture(name: str, layer: int) -> Floats:
    """The table of a layer of an ambience in the vocabulary: :data:`LENGTH` samples, twice round."""
    entry = vocabulary("sounds")["ambience"][name]["layers"][layer]
    return made(entry, seed_of(name, str(layer)))


def made(entry: Mapping[str, Any], seed: int) -> Floats:
    """The table that ``entry`` describes, twice round, so that it can be read from anywhere."""
    rng = np.random.default_rng(seed)
    spectrum = _MAKERS[entry["kind"]](entry, rng)
    table = np.fft.irfft(spectrum, LENGTH)
    for times, depth, sharp in entry.get("beats", ()):
        table *= _beat(times, depth, sharp)
    if entry["kind"] == "grit":
        most = _CREST * np.sqrt((table**2).mean())
        table = most * np.tanh(table / most)
    if "beats" in entry or entry["kind"] == "grit":
        spectrum = np.asarray(np.fft.rfft(table), np.complex64)
    once = (table * amplitude(-loudness(spectrum, LENGTH))).astype(np.float32)
    return np.concatenate([once, once])


def _beat(times: float, depth: float, sharp: float) -> NDArray[np.float64]:
    whole = max(1, round(times * LENGTH / RATE))
    wave = 0.5 + 0.5 * np.cos(2 * np.pi * whole * np.arange(LENGTH) / LENGTH)
    return (1 - depth) + depth * wave**sharp


def _noise(entry: Mapping[str, Any], rng: np.random.Generator) -> Complexes:
    return np.asarray(np.roll(white(LENGTH), int(rng.integers(_BINS))) * shape(entry["curve"], LENGTH))


def _grit(entry: Mapping[str, Any], rng: np.random.Generator) -> Complexes:
    count = max(1, int(entry["per_s"] * LENGTH / RATE))
    strokes = np.zeros(LENGTH, np.float32)
    force = rng.lognormal(0.0, entry.get("spread", 0.8), count) * rng.choice([-1.0, 1.0], count)
    np.add.at(strokes, rng.integers(LENGTH, size=count), force.astype(np.float32))
    return np.asarray(np.fft.rfft(strokes) * shape(entry["curve"], LENGTH))


def _tone(entry: Mapping[str, Any], rng: np.random.Generator) -> Complexes:
    spectrum = np.zeros(_BINS, np.complex64)
    for hz, db in entry["lines"]:
        middle, reach = hz * LENGTH / RATE, max(0.5, entry.get("width", 1.0) * LENGTH / RATE)
        bins = np.arange(max(1, int(middle - 2 * reach)), min(_BINS - 1, int(middle + 2 * reach) + 2))
        bell = np.exp(-(((bins - middle) / reach) ** 2))
        turn = np.exp(2j * np.pi * rng.random(len(bins)))
        spectrum[bins] += (10 ** (db / 20) * bell / np.sqrt((bell**2).sum()) * turn).astype(np.complex64)
    return spectrum


def _pulse(entry: Mapping[str, Any], rng: np.random.Generator) -> Complexes:
    count = max(1, round(entry["hz"] * LENGTH / RATE))
    strokes = np.zeros(LENGTH, np.float32)
    places = (np.arange(count) + rng.normal(0, entry.get("jitter", 0.02), count)) * LENGTH / count
    force = 1 + rng.normal(0, entry.get("spread", 0.15), count)
    force *= np.resize(entry.get("pattern", [1.0]), count)
    np.add.at(strokes, places.astype(int) % LENGTH, force.astype(np.float32))
    return np.asarray(np.fft.rfft(strokes) * shape(entry["curve"], LENGTH))


def _babble(entry: Mapping[str, Any], rng: np.random.Generator) -> Complexes:
    """Voices that rise and fall syllable by syllable, each with a buzz of its own."""
    low, high = entry["pitch"]
    total = np.zeros(LENGTH, np.float32)
    for _ in range(entry["voices"]):
        whole = round(rng.uniform(low, high) * LENGTH / RATE)
        bent = _wander(rng, 24) * whole * 0.004
        turn = (whole * np.arange(LENGTH, dtype=np.float32) / LENGTH + bent) % 1.0
        total += (turn - 0.5) * _syllables(rng) * np.float32(rng.uniform(0.5, 1.0))
    return np.asarray(np.fft.rfft(total) * shape(entry.get("curve", _SPEECH), LENGTH))


def _wander(rng: np.random.Generator, steps: int) -> Floats:
    """A curve through random heights around 0, that ends where it begins."""
    heights = rng.standard_normal(steps)
    at = np.linspace(0, steps, LENGTH, endpoint=False)
    return np.asarray(np.interp(at, np.arange(steps + 1), np.append(heights, heights[0])), np.float32)


def _syllables(rng: np.random.Generator) -> Floats:
    """Loud and soft about five times a second, with breaks between sentences."""
    steps = 27
    heights = rng.random(steps) ** 1.5 * np.repeat(rng.random(9) > 0.3, 3)
    at = np.linspace(0, steps, LENGTH, endpoint=False)
    return np.asarray(np.interp(at, np.arange(steps + 1), np.append(heights, heights[0])), np.float32)


_MAKERS: dict[str, Callable[[Mapping[str, Any], np.random.Generator], Complexes]] = {
    "noise": _noise,
    "grit": _grit,
    "tone": _tone,
    "pulse": _pulse,
    "babble": _babble,
}
