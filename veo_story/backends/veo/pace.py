"""When to look at a request that is under way: seldom at first, often when most such requests are done.

A :class:`Pace` learns from every finished request how long its kind takes. It lays the looks so that the time
between "finished there" and "noticed here" is small while the looks are no more than one every 10 s would be.
What is known of a kind is a curve (:mod:`~veo_story.backends.veo.latency`); which looks are best for a curve
says :mod:`~veo_story.backends.veo.schedule`.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from veo_story.backends.veo.latency import estimate
from veo_story.backends.veo.schedule import EVERY_S, Looks, best_looks

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

_REMEMBERED = 64
"""Finished requests of a kind that count; older ones say little about a service's mood today."""

_PAY_BACK = 30
"""Over how many requests looks that were left over, or too many, are spent or saved."""

_GROWTH, _LONGEST_GAP_S = 1.25, 15.0
_JITTER = 0.3

_FIRST = Looks(tuple(40.0 + 6 * n for n in range(15)), step_s=6.0, spare=0.0)
"""Before anything is learnt: evenly over what is typical, so that the first requests teach the most."""


@dataclass(slots=True)
class _Kind:
    """What is known of one kind: intervals in which requests ended, and the looks planned when some were."""

    seen: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    fresh: int = 0
    looks: Looks | None = None


class Pace:
    """Plans looks by kind of request. ``random`` gives numbers from 0 to 1."""

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self._kinds: dict[Hashable, _Kind] = {}
        self._left = 0.0

    def learn(self, kind: Hashable, after_s: float, by_s: float, looks: int) -> None:
        """A request was seen running ``after_s`` after its submit (0: never), and done at ``by_s``.

        ``looks`` is how often it was looked at.
        """
        if math.isfinite(by_s) and 0 <= after_s < by_s:
            # Done at the first look: rather shortly before it than in the middle of all that time.
            ended_s = by_s - min((by_s - after_s) / 2, 7.0)
            self._left += math.ceil(ended_s / EVERY_S) - looks
            known = self._kinds.setdefault(kind, _Kind())
            known.seen.append((after_s, by_s))
            known.fresh += 1

    def looks(self, kind: Hashable) -> Iterator[float]:
        """When to look at a request of this kind, in seconds since its submit, for ever."""
        plan = self._plan(kind)
        # A look well before the first shows when a service has become faster.
        if plan.spare >= 1 and (scout := plan.times[0] * (0.4 + 0.6 * self._random())) < plan.times[0] - 1:
            yield scout
        before, gap, shift = 0.0, plan.step_s, self._random() - 0.5
        for number, at in enumerate(plan.times):
            gap = at - before if number else plan.step_s
            yield at + shift * _JITTER * min(gap, 4.0)
            before = at
        while True:
            gap = min(_LONGEST_GAP_S, gap * _GROWTH)
            before += gap
            yield before

    def looks_blindly(self) -> Iterator[float]:
        """When to look at a request of unknown age, in s from now: at once, then every 4 s and slower."""
        return (4 * n + n * n / 5 if n < 15 else 105.0 + EVERY_S * (n - 15) for n in count())

    def _plan(self, kind: Hashable) -> Looks:
        known = self._kinds.setdefault(kind, _Kind())
        if not known.seen:
            return _FIRST
        if known.looks is None or known.fresh > len(known.seen) // 8:
            known.looks = best_looks(estimate(tuple(known.seen)), self._left / _PAY_BACK)
            known.fresh = 0
        return known.looks
