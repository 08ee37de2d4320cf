"""Ways out of a lost answer: found again, adopted, rendered again, settled. Money is counted at each end."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine.fakes import (
    START,
    FakeBackend,
    capabilities,
    chain_of,
    failed_with,
    plan_of,
    run,
    step,
)
from tests.engine.faults import Faulty, ledger_of, states
from veo_story.backends.base import Candidate, Operation
from veo_story.catalog.catalog import load_catalog
from veo_story.engine import reconcile
from veo_story.engine.events import Event, StepRemark
from veo_story.engine.retention import Retention
from veo_story.errors import ConfigError, ExpiredError, LedgerError, OutcomeUnknown
from veo_story.ledger.model import Caps, Ledger, Spent
from veo_story.plan.diff import diff
from veo_story.plan.model import Chain, Plan
from veo_story.plan.takes import Attempt, AttemptState, SceneState

PLAN = plan_of(chain_of(2, price="1"), free=False)
LATER = START + timedelta(hours=1)


class Finding(FakeBackend):
    """Knows lost requests by their ids, which are the names of their operations."""

    recalls = True
    asked_for: tuple[str, ...] = ()

    async def recall(self, attempt: Attempt) -> Operation | None:
        self.asked_for = (*self.asked_for, attempt.id)
        return Operation(attempt.id) if self.recalls and attempt.id in self.service.operations else None

    async def candidates(self, attempt: Attempt, known: Collection[str]) -> tuple[Candidate, ...]:
        return tuple(Candidate(name, True) for name in self.service.operations if name not in known)


@contextmanager
def lost(
    film: Path, plan: Plan = PLAN, *, accepted: bool = True
) -> Iterator[tuple[Ledger, Finding, Attempt]]:
    """A film whose first request got no answer; whether it was ``accepted`` only the service knows."""
    first = Faulty(**{"accepted_s01" if accepted else "submit_s01": OutcomeUnknown("reset")})
    assert isinstance(failed_with(asyncio.run(run(plan, film, first)), "s01"), OutcomeUnknown)
    backend = Finding(first.service)
    with ledger_of(film) as ledger:
        (attempt,) = reconcile.unsettled(ledger)
        yield ledger, backend, attempt


def checked(ledger: Ledger, backend: Finding, attempt: Attempt) -> reconcile.Checked:
    return asyncio.run(reconcile.check_again(ledger, backend, attempt, known=(), now=LATER))


def adopted(
    ledger: Ledger, backend: Finding, attempt: Attempt, name: str, known: Collection[str] = ()
) -> None:
    asyncio.run(reconcile.adopt(ledger, backend, attempt, name, known=known, now=LATER))


def rendered(film: Path, backend: FakeBackend, plan: Plan = PLAN) -> list[Event]:
    events: list[Event] = []
    assert asyncio.run(run(plan, film, backend, events=events)).ok
    return events


def test_what_a_dead_run_had_sent_is_unknown_after_taking_stock(tmp_path: Path) -> None:
    film = tmp_path / "film"
    film.mkdir()
    with ledger_of(film) as ledger:
        usual = {"expected": Decimal(1), "worst": Decimal(1), "caps": Caps(), "now": START}
        for scene in PLAN.steps():
            attempt = ledger.intend(scene, **usual)
            if scene.scene_id == "s01":
                ledger.sent(attempt.id, now=START)
        assert states(film) == [AttemptState.SENT, AttemptState.INTENDED]
        assert reconcile.unsettled(ledger) == ()
        reconcile.take_stock(ledger, film, LATER)
        assert [a.scene_id for a in reconcile.unsettled(ledger)] == ["s01"]
    assert states(film) == [AttemptState.UNKNOWN, AttemptState.RELEASED]


def test_taking_stock_leaves_free_work_under_way_to_the_next_run(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(1))
    asyncio.run(run(plan, film, Faulty(look_s01=ConfigError("the net went away"))))
    with ledger_of(film) as ledger:
        reconcile.take_stock(ledger, film, LATER)
    assert states(film) == [AttemptState.ANSWERED]


def test_what_is_found_again_is_brought_home_and_paid_once(tmp_path: Path) -> None:
    film = tmp_path / "film"
    with lost(film) as (ledger, backend, attempt):
        assert checked(ledger, backend, attempt).operation == Operation(attempt.id)
        assert reconcile.unsettled(ledger) == ()
        backend.recalls = False  # the next run has nothing more to ask
        rendered(film, backend)
        assert (backend.sent, ledger.spent()) == (["s02"], Spent(Decimal(2)))
    assert set(backend.service.bills.values()) == {1}


def test_candidates_are_offered_and_not_assumed(tmp_path: Path) -> None:
    film = tmp_path / "film"
    with lost(film) as (ledger, backend, attempt):
        backend.recalls = False
        for _ in range(2):
            found = checked(ledger, backend, attempt)
            assert (found.operation, found.candidates) == (None, (Candidate(attempt.id, True),))
            assert states(film) == [AttemptState.UNKNOWN]
        adopted(ledger, backend, attempt, attempt.id)
        rendered(film, backend)
        assert (backend.sent, ledger.spent()) == (["s02"], Spent(Decimal(2)))


def test_what_any_film_knows_is_no_candidate(tmp_path: Path) -> None:
    with lost(tmp_path / "film") as (ledger, backend, attempt):
        backend.recalls = False
        backend.service.accept("mine", "s01", [])
        backend.service.accept("of another film", "s01", [])
        ledger.answered(attempt.id, "mine", now=LATER)
        looked = reconcile.check_again(ledger, backend, attempt, known={"of another film"}, now=LATER)
        found = asyncio.run(looked)
    assert [candidate.name for candidate in found.candidates] == [attempt.id]


@pytest.mark.parametrize(
    ("name", "known", "kind", "says"),
    [
        ("op", {"op"}, LedgerError, "of another film"),
        ("nobody's", set(), ExpiredError, 'knows no operation "nobody\'s" here: no such operation'),
        ("gs://films/keeper/a1/", set(), ConfigError, "is a place"),
    ],
)
def test_what_cannot_be_adopted(
    tmp_path: Path, name: str, known: set[str], kind: type[Exception], says: str
) -> None:
    film = tmp_path / "film"
    with lost(film) as (ledger, backend, attempt), pytest.raises(kind, match=says):
        adopted(ledger, backend, attempt, name, known)
    assert states(film) == [AttemptState.UNKNOWN]


def test_an_operation_of_this_film_answers_one_request_only(tmp_path: Path) -> None:
    film, other = tmp_path / "film", Chain("d", (step("t01", price="1"),))
    plan = plan_of(*PLAN.chains, other, free=False)
    with lost(film, plan) as (ledger, backend, attempt):
        (home,) = (a.operation for a in ledger.attempts() if a.scene_id == "t01")
        assert home is not None
        with pytest.raises(LedgerError, match=r"answered attempt .* of scene t01, which is stored"):
            adopted(ledger, backend, attempt, home)


@pytest.mark.parametrize("accepted", [True, False])
def test_again_sends_it_once_more_and_both_stay_counted(tmp_path: Path, accepted: bool) -> None:
    film = tmp_path / "film"
    with lost(film, accepted=accepted) as (ledger, backend, attempt):
        backend.recalls = False
        assert not asyncio.run(run(PLAN, film, backend)).ok
        reconcile.again(ledger, attempt, now=LATER)
        status = diff(PLAN, ledger.takes(), ledger.attempts(), {})["s01"]
        assert (status.state, status.missing_takes) == (SceneState.TO_RENDER, 1)
        rendered(film, backend)
        assert backend.sent == ["s01", "s02"]
        assert ledger.spent() == Spent(Decimal(2), unknown_usd=Decimal(1))
        assert [a.id for a in reconcile.unsettled(ledger)] == [attempt.id]
        assert diff(PLAN, ledger.takes(), ledger.attempts(), {})["s01"].reason == ""


def test_a_late_success_overwrites_what_was_sent_again(tmp_path: Path) -> None:
    film = tmp_path / "film"
    with lost(film) as (ledger, backend, attempt):
        backend.recalls = False
        reconcile.again(ledger, attempt, now=LATER)
        rendered(film, backend)
        backend.recalls = True
        assert checked(ledger, backend, attempt).operation is not None
        before = {t.scene_id: t.id for t in ledger.takes()}
        result = asyncio.run(run(PLAN, film, backend))
        assert result.ok
        assert (backend.sent, ledger.spent()) == (["s01", "s02"], Spent(Decimal(3)))
        assert [t.number for t in ledger.takes() if t.scene_id == "s01"] == [1, 2]
        # One more take, and the film stays as it was.
        assert {scene: take.id for scene, take in result.takes.items()} == before
        assert reconcile.unsettled(ledger) == ()
    assert set(backend.service.bills.values()) == {1}
    assert asyncio.run(run(PLAN, film, FakeBackend(backend.service))).sent == 0


def test_what_turns_up_before_it_is_sent_again_is_not_paid_twice(tmp_path: Path) -> None:
    film = tmp_path / "film"
    with lost(film) as (ledger, backend, attempt):
        reconcile.again(ledger, attempt, now=LATER)
        rendered(film, backend)
        assert (backend.sent, ledger.spent()) == (["s02"], Spent(Decimal(2)))


class Blind(Finding):
    async def recall(self, attempt: Attempt) -> Operation | None:
        raise ConfigError("the bucket is gone")


def test_a_look_that_fails_stops_a_question_and_not_a_decision(tmp_path: Path) -> None:
    film = tmp_path / "film"
    with lost(film) as (ledger, _, attempt):
        backend = Blind()
        assert "the bucket is gone" in failed_with(asyncio.run(run(PLAN, film, backend)), "s01").message
        reconcile.again(ledger, attempt, now=LATER)
        rendered(film, backend)
    assert backend.sent == ["s01", "s02"]


def test_one_that_is_lost_again_is_a_question_again(tmp_path: Path) -> None:
    film = tmp_path / "film"
    with lost(film) as (ledger, _, attempt):
        reconcile.again(ledger, attempt, now=LATER)
        backend = Faulty(accepted_s01=OutcomeUnknown("reset"))
        assert not asyncio.run(run(PLAN, film, backend)).ok
        assert [a.is_open_question for a in reconcile.unsettled(ledger)] == [False, True]
        assert not asyncio.run(run(PLAN, film, backend)).ok
    assert backend.sent == ["s01"]


@pytest.mark.parametrize(
    ("cost", "state"),
    [("0", AttemptState.RELEASED), ("0.40", AttemptState.FAILED), ("7", AttemptState.FAILED)],
)
def test_settling_counts_what_was_billed_and_frees_the_scene(
    tmp_path: Path, cost: str, state: AttemptState
) -> None:
    film = tmp_path / "film"
    with lost(film, accepted=False) as (ledger, backend, attempt):
        reconcile.settle(ledger, attempt, Decimal(cost), now=LATER)
        assert (states(film), ledger.spent()) == ([state], Spent(Decimal(cost)))
        rendered(film, backend)
        assert (backend.sent, ledger.spent()) == (["s01", "s02"], Spent(Decimal(cost) + 2))


def test_a_further_take_is_asked_for_once_a_person_agreed(tmp_path: Path) -> None:
    film, more = tmp_path / "film", plan_of(Chain("c", (step("s01", takes=2, price="1"),)), free=False)
    rendered(film, FakeBackend(), plan_of(Chain("c", (step("s01", price="1"),)), free=False))
    with lost(film, more) as (ledger, _, attempt):
        events = rendered(film, FakeBackend(), more)
        assert [e.text for e in events if isinstance(e, StepRemark)] != []
        reconcile.again(ledger, attempt, now=LATER)
        status = diff(more, ledger.takes(), ledger.attempts(), {})["s01"]
        assert (status.reason, status.missing_takes) == ("1 more to render", 1)
        backend = FakeBackend()
        events = rendered(film, backend, more)
        assert (backend.sent, [e for e in events if isinstance(e, StepRemark)]) == (["s01"], [])


def test_a_found_request_has_the_deadline_of_when_it_was_sent(tmp_path: Path) -> None:
    with lost(tmp_path / "film") as (ledger, backend, attempt):
        kept = Retention(kept_s=7200)
        assert attempt.sent_at is not None
        looked = reconcile.check_again(ledger, backend, attempt, retention=kept, now=LATER)
        asyncio.run(looked)
        (found,) = ledger.attempts()
    assert found.expires_at == attempt.sent_at + timedelta(hours=2)
    assert found.answered_at == LATER


def test_how_long_a_model_keeps_its_clips_is_read_from_the_catalog(tmp_path: Path) -> None:
    with lost(tmp_path / "film") as (_ledger, _, attempt):
        pass
    catalog = load_catalog()
    assert reconcile.retention_of(attempt, catalog) == Retention()
    model = next(m for m in catalog.models("gemini") if m.retention_s)
    sent = Attempt("a", "s", "f", "gemini", model.model, AttemptState.UNKNOWN, Decimal(1), START)
    assert reconcile.retention_of(sent, catalog).kept_s == model.retention_s
    assert capabilities().retention_s is None


def test_a_settled_question_is_none(tmp_path: Path) -> None:
    with lost(tmp_path / "film") as (ledger, backend, attempt):
        checked(ledger, backend, attempt)
        for verb in (
            lambda: reconcile.again(ledger, attempt, now=LATER),
            lambda: reconcile.settle(ledger, attempt, Decimal(1), now=LATER),
            lambda: checked(ledger, backend, attempt),
        ):
            with pytest.raises(LedgerError):
                verb()
