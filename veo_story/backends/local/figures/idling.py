"""What nobody can help doing: blinking, looking about a little. Functions of a seed and the chain's frame."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

_SPAN = 66
"""Frames from one small move of the head to the next."""
_BLINK = 78
"""Frames in which one blinks once."""
_LIDS = (1, 2, 2, 1)


@lru_cache(maxsize=4096)
def _aim(seed: int, span: int) -> tuple[float, float]:
    """Where the head rests in a span: degrees aside and tilted."""
    rng = np.random.default_rng((seed, span, 1))
    if rng.random() < 0.45:
        return 0.0, 0.0
    return float(rng.uniform(-9, 9)), float(rng.uniform(-2.5, 2.5))


def wander(seed: int, frame: int) -> tuple[float, float]:
    """Degrees that a head is turned and tilted, from one rest to the next."""
    shifted = frame + _SPAN + seed % _SPAN
    span, into = divmod(shifted, _SPAN)
    a, b = _aim(seed, span - 1), _aim(seed, span)
    t = min(1.0, into / 15)
    on = t * t * (3 - 2 * t)
    return a[0] + (b[0] - a[0]) * on, a[1] + (b[1] - a[1]) * on


@lru_cache(maxsize=4096)
def _blink(seed: int, span: int) -> int:
    return int(np.random.default_rng((seed, span, 2)).integers(0, _BLINK - len(_LIDS)))


def lids_at(seed: int, frame: int) -> int:
    """0 for open eyes to 2 for closed ones."""
    span, into = divmod(frame + _BLINK + seed % _BLINK, _BLINK)
    since = into - _blink(seed, span)
    return _LIDS[since] if 0 <= since < len(_LIDS) else 0
