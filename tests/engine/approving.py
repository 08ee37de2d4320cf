"""A person at the gate, and short words for films that wait for one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.engine.fakes import FakeBackend, plan_of, run
from tests.engine.faults import ledger_of
from veo_story.engine.approvals import Answer, Terms
from veo_story.engine.events import Event
from veo_story.engine.run import RunResult
from veo_story.plan.gate import Gate
from veo_story.plan.model import Chain, Plan
from veo_story.plan.takes import Take

SCENE = Terms(Gate.SCENE)
CHAIN = Terms(Gate.CHAIN)


class Heard(list[Event]):
    """Events that are told on as they come."""

    def __init__(self, told: Callable[[Event], None]) -> None:
        super().__init__()
        self._told = told

    def append(self, event: Event) -> None:
        super().append(event)
        self._told(event)


@dataclass
class Person:
    """Answers as written, one word a question; then says nothing any more."""

    words: list[str]
    reason: str = ""
    asked: list[str] = field(default_factory=list)
    most: int = 0
    _open: int = 0
    on_silence: Callable[[], None] = lambda: None

    async def __call__(self, film: str, take: Take) -> Answer:
        self._open += 1
        self.most = max(self.most, self._open)
        self.asked.append(f"{film} {take.scene_id}-{take.number}")
        await asyncio.sleep(0)
        if not self.words:
            self.on_silence()
            await asyncio.Event().wait()
        self._open -= 1
        word = self.words.pop(0)
        assert word in ("approve", "reject", "later")
        return Answer(word, self.reason)


def paid(*chains: Chain, **more: int) -> Plan:
    return plan_of(*chains, free=False, **more)


def render(plan: Plan, film: Path, backend: FakeBackend, **more: object) -> RunResult:
    return asyncio.run(run(plan, film, backend, **more))


def approve(film: Path, *scenes: str) -> None:
    with ledger_of(film) as ledger:
        for take in ledger.takes():
            if take.scene_id in scenes:
                ledger.approve(take.id)


def waiting(result: RunResult) -> list[str]:
    return [take.scene_id for take in result.waiting]
