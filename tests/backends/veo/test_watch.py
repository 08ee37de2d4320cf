from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.backends.veo.support import FakeTime
from veo_story.backends.base import Done, Failed, Running, Status
from veo_story.backends.veo.watch import Watch
from veo_story.errors import ExpiredError, GenerationError


class Service:
    """Is done at a moment of the fake clock, and counts the looks."""

    def __init__(self, clock: FakeTime, done_s: float, end: Status | None = None) -> None:
        self.clock = clock
        self.done_s = done_s
        self.end = end or Done(("a",))
        self.looked_s: list[float] = []

    async def look(self) -> Status:
        self.looked_s.append(self.clock.passed_s)
        return self.end if self.clock.passed_s >= self.done_s else Running(look_again_s=0.0)


async def brought_home(watch: Watch, service: Service, name: str = "op") -> Status:
    while isinstance(status := await watch.status(name, service.look), Running):
        assert status.look_again_s > 0
        await service.clock.time.sleep(status.look_again_s)
    return status


def watching(clock: FakeTime, **more: float) -> Watch:
    dice: Iterator[float] = iter([0.5] * 1000)
    return Watch(clock.time, random=lambda: next(dice), **more)


def test_right_after_the_submit_nothing_is_asked() -> None:
    clock = FakeTime()
    watch, service = watching(clock), Service(clock, 60)
    watch.submitted("op", "kind")
    status = asyncio.run(watch.status("op", service.look))
    assert isinstance(status, Running)
    assert status.look_again_s > 30
    assert service.looked_s == []


def test_the_end_is_remembered() -> None:
    clock = FakeTime()
    watch, service = watching(clock), Service(clock, 60)
    watch.submitted("op", "kind")
    first = asyncio.run(brought_home(watch, service))
    looks = len(service.looked_s)
    assert asyncio.run(watch.status("op", service.look)) == first == Done(("a",))
    assert len(service.looked_s) == looks


def test_a_request_of_another_run_is_looked_at_at_once() -> None:
    clock = FakeTime()
    watch, service = watching(clock), Service(clock, 20)
    asyncio.run(brought_home(watch, service))
    assert service.looked_s[0] == 0
    assert clock.passed_s < 30
    assert len(service.looked_s) < 8


def test_it_learns_from_what_is_done() -> None:
    clock = FakeTime()
    watch = watching(clock)
    for number in range(15):
        service = Service(clock, clock.passed_s + 60)
        watch.submitted(f"op{number}", "kind")
        assert asyncio.run(brought_home(watch, service, f"op{number}")) == Done(("a",))
    assert clock.passed_s - service.done_s < 0.6
    assert len(service.looked_s) <= 4


def test_failures_teach_nothing() -> None:
    clock = FakeTime()
    watch, plain = watching(clock), watching(clock)
    for number in range(5):
        service = Service(clock, clock.passed_s, Failed(ExpiredError("gone")))
        watch.submitted(f"op{number}", "kind")
        asyncio.run(brought_home(watch, service, f"op{number}"))
    looks = []
    for one in (watch, plain):
        one.submitted("last", "kind")
        status = asyncio.run(one.status("last", service.look))
        assert isinstance(status, Running)
        looks.append(status.look_again_s)
    assert looks[0] == looks[1]


def test_past_the_deadline_it_says_so_and_the_request_stays() -> None:
    clock = FakeTime()
    watch, service = watching(clock, deadline_s=300), Service(clock, 400)
    watch.submitted("op", "kind")
    with pytest.raises(GenerationError, match="still running after 5 min"):
        asyncio.run(brought_home(watch, service))
    assert 300 <= clock.passed_s < 320
    # Whoever goes on waiting gets it when it is there.
    clock.passed_s = 500
    assert asyncio.run(watch.status("op", service.look)) == Done(("a",))


def test_a_look_that_fails_can_be_made_again_at_once() -> None:
    clock = FakeTime()
    watch = watching(clock)

    async def broken() -> Status:
        raise GenerationError("no network")

    with pytest.raises(GenerationError, match="no network"):
        asyncio.run(watch.status("op", broken))
    assert asyncio.run(watch.status("op", Service(clock, 0).look)) == Done(("a",))
