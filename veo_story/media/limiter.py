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


def gain_curve(peaks: NDArray[np.float32], ceiling: float) -> NDArray[np.float32]:
    """Gains for :func:`steps.with_gains` that keep a sound with these ``peaks`` a step below ``ceiling``."""
    if not len(peaks) or float(peaks.max()) <= ceiling:
        return np.ones(len(peaks) + 1, np.float32)
    wanted = np.zeros(len(peaks) + 1 + 2 * _AHEAD + _HOLD)
    needed = 20 * np.log10(ceiling / np.maximum(peaks, ceiling))
    # A step lies between two gains: both have to be low enough for it.
    first = _HOLD + _AHEAD
    for side in (first, first + 1):
        part = wanted[side : side + len(peaks)]
        np.minimum(part, needed, out=part)
    softest = _lowest_of(wanted, _HOLD + 1 + _AHEAD)
    rising = np.arange(len(softest)) * _RELEASE_DB
    released = np.minimum.accumulate(softest - rising) + rising
    weights = np.hanning(_AHEAD + 3)[1:-1]
    smooth = np.convolve(np.minimum(released, 0), weights / weights.sum(), mode="valid")
    return np.asarray(10 ** (np.minimum(smooth, 0) / 20), np.float32)


def _lowest_of(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """The lowest of every ``width`` values in a row."""
    lowest, reach = values, 1
    while reach < width:
        more = min(reach, width - reach)
        lowest = np.minimum(lowest[:-more], lowest[more:])
        reach += more
    return lowest
