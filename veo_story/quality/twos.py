"""Is a film drawn on twos, every picture for two frames? Then one that changes little is no fault. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veo_story.quality import limits

if TYPE_CHECKING:
    from veo_story.quality.figures import Numbers

_SIDE = 6
"""Frames on each side that show whether every other one is held."""
_NEAR = 3
"""The nearest of them."""


def on_twos(change: Numbers, where: int, first: int, last: int) -> bool:
    """Whether every other frame around ``where``, it among them, changes clearly less: it is drawn on twos.

    ``change`` is what each frame changes; only those from ``first`` to ``last`` (exclusive) are looked at.
    """

    def shown(frames: range, phase: int) -> list[float]:
        here = (frame for frame in frames if first <= frame < last and frame != where)
        return [float(change[frame]) for frame in here if (frame - where) % 2 == phase]

    nearest = range(where - _NEAR, where + _NEAR + 1)
    if _alternates(shown(nearest, 0), shown(nearest, 1)):
        return True
    # Motion that turns back slows down bit by bit, in the frames that are held too.
    beside = min(shown(nearest, 0), default=0.0)
    before, after = range(where - _SIDE, where), range(where + 1, where + 1 + _SIDE)
    around = range(where - _SIDE, where + 1 + _SIDE)
    for frames, share in ((around, limits.TWOS_SHARE), (before, 0.5), (after, 0.5)):
        held, new = _pace(shown(frames, 0)), _pace(shown(frames, 1))
        # Held, and not merely slower: then it changes as little as the others do.
        if held < share * new and change[where] > limits.TWOS_ALIKE * min(held, beside):
            return True
    return False


def _pace(shown: list[float]) -> float:
    return float(np.median(shown)) if len(shown) >= 2 else 0.0


def _alternates(held: list[float], new: list[float]) -> bool:
    """Whether new pictures come at an even pace, and each that is held between them changes clearly less."""
    if len(held) + len(new) < 2 * _NEAR:
        return False
    share = limits.TWOS_SHARE
    return max(held) < share * min(new) and min(new) > share * max(new)
