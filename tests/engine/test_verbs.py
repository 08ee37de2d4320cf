"""What a backend may do around a request: admit, prepare, recall."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine.fakes import START, FakeBackend, FakeService, chain_of, failed_with, plan_of, run, step
from tests.engine.faults import Faulty, ledger_of, states
from tests.engine.test_recover import left_in
from veo_story.backends.base import Done, Inputs, Operation, Status
from veo_story.engine.events import Event, RunStarted, StepStarted
from veo_story.engine.stop import StopSignal
from veo_story.errors import BudgetError, ConfigError, ExpiredError, OutcomeUnknown, QuotaError
from veo_story.ledger.model import Spent
from veo_story.plan.model import Chain, Step
from veo_story.plan.takes import Attempt
from veo_story.plan.takes import AttemptState as S
from veo_story.storyboard.model import Budget


class Wordy(FakeBackend):
    """Writes down which verbs were called."""

    def __init__(self, service: FakeService | None = None) -> None:
        super().__init__(service=service or FakeService())
        self.said: list[str] = []
        self.found: dict[str, str] = {}
        self.trouble: Exception | None = None

    def admit(self, steps: Sequence[Step]) -> None:
        self.said.append("admit " + " ".join(s.scene_id for s in steps))
        if isinstance(self.trouble, ConfigError):
            raise self.trouble

    async def prepare(self, step: Step, inputs: Inputs) -> Inputs:
        self.said.append(f"prepare {step.scene_id}")
        if self.trouble is not None:
            raise self.trouble
        return replace(inputs, sent={Path("here"): "there"})

    async def submit(self, step: Step, inputs: Inputs, *, attempt_id: str, samples: int = 1) -> Operation:
        self.said.append(f"submit {step.scene_id}")
        return await super().submit(step, inputs, attempt_id=attempt_id, samples=samples)

    async def recall(self, attempt: Attempt) -> Operation | None:
        self.said.append(f"recall {attempt.scene_id}")
        if self.trouble is not None:
            raise self.trouble
        name = self.found.get(attempt.id)
        return None if name is None else Operation(name)


def test_the_verbs_come_in_order(tmp_path: Path) -> None:
    film, backend, events = tmp_path / "film", Wordy(), list[Event]()
    plan = plan_of(chain_of(2, price="1"), free=False)
    asyncio.run(run(plan, film, backend, only={"s01"}))
    assert backend.said == ["admit s01", "prepare s01", "submit s01"]
    backend.said.clear()
    assert asyncio.run(run(plan, film, backend, events=events)).ok
    assert backend.said == ["admit s02", "prepare s02", "submit s02"]
    assert [dict(inputs.sent) for _, inputs in backend.asked] == [{Path("here"): "there"}] * 2
    backend.said.clear()
    assert asyncio.run(run(plan, film, backend)).ok
    assert backend.said == []


def test_every_backend_admits_before_anything_happens(tmp_path: Path) -> None:
    first, second = Wordy(), Wordy()
    second.trouble = ConfigError("veo-2 was switched off")
    steps = (step("s01", backend="first"), step("s02", backend="second"), step("s03", backend="first"))
    events: list[Event] = []
    with pytest.raises(ConfigError, match="switched off"):
        asyncio.run(
            run(
                plan_of(*(Chain(s.scene_id, (s,)) for s in steps)),
                tmp_path / "film",
                first,
                events=events,
                open_backend=lambda name: {"first": first, "second": second}[name],
            )
        )
    assert (first.said, second.said) == (["admit s01 s03"], ["admit s02"])
    assert (first.closed, second.closed) == (1, 1)
    assert not any(isinstance(e, RunStarted) for e in events)


def test_what_is_only_to_be_brought_home_needs_no_admission(tmp_path: Path) -> None:
    film, plan, backend = tmp_path / "film", plan_of(chain_of(1, price="1"), free=False), Wordy()
    attempt_id = left_in(film, S.ANSWERED, plan.step("s01"), is_free=False)
    backend.service.accept(attempt_id, "s01", [f"s01:{n}" for n in range(48)])
    assert asyncio.run(run(plan, film, backend)).ok
    assert backend.said == ["admit "]


@pytest.mark.parametrize("error", [ExpiredError("the clip is gone"), QuotaError("429")])
def test_a_preparation_that_fails_asked_for_nothing(tmp_path: Path, error: Exception) -> None:
    film, plan, backend = tmp_path / "film", plan_of(chain_of(2, price="1"), free=False), Wordy()
    backend.trouble = error
    result = asyncio.run(run(plan, film, backend))
    found = failed_with(result, "s01")
    assert found is error
    assert found.message.endswith("Nothing was asked for.")
    assert found.message.startswith("Scene s01 (")
    assert found.hint
    assert backend.sent == []
    assert states(film) == []
    backend.trouble = None
    assert asyncio.run(run(plan, film, backend)).ok


def test_a_stop_ends_a_preparation(tmp_path: Path) -> None:
    class Uploading(Wordy):
        async def prepare(self, step: Step, inputs: Inputs) -> Inputs:
            preparing.set()
            try:
                await asyncio.Event().wait()
            finally:
                self.said.append("given up")
            return inputs

    async def scenario() -> Uploading:
        backend, signal = Uploading(), StopSignal()
        running = asyncio.create_task(run(plan, film, backend, stop=signal))
        await asyncio.wait_for(preparing.wait(), 30)
        signal.set()
        result = await running
        assert (result.stopped, result.skipped, result.failures) == (True, ("s01",), ())
        return backend

    film, plan, preparing = tmp_path / "film", plan_of(chain_of(1, price="1"), free=False), asyncio.Event()
    backend = asyncio.run(scenario())
    assert backend.said[-1] == "given up"
    assert (backend.sent, states(film)) == ([], [])


def test_what_is_refused_anyway_is_not_prepared(tmp_path: Path) -> None:
    backend, plan = Wordy(), plan_of(chain_of(1, price="3"), free=False)
    result = asyncio.run(run(plan, tmp_path / "film", backend, budget=Budget(max_usd=Decimal(2))))
    assert isinstance(failed_with(result, "s01"), BudgetError)
    assert backend.said == ["admit s01"]


def lost(film: Path, scene_id: str, plan: object) -> tuple[Wordy, str]:
    """A run whose request for a scene was accepted and the answer lost."""
    backend = Faulty(**{f"accepted_{scene_id}": OutcomeUnknown("reset")})
    asyncio.run(run(plan, film, backend))
    with ledger_of(film) as ledger:
        (attempt,) = [a for a in ledger.attempts() if a.state is S.UNKNOWN]
    return Wordy(backend.service), attempt.id


def test_a_lost_request_that_is_found_again_is_brought_home(tmp_path: Path) -> None:
    film, plan, events = tmp_path / "film", plan_of(chain_of(3, price="1"), free=False), list[Event]()
    backend, attempt_id = lost(film, "s02", plan)
    backend.found[attempt_id] = attempt_id
    result = asyncio.run(run(plan, film, backend, events=events))
    assert (result.ok, result.sent) == (True, 1)
    assert backend.sent == ["s03"]
    assert "recall s02" in backend.said
    assert [(e.scene_id, e.resumed) for e in events if isinstance(e, StepStarted)] == [
        ("s02", True),
        ("s03", False),
    ]
    assert states(film) == [S.STORED] * 3
    assert set(backend.service.bills.values()) == {1}
    with ledger_of(film) as ledger:
        assert ledger.spent() == Spent(settled_usd=Decimal(3))


def test_a_lost_request_that_is_not_found_is_refused(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(1, price="1"), free=False)
    backend, _ = lost(film, "s01", plan)
    result = asyncio.run(run(plan, film, backend))
    assert isinstance(failed_with(result, "s01"), OutcomeUnknown)
    assert [verb for verb in backend.said if not verb.startswith("admit")] == ["recall s01"]
    assert states(film) == [S.UNKNOWN]


def test_a_recall_that_fails_changes_nothing(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(1, price="1"), free=False)
    backend, _ = lost(film, "s01", plan)
    backend.trouble = QuotaError("429")
    result = asyncio.run(run(plan, film, backend))
    assert failed_with(result, "s01") is backend.trouble
    assert (states(film), backend.sent) == ([S.UNKNOWN], [])


def test_a_further_take_that_was_lost_is_found_too(tmp_path: Path) -> None:
    film, s1 = tmp_path / "film", step("s01", price="1")
    asyncio.run(run(plan_of(Chain("c", (s1,)), free=False), film, FakeBackend()))
    plan = plan_of(Chain("c", (step("s01", price="1", takes=3),)), free=False, samples=2)
    backend, attempt_id = lost(film, "s01", plan)
    assert asyncio.run(run(plan, film, backend)).ok
    assert backend.said == ["recall s01"]  # not found: the film goes on with the take it has
    backend.found[attempt_id] = attempt_id
    result = asyncio.run(run(plan, film, backend))
    assert (result.ok, result.sent, states(film)) == (True, 0, [S.STORED, S.STORED])
    with ledger_of(film) as ledger:
        assert [(t.number, t.sample) for t in ledger.takes()] == [(1, 0), (2, 0), (3, 1)]
    backend.said.clear()
    assert asyncio.run(run(plan, film, backend)).ok
    assert backend.said == []


def test_a_lost_take_that_nobody_misses_is_left(tmp_path: Path) -> None:
    film = tmp_path / "film"
    asyncio.run(run(plan_of(chain_of(1, price="1"), free=False), film, FakeBackend()))
    two = plan_of(Chain("c", (step("s01", price="1", takes=2),)), free=False)
    backend, _ = lost(film, "s01", two)
    assert asyncio.run(run(plan_of(chain_of(1, price="1"), free=False), film, backend)).ok
    assert backend.said == []


def test_an_extension_knows_when_its_parent_expires(tmp_path: Path) -> None:
    class Expiring(FakeBackend):
        async def status(self, operation: Operation) -> Status:
            status = await super().status(operation)
            return replace(status, expires_at=expiry) if isinstance(status, Done) else status

    expiry, backend = START + timedelta(days=2), Expiring()
    assert asyncio.run(run(plan_of(chain_of(2)), tmp_path / "film", backend)).ok
    parent = backend.asked[1][1].parent
    assert parent is not None
    assert parent.expires_at == expiry
