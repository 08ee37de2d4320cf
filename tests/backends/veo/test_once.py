from __future__ import annotations

import asyncio

import pytest

from veo_story.backends.veo.once import Once


def test_those_who_come_together_share_the_work() -> None:
    async def run() -> tuple[list[int], int]:
        calls = 0
        once = Once[int]()

        async def work() -> int:
            nonlocal calls
            calls += 1
            await asyncio.sleep(0)
            return calls

        together = await asyncio.gather(*(once.get("a", work) for _ in range(5)))
        later = await once.get("a", work)
        other = await once.get("b", work)
        return [*together, later], other

    assert asyncio.run(run()) == ([1] * 6, 2)


def test_a_failure_is_tried_again() -> None:
    async def run() -> int:
        once = Once[int]()
        answers = iter([ValueError("first"), 2])

        async def work() -> int:
            answer = next(answers)
            if isinstance(answer, Exception):
                raise answer
            return answer

        with pytest.raises(ValueError, match="first"):
            await once.get("a", work)
        return await once.get("a", work)

    assert asyncio.run(run()) == 2


def test_one_who_gives_up_does_not_stop_the_others() -> None:
    async def run() -> int:
        once = Once[int]()
        go_on = asyncio.Event()

        async def work() -> int:
            await go_on.wait()
            return 7

        first = asyncio.create_task(once.get("a", work))
        second = asyncio.create_task(once.get("a", work))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
        go_on.set()
        return await second

    assert asyncio.run(run()) == 7


def test_closing_stops_what_goes_on() -> None:
    async def run() -> bool:
        once = Once[bool]()
        waiting = asyncio.create_task(once.get("a", _never))
        await asyncio.sleep(0)
        await once.aclose()
        await asyncio.gather(waiting, return_exceptions=True)
        return waiting.cancelled()

    assert asyncio.run(run())


async def _never() -> bool:
    await asyncio.Event().wait()
    return True
