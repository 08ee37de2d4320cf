from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.fake_media import FAKE_MEDIA, fake_last_frame
from tests.engine.fakes import FakeBackend, FakeService, chain_of, clock, plan_of, run, step
from tests.engine.test_recover import left_in
from veo_story.backends.base import Running, Status
from veo_story.engine.events import Event, StepSkipped
from veo_story.engine.run import render
from veo_story.engine.stop import StopSignal
from veo_story.errors import OutcomeUnknown
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.model import Chain
from veo_story.plan.takes import AttemptState
from veo_story.storyboard.model import Budget


class Stopping(FakeBackend):
    """Presses stop at a moment of the scene s02."""

    def __init__(self, signal: StopSignal, moment: str) -> None:
        super().__init__()
        self.signal, self.moment = signal, moment

    def _press(self, scene_id: str, moment: str) -> None:
        if (scene_id, moment) == ("s02", self.moment):
            self.signal.set()

    async def on_submit(self, scene_id: str) -> None:
        self._press(scene_id, "submit")

    async def on_status(self, scene_id: str) -> Status | None:
        self._press(scene_id, "status")
        return None

    async def on_fetch(self, scene_id: str) -> None:
        self._press(scene_id, "fetch")


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ("submit", AttemptState.ANSWERED),
        ("status", AttemptState.ANSWERED),
        ("fetch", AttemptState.STORED),  # finished work is brought home
    ],
)
def test_a_stop_leaves_what_can_be_gone_on_from(tmp_path: Path, moment: str, state: AttemptState) -> None:
    async def stopped(backend: Stopping, signal: StopSignal) -> None:
        events: list[Event] = []
        result = await run(plan, film, backend, stop=signal, events=events)
        assert result.stopped
        assert not result.ok
        assert not result.failures
        assert next(e.because for e in events if isinstance(e, StepSkipped)) == "the run was stopped"

    film, plan, signal = tmp_path / "film", plan_of(chain_of(4, price="1"), free=False), StopSignal()
    backend = Stopping(signal, moment)
    asyncio.run(stopped(backend, signal))
    assert backend.sent == ["s01", "s02"]
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        assert [a.state for a in ledger.attempts()] == [AttemptState.STORED, state]
    result = asyncio.run(run(plan, film, backend))
    assert result.ok
    assert backend.sent == ["s01", "s02", "s03", "s04"]
    assert set(backend.service.bills.values()) == {1}


def test_a_stop_wakes_a_long_sleep(tmp_path: Path) -> None:
    class Slow(FakeBackend):
        async def on_status(self, scene_id: str) -> Status | None:
            return Running(3600.0)

    async def scenario() -> None:
        signal, asleep = StopSignal(), asyncio.Event()

        async def sleep(seconds: float) -> None:
            assert seconds == 3600.0
            asleep.set()
            await asyncio.Event().wait()  # for ever

        running = asyncio.create_task(
            render(
                plan_of(chain_of(2)),
                tmp_path / "film",
                budget=Budget(),
                open_backend=lambda name: Slow(),
                on_event=lambda event: None,
                clock=clock,
                sleep=sleep,
                stop=signal,
                media=FAKE_MEDIA,
            )
        )
        await asyncio.wait_for(asleep.wait(), 30)
        signal.set()
        assert (await running).stopped

    asyncio.run(scenario())


def test_a_run_that_is_stopped_already_sends_nothing(tmp_path: Path) -> None:
    async def scenario() -> None:
        signal = StopSignal()
        signal.set()
        backend = FakeBackend()
        result = await run(plan_of(chain_of(2)), tmp_path / "film", backend, stop=signal)
        assert result.stopped
        assert backend.sent == []

    asyncio.run(scenario())


def test_a_stop_while_the_frames_are_looked_for_sends_nothing(tmp_path: Path) -> None:
    async def scenario() -> None:
        signal, backend = StopSignal(), FakeBackend()
        loop = asyncio.get_running_loop()

        def look(clip: Path, start: int, end: int) -> int:  # runs in a thread
            loop.call_soon_threadsafe(signal.set)
            return fake_last_frame(clip, start, end)

        s1 = step("s01")
        s2 = step("s02", frames=(("first_frame", s1, None),))
        result = await render(
            plan_of(Chain("a", (s1,)), Chain("b", (s2,))),
            tmp_path / "film",
            budget=Budget(),
            open_backend=lambda name: backend,
            on_event=lambda event: None,
            clock=clock,
            stop=signal,
            media=replace(FAKE_MEDIA, usable_last_frame=look),
        )
        assert result.stopped
        assert backend.sent == ["s01"]

    asyncio.run(scenario())


def test_a_cancelled_run_closes_its_backends_and_can_be_gone_on_from(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(2, price="1"), free=False)

    class Hanging(FakeBackend):
        async def on_status(self, scene_id: str) -> Status | None:
            looked.set()
            await asyncio.Event().wait()
            return None

    async def scenario() -> Hanging:
        backend = Hanging()
        running = asyncio.create_task(run(plan, film, backend))
        await asyncio.wait_for(looked.wait(), 30)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        return backend

    looked = asyncio.Event()
    backend = asyncio.run(scenario())
    assert backend.closed == 1
    result = asyncio.run(run(plan, film, FakeBackend(service=backend.service)))
    assert result.ok
    assert result.sent == 1


def test_a_run_cancelled_while_it_sends_does_not_send_again(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(1, price="1"), free=False)

    class Hanging(FakeBackend):
        async def on_accepted(self, scene_id: str) -> None:
            accepted.set()
            await asyncio.Event().wait()

    async def scenario() -> None:
        running = asyncio.create_task(run(plan, film, backend))
        await asyncio.wait_for(accepted.wait(), 30)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    accepted, backend = asyncio.Event(), Hanging()
    asyncio.run(scenario())
    result = asyncio.run(run(plan, film, backend))
    assert isinstance(result.failures[0].error, OutcomeUnknown)
    assert backend.sent == ["s01"]


def test_a_child_is_set_with_its_parent_and_not_the_other_way() -> None:
    parent = StopSignal()
    first, second = parent.child(), parent.child()
    first.set()
    assert (parent.is_set, second.is_set) == (False, False)
    parent.set()
    assert second.is_set
    assert parent.child().is_set


def test_a_stop_between_two_requests_under_way_leaves_the_second(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(Chain("c", (step("s01", price="1", takes=2),)), free=False)
    service = FakeService()
    for _ in range(2):
        attempt_id = left_in(film, AttemptState.ANSWERED, plan.step("s01"), is_free=False)
        service.accept(attempt_id, "s01", [f"s01:{n}" for n in range(48)])

    class Pressed(FakeBackend):
        async def on_fetch(self, scene_id: str) -> None:
            signal.set()

    async def scenario() -> None:
        nonlocal signal
        signal = StopSignal()
        result = await run(plan, film, Pressed(service=service), stop=signal)
        assert (result.stopped, result.skipped) == (True, ("s01",))

    signal = StopSignal()
    asyncio.run(scenario())
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        assert [a.state for a in ledger.attempts()] == [AttemptState.STORED, AttemptState.ANSWERED]
