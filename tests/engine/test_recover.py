from __future__ import annotations

import asyncio
import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine.fakes import START, FakeBackend, FakeService, chain_of, plan_of, run, step
from veo_story.errors import LedgerError, OutcomeUnknown
from veo_story.ledger.model import Caps, Spent
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.model import Chain, Plan, Step
from veo_story.plan.takes import AttemptState as S


def left_in(film: Path, state: S, a_step: Step, *, is_free: bool, parents: tuple[str, ...] = ()) -> str:
    """What a run that died in that state leaves."""
    film.mkdir(exist_ok=True)
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        attempt = ledger.intend(
            a_step,
            expected=a_step.expected_usd,
            worst=a_step.worst_usd,
            caps=Caps(),
            is_free=is_free,
            parents=parents,
            now=START,
        )
        if state is not S.INTENDED:
            ledger.sent(attempt.id, now=START)
        if state is S.ANSWERED:
            ledger.answered(attempt.id, attempt.id, now=START)
        return attempt.id


def states(film: Path) -> list[S]:
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        return [a.state for a in ledger.attempts()]


@pytest.mark.parametrize("is_free", [True, False])
@pytest.mark.parametrize("state", [S.INTENDED, S.SENT, S.ANSWERED])
def test_the_next_run_settles_what_a_dead_one_left(tmp_path: Path, state: S, is_free: bool) -> None:
    film = tmp_path / "film"
    plan = plan_of(chain_of(1, price="0" if is_free else "1"), free=is_free)
    s1 = plan.step("s01")
    attempt_id = left_in(film, state, s1, is_free=is_free)
    service = FakeService()
    if state is not S.INTENDED:
        service.accept(attempt_id, "s01", [f"s01:{n}" for n in range(48)])
    backend = FakeBackend(service=service)
    result = asyncio.run(run(plan, film, backend))
    if state is S.ANSWERED:
        assert (result.ok, result.sent, states(film)) == (True, 0, [S.STORED])
    elif state is S.SENT and not is_free:
        assert isinstance(result.failures[0].error, OutcomeUnknown)
        assert (result.sent, states(film)) == (0, [S.UNKNOWN])
    else:
        assert (result.ok, result.sent, states(film)) == (True, 1, [S.RELEASED, S.STORED])
    assert is_free or sum(service.bills.values()) == 1


def test_what_is_under_way_is_brought_home_though_fewer_takes_are_asked_for(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(1, price="1"), free=False)
    service = FakeService()
    first = asyncio.run(run(plan, film, FakeBackend(service=service))).takes["s01"]
    attempt_id = left_in(film, S.ANSWERED, plan.step("s01"), is_free=False)
    service.accept(attempt_id, "s01", [f"s01:{n}" for n in range(48)])
    result = asyncio.run(run(plan, film, FakeBackend(service=service)))
    assert (result.ok, result.sent, result.takes["s01"]) == (True, 0, first)
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        assert [take.number for take in ledger.takes()] == [1, 2]


def test_an_answered_attempt_the_backend_lost_is_sent_again(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(1))
    left_in(film, S.ANSWERED, plan.step("s01"), is_free=True)
    result = asyncio.run(run(plan, film, FakeBackend()))
    assert (result.ok, result.sent, states(film)) == (True, 1, [S.RELEASED, S.STORED])


@pytest.mark.parametrize(("is_free", "state"), [(True, S.RELEASED), (False, S.STORED)])
def test_what_the_storyboard_no_longer_asks_for(tmp_path: Path, is_free: bool, state: S) -> None:
    film = tmp_path / "film"
    old = step("s01", words="old", price="0" if is_free else "1")
    attempt_id, service = left_in(film, S.ANSWERED, old, is_free=is_free), FakeService()
    service.accept(attempt_id, "s01", [f"s01:{n}" for n in range(48)])
    plan = plan_of(chain_of(1, price="0" if is_free else "1"), free=is_free)
    assert asyncio.run(run(plan, film, FakeBackend(service=service))).ok
    assert states(film) == [state, S.STORED]
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        assert ledger.spent("s01") == Spent(Decimal(0 if is_free else 2))  # what is paid for comes home


