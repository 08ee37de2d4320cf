"""Several takes of one request: asked for together, brought home one by one, paid by their share."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine.fakes import FakeBackend, failed_with, frames_of, plan_of, run, step
from tests.engine.faults import ledger_of, states
from veo_story.backends.base import Done, Inputs, Status
from veo_story.engine.events import Event, StepRemark, StepStarted
from veo_story.engine.run import RunResult
from veo_story.errors import BudgetError, ExpiredError, FilteredError, GenerationError, MediaError
from veo_story.ledger.model import Spent
from veo_story.plan.model import Chain, Plan, Step
from veo_story.plan.takes import AttemptState as S
from veo_story.storyboard.model import Budget


def plan(takes: int = 3, samples: int = 4, price: str = "1") -> Plan:
    s1 = step("s01", takes=takes, price=price)
    return plan_of(Chain("c", (s1, step("s02", parent=s1, price=price))), free=False, samples=samples)


class Trouble(FakeBackend):
    """Raises ``errors`` when a sample is fetched, once each; says ``came`` of the samples are there."""

    def __init__(self, *, came: int | None = None, withheld: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.errors: dict[int, Exception] = {}
        self.fetched: list[int] = []
        self.came, self.withheld = came, withheld

    async def status(self, operation: object) -> Status:
        status = await super().status(operation)
        if isinstance(status, Done) and self.came is not None and len(status.handles) > 1:
            return Done(status.handles[: self.came], withheld=self.withheld)
        return status

    async def fetch(self, done: Done, into: Path, *, sample: int = 0) -> Path:
        error = self.errors.pop(sample, None)
        if error is not None:
            raise error
        self.fetched.append(sample)
        return await super().fetch(done, into, sample=sample)


def rendered(a_plan: Plan, film: Path, backend: FakeBackend, **more: object) -> RunResult:
    return asyncio.run(run(a_plan, film, backend, **more))


def test_missing_takes_are_asked_for_together(tmp_path: Path) -> None:
    film, backend, events = tmp_path / "film", FakeBackend(), list[Event]()
    result = rendered(plan(takes=6), film, backend, events=events)
    assert result.ok
    assert backend.sent == ["s01", "s01", "s02"]
    assert sorted(backend.service.samples.values()) == [1, 2, 4]
    with ledger_of(film) as ledger:
        takes, attempts, spent = ledger.takes(), ledger.attempts(), ledger.spent()
    mine = [t for t in takes if t.scene_id == "s01"]
    assert [t.number for t in mine] == [1, 2, 3, 4, 5, 6]
    assert [t.sample for t in mine] == [0, 1, 2, 3, 0, 1]
    assert {t.cost_usd for t in mine} == {Decimal(1)}
    assert [a.samples for a in attempts] == [4, 2, 1]
    assert [a.reserved_usd for a in attempts] == [4, 2, 1]
    assert spent == Spent(settled_usd=Decimal(7))
    assert [frames_of(t.clip)[-1] for t in mine[:3]] == ["s01:47", "1#s01:47", "2#s01:47"]
    assert len({t.handle for t in mine}) == 6
    assert result.takes["s01"].number == 1
    assert [e.expected_usd for e in events if isinstance(e, StepStarted)] == [4, 2, 1]
    asked = json.loads((mine[2].clip.parent / "request.json").read_text())
    assert (asked["attempt"], asked["sample"], asked["samples"]) == (attempts[0].id, 2, 4)
    assert rendered(plan(takes=6), film, backend).sent == 0
    assert rendered(plan(takes=7), film, backend).sent == 1
    assert backend.service.samples[list(backend.service.samples)[-1]] == 1


def test_the_frames_that_were_sent_stand_in_every_take(tmp_path: Path) -> None:
    s1 = step("s01", price="1")
    s2 = step("s02", frames=(("first_frame", s1, None),), takes=2, price="1")
    a_plan = plan_of(Chain("a", (s1,)), Chain("b", (s2,)), free=False, samples=2)
    film = tmp_path / "film"
    assert rendered(a_plan, film, FakeBackend()).ok
    pictures = list(film.glob("takes/s02/*/first_frame.png"))
    assert [p.read_text() for p in pictures] == ["s01:47", "s01:47"]
    assert not list(film.glob("takes/*/.*"))


@pytest.mark.parametrize("billed", ["1", "0.1000001", "0"])
def test_the_bill_of_a_request_is_shared(tmp_path: Path, billed: str) -> None:
    film, backend = tmp_path / "film", FakeBackend(billed=Decimal(billed))
    assert rendered(plan(), film, backend).ok
    with ledger_of(film) as ledger:
        shares = [t.cost_usd for t in ledger.takes() if t.scene_id == "s01"]
        assert ledger.spent("s01") == Spent(settled_usd=Decimal(billed))
    assert sum(shares) == Decimal(billed)
    assert max(shares) - min(shares) < Decimal("0.00001")


def test_all_samples_are_reserved_before_any_is_asked_for(tmp_path: Path) -> None:
    backend = FakeBackend()
    result = rendered(plan(takes=4), tmp_path / "film", backend, budget=Budget(max_usd=Decimal("3.5")))
    assert isinstance(failed_with(result, "s01"), BudgetError)
    assert "costs $4.00" in failed_with(result, "s01").message
    assert backend.sent == []


@pytest.mark.parametrize("reasons", [("58061214",), ()])
def test_withheld_samples_cost_nothing_and_are_told(tmp_path: Path, reasons: tuple[str, ...]) -> None:
    film, backend, events = tmp_path / "film", Trouble(came=2, withheld=reasons), list[Event]()
    result = rendered(plan(takes=4), film, backend, events=events)
    assert result.ok
    (remark,) = [e.text for e in events if isinstance(e, StepRemark)]
    assert remark.startswith("2 of 4 takes came." + (" Withheld: 58061214." if reasons else ""))
    assert backend.sent == ["s01", "s02"]  # a filter is not asked again in the same run
    with ledger_of(film) as ledger:
        assert ledger.spent() == Spent(settled_usd=Decimal(3))
        assert [t.cost_usd for t in ledger.takes()] == [1, 1, 1]
    backend.came = None
    assert rendered(plan(takes=4), film, backend).sent == 1
    with ledger_of(film) as ledger:
        assert len(ledger.takes()) == 5


def test_none_that_came_is_a_filtered_step(tmp_path: Path) -> None:
    film = tmp_path / "film"
    result = rendered(plan(), film, Trouble(came=0, withheld=("face",)))
    assert isinstance(failed_with(result, "s01"), FilteredError)
    assert "face" in failed_with(result, "s01").message
    assert states(film) == [S.FAILED]
    assert result.cost_usd == 0


def test_a_download_that_breaks_off_leaves_the_rest_to_the_next_run(tmp_path: Path) -> None:
    film, backend = tmp_path / "film", Trouble()
    backend.errors[1] = MediaError("broke off")
    result = rendered(plan(), film, backend)
    assert "bring it home" in (failed_with(result, "s01").hint or "")
    assert result.takes["s01"].number == 1
    assert states(film) == [S.ANSWERED, S.STORED]
    with ledger_of(film) as ledger:
        assert ledger.spent("s01") == Spent(reserved_usd=Decimal(3))
    result = rendered(plan(), film, backend)
    assert (result.ok, result.sent) == (True, 0)
    assert Counter(backend.fetched) == {0: 2, 1: 1, 2: 1}  # sample 0 of s01 and of s02
    with ledger_of(film) as ledger:
        assert ledger.spent() == Spent(settled_usd=Decimal(4))
        assert [t.sample for t in ledger.takes() if t.scene_id == "s01"] == [0, 1, 2]


@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize("kind", ["expired", "short"])
def test_one_bad_clip_spoils_no_other(tmp_path: Path, which: int, kind: str) -> None:
    class OneShort(Trouble):
        async def fetch(self, done: Done, into: Path, *, sample: int = 0) -> Path:
            await super().fetch(done, into, sample=sample)
            if kind == "short" and sample == which and len(done.handles) > 1:
                into.write_text("s01:0\n")
            return into

    film, backend = tmp_path / "film", OneShort()
    if kind == "expired":
        backend.errors[which] = ExpiredError("gone")
    result = rendered(plan(), film, backend)
    assert "It cost $1.00." in failed_with(result, "s01").message
    assert set(result.takes) == {"s01", "s02"}
    assert states(film) == [S.STORED, S.STORED]
    with ledger_of(film) as ledger:
        assert ledger.spent("s01") == Spent(settled_usd=Decimal(3))
        assert [t.sample for t in ledger.takes() if t.scene_id == "s01"] == [
            n for n in range(3) if n != which
        ]
    aside = [f.name for f in film.glob("takes/s01/rejected-*")]
    assert [name[-2:] for name in aside] == ([f"-{which}"] if kind == "short" else [])
    assert not list(film.glob("takes/*/.*"))


def test_all_bad_clips_fail_the_request(tmp_path: Path) -> None:
    class Short(FakeBackend):
        def draw(self, step: Step, inputs: Inputs) -> list[str]:
            return ["x"]

    film = tmp_path / "film"
    result = rendered(plan(), film, Short())
    assert "It cost $3.00." in failed_with(result, "s01").message
    assert states(film) == [S.FAILED]
    assert len(list(film.glob("takes/s01/rejected-*"))) == 3


def test_a_service_that_forgets_after_a_take_was_stored(tmp_path: Path) -> None:
    film, backend = tmp_path / "film", Trouble()
    backend.errors[1] = MediaError("broke off")
    rendered(plan(), film, backend)
    del backend.service.operations[next(iter(backend.service.operations))]
    result = rendered(plan(), film, backend)
    assert (result.ok, result.sent) == (True, 1)
    assert list(backend.service.samples.values()) == [3, 1, 2]  # what was wanting, and no more
    assert states(film) == [S.STORED, S.STORED, S.STORED]
    with ledger_of(film) as ledger:
        assert ledger.spent() == Spent(settled_usd=Decimal(4))


def test_a_lost_request_that_nobody_needs_is_not_made_again(tmp_path: Path) -> None:
    film, backend = tmp_path / "film", Trouble()
    backend.errors[1] = MediaError("broke off")
    rendered(plan(), film, backend)
    backend.service.operations.clear()
    result = rendered(plan(takes=1), film, backend)
    assert (result.ok, result.sent) == (True, 0)
    with ledger_of(film) as ledger:
        assert ledger.spent("s01") == Spent(settled_usd=Decimal(1))


def test_takes_that_were_deleted_before_the_request_ended(tmp_path: Path) -> None:
    film, backend = tmp_path / "film", Trouble(came=2)
    backend.errors[1] = MediaError("broke off")
    rendered(plan(takes=2), film, backend)
    backend.came = 1
    with ledger_of(film) as ledger:
        (take,) = [t for t in ledger.takes() if t.scene_id == "s01"]
    take.clip.unlink()
    result = rendered(plan(takes=2), film, backend)
    assert isinstance(failed_with(result, "s01"), GenerationError)
    assert states(film)[0] is S.STORED
    backend.came = None
    assert rendered(plan(takes=2), film, backend).ok
