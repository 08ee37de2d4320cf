"""Gains that change slowly, told for every step of 50 samples: about a millisecond."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from veo_story.media.sound import Samples

STEP = 50
"""Samples of a step: a whole number of steps makes a frame, and 0.1 s."""
_WAY = np.arange(STEP, dtype=np.float32) / STEP


def with_gains(chunk: Samples, gains: NDArray[np.float32]) -> Samples:
    """A chunk made softer or louder: gain ``k`` is that of sample ``STEP * k``, from there it goes straight
    to the next one. There is a gain more than the chunk has steps.
    """
    if float(gains.min()) == 1.0 == float(gains.max()):
        return chunk
    line = (gains[:-1, None] + (gains[1:] - gains[:-1])[:, None] * _WAY).reshape(-1)
    return np.asarray(chunk * line[: chunk.shape[1]], np.float32)


def steps_of(samples: int) -> int:
    """Steps that so many samples begin."""
    return -(-samples // STEP)
