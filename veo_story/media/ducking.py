"""Music that makes room for speech: how its gain sinks before it and rises after it. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from veo_story.media.steps import STEP, steps_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from veo_story.media.mix import Duck

ATTACK = 12_000
"""Samples (0.25 s) of the way down. It ends where the speech begins: no word is drowned."""
HOLD = 9_600
"""Samples (0.2 s) it stays down after the speech."""
RELEASE = 38_400
"""Samples (0.8 s) of the way up."""
_PAUSE = 96_000
"""In a pause shorter than this (2 s) the music stays down: it would only pump."""
_LEAST = 1e-4
"""The deepest duck, -80 dB: a way down in decibels has no end otherwise."""


def merged_ducks(ducks: Iterable[Duck]) -> tuple[Duck, ...]:
    """The same in order, those close together taken as one."""
    found: list[Duck] = []
    for duck in sorted(ducks, key=lambda duck: (duck.start, duck.end)):
        if duck.end <= duck.start:
            continue
        if found and duck.start - found[-1].end < _PAUSE:
            found[-1] = replace(found[-1], end=max(found[-1].end, duck.end))
        else:
            found.append(duck)
    return tuple(found)


def duck_gains(ducks: Iterable[Duck], ducked: float, at: int, samples: int) -> NDArray[np.float32]:
    """Gains for :func:`steps.with_gains` of ``samples`` from ``at`` on. ``ducks`` are merged ones.

    Down and up it goes along a raised cosine in decibels, which the ear takes for even.
    """
    count = steps_of(samples) + 1
    share = np.zeros(count)
    for duck in ducks:
        if duck.start - ATTACK < at + count * STEP and at < duck.end + HOLD + RELEASE:
            times = at + np.arange(count) * STEP
            down = (times - (duck.start - ATTACK)) / ATTACK
            up = (duck.end + HOLD + RELEASE - times) / RELEASE
            np.maximum(share, np.clip(np.minimum(down, up), 0, 1), out=share)
    depth = np.square(np.sin(share * (np.pi / 2)))
    return np.asarray(max(ducked, _LEAST) ** depth, np.float32)
