"""Every way a step can fail, and what the ledger and the next run make of it."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine.fakes import (
    FakeBackend,
    chain_of,
    failed_with,
    frames_of,
    plan_of,
    run,
    step,
)
from tests.engine.faults import Faulty, ledger_of, states
from veo_story.backends.base import Failed, Filtered, Status
from veo_story.engine.events import (
    Event,
    RunEnded,
    StepFailed,
    StepSkipped,
    StepStarted,
)
from veo_story.errors import (
    ConfigError,
    ExpiredError,
    FilteredError,
    GenerationError,
    MediaError,
    OutcomeUnknown,
    QuotaError,
    VeoStoryError,
)
from veo_story.ledger.model import Spent
from veo_story.plan.model import Chain
from veo_story.plan.takes import AttemptState

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("faults", "kind", "state", "spent", "says"),
    [
        (
            {"submit_s02": QuotaError("429 RESOURCE_EXHAUSTED")},
            QuotaError,
            AttemptState.RELEASED,
            Spent(),
            "Nothing was charged",
        ),
        (
            {"submit_s02": ConfigError("401", hint="Log in.")},
            ConfigError,
            AttemptState.RELEASED,
            Spent(),
            "Scene s02 (extend, fake-1): 401. Nothing",
        ),
        (
            {"accepted_s02": OutcomeUnknown("connection reset")},
            OutcomeUnknown,
            AttemptState.UNKNOWN,
            Spent(unknown_usd=Decimal(1)),
            "connection reset. It may have cost $1.00, which counts as spent.",
        ),
        (
            {"status_s02": Filtered(("58061214", "face"), category="child")},
            FilteredError,
            AttemptState.FAILED,
            Spent(),
            "withheld the result [child]: 58061214; face. Nothing was charged",
        ),
        (
            {"status_s02": Filtered(())},
            FilteredError,
            AttemptState.FAILED,
            Spent(),
            "no reason given",
        ),
        (
            {"status_s02": Failed(GenerationError("code 13 internal"))},
            GenerationError,
            AttemptState.FAILED,
            Spent(),
            "code 13 internal. Nothing was charged.",
        ),
        (
            {"status_s02": Failed(GenerationError("half done"), billed_usd=Decimal("0.4"))},
            GenerationError,
            AttemptState.FAILED,
            Spent(settled_usd=Decimal("0.4")),
            "It cost $0.40.",
        ),
        (
            {"status_s02": Failed(ExpiredError("404 no such operation"), may_have_cost=True)},
            ExpiredError,
            AttemptState.FAILED,
            Spent(settled_usd=Decimal(1)),
            "404 no such operation. It may have cost $1.00, which counts as spent.",
        ),
        (
            {"fetch_s02": ExpiredError("404 gone")},
            ExpiredError,
            AttemptState.FAILED,
            Spent(settled_usd=Decimal(1)),
            "It cost $1.00.",
        ),
        (
            {"fetch_s02": MediaError("the download broke off")},
            MediaError,
            AttemptState.ANSWERED,
            Spent(reserved_usd=Decimal(1)),
            "broke off",
        ),
        (
            {"look_s02": QuotaError("429 on polling")},
            QuotaError,
            AttemptState.ANSWERED,
            Spent(reserved_usd=Decimal(1)),
            "429 on polling",
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_a_failure_says_what_was_asked_what_it_cost_and_what_next(
    tmp_path: Path,
    faults: dict[str, VeoStoryError | Status],
    kind: type[VeoStoryError],
    state: AttemptState,
    spent: Spent,
    says: str,
) -> None:
    film, events = tmp_path / "film", list[Event]()
    plan = plan_of(chain_of(3, price="1"), free=False)
    result = asyncio.run(run(plan, film, Faulty(**faults), events=events))
    error = failed_with(result, "s02")
    assert type(error) is kind
    assert says in error.message
    assert str(error) == error.message
    assert error.hint
    assert ("render again to bring it home" in error.hint) is (state is AttemptState.ANSWERED)
    assert not result.ok
    assert set(result.takes) == {"s01"}
    assert result.skipped == ("s03",)
    assert states(film) == [AttemptState.STORED, state]
    with ledger_of(film) as ledger:
        assert ledger.spent("s02") == spent
        assert ledger.attempts()[1].error or state is AttemptState.ANSWERED
    assert [type(e) for e in events[-3:]] == [StepFailed, StepSkipped, RunEnded]
    skipped = events[-2]
    assert isinstance(skipped, StepSkipped)
    assert skipped.because == "s02 failed"


@pytest.mark.parametrize("fault", ["fetch_s02", "look_s02"])
def test_an_accepted_request_is_brought_home_by_the_next_run(tmp_path: Path, fault: str) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(3, price="1"), free=False)
    backend = Faulty(**{fault: MediaError("the net went away")})
    asyncio.run(run(plan, film, backend))
    events: list[Event] = []
    result = asyncio.run(run(plan, film, backend, events=events))
    assert result.ok
    assert result.sent == 1
    assert backend.sent == ["s01", "s02", "s03"]
    assert set(backend.service.bills.values()) == {1}
    assert [e.resumed for e in events if isinstance(e, StepStarted)] == [True, False]


def test_a_lost_answer_of_a_paid_step_is_never_sent_again_by_itself(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(2, price="1"), free=False)
    backend = Faulty(accepted_s01=OutcomeUnknown("reset"))
    asyncio.run(run(plan, film, backend))
    result = asyncio.run(run(plan, film, backend))
    assert isinstance(failed_with(result, "s01"), OutcomeUnknown)
    assert backend.sent == ["s01"]
    assert states(film) == [AttemptState.UNKNOWN]


def test_a_lost_answer_of_a_further_take_does_not_hold_the_film_up(tmp_path: Path) -> None:
    film = tmp_path / "film"
    s1 = step("s01", takes=2, price="1")
    plan = plan_of(Chain("c", (s1, step("s02", parent=s1, price="1"))), free=False)

    class SecondLost(FakeBackend):
        async def on_accepted(self, scene_id: str) -> None:
            if self.sent == ["s01", "s01"]:
                raise OutcomeUnknown("reset")

    result = asyncio.run(run(plan, film, SecondLost()))
    assert set(result.takes) == {"s01", "s02"}
    assert isinstance(failed_with(result, "s01"), OutcomeUnknown)
    backend = FakeBackend()
    assert asyncio.run(run(plan, film, backend)).ok
    assert backend.sent == []


def test_a_lost_answer_of_a_free_step_is_asked_again(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(1))
    backend = Faulty(accepted_s01=OutcomeUnknown("reset"))
    assert not asyncio.run(run(plan, film, backend)).ok
    assert asyncio.run(run(plan, film, backend)).ok
    assert states(film) == [AttemptState.RELEASED, AttemptState.STORED]


def test_what_the_backend_lost_for_free_is_sent_again(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(1))
    backend = Faulty(status_s01=Failed(GenerationError("never heard of it"), lost=True))
    result = asyncio.run(run(plan, film, backend))
    assert result.ok
    assert result.sent == 2
    assert states(film) == [AttemptState.RELEASED, AttemptState.STORED]


def test_a_backend_that_loses_everything_is_not_asked_for_ever(tmp_path: Path) -> None:
    class Forgetful(FakeBackend):
        async def on_status(self, scene_id: str) -> Status | None:
            return Failed(GenerationError("never heard of it"), lost=True)

    backend = Forgetful()
    result = asyncio.run(run(plan_of(chain_of(1)), tmp_path / "film", backend))
    assert "lost it each time" in failed_with(result, "s01").message
    assert len(backend.sent) == 3


def test_a_clip_of_another_length_is_kept_aside_and_paid(tmp_path: Path) -> None:
    class Short(FakeBackend):
        def draw(self, step, inputs):
            return super().draw(step, inputs)[:-1]

    film = tmp_path / "film"
    result = asyncio.run(run(plan_of(chain_of(1, price="1"), free=False), film, Short()))
    error = failed_with(result, "s01")
    assert isinstance(error, MediaError)
    assert "47 frames, and 48 were due" in error.message
    assert "It cost $1.00." in error.message
    (aside,) = (film / "takes" / "s01").glob("rejected-*")
    assert str(aside) in (error.hint or "")
    assert len(frames_of(aside / "clip.mp4")) == 47
    assert "48 were due" in json.loads((aside / "rejected.json").read_text())["reason"]
    with ledger_of(film) as ledger:
        assert ledger.spent() == Spent(settled_usd=Decimal(1))
        assert json.loads((aside / "request.json").read_text())["attempt"] == ledger.attempts()[0].id
    again = asyncio.run(run(plan_of(chain_of(1, price="1"), free=False), film, FakeBackend()))
    assert again.ok  # what was put aside is in nobody's way
    assert again.takes["s01"].number == 1


@pytest.mark.parametrize("lines", ["other", "shifted"])
def test_a_combined_file_without_its_parent_is_refused(tmp_path: Path, lines: str) -> None:
    class Wrong(FakeBackend):
        def draw(self, step, inputs):
            drawn = super().draw(step, inputs)
            if inputs.parent is None:
                return drawn
            return [f"x{n}" for n in range(96)] if lines == "other" else [*drawn[1:], "more"]

    plan = plan_of(chain_of(2), returns="combined")
    result = asyncio.run(run(plan, tmp_path / "film", Wrong(combined=True)))
    assert "does not contain" in failed_with(result, "s02").message


def test_the_billed_amount_is_what_it_cost(tmp_path: Path) -> None:
    plan = plan_of(chain_of(1, price="1"), free=False)
    result = asyncio.run(run(plan, tmp_path / "film", FakeBackend(billed=Decimal("0.83"))))
    assert result.takes["s01"].cost_usd == result.spent_usd == Decimal("0.83")


def test_a_failure_ends_its_chain_and_what_needs_it_and_nothing_else(tmp_path: Path) -> None:
    a, b = chain_of(2, prefix="a"), chain_of(2, prefix="b")
    c = Chain("chain-c", (step("c01", frames=(("first_frame", a.steps[1], None),)),))
    d = Chain("chain-d", (step("d01", frames=(("first_frame", b.steps[1], None),)),))
    backend = Faulty(submit_a01=QuotaError("429"))
    result = asyncio.run(run(plan_of(a, b, c, d), tmp_path / "film", backend))
    assert set(result.takes) == {"b01", "b02", "d01"}
    assert [f.scene_id for f in result.failures] == ["a01"]
    assert sorted(result.skipped) == ["a02", "c01"]
