"""How loud a sound is, by ITU-R BS.1770-4 and EBU R 128. 48 kHz stereo.

A meter takes a sound in once and keeps two figures of every step of 50 samples (8 bytes a millisecond): its
energy as the ear weighs it, and its true peak. What a gain that changes slowly would do to loudness and
peaks follows from these, without hearing the sound again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import inf, log10, pi, tan
from typing import TYPE_CHECKING

import numpy as np

from veo_story.media.peaks import PeakMeter
from veo_story.media.sound import RATE
from veo_story.media.steps import STEP, steps_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from veo_story.media.sound import Samples

_CHUNK = 12_000
"""Samples weighted at a time: a spectrum of this size stays in the processor's cache."""
_HISTORY = 2_400
"""Samples the weighting filter remembers: after 50 ms they are down by 100 dB."""
_HOP = 4_800 // STEP
"""Steps of 0.1 s: blocks of 0.4 s overlap by three of them."""
_OFFSET = -0.691
_GATE_LUFS = -70.0
_RELATIVE_GATE = -10.0


@dataclass(frozen=True, slots=True)
class Loudness:
    """The integrated loudness of a whole sound and its highest true peak; ``-inf`` where there is none.

    Without loudness is what is silent, softer than -70 LUFS throughout or shorter than 0.4 s.
    """

    integrated_lufs: float = -inf
    true_peak_dbtp: float = -inf


@dataclass(frozen=True, slots=True)
class Levels:
    """Weighted energy (summed over samples and channels) and true peak of every step of a sound."""

    energies: NDArray[np.float32]
    peaks: NDArray[np.float32]

    def loudness(self, gains: NDArray[np.float32] | float = 1.0) -> Loudness:
        """As loud as it would be with a gain: one for all, or one for every step."""
        highest = float(np.max(self.peaks * gains, initial=0.0))
        return Loudness(integrated(self.energies * np.square(gains)), decibels(highest))


class Meter:
    """Takes in a sound chunk by chunk, in any lengths.

    ``below_hz``: of the energies only what lies below counts, for an encoder leaves out what is above.
    """

    def __init__(self, below_hz: int = RATE // 2) -> None:
        self._weights = _weighting(_HISTORY + _CHUNK, below_hz)
        self._peaks = PeakMeter()
        self._energies: list[NDArray[np.float32]] = []
        self._before = np.zeros((2, _HISTORY), np.float32)
        self._held = np.zeros((2, 0), np.float32)

    def feed(self, chunk: Samples) -> None:
        """The next samples, ``(2, n)`` float32."""
        self._peaks.feed(chunk)
        held = np.concatenate([self._held, chunk], axis=1)
        while held.shape[1] >= _CHUNK:
            self._weigh(held[:, :_CHUNK])
            held = held[:, _CHUNK:]
        self._held = held

    def levels(self) -> Levels:
        """All that was taken in; the last step is filled up with silence. Nothing may follow."""
        rest = self._held.shape[1]
        if rest:
            padded = np.pad(self._held, ((0, 0), (0, _CHUNK - rest)))
            self._weigh(padded, steps_of(rest))
            self._held = self._held[:, :0]
        empty = np.zeros(0, np.float32)
        return Levels(np.concatenate([empty, *self._energies]), self._peaks.peaks())

    def _weigh(self, chunk: Samples, steps: int = _CHUNK // STEP) -> None:
        whole = np.concatenate([self._before, chunk], axis=1)
        self._before = whole[:, -_HISTORY:]
        spectrum = np.fft.rfft(whole)
        spectrum *= self._weights
        heard = np.fft.irfft(spectrum, whole.shape[1])[:, _HISTORY:].reshape(2, -1, STEP)
        energy = np.einsum("csn,csn->s", heard, heard)
        self._energies.append(energy[:steps].astype(np.float32))


@cache
def _weighting(samples: int, below_hz: int) -> NDArray[np.complex64]:
    """The K weighting as a spectrum: a shelf of 4 dB (the head), then a high pass (the ear)."""
    z = np.exp(-2j * pi * np.arange(samples // 2 + 1) / samples)
    gain, k, q = 10 ** (3.999843853973347 / 20), tan(pi * 1681.974450955533 / RATE), 0.7071752369554196
    middle = gain**0.4996667741545416
    shelf = _biquad(z, gain + middle * k / q + k * k, 2 * (k * k - gain), gain - middle * k / q + k * k, k, q)
    k, q = tan(pi * 38.13547087602444 / RATE), 0.5003270373238773
    # The standard gives the high pass with the plain numerator 1, -2, 1.
    over = 1 + k / q + k * k
    high_pass = _biquad(z, over, -2 * over, over, k, q)
    weights = shelf * high_pass
    weights[below_hz * samples // RATE + 1 :] = 0
    return weights.astype(np.complex64)


def _biquad(
    z: NDArray[np.complex128], b0: float, b1: float, b2: float, k: float, q: float
) -> NDArray[np.complex128]:
    below = (1 + k / q + k * k) + 2 * (k * k - 1) * z + (1 - k / q + k * k) * z * z
    answer: NDArray[np.complex128] = (b0 + b1 * z + b2 * z * z) / below
    return answer


def integrated(energies: NDArray[np.float32]) -> float:
    """LUFS of a sound given as the weighted energies of its steps: blocks of 0.4 s, gated twice."""
    hops = energies[: len(energies) // _HOP * _HOP].reshape(-1, _HOP).sum(axis=1, dtype=np.float64)
    if len(hops) < 4:
        return -inf
    power = (hops[:-3] + hops[1:-2] + hops[2:-1] + hops[3:]) / (4 * _HOP * STEP)
    power = power[power > _power_of(_GATE_LUFS)]
    if not len(power):
        return -inf
    gate = _power_of(_lufs(power.mean()) + _RELATIVE_GATE)
    return _lufs(power[power > gate].mean())


def _lufs(power: float) -> float:
    return _OFFSET + 10 * log10(power)


def _power_of(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET) / 10))


def decibels(factor: float) -> float:
    """A factor of amplitude in dB; ``-inf`` for silence."""
    return 20 * log10(factor) if factor > 0 else -inf


def measure(chunks: Iterable[Samples]) -> Loudness:
    """Measure a sound given as ``(2, n)`` float32 chunks of any lengths. Memory: 8 bytes a millisecond."""
    meter = Meter()
    for chunk in chunks:
        meter.feed(chunk)
    return meter.levels().loudness()
