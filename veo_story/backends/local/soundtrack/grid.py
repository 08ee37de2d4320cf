"""The chain's own grid of samples, and small sums that every room of the soundtrack uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veo_story.media.sound import FRAME_SAMPLES, RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

__all__ = [
    "BLOCK",
    "CHANGE",
    "FRAME_SAMPLES",
    "RATE",
    "add",
    "amplitude",
    "between",
    "panned",
    "points",
    "ramp",
]

BLOCK = 16_384
"""Sound is made in blocks of this many samples, counted from the chain's first."""
CHANGE = RATE * 3 // 2
"""How long a change between two scenes takes."""
_POINTS = 64


def amplitude(db: float) -> float:
    """The factor of so many dB."""
    return float(10 ** (db / 20))


def panned(pan: float) -> tuple[float, float]:
    """Factors left and right for a place from -1 (left) to 1, of equal power, 1 in the middle."""
    angle = (max(-1.0, min(1.0, pan)) + 1) * np.pi / 4
    return float(np.cos(angle) * 2**0.5), float(np.sin(angle) * 2**0.5)


def points(block: int) -> NDArray[np.float64]:
    """The samples of a block where slow curves are reckoned, its end included."""
    return np.asarray(block * BLOCK + np.arange(_POINTS + 1) * float(BLOCK // _POINTS), np.float64)


def between(values: NDArray[np.float64]) -> Floats:
    """A block's curve out of its values at :func:`points`, in straight lines."""
    bent = values.astype(np.float32)
    share = _shares()
    return (bent[:-1, None] + (bent[1:] - bent[:-1])[:, None] * share).reshape(-1)


def _shares() -> Floats:
    length = BLOCK // _POINTS
    return np.arange(length, dtype=np.float32) / np.float32(length)


def ramp(at: NDArray[np.float64], old: float, new: float, since: int) -> NDArray[np.float64]:
    """A gain that goes from ``old`` to ``new`` in :data:`CHANGE` samples from ``since`` on."""
    share = np.clip((at - since) / CHANGE, 0.0, 1.0)
    return np.asarray(old + (new - old) * share**2 * (3 - 2 * share), np.float64)


def add(into: Floats, start: int, sound: Floats, at: int, left: float, right: float) -> None:
    """Add the mono ``sound`` from sample ``at`` on to the block ``into`` (2 x n), from ``start``."""
    first, last = max(start, at), min(start + into.shape[1], at + len(sound))
    if last > first:
        heard = sound[first - at : last - at]
        into[0, first - start : last - start] += heard * np.float32(left)
        into[1, first - start : last - start] += heard * np.float32(right)
