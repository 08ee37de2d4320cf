"""Paid requests that no scene waits for any more: brought home, paid for, and in nobody's way."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine.fakes import FakeBackend, chain_of, plan_of, run, step
from tests.engine.faults import Faulty, ledger_of, states
from veo_story.backends.base import Failed, Filtered, Running, Status
from veo_story.engine.events import Event, StepRemark
from veo_story.engine.stop import StopSignal
from veo_story.errors import ExpiredError, GenerationError, MediaError
from veo_story.plan.model import Chain, Plan, Step
from veo_story.plan.takes import AttemptState as S
from veo_story.storyboard.model import FrameOf

AWAY = MediaError("the net went away")


def paid(*steps: Step, **more: object) -> Plan:
    return plan_of(Chain("c", steps), free=False, **more)


def left_open(film: Path, plan: Plan, scene_id: str) -> FakeBackend:
    """A run that leaves the request of a scene under way; the backend goes on."""
    backend = Faulty(**{f"look_{scene_id}": AWAY})
    assert not asyncio.run(run(plan, film, backend)).ok
    return backend


def remarks(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, StepRemark)]


def settled(film: Path) -> tuple[Decimal, Decimal]:
    with ledger_of(film) as ledger:
        return ledger.spent().settled_usd, ledger.spent().reserved_usd


def test_a_request_of_an_edited_scene_becomes_a_take_of_the_old_words(tmp_path: Path) -> None:
    film, old = tmp_path / "film", step("s01", price="1")
    backend = left_open(film, paid(old), "s01")
    new, events = step("s01", words="other", price="2"), list[Event]()
    result = asyncio.run(run(paid(new), film, backend, events=events))
    assert (result.ok, result.takes["s01"].fingerprint, result.cost_usd) == (True, new.fingerprint, 3)
    with ledger_of(film) as ledger:
        stray = next(take for take in ledger.takes() if take.fingerprint == old.fingerprint)
    assert (stray.cost_usd, stray.new_frames, stray.parts) == (1, 48, old.parts)
    assert any(f"brought home as take {stray.id} for 1.00 USD" in text for text in remarks(events))
    assert (states(film), settled(film)) == ([S.STORED, S.STORED], (3, 0))
    undone = asyncio.run(run(paid(old), film, backend))
    assert (undone.takes["s01"].id, undone.sent, backend.sent) == (stray.id, 0, ["s01", "s01"])


def test_what_was_asked_for_is_written_beside_the_take_as_it_was(tmp_path: Path) -> None:
    film, s1 = tmp_path / "film", step("s01", price="1")
    s2 = step("s02", frames=(("first_frame", s1, "0.5"),), price="1")
    backend = left_open(film, paid(s1, s2), "s02")
    with ledger_of(film) as ledger:
        attempt = ledger.attempts()[-1]
        asked = dict(ledger.request(attempt.id))
    assert asyncio.run(run(paid(s1), film, backend)).ok
    with ledger_of(film) as ledger:
        assert (ledger.request(attempt.id), ledger.takes()[-1].parents) == (asked, ("s01/" + _first(s1),))
    (found,) = film.glob("takes/s02/*/request.json")
    text = found.read_text()
    assert (FrameOf("s01", Decimal("0.5")).scene_id in text, '"at_s": "0.5"' in text) == (True, True)


def _first(step: Step) -> str:
    return f"{step.fingerprint[:8]}-1"


@pytest.mark.parametrize("returns", ["tail", "combined"])
def test_an_extension_whose_scene_was_removed_is_measured_against_its_parent(
    tmp_path: Path, returns: str
) -> None:
    film, (s1, s2) = tmp_path / "film", chain_of(2, price="1").steps
    plan = paid(s1, s2, returns=returns)
    backend = Faulty(look_s02=AWAY)
    backend.combined = returns == "combined"
    assert not asyncio.run(run(plan, film, backend)).ok
    assert asyncio.run(run(paid(s1, returns=returns), film, backend)).ok
    assert asyncio.run(run(plan, film, backend)).takes["s02"].new_frames == 48
    assert backend.sent == ["s01", "s02"]


def test_an_extension_whose_parent_was_deleted_is_put_aside_and_paid(tmp_path: Path) -> None:
    film, (s1, s2) = tmp_path / "film", chain_of(2, price="1").steps
    backend = Faulty(look_s02=AWAY)
    backend.combined = True
    assert not asyncio.run(run(paid(s1, s2, returns="combined"), film, backend)).ok
    for clip in film.glob("takes/s01/*/clip.mp4"):
        clip.unlink()
    (film / "takes" / "s01" / _first(s1) / "probe.json").unlink()
    (film / "takes" / "s01" / _first(s1) / "request.json").unlink()
    (film / "takes" / "s01" / _first(s1)).rmdir()
    events: list[Event] = []
    other = step("s01", words="other", price="1")
    assert asyncio.run(run(paid(other, returns="combined"), film, backend, events=events)).ok
    (aside,) = film.glob("takes/s02/rejected-*/clip.mp4")
    assert len(aside.read_text().splitlines()) == 96
    assert (states(film), settled(film)) == ([S.STORED, S.FAILED, S.STORED], (3, 0))
    assert any("that it extends is gone" in text for text in remarks(events))


def test_a_request_built_on_a_take_that_serves_no_more_comes_home(tmp_path: Path) -> None:
    film, s1 = tmp_path / "film", step("s01", takes=2, pick=1, price="1")
    backend = left_open(film, paid(s1, step("s02", parent=s1, price="1")), "s02")
    picked = step("s01", takes=2, pick=2, price="1")
    result = asyncio.run(run(paid(picked, step("s02", parent=picked, price="1")), film, backend))
    assert (result.ok, backend.sent) == (True, ["s01", "s01", "s02", "s02"])
    with ledger_of(film) as ledger:
        made = [take for take in ledger.takes() if take.scene_id == "s02"]
    assert sorted(take.parents for take in made) == [(f"s01/{s1.fingerprint[:8]}-{n}",) for n in (1, 2)]
    assert result.takes["s02"].parents == (f"s01/{s1.fingerprint[:8]}-2",)
    assert settled(film) == (4, 0)


def test_all_the_clips_of_a_request_come_home(tmp_path: Path) -> None:
    film, old = tmp_path / "film", step("s01", takes=3, price="1")
    backend = left_open(film, paid(old, samples=3), "s01")
    assert asyncio.run(run(paid(step("s01", words="other", price="1")), film, backend)).ok
    with ledger_of(film) as ledger:
        assert sum(take.fingerprint == old.fingerprint for take in ledger.takes()) == 3
    assert settled(film) == (4, 0)


@pytest.mark.parametrize(
    ("end", "cost", "state"),
    [
        (Filtered(("faces",), retry_may_pass=True), 1, S.FAILED),
        (Failed(GenerationError("it broke"), billed_usd=Decimal("0.5")), Decimal("1.5"), S.FAILED),
        (Failed(GenerationError("busy"), retry_after_s=1.0), 1, S.FAILED),
    ],
)
def test_one_that_gives_nothing_ends_as_usual_and_is_not_asked_for_again(
    tmp_path: Path, end: Status, cost: Decimal, state: S
) -> None:
    film = tmp_path / "film"
    first = left_open(film, paid(step("s01", price="1")), "s01")

    class Ends(FakeBackend):
        async def on_status(self, scene_id: str) -> Status | None:
            return end if scene_id == "s01" else None

    backend, events = Ends(first.service), list[Event]()
    result = asyncio.run(run(paid(step("s02", price="1")), film, backend, events=events))
    assert (result.ok, result.cost_usd, backend.sent) == (True, cost, ["s02"])
    assert (states(film), settled(film)) == ([state, S.STORED], (cost, 0))
    assert any("a request of before gave no take" in text for text in remarks(events))


def test_one_that_has_expired_is_paid(tmp_path: Path) -> None:
    film = tmp_path / "film"
    backend = left_open(film, paid(step("s01", price="1")), "s01")
    assert isinstance(backend, Faulty)
    backend.at["fetch_s01"] = ExpiredError("the service dropped it")
    assert asyncio.run(run(paid(step("s02", price="1")), film, backend)).ok
    assert (states(film), settled(film)) == ([S.FAILED, S.STORED], (2, 0))


def test_one_that_cannot_be_had_makes_no_film_incomplete(tmp_path: Path) -> None:
    film, events = tmp_path / "film", list[Event]()
    backend = left_open(film, paid(step("s01", price="1")), "s01")
    assert isinstance(backend, Faulty)
    backend.at["look_s01"] = AWAY
    result = asyncio.run(run(paid(step("s02", price="1")), film, backend, events=events))
    assert (result.ok, states(film), settled(film)) == (True, [S.ANSWERED, S.STORED], (1, 1))
    assert any("--settle USD" in text for text in remarks(events))
    assert asyncio.run(run(paid(step("s02", price="1")), film, backend)).sent == 0
    assert settled(film) == (2, 0)


def test_a_stop_leaves_it_under_way(tmp_path: Path) -> None:
    film, stop = tmp_path / "film", StopSignal()
    first = left_open(film, paid(step("s01", price="1")), "s01")

    class Slow(FakeBackend):
        async def on_status(self, scene_id: str) -> Status | None:
            stop.set()
            return Running(10.0)

    gone = plan_of(Chain("c", (step("s02", price="0"),)), free=False)
    result = asyncio.run(run(gone, film, Slow(first.service), stop=stop))
    assert (result.stopped, states(film)[0]) == (True, S.ANSWERED)
    assert asyncio.run(run(gone, film, FakeBackend(first.service))).ok
    assert states(film)[0] is S.STORED


def test_one_of_a_model_that_nobody_knows_is_left_and_told(tmp_path: Path) -> None:
    film, events = tmp_path / "film", list[Event]()
    backend = left_open(film, paid(step("s01", price="1")), "s01")
    assert asyncio.run(run(paid(), film, backend, events=events)).ok
    assert states(film) == [S.ANSWERED]
    assert any("is paid and could not be brought home" in text for text in remarks(events))


def test_a_scene_that_was_not_asked_for_comes_home_too(tmp_path: Path) -> None:
    film, one, two = tmp_path / "film", step("s01", price="1"), step("s02", price="1")
    plan = plan_of(Chain("a", (one,)), Chain("b", (two,)), free=False)
    backend = left_open(film, plan, "s01")
    asyncio.run(run(plan, film, backend, only={"s02"}))
    assert (states(film), settled(film), backend.sent) == ([S.STORED, S.STORED], (2, 0), ["s01", "s02"])


def test_it_waits_without_a_place_of_its_own(tmp_path: Path) -> None:
    """The film is made while the service is still at it, though only one request may be worked on."""
    film = tmp_path / "film"
    first = left_open(film, paid(step("s01", price="1")), "s01")

    class Behind(FakeBackend):
        async def on_status(self, scene_id: str) -> Status | None:
            return Running(1.0) if scene_id == "s01" and "s02" not in self.sent else None

    backend = Behind(first.service)
    result = asyncio.run(run(paid(step("s02", price="1")), film, backend, concurrency=1))
    assert (result.ok, states(film)) == (True, [S.STORED, S.STORED])
