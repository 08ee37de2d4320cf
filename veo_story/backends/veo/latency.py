"""How long requests take, estimated from looks: each says only between which two it ended.

The intervals are shared out over bins in proportion to what the others say (the expectation-maximisation
estimate for interval-censored data), with a prior that counts as one request.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

_LEAST_S, _RATIO, _BINS = 1.0, 1.004, 1700
EDGES: Floats = np.concatenate(([0.0], _LEAST_S * _RATIO ** np.arange(_BINS)))
"""Bins from 1 s to 880 s, each 0.4 % longer than the one before: a quarter of a second at one minute."""

_SWEEPS = 8
_KNOTS = 8
_TRUST = 200.0
_BELIEVED = 1.15
_FEW = 5


def _prior() -> Floats:
    """Before anything is learnt: 40 to 120 s, seldom as little as 11 s or as much as 6 min."""
    typical = np.clip((EDGES[1:] - 40) / 80, 0, 1)
    wide = np.clip(np.log(EDGES[1:] / 11) / math.log(360 / 11), 0, 1)
    shares: Floats = np.diff(0.98 * typical + 0.02 * wide, prepend=0.0)
    return shares


_PRIOR = _prior()


def estimate(seen: tuple[tuple[float, float], ...]) -> Floats:
    """The share of requests that have ended by each of :data:`EDGES`, from intervals (after, by] in s."""
    if not seen:
        return _summed(_PRIOR)
    spans = [_span(after, by) for after, by in seen]
    learnt = _shared_out(spans, _PRIOR)
    prior = _summed(_PRIOR)
    weight = _weight_of_prior(_summed(learnt / len(spans)), prior, len(spans))
    for _ in range(_SWEEPS - 1):
        learnt = _shared_out(spans, (learnt + _PRIOR) / (len(spans) + 1))
    smooth = _smooth(_summed(learnt / len(spans)), len(spans))
    return (len(spans) * smooth + weight * prior) / (len(spans) + weight)


def _shared_out(spans: list[tuple[int, int]], shares: Floats) -> Floats:
    """Requests by bin: each of the spans given to its bins in proportion to ``shares``."""
    learnt = np.zeros(_BINS)
    for first, last in spans:
        part = shares[first:last]
        weight = part.sum()
        learnt[first:last] += part / weight if weight > 0 else 1 / (last - first)
    return learnt


def _weight_of_prior(found: Floats, prior: Floats, seen: int) -> float:
    """In requests. The prior counts for many until what was seen contradicts it (Kolmogorov's distance)."""
    if seen < _FEW:
        return 1.0  # few requests of a kind that took alike say more than what is typical of all kinds
    distance = float(np.abs(found - prior).max()) * math.sqrt(seen)
    return 1 + _TRUST * min(1.0, max(0.0, (_BELIEVED + 0.4 - distance) / 0.4))


def _summed(shares: Floats) -> Floats:
    return np.concatenate(([0.0], np.cumsum(shares)))


def _span(after: float, by: float) -> tuple[int, int]:
    first = min(int(np.searchsorted(EDGES, after, "right")) - 1, _BINS - 1)
    return first, max(first + 1, min(int(np.searchsorted(EDGES, by, "left")), _BINS))


def _smooth(ended: Floats, seen: int) -> Floats:
    """Keep a few quantiles and straight lines between them, so that no look is aimed at a single request.

    The ends move outwards: the next request is beyond all others more often than never.
    """
    knots = np.linspace(0, 1, min(_KNOTS, seen + 2))
    at = np.interp(np.clip(knots, 0.004, 0.996), ended, EDGES)
    beyond = (at[-1] - at[0] + 0.1 * at[-1]) / (seen + 1)
    at[0], at[-1] = max(at[0] - beyond, 0.0), min(at[-1] + beyond, EDGES[-1])
    smooth: Floats = np.interp(EDGES, at, knots)
    return smooth
