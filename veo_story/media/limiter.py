"""A limiter that sees peaks coming: softer around them, nothing changed elsewhere. Pure."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from veo_story.media.steps import STEP, with_gains

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from veo_story.media.sound import Samples

_AHEAD = 6
"""Steps (6 ms) in which it gets softer before a peak."""
_HOLD = 10
"""Steps it stays so after one: the gain must not follow the waves of a low tone."""
_RELEASE_DB = 0.1
"""By how much louder it gets again with every step: 96 dB a second."""
_BLOCK = 1 << 16
"""Gains made at a time: those of a minute."""
_WEIGHTS = np.hanning(_AHEAD + 3)[1:-1] / np.hanning(_AHEAD + 3).sum()


def gain_curve(peaks: NDArray[np.float32], ceiling: float) -> NDArray[np.float32]:
    """Gains for :func:`steps.with_gains` that keep a sound with these ``peaks`` a step below ``ceiling``."""
    gains = np.ones(len(peaks) + 1, np.float32)
    if not len(peaks) or float(peaks.max()) <= ceiling:
        return gains
    # As far as the smoothing looks back.
    tail = _released(0.0, peaks, ceiling, -_AHEAD, 0)
    for at in range(0, len(gains), _BLOCK):
        size = min(_BLOCK, len(gains) - at)
        gains[at : at + size], down = _smooth(tail, peaks, ceiling, at, at + size)
        tail = down[-_AHEAD:]
    return gains


def softened(chunks: Iterable[Samples]) -> Iterator[Samples]:
    """A sound kept below full scale while it goes by, untouched where it is.

    All its chunks but the last have to be whole steps, seven at least.
    """
    before, tail = np.zeros(_HOLD + 1, np.float32), None
    held: tuple[Samples, NDArray[np.float32]] | None = None
    for chunk in chain(chunks, (np.zeros((2, 0), np.float32),)):
        peaks = _highest(chunk)
        if held is not None:
            around = np.concatenate([before, held[1], peaks])
            end = len(before) + len(held[1])
            if tail is None:
                tail = _released(0.0, around, 1.0, len(before) - _AHEAD, len(before))
            gains, down = _smooth(tail, around, 1.0, len(before), end + 1)
            yield with_gains(held[0], gains)
            before, tail = around[end - _HOLD - 1 : end], down[-_AHEAD - 1 : -1]
        held = (chunk, peaks)


def _highest(chunk: Samples) -> NDArray[np.float32]:
    """The highest sample of every step."""
    padded = np.pad(np.abs(chunk).max(axis=0), (0, -chunk.shape[1] % STEP))
    highest: NDArray[np.float32] = padded.reshape(-1, STEP).max(axis=1)
    return highest


def _smooth(
    tail: NDArray[np.float64], peaks: NDArray[np.float32], ceiling: float, first: int, last: int
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Gains ``first`` to ``last``, and how far down it was on the way there, from before ``tail`` on."""
    if not tail.any() and float(peaks.max(initial=0)) <= ceiling:
        return np.ones(last - first, np.float32), np.zeros(_AHEAD + last - first)
    down = np.append(tail, _released(tail[-1], peaks, ceiling, first, last))
    smooth = np.convolve(down, _WEIGHTS, mode="valid")
    return np.asarray(10 ** (np.minimum(smooth, 0) / 20), np.float32), down


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
