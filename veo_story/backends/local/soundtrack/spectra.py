"""Spectra: curves out of a few corner points, noise shaped by them, and how loud they are to an ear."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.soundtrack.grid import RATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from veo_story.backends.local.soundtrack.grid import Floats

    Complexes = NDArray[np.complex64]

_LOW_FALL, _HIGH_FALL = 12.0, 18.0
"""dB an octave, below a curve's first point and above its last."""
_ROOM = 1 << 13


@lru_cache(maxsize=16)
def frequencies(length: int) -> NDArray[np.float64]:
    """Hz of the bins of a real transform of ``length`` samples; the first is not 0 but half a bin."""
    hz = np.asarray(np.fft.rfftfreq(length, 1 / RATE), np.float64)
    hz[0] = hz[1] / 2
    return hz


@lru_cache(maxsize=16)
def _octaves(length: int) -> NDArray[np.float64]:
    return np.asarray(np.log2(frequencies(length)), np.float64)


def shape(curve: Sequence[Sequence[float]], length: int) -> Floats:
    """Amplitudes of the bins for a curve of ``(Hz, dB)`` points: straight over octaves, falling outside."""
    corners = sorted((float(hz), float(db)) for hz, db in curve)
    (low, low_db), (high, high_db) = corners[0], corners[-1]
    ends = ((low / 16, low_db - 4 * _LOW_FALL), (high * 16, high_db - 4 * _HIGH_FALL))
    every = (ends[0], *corners, ends[1])
    db = np.interp(_octaves(length), [np.log2(hz) for hz, _ in every], [db for _, db in every])
    return np.asarray(np.exp(db * (np.log(10) / 20)), np.float32)


@lru_cache(maxsize=4)
def white(length: int) -> Complexes:
    """The transform of white noise of ``length`` samples, always the same."""
    rng = np.random.default_rng([length, 48])
    parts = rng.standard_normal((2, length // 2 + 1), dtype=np.float32)
    return np.asarray(parts[0] + 1j * parts[1], np.complex64)


@lru_cache(maxsize=16)
def ear(length: int) -> Floats:
    """Power weights of the bins as an ear hears them (the K-weighting of BS.1770)."""
    z = np.exp(-2j * np.pi * frequencies(length) / RATE)
    shelf = (1.53512485958697 - 2.69169618940638 * z + 1.19839281085285 * z**2) / (
        1 - 1.69065929318241 * z + 0.73248077421585 * z**2
    )
    high = (1 - 2 * z + z**2) / (1 - 1.99004745483398 * z + 0.99007225036621 * z**2)
    return np.asarray(np.abs(shelf * high) ** 2, np.float32)


def loudness(spectrum: Complexes, length: int) -> float:
    """LUFS of the mono sound with this transform, played by both loudspeakers, as a whole."""
    power = float((np.abs(spectrum) ** 2 * ear(length)).sum()) * 2 / length**2
    return float(-0.691 + 10 * np.log10(2 * power + 1e-20))


def brought_to(sound: Floats, lufs: float) -> Floats:
    """The mono ``sound`` as loud as ``lufs`` where it is strongest: over a tenth of a second."""
    window = RATE // 10
    hop = window // 4
    power = np.add.reduceat(np.asarray(sound, np.float64) ** 2, np.arange(0, len(sound), hop))
    strongest = int(np.convolve(power, np.ones(4))[3:].argmax()) * hop
    heard = np.asarray(np.fft.rfft(sound[strongest : strongest + window], _ROOM), np.complex64)
    now = loudness(heard, _ROOM) + 10 * np.log10(_ROOM / window)
    return np.asarray(sound * np.float32(10 ** ((lufs - now) / 20)), np.float32)