def test_frames_that_were_sent_are_written_again_as_they_were_picked(tmp_path: Path) -> None:
    film = tmp_path / "film"
    s1 = step("s01")
    plan = plan_of(Chain("a", (s1,)), Chain("b", (step("s02", frames=(("first_frame", s1, None),)),)))
    s2 = plan.step("s02")
    first = asyncio.run(run(plan, film, FakeBackend(), only={"s01"})).takes["s01"]
    service = FakeService()
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        attempt = ledger.intend(
            s2,
            expected=Decimal(0),
            worst=Decimal(0),
            caps=Caps(),
            is_free=True,
            parents=(first.id,),
            picked_frames={"first_frame": 30},  # another choice than a fresh look would make
            now=START,
        )
        ledger.sent(attempt.id, now=START)
        ledger.answered(attempt.id, attempt.id, now=START)
    service.accept(attempt.id, "s02", [f"s02:{n}" for n in range(48)])
    result = asyncio.run(run(plan, film, FakeBackend(service=service)))
    assert (result.ok, result.sent) == (True, 0)
    take = result.takes["s02"]
    assert dict(take.picked_frames) == {"first_frame": 30}
    assert (take.clip.parent / "first_frame.png").read_text() == "s01:30"


def rendered(film: Path, plan: Plan) -> None:
    assert asyncio.run(run(plan, film, FakeBackend())).ok


def test_a_take_that_the_ledger_does_not_know_is_adopted(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(3, price="1"), free=False)
    rendered(film, plan)
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        before = ledger.takes()
        # As if the process had died between the rename and ``stored``.
        ledger._connection.execute("DELETE FROM takes WHERE scene_id = 's02'")
        ledger._connection.execute(
            "UPDATE attempts SET state = 'answered', settled_usd = NULL WHERE scene_id = 's02'"
        )
    result = asyncio.run(run(plan, film, FakeBackend()))
    assert (result.ok, result.sent) == (True, 0)
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        assert sorted(ledger.takes(), key=lambda t: t.id) == sorted(before, key=lambda t: t.id)
        assert ledger.spent() == Spent(settled_usd=Decimal(3))


def test_a_lost_ledger_is_made_again_from_the_takes(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(3, price="1"), free=False)
    rendered(film, plan)
    (film / "ledger.sqlite").unlink()
    backend = FakeBackend()
    result = asyncio.run(run(plan, film, backend))
    assert result.ok
    assert backend.sent == []
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        assert ledger.spent() == Spent(settled_usd=Decimal(3))


def test_a_copied_folder_goes_on_elsewhere(tmp_path: Path) -> None:
    plan = plan_of(chain_of(3))
    asyncio.run(run(plan, tmp_path / "here", FakeBackend(), only={"s01", "s02"}))
    shutil.copytree(tmp_path / "here", tmp_path / "there")
    shutil.rmtree(tmp_path / "here")
    backend = FakeBackend()
    result = asyncio.run(run(plan, tmp_path / "there", backend))
    assert backend.sent == ["s03"]
    assert all(t.clip.is_relative_to(tmp_path / "there") for t in result.takes.values())


def test_a_copied_take_is_not_taken_for_another(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(1))
    rendered(film, plan)
    (take,) = asyncio.run(run(plan, film, FakeBackend())).takes.values()
    shutil.copytree(take.clip.parent, take.clip.parent.with_name(f"{take.fingerprint[:8]}-7"))
    result = asyncio.run(run(plan, film, FakeBackend()))
    assert (result.sent, result.takes["s01"]) == (0, take)


def test_half_written_folders_are_removed(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(1))
    part = film / "takes" / "s01" / ".0123abcd.part"
    part.mkdir(parents=True)
    (part / "clip.mp4").write_text("half")
    rendered(film, plan)
    assert not part.exists()


@pytest.mark.parametrize("damage", ["missing", "broken", "newer"])
def test_a_stranger_that_cannot_be_read_back_is_said(tmp_path: Path, damage: str) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(1))
    rendered(film, plan)
    (film / "ledger.sqlite").unlink()
    (probe,) = film.glob("takes/s01/*/probe.json")
    if damage == "missing":
        probe.unlink()
    elif damage == "broken":
        probe.write_text("{")
    else:
        probe.write_text(json.dumps(json.loads(probe.read_text()) | {"version": 3}))
    with pytest.raises(LedgerError, match="cannot be read back") as caught:
        asyncio.run(run(plan, film, FakeBackend()))
    assert "Move the folder away" in (caught.value.hint or "")
