"""Gates with a person there: yes, no, later, and a stop in the middle of a question."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.engine.approving import Heard, Person, paid, render, waiting
from tests.engine.fakes import FakeBackend, chain_of, run, step
from tests.engine.faults import ledger_of
from veo_story.engine.approvals import Answer, Terms
from veo_story.engine.events import Event, StepSkipped, StepStored
from veo_story.engine.run import RunResult
from veo_story.engine.stop import StopSignal
from veo_story.plan.gate import Gate
from veo_story.plan.model import Chain
from veo_story.plan.takes import Take


def test_a_person_says_yes_and_the_chain_goes_on(tmp_path: Path) -> None:
    film, backend, person = tmp_path / "film", FakeBackend(), Person(["approve", "approve"])
    result = render(paid(chain_of(3)), film, backend, terms=Terms(Gate.SCENE, ask=person))
    assert (backend.sent, waiting(result)) == (["s01", "s02", "s03"], [])
    assert person.asked == ["film s01-1", "film s02-1"]
    with ledger_of(film) as ledger:
        assert [take.approved for take in ledger.takes()] == [True, True, False]


def test_later_leaves_the_scene_and_asks_once(tmp_path: Path) -> None:
    film, backend, person = tmp_path / "film", FakeBackend(), Person(["later"])
    s1 = step("s01")
    plan = paid(
        Chain("c", (s1,)), Chain("d", (step("s02", parent=s1),)), Chain("e", (step("s03", parent=s1),))
    )
    result = render(plan, film, backend, terms=Terms(Gate.SCENE, ask=person))
    assert (backend.sent, waiting(result), result.held) == (["s01"], ["s01"], ("s02", "s03"))
    assert person.asked == ["film s01-1"]


def test_a_rejected_take_leads_to_another_one(tmp_path: Path) -> None:
    film, backend, person = tmp_path / "film", FakeBackend(), Person(["reject"], reason="too dark")
    plan = paid(chain_of(2))
    events: list[Event] = []
    result = render(plan, film, backend, terms=Terms(Gate.SCENE, ask=person), events=events)
    assert [take.rejected for take in result.waiting] == ["too dark"]
    assert (backend.sent, dict(result.takes)) == (["s01"], {})
    (skipped,) = [e for e in events if isinstance(e, StepSkipped)]
    assert skipped.because == "s01 take 1 was rejected"
    with ledger_of(film) as ledger:
        assert [take.rejected for take in ledger.takes()] == ["too dark"]


def test_one_question_at_a_time_while_other_chains_go_on(tmp_path: Path) -> None:
    """The first question is answered only when the other chains have come to theirs."""
    film, backend = tmp_path / "film", FakeBackend()
    chains = [chain_of(2, prefix=p) for p in "stu"]
    stored: list[str] = []
    all_there = asyncio.Event()

    class Slow(Person):
        async def __call__(self, film: str, take: Take) -> Answer:
            await all_there.wait()
            return await super().__call__(film, take)

    def listen(event: Event) -> None:
        if isinstance(event, StepStored):
            stored.append(event.scene_id)
        if {"s01", "t01", "u01"} <= set(stored):
            all_there.set()

    person = Slow(["approve"] * 3)
    result = render(
        paid(*chains), film, backend, terms=Terms(Gate.SCENE, ask=person), events=Heard(listen), concurrency=1
    )
    assert len(result.takes) == 6
    assert (len(person.asked), person.most) == (3, 1)


def test_a_stop_ends_a_question(tmp_path: Path) -> None:
    film, backend = tmp_path / "film", FakeBackend()

    async def scenario() -> RunResult:
        stop = StopSignal()
        person = Person([], on_silence=stop.set)
        terms = Terms(Gate.SCENE, ask=person)
        return await run(paid(chain_of(2), chain_of(2, prefix="t")), film, backend, stop=stop, terms=terms)

    result = asyncio.run(scenario())
    assert result.stopped
    assert {"s02", "t02"} <= set(result.skipped)
    assert not {"s02", "t02"} & set(backend.sent)
