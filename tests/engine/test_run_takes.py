"""Several takes of a scene, and which one serves."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.engine.fakes import (
    FakeBackend,
    chain_of,
    plan_of,
    run,
    step,
)
from tests.engine.faults import Faulty, ledger_of
from veo_story.engine.events import Event, StepRemark
from veo_story.errors import MediaError, OutcomeUnknown
from veo_story.plan.model import Chain

ROOT = Path(__file__).parents[2]


def test_several_takes_and_the_first_goes_on(tmp_path: Path) -> None:
    s1 = step("s01", takes=3)
    plan = plan_of(Chain("c", (s1, step("s02", parent=s1))))
    backend, film = FakeBackend(), tmp_path / "film"
    result = asyncio.run(run(plan, film, backend))
    assert backend.sent == ["s01", "s01", "s01", "s02"]
    with ledger_of(film) as ledger:
        assert [t.number for t in ledger.takes() if t.scene_id == "s01"] == [1, 2, 3]
    assert result.takes["s01"].number == 1
    assert result.takes["s02"].parents == (result.takes["s01"].id,)
    again = asyncio.run(run(plan, film, FakeBackend()))
    assert (again.sent, again.takes) == (0, result.takes)  # the chain stays on the take it was built on
    one = asyncio.run(run(plan_of(Chain("c", (step("s01"),))), film, FakeBackend()))
    assert one.sent == 0  # fewer takes than there are


def test_a_further_take_makes_nothing_stale_by_itself(tmp_path: Path) -> None:
    film, backend = tmp_path / "film", FakeBackend()
    s1, s2 = chain_of(2).steps
    asyncio.run(run(plan_of(Chain("c", (s1, s2))), film, backend))
    more = plan_of(Chain("c", (step("s01", takes=2), s2)))
    for _ in range(2):
        assert asyncio.run(run(more, film, backend)).ok
    assert backend.sent == ["s01", "s02", "s01"]


def test_a_further_take_makes_nothing_under_way_stale(tmp_path: Path) -> None:
    film = tmp_path / "film"
    s1 = step("s01", takes=2, price="1")
    plan = plan_of(Chain("c", (s1, step("s02", parent=s1, price="1"))), free=False)
    backend = Faulty(look_s02=MediaError("the net went away"))
    assert not asyncio.run(run(plan, film, backend)).ok
    assert asyncio.run(run(plan, film, backend)).ok
    assert backend.sent == ["s01", "s01", "s02"]


def test_a_lost_further_take_keeps_no_film_from_being_cut(tmp_path: Path) -> None:
    film, s1 = tmp_path / "film", step("s01", takes=1, price="1")
    assert asyncio.run(run(plan_of(Chain("c", (s1,)), free=False), film, FakeBackend())).ok
    more = plan_of(Chain("c", (step("s01", takes=3, price="1"),)), free=False)
    lost = Faulty(accepted_s01=OutcomeUnknown("connection reset"))
    assert not asyncio.run(run(more, film, lost)).ok
    events: list[Event] = []
    after = FakeBackend()
    result = asyncio.run(run(more, film, after, events=events))
    assert (result.ok, result.takes["s01"].number, after.sent) == (True, 1, [])
    assert [e.text for e in events if isinstance(e, StepRemark)] == [
        "no further take was asked for: the answer of one was lost"
    ]


@pytest.mark.parametrize("before", [0, 1])
def test_a_picked_take_that_is_still_to_be_made_is_waited_for(tmp_path: Path, before: int) -> None:
    film, backend = tmp_path / "film", FakeBackend()
    if before:
        asyncio.run(run(plan_of(Chain("c", (step("s01"),))), film, FakeBackend()))
    s1 = step("s01", takes=3, pick=2)
    plan = plan_of(Chain("c", (s1, step("s02", parent=s1))))
    result = asyncio.run(run(plan, film, backend))
    assert result.takes["s01"].number == 2
    assert result.takes["s02"].parents == (result.takes["s01"].id,)
    assert asyncio.run(run(plan, film, backend)).sent == 0


def test_a_pick_that_is_never_made_leaves_the_latest(tmp_path: Path) -> None:
    film, backend = tmp_path / "film", FakeBackend()
    s1 = step("s01", takes=2, pick=7)
    plan = plan_of(Chain("c", (s1, step("s02", parent=s1))))
    assert asyncio.run(run(plan, film, backend)).takes["s01"].number == 2
    assert asyncio.run(run(plan, film, backend)).sent == 0


def test_picking_another_take_renders_what_follows(tmp_path: Path) -> None:
    film = tmp_path / "film"
    s1 = step("s01", takes=2, pick=1)
    asyncio.run(run(plan_of(Chain("c", (s1, step("s02", parent=s1)))), film, FakeBackend()))
    backend = FakeBackend()
    other = step("s01", takes=2, pick=2)
    result = asyncio.run(run(plan_of(Chain("c", (other, step("s02", parent=other)))), film, backend))
    assert backend.sent == ["s02"]
    assert result.takes["s02"].parents == (f"s01/{s1.fingerprint[:8]}-2",)
    assert result.takes["s02"].number == 2


def test_a_take_whose_clip_was_deleted_is_made_again_under_a_new_number(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(1))
    (first,) = asyncio.run(run(plan, film, FakeBackend())).takes.values()
    first.clip.unlink()
    first.clip.with_name("request.json").unlink()
    first.clip.with_name("probe.json").unlink()
    first.clip.parent.rmdir()
    (second,) = asyncio.run(run(plan, film, FakeBackend())).takes.values()
    assert second.number == 2
