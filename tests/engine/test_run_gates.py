"""What is held before and while sending: caps, the ledger's lead, the scenes asked for."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine.fakes import (
    FakeBackend,
    chain_of,
    failed_with,
    plan_of,
    run,
    step,
)
from tests.engine.faults import ledger_of
from veo_story.backends.base import Status
from veo_story.engine.events import (
    Event,
    StepSkipped,
)
from veo_story.errors import (
    BudgetError,
    ConfigError,
)
from veo_story.plan.model import Chain
from veo_story.plan.takes import AttemptState
from veo_story.storyboard.model import Budget

ROOT = Path(__file__).parents[2]


def test_a_cap_ends_the_chain_with_what_is_left(tmp_path: Path) -> None:
    plan = plan_of(chain_of(3, price="1"), free=False)
    backend = FakeBackend()
    result = asyncio.run(run(plan, tmp_path / "film", backend, budget=Budget(max_usd=Decimal("2.5"))))
    assert isinstance(failed_with(result, "s03"), BudgetError)
    assert backend.sent == ["s01", "s02"]
    more = asyncio.run(run(plan, tmp_path / "film", backend, budget=Budget(max_usd=Decimal(3))))
    assert more.ok
    assert more.spent_usd == 1


def test_the_ledger_is_ahead_of_the_service_at_every_moment(tmp_path: Path) -> None:
    film = tmp_path / "film"
    seen: list[tuple[str, AttemptState, str | None]] = []

    class Watching(FakeBackend):
        """Looks into the ledger as another process would, after a crash at that moment."""

        def _look(self, moment: str) -> None:
            with ledger_of(film) as ledger:
                (attempt,) = ledger.attempts()
                assert ledger.spent().counted_usd == 1
                seen.append((moment, attempt.state, attempt.operation))

        async def on_submit(self, scene_id: str) -> None:
            self._look("submit")

        async def on_accepted(self, scene_id: str) -> None:
            self._look("accepted")

        async def on_status(self, scene_id: str) -> Status | None:
            self._look("status")
            return None

        async def on_fetch(self, scene_id: str) -> None:
            self._look("fetch")

    backend = Watching(looks=0)
    asyncio.run(run(plan_of(chain_of(1, price="1"), free=False), film, backend))
    (operation,) = backend.service.operations
    assert seen == [
        ("submit", AttemptState.SENT, None),
        ("accepted", AttemptState.SENT, None),
        ("status", AttemptState.ANSWERED, operation),
        ("fetch", AttemptState.ANSWERED, operation),
    ]


def test_a_paid_run_without_a_cap_sends_nothing(tmp_path: Path) -> None:
    backend = FakeBackend()
    plan = plan_of(chain_of(2, price="1"), free=False)
    with pytest.raises(BudgetError, match=r"2 scenes of film are to be paid for, \$2.00") as caught:
        asyncio.run(run(plan, tmp_path / "film", backend, budget=Budget()))
    assert "--max-usd 2" in (caught.value.hint or "")
    assert backend.sent == []
    asyncio.run(run(plan, tmp_path / "film", backend))
    assert asyncio.run(run(plan, tmp_path / "film", backend, budget=Budget())).ok  # nothing to pay


def test_caps_follow_the_reading_that_the_budget_goes_by(tmp_path: Path) -> None:
    (chain,) = plan_of(chain_of(1, price="1"), free=False).chains
    dear = replace(chain.steps[0], worst_usd=Decimal(9))
    plan = plan_of(replace(chain, steps=(dear,)), free=False)
    assert asyncio.run(run(plan, tmp_path / "film", FakeBackend(), budget=Budget(max_usd=Decimal(1)))).ok


def test_a_free_run_needs_no_cap(tmp_path: Path) -> None:
    assert asyncio.run(run(plan_of(chain_of(2)), tmp_path / "film", FakeBackend(), budget=Budget())).ok


def test_only_some_scenes(tmp_path: Path) -> None:
    film, plan, backend = tmp_path / "film", plan_of(chain_of(4)), FakeBackend()
    events: list[Event] = []
    result = asyncio.run(run(plan, film, backend, only={"s01", "s02"}, events=events))
    assert backend.sent == ["s01", "s02"]
    assert result.ok
    assert result.skipped == ("s03", "s04")
    assert [e.because for e in events if isinstance(e, StepSkipped)] == [
        "it was not asked for",
        "s03 was not rendered",
    ]
    asyncio.run(run(plan, film, backend, only={"s03"}))
    assert backend.sent == ["s01", "s02", "s03"]


@pytest.mark.parametrize(
    ("only", "says", "hint"),
    [
        ({"s03"}, "s03 is made from s02, which has no take", "Ask for s02 too"),
        ({"s01", "s9"}, "no scene 's9'", None),
        ({"s001"}, "no scene 's001'", "Did you mean s01"),
    ],
)
def test_an_only_that_cannot_be_sends_nothing(
    tmp_path: Path, only: set[str], says: str, hint: str | None
) -> None:
    backend = FakeBackend()
    with pytest.raises(ConfigError, match=says) as caught:
        asyncio.run(run(plan_of(chain_of(4)), tmp_path / "film", backend, only=only))
    assert (hint or "") in (caught.value.hint or "")
    assert backend.sent == []


def test_only_leaves_further_takes_of_other_scenes_alone(tmp_path: Path) -> None:
    film, backend = tmp_path / "film", FakeBackend()
    asyncio.run(run(plan_of(chain_of(2)), film, backend))
    s1 = step("s01", takes=2)
    plan = plan_of(Chain("c", (s1, step("s02", parent=s1))))
    result = asyncio.run(run(plan, film, backend, only={"s02"}))
    assert (result.sent, len(result.takes)) == (0, 2)
