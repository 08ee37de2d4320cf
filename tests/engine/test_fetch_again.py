"""What came is fetched once more before it is believed to be no good; clips keep their own numbers."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine.fakes import FakeBackend, chain_of, failed_with, plan_of, run, step
from tests.engine.faults import Faulty, ledger_of, states
from veo_story.backends.base import Done, Operation, Running, Status
from veo_story.errors import ExpiredError, GenerationError, MediaError, VeoStoryError
from veo_story.plan.model import Chain
from veo_story.plan.takes import AttemptState


class Damaged(FakeBackend):
    """The first ``times`` downloads come short; then ``error`` is raised, if there is one."""

    def __init__(self, times: int, error: VeoStoryError | None = None) -> None:
        super().__init__()
        self.times = times
        self.error = error
        self.fetched = 0

    async def fetch(self, done: Done, into: Path, *, sample: int = 0) -> Path:
        self.fetched += 1
        if self.fetched > self.times and self.error is not None:
            raise self.error
        await super().fetch(done, into, sample=sample)
        if self.fetched <= self.times:
            into.write_text("half of it\n" * (3 + self.fetched))
        return into


def test_a_clip_that_was_damaged_on_its_way_is_fetched_once_more(tmp_path: Path) -> None:
    backend, film = Damaged(1), tmp_path / "film"
    result = asyncio.run(run(plan_of(chain_of(1, price="1"), free=False), film, backend))
    assert result.ok
    assert (backend.fetched, backend.sent) == (2, ["s01"])
    assert sorted(p.name for p in result.takes["s01"].clip.parent.iterdir()) == [
        "clip.mp4",
        "probe.json",
        "request.json",
    ]


@pytest.mark.parametrize("backend", [Damaged(5), Damaged(1, ExpiredError("404 gone"))], ids=["bad", "gone"])
def test_one_that_stays_damaged_is_put_aside_with_where_it_came_from(
    tmp_path: Path, backend: Damaged
) -> None:
    film = tmp_path / "film"
    result = asyncio.run(run(plan_of(chain_of(1, price="1"), free=False), film, backend))
    assert isinstance(failed_with(result, "s01"), MediaError)
    assert backend.fetched == 2
    assert states(film) == [AttemptState.FAILED]
    (aside,) = (film / "takes" / "s01").glob("rejected-*")
    (operation,) = backend.service.operations
    told = json.loads((aside / "rejected.json").read_text())
    assert (told["operation"], told["handle"]) == (operation, f"handle-{operation}")
    assert "48 were due" in told["reason"]
    assert sorted(p.name for p in aside.iterdir()) == ["clip.mp4", "rejected.json", "request.json"]


def test_one_that_cannot_be_fetched_again_now_is_left_for_the_next_run(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(1, price="1"), free=False)
    backend = Damaged(1, GenerationError("the net went away"))
    assert "bring it home" in str(failed_with(asyncio.run(run(plan, film, backend)), "s01").hint)
    assert states(film) == [AttemptState.ANSWERED]
    backend.error = None
    assert asyncio.run(run(plan, film, backend)).ok
    assert backend.sent == ["s01"]


class Late(FakeBackend):
    """Of three clips the first comes late: the backend tells the clips by numbers of their own."""

    def __init__(self) -> None:
        super().__init__(looks=0)
        self.numbers: tuple[int, ...] = (1, 2)
        self.fail_after = 1

    async def status(self, operation: Operation) -> Status:
        found = await super().status(operation)
        if isinstance(found, Running):
            return found
        names = [f"handle-{operation.name}", *(f"handle-{operation.name}#{n}" for n in (1, 2))]
        return Done(tuple(names[number] for number in self.numbers), samples=self.numbers)

    async def on_fetch(self, scene_id: str) -> None:
        if self.fail_after == 0:
            raise MediaError("the net went away")
        self.fail_after -= 1


def test_a_late_clip_is_not_taken_for_another(tmp_path: Path) -> None:
    film = tmp_path / "film"
    plan = plan_of(Chain("c", (step("s01", takes=3, price="1"),)), free=False, samples=3)
    backend = Late()
    assert not asyncio.run(run(plan, film, backend)).ok
    backend.numbers, backend.fail_after = (0, 1, 2), 9
    assert asyncio.run(run(plan, film, backend)).ok
    with ledger_of(film) as ledger:
        takes = ledger.takes()
        assert ledger.spent().settled_usd == Decimal(3)
    assert [take.sample for take in takes] == [1, 0, 2]
    assert len({take.sha256 for take in takes}) == 3
    assert backend.sent == ["s01"]


class Metered(FakeBackend):
    async def status(self, operation: Operation) -> Status:
        found = await super().status(operation)
        return Done(found.handles, usage='{"seconds": 8}') if isinstance(found, Done) else found


def test_what_the_service_says_of_its_use_and_where_it_was_sent_is_written_down(tmp_path: Path) -> None:
    film, backend = tmp_path / "film", Metered()
    backend.storage = "gs://films/keeper"
    lost = Faulty(accepted_s01=GenerationError("refused"))
    lost.storage = "gs://films/before"
    plan = plan_of(chain_of(1, price="1"), free=False)
    asyncio.run(run(plan, film, lost))
    assert asyncio.run(run(plan, film, backend)).ok
    with ledger_of(film) as ledger:
        attempts = ledger.attempts()
    assert [a.storage for a in attempts] == ["gs://films/before", "gs://films/keeper"]
    assert [a.usage for a in attempts] == [None, '{"seconds": 8}']
