"""Repeats end: after so many tries, so much waiting, so much trying."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backends.veo.http.loopback import Waits
from veo_story.backends.veo.retry import Again, Policy, repeat
from veo_story.errors import GenerationError, QuotaError

POLICY = Policy(tries=5, patience_s=30, first_s=1, longest_s=4)


def tried(
    policy: Policy, *asked: float | None, jitter: float = 0.0, try_s: float = 0
) -> tuple[list[float], int]:
    """Fail once for each wait that was asked for, then for ever: the waits, and the tries."""
    left, waits, numbers = list(asked), Waits(), list[int]()

    async def attempt(number: int) -> None:
        numbers.append(number)
        await asyncio.sleep(try_s)
        raise Again(QuotaError(f"try {number}"), "no", wait_s=left.pop(0) if left else None)

    async def play() -> None:
        with pytest.raises(QuotaError, match="try"):
            await repeat(attempt, policy, waits.time, lambda: jitter, lambda _line: None)

    asyncio.run(play())
    assert numbers == list(range(1, len(numbers) + 1))
    return waits.slept, len(numbers)


def test_waits_double_up_to_the_longest() -> None:
    assert tried(POLICY) == ([1, 2, 4, 4], 5)


def test_chance_takes_off_up_to_half() -> None:
    assert tried(POLICY, jitter=1.0) == ([0.5, 1, 2, 2], 5)


def test_a_longer_wait_that_is_asked_for_is_kept() -> None:
    assert tried(POLICY, 10, 0.1, 7) == ([10, 2, 7, 4], 5)


def test_patience_is_for_all_waits_together() -> None:
    assert tried(POLICY, 20, 11) == ([20], 2)
    assert tried(POLICY, 31) == ([], 1)


def test_time_spent_in_tries_is_not_patience() -> None:
    # A rehearsal's clock runs on while a request is under way on a slow machine.
    waits = Waits()

    async def attempt(number: int) -> int:
        waits.slept.append(1000)
        if number < 3:
            raise Again(QuotaError("no"), "no")
        return number

    assert asyncio.run(repeat(attempt, POLICY, waits.time, lambda: 0.0, lambda _line: None)) == 3


def test_too_much_trying_ends_it() -> None:
    policy = Policy(tries=5, patience_s=30, first_s=1, longest_s=4, trying_s=0.0)
    assert tried(policy, try_s=0.01) == ([], 1)


def test_other_errors_are_not_tried_again() -> None:
    async def attempt(_number: int) -> None:
        raise GenerationError("no")

    with pytest.raises(GenerationError):
        asyncio.run(repeat(attempt, POLICY, Waits().time, lambda: 0.0, lambda _line: None))


@given(st.lists(st.none() | st.floats(0, 1e6), max_size=8), st.floats(0, 1))
def test_it_always_ends(asked: list[float | None], jitter: float) -> None:
    slept, tries = tried(POLICY, *asked, jitter=jitter)
    assert len(slept) == tries - 1 < POLICY.tries
    assert sum(slept) <= POLICY.patience_s
    assert all(wait >= (least or 0) for wait, least in zip(slept, asked, strict=False))
