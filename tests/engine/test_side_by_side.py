"""Chains run side by side; what proves it is that each waits for the other, never a clock."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from tests.engine.fakes import FakeBackend, chain_of, plan_of, run, step
from veo_story.plan.model import Chain


class Meeting(FakeBackend):
    """Each first step waits, before it is accepted, until ``guests`` are there at once."""

    def __init__(self, guests: int) -> None:
        super().__init__()
        self.guests, self.there, self.all_there = guests, 0, asyncio.Event()

    async def on_submit(self, scene_id: str) -> None:
        if scene_id.endswith("01"):
            self.there += 1
            if self.there == self.guests:
                self.all_there.set()
            await asyncio.wait_for(self.all_there.wait(), 30)


class Watching(FakeBackend):
    """Writes down what overlaps: scenes from their submit to the end of their fetch."""

    def __init__(self) -> None:
        super().__init__(looks=3)
        self.busy: set[str] = set()
        self.together: list[frozenset[str]] = []

    async def on_submit(self, scene_id: str) -> None:
        self.busy.add(scene_id)
        self.together.append(frozenset(self.busy))
        await asyncio.sleep(0)

    async def on_fetch(self, scene_id: str) -> None:
        await asyncio.sleep(0)
        self.busy.discard(scene_id)


def test_two_chains_are_really_side_by_side(tmp_path: Path) -> None:
    plan = plan_of(chain_of(2, prefix="a"), chain_of(2, prefix="b"))
    result = asyncio.run(run(plan, tmp_path / "film", Meeting(2), concurrency=2))
    assert result.ok


def test_a_chain_never_overlaps_itself_and_never_more_than_asked_for_run(tmp_path: Path) -> None:
    plan = plan_of(*(chain_of(4, prefix=prefix) for prefix in "abcde"))
    backend = Watching()
    assert asyncio.run(run(plan, tmp_path / "film", backend, concurrency=3)).ok
    assert max(map(len, backend.together)) == 3
    for together in backend.together:
        assert len({scene_id[0] for scene_id in together}) == len(together)


def test_one_place_finishes_one_chain_before_the_next(tmp_path: Path) -> None:
    backend = FakeBackend()
    plan = plan_of(chain_of(2, prefix="a"), chain_of(2, prefix="b"))
    assert asyncio.run(run(plan, tmp_path / "film", backend, concurrency=1)).ok
    assert backend.sent == ["a01", "a02", "b01", "b02"]


def test_a_chain_that_waits_gives_its_place_to_the_one_it_waits_for(tmp_path: Path) -> None:
    b = chain_of(2, prefix="b")
    a1 = step("a01")
    a2 = step("a02", frames=(("first_frame", b.steps[1], None),))
    backend = FakeBackend()
    placed_first = plan_of(b, Chain("a", (a1, a2)))
    plan = replace(placed_first, chains=placed_first.chains[::-1])
    assert asyncio.run(run(plan, tmp_path / "film", backend, concurrency=1)).ok
    assert backend.sent == ["a01", "b01", "b02", "a02"]


def test_two_films_share_one_semaphore(tmp_path: Path) -> None:
    async def scenario() -> None:
        semaphore, backend = asyncio.Semaphore(1), Watching()
        films = [plan_of(chain_of(3, prefix=prefix), film=prefix) for prefix in "xy"]
        results = await asyncio.gather(
            *(run(plan, tmp_path / plan.film, backend, semaphore=semaphore) for plan in films)
        )
        assert all(result.ok for result in results)
        assert max(map(len, backend.together)) == 1

    asyncio.run(scenario())


def test_two_films_are_really_side_by_side(tmp_path: Path) -> None:
    async def scenario() -> None:
        semaphore, backend = asyncio.Semaphore(2), Meeting(2)
        films = [plan_of(chain_of(2, prefix=prefix), film=prefix) for prefix in "xy"]
        results = await asyncio.gather(
            *(run(plan, tmp_path / plan.film, backend, semaphore=semaphore) for plan in films)
        )
        assert all(result.ok for result in results)

    asyncio.run(scenario())
