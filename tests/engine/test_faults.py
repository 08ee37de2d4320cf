"""Whatever goes wrong in whatever order: every attempt ends, nothing is paid twice, the money adds up."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.fakes import FakeBackend, FakeService, chain_of, plan_of, run
from veo_story.backends.base import Done, Failed, Filtered, Inputs, Operation, Status
from veo_story.errors import (
    ExpiredError,
    GenerationError,
    MediaError,
    OutcomeUnknown,
    QuotaError,
    VeoStoryError,
)
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.model import Step
from veo_story.plan.takes import Attempt
from veo_story.plan.takes import AttemptState as S
from veo_story.storyboard.model import Budget

FAULTS = (
    *(
        "refused",
        "lost before",
        "lost after",
        "filtered",
        "sound",
        "failed",
        "billed",
        "hiccup",
        "gone",
        "late",
    ),
    *("flaky", "expired", "partly", "unprepared"),
)
schedules = st.lists(st.sampled_from(("fine", *FAULTS)), min_size=0, max_size=24)


class Scripted(FakeBackend):
    """Takes the next fault of the script for each submit; scripts that have ended are fine."""

    def __init__(self, service: FakeService, script: list[str]) -> None:
        super().__init__(service=service, looks=0)
        self.script = script
        self.recalls = 0
        self.now: dict[str, str] = {}

    async def prepare(self, step: Step, inputs: Inputs) -> Inputs:
        self.now[step.scene_id] = self.script.pop(0) if self.script else "fine"
        if self.now[step.scene_id] == "unprepared":
            raise QuotaError("429 on upload")
        return inputs

    async def recall(self, attempt: Attempt) -> Operation | None:
        """Of lost requests that were accepted, every other one is found again."""
        self.recalls += 1
        known = attempt.id in self.service.operations
        return Operation(attempt.id) if known and self.recalls % 2 else None

    async def on_submit(self, scene_id: str) -> None:
        if self.now[scene_id] == "refused":
            raise QuotaError("429")
        if self.now[scene_id] == "lost before":
            raise OutcomeUnknown("timed out")

    async def on_accepted(self, scene_id: str) -> None:
        if self.now[scene_id] == "lost after":
            raise OutcomeUnknown("reset")

    async def on_status(self, scene_id: str) -> Status | None:
        match self.now.pop(scene_id, "fine"):
            case "filtered":
                return Filtered(("no",))
            case "sound":
                return Filtered(("audio",), retry_may_pass=True)
            case "hiccup":
                return Failed(GenerationError("provisioning"), retry_after_s=1)
            case "late":
                raise GenerationError("no news")
            case "partly":
                (name,) = [n for n, (scene, _) in self.service.operations.items() if scene == scene_id][-1:]
                return Done((f"handle-{name}",), withheld=("face",))
            case "failed":
                return Failed(GenerationError("13"))
            case "billed":
                return Failed(GenerationError("13"), billed_usd=Decimal("0.5"))
            case "gone":
                return Failed(GenerationError("404"), lost=True)
            case fault:
                self.now[scene_id] = fault
                return None

    async def on_fetch(self, scene_id: str) -> None:
        fault = self.now.pop(scene_id, "fine")
        if fault == "flaky":
            raise MediaError("broke off")
        if fault == "expired":
            raise ExpiredError("deleted")


@settings(max_examples=30)
@given(schedules, st.sampled_from([Decimal("3.5"), Decimal(8), Decimal(100)]), st.integers(1, 3))
def test_any_schedule_of_faults_ends_well(script: list[str], cap: Decimal, takes_each: int) -> None:
    chains = (chain_of(2, prefix=prefix, price="1", takes=takes_each) for prefix in "ab")
    plan = plan_of(*chains, free=False, samples=2)
    service = FakeService()
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film"
        backend = Scripted(service, list(script))
        for _ in range(4):
            result = asyncio.run(run(plan, film, backend, budget=Budget(max_usd=cap)))
            assert all(isinstance(f.error, VeoStoryError) for f in result.failures)
            with SqliteLedger(film / "ledger.sqlite") as ledger:
                attempts, takes, spent = ledger.attempts(), ledger.takes(), ledger.spent()
            assert spent.counted_usd <= cap
            if result.ok:
                break
    states = Counter(a.state for a in attempts)
    assert states[S.INTENDED] == states[S.SENT] == 0
    for attempt in attempts:
        given_by = sorted(take.sample for take in takes if take.attempt_id == attempt.id)
        assert given_by == sorted(set(given_by))  # none twice
        assert bool(given_by) is (attempt.state is S.STORED) or attempt.state is S.ANSWERED
    assert all(count == 1 for count in service.bills.values())
    assert len(backend.sent) == len(attempts)  # each attempt was submitted once
    by_scene = Counter(take.scene_id for take in takes)
    unknown: Counter[str] = Counter()
    for attempt in attempts:
        unknown[attempt.scene_id] += attempt.samples if attempt.state is S.UNKNOWN else 0
    for scene_id in ("a01", "a02", "b01", "b02"):
        assert by_scene[scene_id] + unknown[scene_id] <= takes_each
    if not script and cap >= 4 * takes_each:
        assert result.ok
