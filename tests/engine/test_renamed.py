"""Scenes that got another name or place: what was paid for serves them, and nothing is paid again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from tests.engine.fakes import START, FakeBackend, FakeService, chain_of, plan_of, run, step
from tests.engine.faults import Faulty
from veo_story.engine.run import RunResult
from veo_story.errors import GenerationError, OutcomeUnknown
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.model import Chain, Plan, Step
from veo_story.plan.renamed import Move, moves
from veo_story.plan.takes import AttemptState as S
from veo_story.stored import read_stored


def rendered(film: Path, plan: Plan, backend: FakeBackend) -> RunResult:
    return asyncio.run(run(plan, film, backend))


def chain(*named: str, price: str = "1") -> Plan:
    """A chain of scenes ``id=words``."""
    steps: list[Step] = []
    for one in named:
        scene_id, _, words = one.partition("=")
        parent = steps[-1] if steps else None
        steps.append(step(scene_id, parent=parent, words=words or scene_id, price=price))
    return plan_of(Chain("a", tuple(steps)), free=False)


def openings(*named: str) -> Plan:
    """Scenes that need nothing, each ``id=words``, as chains of their own."""
    pairs = (one.partition("=") for one in named)
    steps = [step(scene_id, words=words or scene_id, price="1") for scene_id, _, words in pairs]
    return plan_of(*(Chain(s.scene_id, (s,)) for s in steps), free=False)


def test_a_renamed_scene_keeps_its_takes_and_what_follows_keeps_its_own(tmp_path: Path) -> None:
    film, service = tmp_path / "film", FakeService()
    first = rendered(film, chain("s01", "s02", "s03"), FakeBackend(service=service))
    plan = chain("s01", "middle=s02", "s03")
    stored = read_stored(film)
    assert {s.state.value for s in stored.renamed(plan).statuses(plan).values()} == {"kept"}
    result = rendered(film, plan, FakeBackend(service=service))
    assert (result.ok, result.sent) == (True, 0)
    assert result.takes["middle"].id == first.takes["s02"].id
    assert result.takes["middle"].clip == first.takes["s02"].clip
    assert len(service.operations) == 3


def test_a_scene_put_in_between_renames_all_behind_it_and_pays_for_itself_alone(tmp_path: Path) -> None:
    film, service = tmp_path / "film", FakeService()
    rendered(film, openings("s01=one", "s02=two", "s03=three"), FakeBackend(service=service))
    plan = openings("s01=one", "s02=new", "s03=two", "s04=three")
    again = FakeBackend(service=service)
    assert rendered(film, plan, again).ok
    assert again.sent == ["s02"]
    back = FakeBackend(service=service)
    assert rendered(film, openings("s01=one", "s02=two", "s03=three"), back).ok
    assert back.sent == []


def test_scenes_that_change_places(tmp_path: Path) -> None:
    film, service = tmp_path / "film", FakeService()
    first = rendered(film, openings("s01=one", "s02=two"), FakeBackend(service=service))
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        ledger.choose(picks={s: take.id for s, take in first.takes.items()}, now=START)
    result = rendered(film, openings("s01=two", "s02=one"), FakeBackend(service=service))
    assert result.sent == 0
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        assert ledger.picks() == {"s01": first.takes["s02"].id, "s02": first.takes["s01"].id}


def test_further_takes_of_a_renamed_scene_have_numbers_of_their_own(tmp_path: Path) -> None:
    film, service = tmp_path / "film", FakeService()
    rendered(film, openings("old=one"), FakeBackend(service=service))
    more = plan_of(Chain("a", (replace(openings("new=one").step("new"), takes=2),)), free=False)
    result = rendered(film, more, FakeBackend(service=service))
    assert result.sent == 1
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        assert [(t.scene_id, t.number) for t in ledger.takes()] == [("new", 1), ("new", 2)]
    assert rendered(film, openings("old=one"), FakeBackend(service=service)).sent == 0


def test_what_is_under_way_for_the_old_name_is_brought_home_for_the_new(tmp_path: Path) -> None:
    film = tmp_path / "film"
    backend = Faulty(look_old=GenerationError("no answer"))
    assert not rendered(film, openings("old=one"), backend).ok
    result = rendered(film, openings("new=one"), FakeBackend(service=backend.service))
    assert (result.ok, result.sent, len(backend.service.operations)) == (True, 0, 1)


def test_an_unknown_outcome_is_not_forgotten_by_a_new_name(tmp_path: Path) -> None:
    film = tmp_path / "film"
    backend = Faulty(accepted_old=OutcomeUnknown("no answer"))
    assert not rendered(film, openings("old=one"), backend).ok
    result = rendered(film, openings("new=one"), FakeBackend(service=backend.service))
    assert isinstance(result.failures[0].error, OutcomeUnknown)
    assert result.sent == 0
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        assert [(a.scene_id, a.state) for a in ledger.attempts()] == [("new", S.UNKNOWN)]
        assert ledger.spent("new").unknown_usd == Decimal(1)


def test_a_lost_ledger_learns_the_new_names_again(tmp_path: Path) -> None:
    film, service = tmp_path / "film", FakeService()
    rendered(film, openings("old=one"), FakeBackend(service=service))
    rendered(film, openings("new=one"), FakeBackend(service=service))
    (film / "ledger.sqlite").unlink()
    assert rendered(film, openings("new=one"), FakeBackend(service=service)).sent == 0


def test_a_scene_that_has_its_own_take_gets_no_other(tmp_path: Path) -> None:
    film, service = tmp_path / "film", FakeService()
    rendered(film, openings("a=same", "b=same"), FakeBackend(service=service))
    stored = read_stored(film)
    assert moves(openings("b=same"), stored.takes, stored.attempts, {}) == ()
    fp = stored.takes[0].fingerprint
    assert moves(openings("b=same", "c=same"), stored.takes, stored.attempts, {}) == (Move("a", "c", fp),)
    assert moves(openings("a=same", "b=same", "c=same"), stored.takes, stored.attempts, {}) == ()
    assert moves(openings("a=other", "b=same"), stored.takes, stored.attempts, {}) == ()


def test_nothing_moves_where_nothing_was_renamed(tmp_path: Path) -> None:
    film = tmp_path / "film"
    plan = plan_of(chain_of(3))
    rendered(film, plan, FakeBackend())
    stored = read_stored(film)
    assert stored.renamed(plan) is stored
