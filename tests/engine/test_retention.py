"""What a service drops: chains that would lose something begin first, and extending a clip keeps it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.engine.fakes import START, FakeBackend, Ticking, capabilities, chain_of, clock, plan_of, run, step
from tests.engine.test_recover import left_in
from veo_story.backends.base import Done, Filtered, Operation, Status
from veo_story.engine.retention import Retention
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.model import Chain, Plan
from veo_story.plan.takes import AttemptState, Take

DAY = 86_400


@dataclass
class Dropping(FakeBackend):
    """Says of each scene's clip when it will be dropped."""

    drops: dict[str, datetime] = field(default_factory=dict)

    async def status(self, operation: Operation) -> Status:
        found = await super().status(operation)
        if not isinstance(found, Done):
            return found
        return replace(found, expires_at=self.drops.get(self.service.operations[operation.name][0]))


def hours(number: float) -> datetime:
    return START + timedelta(hours=number)


def renewing(plan: Plan, kept_s: int | None = DAY, use_renews: bool = True) -> Plan:
    """The plan of a service that keeps clips so long."""
    caps = replace(capabilities(free=False), retention_s=kept_s, use_renews=use_renews)
    return replace(plan, capabilities=dict.fromkeys(plan.capabilities, caps))


def takes_of(film: Path) -> dict[str, Take]:
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        return {take.scene_id: take for take in ledger.takes()}


def begun(film: Path, plan: Plan, backend: FakeBackend, *scenes: str) -> None:
    """Render some scenes, as an earlier run did."""
    result = asyncio.run(run(plan, film, backend, only=frozenset(scenes), clock=clock))
    assert set(scenes) <= set(result.takes)
    backend.asked.clear()


def test_the_chain_whose_copy_is_dropped_soonest_is_sent_first(tmp_path: Path) -> None:
    film = tmp_path / "film"
    plan = plan_of(*(chain_of(2, prefix=name, price="1") for name in "abc"), free=False)
    backend = Dropping(drops={"b01": hours(5), "c01": hours(4)})
    begun(film, plan, backend, "a01", "b01", "c01")
    result = asyncio.run(run(plan, film, backend, concurrency=1, clock=clock))
    assert (result.ok, backend.sent) == (True, ["c02", "b02", "a02"])


def test_what_is_paid_is_brought_home_before_anything_is_sent(tmp_path: Path) -> None:
    film = tmp_path / "film"
    plan = plan_of(*(chain_of(2, prefix=name, price="1") for name in "abc"), free=False)
    backend = Dropping(drops={"b01": hours(1)})
    begun(film, plan, backend, "b01")
    attempt_id = left_in(film, AttemptState.ANSWERED, plan.step("c01"), is_free=False)
    backend.service.accept(attempt_id, "c01", [f"c01:{n}" for n in range(48)])
    result = asyncio.run(run(plan, film, backend, concurrency=1, clock=clock))
    assert (result.ok, backend.sent) == (True, ["c02", "b02", "a01", "a02"])


def test_a_hurried_chain_does_not_queue_behind_a_kept_one_that_it_is_made_from(tmp_path: Path) -> None:
    film = tmp_path / "film"
    kept = chain_of(2, prefix="k", price="1")
    first = step("u01", frames=(("first_frame", kept.steps[1], None),), price="1")
    hurried = Chain("u", (first, step("u02", parent=first, price="1")))
    plan = plan_of(chain_of(1, prefix="a", price="1"), kept, hurried, free=False)
    backend = Dropping(drops={"u01": hours(1)})
    begun(film, plan, backend, "k01", "k02", "u01")
    result = asyncio.run(run(plan, film, backend, concurrency=1, clock=clock))
    assert (result.ok, backend.sent) == (True, ["u02", "a01"])


def test_a_clip_that_is_extended_is_kept_from_then_on(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", renewing(plan_of(chain_of(2, price="1"), free=False))
    backend = Dropping(drops={"s01": hours(5), "s02": hours(48)})
    begun(film, plan, backend, "s01")
    assert takes_of(film)["s01"].expires_at == hours(5)
    assert asyncio.run(run(plan, film, backend, clock=Ticking())).ok
    takes = takes_of(film)
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        sent = ledger.attempts()[1].created_at
    assert takes["s01"].expires_at == sent + timedelta(seconds=DAY)
    assert takes["s02"].expires_at == hours(48)


@pytest.mark.parametrize(
    ("kept_s", "use_renews", "drops"), [(None, True, 5), (DAY, False, 5), (DAY, True, 99), (DAY, True, None)]
)
def test_a_deadline_that_is_not_renewed_stays(
    tmp_path: Path, kept_s: int | None, use_renews: bool, drops: int | None
) -> None:
    film, plan = tmp_path / "film", renewing(plan_of(chain_of(2), free=False), kept_s, use_renews)
    backend = Dropping(drops={} if drops is None else {"s01": hours(drops)})
    assert asyncio.run(run(plan, film, backend, clock=clock)).ok
    assert takes_of(film)["s01"].expires_at == (None if drops is None else hours(drops))


def test_neither_a_tail_nor_an_extension_that_came_to_nothing_keeps_a_clip(tmp_path: Path) -> None:
    opening = step("s01", price="1")
    cut = step("s02", parent=opening, window_frames=24, price="1")
    plan = renewing(plan_of(Chain("s", (opening, cut)), free=False))
    backend = Dropping(drops={"s01": hours(5)})
    assert asyncio.run(run(plan, tmp_path / "tail", backend, clock=clock)).ok
    assert takes_of(tmp_path / "tail")["s01"].expires_at == hours(5)

    class Filtering(Dropping):
        async def on_status(self, scene_id: str) -> Status | None:
            return Filtered(("no",)) if scene_id == "s02" else None

    plan = renewing(plan_of(chain_of(2, price="1"), free=False))
    assert not asyncio.run(run(plan, tmp_path / "film", Filtering(drops=backend.drops), clock=clock)).ok
    assert takes_of(tmp_path / "film")["s01"].expires_at == hours(5)


def test_an_answered_request_says_until_when_its_clips_are_there(tmp_path: Path) -> None:
    plan = renewing(plan_of(chain_of(1, price="1"), free=False))
    assert asyncio.run(run(plan, tmp_path / "film", FakeBackend(), clock=clock)).ok
    with SqliteLedger(tmp_path / "film" / "ledger.sqlite") as ledger:
        (attempt,) = ledger.attempts()
    assert attempt.expires_at == START + timedelta(seconds=DAY)
    assert Retention.of(plan.capabilities["s01"]).until(START) == attempt.expires_at
    assert Retention().until(START) is None
