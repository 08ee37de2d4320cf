"""A limiter that sees peaks coming: softer around them, nothing changed elsewhere. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_AHEAD = 6
"""Steps (6 ms) in which it gets softer before a peak."""
_HOLD = 10
"""Steps it stays so after one: the gain must not follow the waves of a low tone."""
_RELEASE_DB = 0.1
"""By how much louder it gets again with every step: 96 dB a second."""
_BLOCK = 1 << 16
"""Gains made at a time: those of a minute."""


def gain_curve(peaks: NDArray[np.float32], ceiling: float) -> NDArray[np.float32]:
    """Gains for :func:`steps.with_gains` that keep a sound with these ``peaks`` a step below ``ceiling``."""
    gains = np.ones(len(peaks) + 1, np.float32)
    if not len(peaks) or float(peaks.max()) <= ceiling:
        return gains
    weights = np.hanning(_AHEAD + 3)[1:-1]
    weights /= weights.sum()
    # As far as the smoothing looks back.
    tail = _released(0.0, peaks, ceiling, -_AHEAD, 0)
    for at in range(0, len(gains), _BLOCK):
        size = min(_BLOCK, len(gains) - at)
        whole = np.append(tail, _released(tail[-1], peaks, ceiling, at, at + size))
        smooth = np.minimum(np.convolve(whole, weights, mode="valid"), 0)
        gains[at : at + size] = 10 ** (smooth / 20)
        tail = whole[-_AHEAD:]
    return gains


def _released(
    before: float, peaks: NDArray[np.float32], ceiling: float, first: int, last: int
) -> NDArray[np.float64]:
    """How far it is down at steps ``first`` to ``last``, in dB below 0: slowly up again from ``before``."""
    softest = _lowest_of(_needed(peaks, ceiling, first - _HOLD, last + _AHEAD), _HOLD + 1 + _AHEAD)
    rising = np.arange(len(softest) + 1) * _RELEASE_DB
    released = np.minimum.accumulate(np.append(before, softest) - rising) + rising
    down: NDArray[np.float64] = np.minimum(released[1:], 0)
    return down


def _needed(peaks: NDArray[np.float32], ceiling: float, first: int, last: int) -> NDArray[np.float64]:
    """How far gains ``first`` to ``last`` have to be down, in dB below 0, for the steps on both sides."""
    steps = np.zeros(last - first + 1)
    low, high = max(first - 1, 0), min(last, len(peaks))
    steps[low - first + 1 : high - first + 1] = 20 * np.log10(ceiling / np.maximum(peaks[low:high], ceiling))
    return np.minimum(steps[:-1], steps[1:])


def _lowest_of(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """The lowest of every ``width`` values in a row."""
    lowest, reach = values, 1
    while reach < width:
        more = min(reach, width - reach)
        lowest = np.minimum(lowest[:-more], lowest[more:])
        reach += more
    return lowest
