"""True peaks: how high a sound rises between its samples too, found at four times the rate."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from veo_story.media.steps import STEP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from veo_story.media.sound import Samples

_REACH = 16
"""Samples on each side that a value between two samples is made of."""
_PLACES = (0.25, 0.5, 0.75)
_ROWS = 20
"""Steps multiplied at a time: more of them, and the BLAS of NumPy spends its time on waking threads."""


@cache
def _between() -> NDArray[np.float32]:
    """The matrix from a step and ``_REACH`` samples on both its sides to the values between its samples."""
    matrix = np.zeros((STEP + 2 * _REACH, len(_PLACES), STEP))
    for place, share in enumerate(_PLACES):
        distance = np.arange(1 - _REACH, _REACH + 1) - share
        taps = np.sinc(distance) * np.i0(7.0 * np.sqrt(1 - (distance / _REACH) ** 2))
        taps /= taps.sum()
        for sample in range(STEP):
            matrix[sample + 1 : sample + 1 + 2 * _REACH, place, sample] = taps
    return matrix.reshape(STEP + 2 * _REACH, -1).astype(np.float32)


class PeakMeter:
    """Takes in a sound chunk by chunk, in any lengths; tells the true peak of every step of it."""

    def __init__(self) -> None:
        self._found: list[NDArray[np.float32]] = []
        self._held = np.zeros((2, _REACH), np.float32)
        self._taken = 0

    def feed(self, chunk: Samples) -> None:
        """The next samples, ``(2, n)`` float32."""
        self._taken += chunk.shape[1]
        held = np.concatenate([self._held, chunk], axis=1)
        steps = max(held.shape[1] - 2 * _REACH, 0) // STEP
        if steps:
            self._found.append(_peaks(held[:, : steps * STEP + 2 * _REACH]))
        self._held = held[:, steps * STEP :]

    def peaks(self) -> NDArray[np.float32]:
        """The highest absolute value of every step, silence behind the last sample. Nothing may follow."""
        self.feed(np.zeros((2, _REACH + -self._taken % STEP), np.float32))
        return np.concatenate([np.zeros(0, np.float32), *self._found])


def _peaks(held: Samples) -> NDArray[np.float32]:
    """Of steps with ``_REACH`` samples before the first and after the last of them."""
    windows = sliding_window_view(held, STEP + 2 * _REACH, axis=1)[:, ::STEP]
    count, width = windows.shape[1:]
    rows = np.zeros((-(-2 * count // _ROWS), _ROWS, width), np.float32)
    rows.reshape(-1, width)[: 2 * count] = windows.reshape(2 * count, width)
    between = (rows @ _between()).reshape(rows.size // width, -1)[: 2 * count]
    inner = held[:, _REACH : _REACH + count * STEP].reshape(2 * count, STEP)
    highest = np.maximum(_highest(between), _highest(inner))
    whole: NDArray[np.float32] = highest.reshape(2, count).max(axis=0)
    return whole


def _highest(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    highest: NDArray[np.float32] = np.maximum(rows.max(axis=1), -rows.min(axis=1))
    return highest
