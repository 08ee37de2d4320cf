"""When to ask again, and how long to wait first. What may be asked again is the client's to know."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from random import SystemRandom
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from veo_story.errors import VeoStoryError
    from veo_story.times import Time

T = TypeVar("T")

CHANCE: Callable[[], float] = SystemRandom().random
"""The machine's own dice, for who does not bring others."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How often and how long one call is tried.

    ``tries`` counts the first one. All waits together last at most ``patience_s``, and after ``trying_s``
    spent in tries there is no further one. Waits go by the clock of the run, which a rehearsal speeds up;
    tries by the event loop's, as time-outs do: the network is as fast as it is. Waits double from ``first_s``
    up to ``longest_s`` and are shortened at random by up to half, so that chains side by side do not come
    back at the same moment.
    """

    tries: int
    patience_s: float
    first_s: float
    longest_s: float
    trying_s: float = 300


LOOKING = Policy(tries=8, patience_s=120, first_s=0.5, longest_s=20)
"""Looks: quick at first, since most troubles are short."""

MOVING = Policy(tries=8, patience_s=120, first_s=0.5, longest_s=20, trying_s=3600)
"""Uploads and downloads: a try can be long on a slow line without anything being wrong."""

SUBMITTING = Policy(tries=6, patience_s=180, first_s=2, longest_s=60)
"""Submits that were surely not accepted: a quota counts by the minute, so give it more than one."""


_PORTION_S = 0.5
"""How long somebody who stops a run waits at most for who waits."""


class Again(Exception):
    """A try failed in a way that may pass. Raised by what is tried, never by :func:`repeat`.

    ``error`` is what to raise when there is no further try; ``reason`` goes to the log; ``wait_s`` is how
    long the service asked to be left alone.
    """

    def __init__(self, error: VeoStoryError, reason: str, *, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.error = error
        self.reason = reason
        self.wait_s = wait_s


async def repeat(
    attempt: Callable[[int], Awaitable[T]],
    policy: Policy,
    time: Time,
    jitter: Callable[[], float],
    tell: Callable[[str], None],
    *,
    is_stopping: Callable[[], bool] | None = None,
) -> T:
    """Call ``attempt`` with the number of the try (from 1) until it raises no :class:`Again`.

    ``jitter`` gives numbers from 0 to 1. ``tell`` hears of each wait. Raises the last try's error when the
    tries or the patience are used up, at once when the service asks for a longer wait than is left, and as
    soon as ``is_stopping`` says while it waits.
    """
    loop = asyncio.get_running_loop()
    waited_s = trying_s = 0.0
    number = 1
    while True:
        began_s = loop.time()
        try:
            return await attempt(number)
        except Again as again:
            wait_s = max(_backoff_s(policy, number, jitter()), again.wait_s or 0)
            waited_s += wait_s
            trying_s += loop.time() - began_s
            if number >= policy.tries or waited_s > policy.patience_s or trying_s > policy.trying_s:
                raise again.error from again.error.__cause__
            tell(f"{again.reason}: try {number + 1} of {policy.tries} in {wait_s:.1f} s")
            last = again
        if is_stopping is None:
            await time.sleep(wait_s)
        elif await _is_stopped(time, wait_s, is_stopping):
            raise last.error from last.error.__cause__
        number += 1


async def _is_stopped(time: Time, wait_s: float, is_stopping: Callable[[], bool]) -> bool:
    """Wait, in short portions, and say whether the run is to stop."""
    while wait_s > 0 and not is_stopping():
        await time.sleep(min(wait_s, _PORTION_S))
        wait_s -= _PORTION_S
    return is_stopping()


def _backoff_s(policy: Policy, number: int, chance: float) -> float:
    return float(min(policy.longest_s, policy.first_s * 2 ** (number - 1)) * (1 - chance / 2))
