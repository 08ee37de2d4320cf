"""To bring a sound to a loudness: one gain for all of it, a limiter for the peaks that stand out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from veo_story.media.limiter import gain_curve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from veo_story.media.loudness import Levels, Loudness

MOST_GAIN_DB = 20.0
"""Never more: a film that is softer is meant to be, and its noise is not to be blown up."""
MOST_LIMITED_DB = 8.0
"""So much loudness the limiter may take away and be given back; more would crush the film."""
PEAK_DBTP = -1.0
"""No true peak of the finished film is above it."""
_WORTH = 0.25
"""What a dB into the limiter has to bring in LU: less, and it only flattens what stands out."""
_NEAR_LU = 0.05
_MISSED_LU = 0.3
_ROUNDS = 12
_ENCODED_LU = 0.1
"""What AAC takes of the loudness: 0.3 LU of noise, nothing of tones and speech."""


@dataclass(frozen=True, slots=True)
class Levelling:
    """What is done to a sound: ``gains`` for every step (:func:`steps.with_gains`), limiter and all.

    ``before`` and ``expected`` are its loudness and true peak without and with them. ``remark`` says, in one
    sentence, why the loudness that was wanted is not reached, where it is not.
    """

    gains: NDArray[np.float32]
    gain_db: float
    before: Loudness
    expected: Loudness
    remark: str | None = None


def ceiling_dbtp(target_lufs: float) -> float:
    """How high peaks may go before the encoding, so that they are below :data:`PEAK_DBTP` after it.

    The noise of AAC grows with the loudness: it has been seen to lift the peaks of limited sounds by 0.5 dB,
    those of gated noise by 1.2 at -16 LUFS and by 1.8 at -10.
    """
    return PEAK_DBTP - 1.5 - max(target_lufs + 16, 0) * 0.25


def level(levels: Levels, target_lufs: float) -> Levelling:
    """How to bring a sound with these levels to an integrated loudness, as it will be measured after AAC.

    Where the limiter makes the film softer the gain is raised for it, until both agree.
    """
    before = levels.loudness()
    if before.integrated_lufs == -inf:
        return Levelling(_all(1.0, levels), 0.0, before, before, _SILENT)
    aim = target_lufs + _ENCODED_LU
    plain_db = min(aim - before.integrated_lufs, MOST_GAIN_DB)
    ceiling = _factor(ceiling_dbtp(target_lufs))
    gain_db, gains = plain_db, _gains(levels, plain_db, ceiling)
    now = _with(levels, gains)
    for _ in range(_ROUNDS):
        # Measured against what the gain alone would do: one that is capped is not to be made up for.
        missing = before.integrated_lufs + plain_db - now.integrated_lufs
        more = min(missing, plain_db + MOST_LIMITED_DB - gain_db)
        if abs(more) < _NEAR_LU:
            break
        harder = _gains(levels, gain_db + more, ceiling)
        then = _with(levels, harder)
        if then.integrated_lufs - now.integrated_lufs < _WORTH * more:
            break
        gain_db, gains, now = gain_db + more, harder, then
    return Levelling(gains, gain_db, before, now, _remark(now, target_lufs, plain_db))


_SILENT = "the film is silent or too short to be measured: its sound is left as it is"


def _remark(now: Loudness, target_lufs: float, plain_db: float) -> str | None:
    reached = now.integrated_lufs - _ENCODED_LU
    if target_lufs - reached < _MISSED_LU:
        return None
    wanted = f"the film has {reached:.1f} LUFS instead of {target_lufs:g}"
    if plain_db == MOST_GAIN_DB:
        return f"{wanted}: it is so soft that {MOST_GAIN_DB:g} dB more would only bring out its noise"
    return f"{wanted}: its loudest moments stand so far out that more would only crush them"


def _with(levels: Levels, gains: NDArray[np.float32]) -> Loudness:
    middle: NDArray[np.float32] = (gains[:-1] + gains[1:]) * np.float32(0.5)
    return levels.loudness(middle)


def _gains(levels: Levels, gain_db: float, ceiling: float) -> NDArray[np.float32]:
    factor = np.float32(_factor(gain_db))
    return gain_curve(levels.peaks * factor, ceiling) * factor


def _all(factor: float, levels: Levels) -> NDArray[np.float32]:
    return np.full(len(levels.peaks) + 1, factor, np.float32)


def _factor(decibels: float) -> float:
    return float(10 ** (decibels / 20))
