"""Gates: what is sent before and after an approval, unattended and with a person there."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.engine.approving import CHAIN, SCENE, Heard, approve, paid, render, waiting
from tests.engine.fakes import FakeBackend, chain_of, plan_of, run, step
from tests.engine.faults import Faulty, ledger_of
from veo_story.backends.base import Failed
from veo_story.engine.approvals import NOT_PLANNED, Terms
from veo_story.engine.events import Event, StepRemark, StepSkipped, StepStored
from veo_story.engine.stop import StopSignal
from veo_story.errors import GenerationError
from veo_story.plan.gate import Gate
from veo_story.plan.model import Chain


def test_a_scene_gate_lets_a_chain_grow_by_one_approved_scene(tmp_path: Path) -> None:
    film, backend, plan = tmp_path / "film", FakeBackend(), paid(chain_of(3, price="1"))
    events: list[Event] = []
    first = render(plan, film, backend, terms=SCENE, events=events)
    assert (backend.sent, waiting(first), first.held) == (["s01"], ["s01"], ("s02",))
    assert first.failures == ()
    assert [e.because for e in events if isinstance(e, StepSkipped)] == [
        "waits for the approval of s01 take 1",
        "s02 was not rendered",
    ]
    again = render(plan, film, backend, terms=SCENE)
    assert (backend.sent, waiting(again), again.spent_usd) == (["s01"], ["s01"], 0)
    approve(film, "s01")
    assert waiting(render(plan, film, backend, terms=SCENE)) == ["s02"]
    approve(film, "s02")
    last = render(plan, film, backend, terms=SCENE)
    assert (backend.sent, waiting(last), last.held) == (["s01", "s02", "s03"], [], ())
    assert last.cost_usd == 3


def test_what_needs_no_approval_goes_on(tmp_path: Path) -> None:
    film, backend = tmp_path / "film", FakeBackend()
    result = render(paid(chain_of(2), chain_of(2, prefix="t")), film, backend, terms=SCENE)
    assert sorted(backend.sent) == ["s01", "t01"]
    assert (waiting(result), result.held) == (["s01", "t01"], ("s02", "t02"))


def test_a_chain_gate_waits_until_the_chains_before_are_whole_and_approved(tmp_path: Path) -> None:
    film, backend = tmp_path / "film", FakeBackend()
    plan = paid(chain_of(2), chain_of(2, prefix="t"), chain_of(1, prefix="u"))
    first = render(plan, film, backend, terms=CHAIN)
    assert backend.sent == ["s01", "s02"]
    assert (waiting(first), first.held) == (["s01", "s02"], ("t01", "u01"))
    approve(film, "s01")
    assert waiting(render(plan, film, backend, terms=CHAIN)) == ["s02"]
    approve(film, "s02")
    assert waiting(render(plan, film, backend, terms=CHAIN)) == ["t01", "t02"]
    assert backend.sent == ["s01", "s02", "t01", "t02"]
    approve(film, "t01", "t02")
    assert waiting(render(plan, film, backend, terms=CHAIN)) == []
    assert backend.sent[4:] == ["u01"]


def test_a_chain_gate_leaves_a_chain_whose_forerunner_failed(tmp_path: Path) -> None:
    film = tmp_path / "film"
    backend = Faulty(submit_s02=GenerationError("no"))
    events: list[Event] = []
    result = render(paid(chain_of(2), chain_of(1, prefix="t")), film, backend, terms=CHAIN, events=events)
    assert [f.scene_id for f in result.failures] == ["s02"]
    assert (backend.sent, result.held) == (["s01", "s02"], ("t01",))
    (skipped,) = [e for e in events if isinstance(e, StepSkipped)]
    assert skipped.because == "waits for s02, which failed"


def test_a_film_gate_makes_everything_and_then_wants_every_paid_take(tmp_path: Path) -> None:
    film, backend, plan = tmp_path / "film", FakeBackend(), paid(chain_of(2))
    terms = Terms(Gate.FILM)
    first = render(plan, film, backend, terms=terms)
    assert first.ok
    assert (len(first.takes), waiting(first), first.held) == (2, ["s01", "s02"], ())
    approve(film, "s01")
    assert waiting(render(plan, film, backend, terms=terms)) == ["s02"]
    approve(film, "s02")
    assert waiting(render(plan, film, backend, terms=terms)) == []


@pytest.mark.parametrize("gate", Gate)
def test_free_films_wait_for_nobody(gate: Gate, tmp_path: Path) -> None:
    plan = plan_of(chain_of(2), chain_of(2, prefix="t"))
    result = render(plan, tmp_path / "film", FakeBackend(), terms=Terms(gate))
    assert (len(result.takes), result.waiting, result.held) == (4, (), ())


def test_an_approval_is_of_a_take_and_not_of_a_scene(tmp_path: Path) -> None:
    film, backend = tmp_path / "film", FakeBackend()
    render(paid(chain_of(2)), film, backend, terms=SCENE)
    approve(film, "s01")
    s1 = step("s01", words="something else")
    edited = paid(Chain("c", (s1, step("s02", parent=s1))))
    result = render(edited, film, backend, terms=SCENE)
    assert (backend.sent, waiting(result)) == (["s01", "s01"], ["s01"])
    assert result.waiting[0].fingerprint == s1.fingerprint
    # Back to the first words: their approval still stands.
    assert render(paid(chain_of(2)), film, backend, terms=SCENE).held == ()


def test_the_take_that_serves_decides(tmp_path: Path) -> None:
    film, backend = tmp_path / "film", FakeBackend()
    s1 = step("s01", takes=2)
    plan = paid(Chain("c", (s1, step("s02", parent=s1))))
    (wanted,) = render(plan, film, backend, terms=SCENE).waiting
    with ledger_of(film) as ledger:
        other = next(t for t in ledger.takes() if t.id != wanted.id)
        ledger.approve(wanted.id)
        ledger.pick("s01", other.id, now=other.stored_at)
    result = render(plan, film, backend, terms=SCENE)
    assert [take.id for take in result.waiting] == [other.id]
    with ledger_of(film) as ledger:
        ledger.approve(other.id)
    done = render(plan, film, backend, terms=SCENE)
    assert done.takes["s02"].parents == (other.id,)


def test_an_approval_from_elsewhere_counts_at_once(tmp_path: Path) -> None:
    film, backend = tmp_path / "film", FakeBackend()

    def listen(event: Event) -> None:
        if isinstance(event, StepStored):
            approve(film, event.scene_id)

    assert len(render(paid(chain_of(3)), film, backend, terms=SCENE, events=Heard(listen)).takes) == 3


def test_a_further_take_waits_too_and_the_film_is_whole(tmp_path: Path) -> None:
    film, backend = tmp_path / "film", FakeBackend()
    render(paid(chain_of(2)), film, backend)
    s1 = step("s01")
    events: list[Event] = []
    plan = paid(Chain("c", (s1, step("s02", parent=s1, takes=2))))
    result = render(plan, film, backend, terms=SCENE, events=events)
    assert (len(result.takes), waiting(result), result.held) == (2, ["s01"], ("s02",))
    (remark,) = [e for e in events if isinstance(e, StepRemark)]
    assert remark.text == "no further take was asked for: waits for the approval of s01 take 1"
    assert backend.sent == ["s01", "s02"]


def test_what_is_under_way_comes_home_but_is_not_sent_again(tmp_path: Path) -> None:
    film = tmp_path / "film"
    plan = paid(chain_of(2))

    async def interrupted(backend: FakeBackend, scene: str) -> None:
        stop = StopSignal()

        def listen(event: Event) -> None:
            if getattr(event, "scene_id", None) == scene and type(event).__name__ == "StepProgress":
                stop.set()

        await run(plan, film, backend, stop=stop, events=Heard(listen))

    backend = FakeBackend()
    asyncio.run(interrupted(backend, "s02"))
    assert backend.sent == ["s01", "s02"]
    home = render(plan, film, backend, terms=SCENE)
    assert (backend.sent, len(home.takes), waiting(home)) == (["s01", "s02"], 2, [])


def test_a_lost_request_is_not_sent_again_past_a_gate(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", paid(chain_of(2))
    stop = StopSignal()

    class Losing(FakeBackend):
        async def on_accepted(self, scene_id: str) -> None:
            if scene_id == "s02":
                stop.set()

    backend = Losing()
    render(plan, film, backend, stop=stop)
    assert backend.sent == ["s01", "s02"]
    again = Faulty(status_s02=Failed(GenerationError("gone"), lost=True))
    again.service = backend.service
    result = render(plan, film, again, terms=SCENE)
    assert again.sent == []
    assert (sorted(result.takes), result.failures) == (["s01"], ())


def test_only_the_scenes_of_a_saved_plan_are_sent(tmp_path: Path) -> None:
    film, backend = tmp_path / "film", FakeBackend()
    events: list[Event] = []
    terms = Terms(sendable=frozenset({"s01"}))
    result = render(paid(chain_of(2)), film, backend, terms=terms, events=events)
    assert (backend.sent, result.held) == (["s01"], ("s02",))
    assert [e.because for e in events if isinstance(e, StepSkipped)] == [NOT_PLANNED]
