"""A worker that waits for its first order."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.support.clips import lumas_of
from veo_story.backends.local.crew import Crew
from veo_story.backends.local.order import RenderOrder
from veo_story.storyboard.model import Mode


def test_a_worker_that_is_ready_gets_the_first_order(tmp_path: Path) -> None:
    order = RenderOrder("card", Mode.SLATE, (320, 180), 3, tmp_path / "card.mp4", hints={"card": "Hello"})

    async def work() -> tuple[list[int], list[int]]:
        crew = Crew(2)
        try:
            await crew.get_ready()
            await crew.get_ready()
            ready = [worker.pid for worker in crew.workers]
            await crew.render(order, lambda _share: None)
            return ready, [worker.pid for worker in crew.workers]
        finally:
            await crew.close()

    ready, used = asyncio.run(work())
    assert len(ready) == 1 and used == ready
    assert len(list(lumas_of(tmp_path / "card.mp4"))) == 3


def test_a_closed_crew_starts_nobody() -> None:
    async def work() -> int:
        crew = Crew(2)
        await crew.close()
        await crew.get_ready()
        return len(crew.workers)

    assert asyncio.run(work()) == 0
