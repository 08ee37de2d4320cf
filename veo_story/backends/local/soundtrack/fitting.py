"""Speech made to measure: another rate, a smaller or larger throat, faster or slower in the same pitch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.soundtrack.grid import RATE

if TYPE_CHECKING:
    from veo_story.backends.local.soundtrack.grid import Floats

FASTER, SLOWER = 1.3, 1.12
"""How far speech is hurried or slowed down to take the time it was given."""
_FRAME, _HOP, _SEARCH, _COARSE = 1440, 720, 480, 4
_QUIET = 0.01


def resampled(sound: Floats, rate: float) -> Floats:
    """``sound`` of ``rate`` samples a second at ours; too high a rate makes the voice smaller and higher."""
    length = int(len(sound) * RATE / rate)
    at = np.arange(length) * (rate / RATE)
    return np.asarray(np.interp(at, np.arange(len(sound)), sound), np.float32)


def trimmed(sound: Floats) -> Floats:
    """``sound`` without the silence around it."""
    loud = np.flatnonzero(np.abs(sound) > _QUIET * np.abs(sound).max(initial=0.0))
    return sound[max(0, loud[0] - 480) : loud[-1] + 2400] if len(loud) else sound[:0]


def fitted(sound: Floats, length: int) -> Floats:
    """``sound`` as near to ``length`` samples as it may be hurried or slowed."""
    ratio = max(1 / FASTER, min(SLOWER, length / max(1, len(sound))))
    return stretched(sound, ratio)


def stretched(sound: Floats, ratio: float) -> Floats:
    """``sound`` made ``ratio`` times as long in the same pitch: frames overlapped where they fit best."""
    length = round(len(sound) * ratio)
    if abs(ratio - 1) < 0.01 or length < 2 * _FRAME or len(sound) < 4 * _FRAME:
        return sound
    window = np.hanning(_FRAME + 1)[:_FRAME].astype(np.float32)
    padded = np.concatenate(
        [np.zeros(_SEARCH, np.float32), sound, np.zeros(2 * _FRAME + _SEARCH, np.float32)]
    )
    out = np.zeros(length + 2 * _FRAME, np.float32)
    last = _SEARCH
    for start in range(0, length, _HOP):
        wanted = _SEARCH + min(len(sound) - 1, round(start / ratio))
        at = wanted if start == 0 else wanted + _best_shift(padded, wanted, last + _HOP)
        out[start : start + _FRAME] += padded[at : at + _FRAME] * window
        last = at
    return out[:length]


def _best_shift(sound: Floats, wanted: int, natural: int) -> int:
    """How far from ``wanted`` the frame begins that goes on best as ``natural`` would."""
    model = sound[natural : natural + _FRAME : _COARSE]
    if len(model) < _FRAME // _COARSE:
        return 0
    field = sound[wanted - _SEARCH : wanted + _SEARCH + _FRAME : _COARSE]
    match = np.correlate(field, model, "valid")
    power = np.cumsum(np.concatenate([[0.0], field.astype(np.float64) ** 2]))
    energy = power[len(model) :][: len(match)] - power[: len(match)]
    return int((match / np.sqrt(energy + 1e-6)).argmax()) * _COARSE - _SEARCH
