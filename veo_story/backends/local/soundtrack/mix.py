"""Speech over the rest: how far ambience and music step back for it, and the ceiling nothing goes through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.soundtrack.grid import RATE, amplitude, between, points

if TYPE_CHECKING:
    from collections.abc import Iterable

    from veo_story.backends.local.soundtrack.grid import Floats

DUCK_DB = -8.0
_ATTACK, RELEASE = RATE * 80 // 1000, RATE * 400 // 1000
_KNEE, _CEILING = 0.5, 0.69


def ducked(spans: Iterable[tuple[int, int]], number: int) -> Floats | None:
    """The gain of ambience and music in a block, with speech over ``spans`` of samples; None without any."""
    at = points(number)
    depth = np.zeros(at.shape)
    for start, end in spans:
        down = np.clip((at - start) / _ATTACK, 0, 1) * np.clip(1 - (at - end) / RELEASE, 0, 1)
        depth = np.maximum(depth, down)
    return between(amplitude(1) ** (DUCK_DB * depth)) if depth.any() else None


def limited(sound: Floats) -> Floats:
    """``sound`` with what is louder than the knee bent softly, so that it stays under -3 dBFS."""
    if float(np.abs(sound).max(initial=0.0)) <= _KNEE:
        return sound
    over = np.abs(sound) - np.float32(_KNEE)
    room = np.float32(_CEILING - _KNEE)
    bent = np.float32(_KNEE) + room * np.tanh(over / room)
    return np.where(over > 0, np.copysign(bent, sound), sound)
