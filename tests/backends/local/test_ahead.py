"""Extensions that are begun before anybody asks for them are the clips that are asked for, or are dropped."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tests.backends.contract import rendered, step
from veo_story.backends.base import ClipRange, Inputs, ParentClip
from veo_story.backends.local.backend import LocalBackend
from veo_story.backends.local.crew import Crew
from veo_story.backends.registry import BackendSettings
from veo_story.plan.model import Step
from veo_story.storyboard.model import Mode

if TYPE_CHECKING:
    from collections.abc import Callable

    from veo_story.backends.local.order import RenderOrder

FRAMES = 24


def chain(words: str = "She turns. Wide shot.") -> tuple[Step, Step]:
    opening = step("s01", Mode.OPEN, FRAMES)
    return opening, replace(step("s02", Mode.EXTEND, FRAMES), parent="s01", prompt=words)


async def clips(
    folder: Path, expected: tuple[Step, ...], asked: tuple[Step, Step]
) -> tuple[list[bytes], int]:
    """Both clips of a chain as bytes, and how many orders that took."""
    folder.mkdir()
    backend = LocalBackend(BackendSettings(folder, workers=2))
    backend.admit(expected)
    try:
        one = await rendered(backend, asked[0], folder / "one.mp4")
        parent = ParentClip(one, FRAMES, lineage=(ClipRange(one, 0, FRAMES),))
        two = await rendered(backend, asked[1], folder / "two.mp4", Inputs(parent=parent))
        orders = backend.begun
        return [one.read_bytes(), two.read_bytes()], orders
    finally:
        await backend.aclose()


class HeldCrew(Crew):
    """Tells at once what each clip leaves behind, and ends it when it is let go."""

    def __init__(self) -> None:
        super().__init__(2)
        self.held: dict[str, asyncio.Event] = {}

    async def render(
        self,
        order: RenderOrder,
        progress: Callable[[float], None],
        told: Callable[[str], None] = lambda state: None,
    ) -> None:
        self.held[order.scene_id] = asyncio.Event()
        told(f"as {order.scene_id} ends")
        await self.held[order.scene_id].wait()

    async def end(self, scene: str) -> None:
        self.held[scene].set()
        for _ in range(8):
            await asyncio.sleep(0)


def test_workers_that_have_nothing_to_do_go_down_the_chain(tmp_path: Path) -> None:
    opening = step("s01", Mode.OPEN, FRAMES)
    longer = [replace(step(f"s0{n}", Mode.EXTEND, FRAMES), parent=f"s0{n - 1}") for n in range(2, 7)]

    async def use() -> list[set[str]]:
        backend = LocalBackend(BackendSettings(tmp_path, workers=2))
        backend.crew = crew = HeldCrew()
        backend.admit((opening, *longer))
        drawn = []
        try:
            await backend.submit(step("card", Mode.SLATE, FRAMES), Inputs(), attempt_id="a")
            await backend.submit(opening, Inputs(), attempt_id="b")
            for ended in ("card", "s02", "s03", "s01"):
                drawn.append(set(crew.held))
                await crew.end(ended)
            drawn.append(set(crew.held))
            return drawn
        finally:
            await backend.aclose()

    both = {"card", "s01"}
    # As soon as a worker is free, and no further than there are workers: nobody may ever ask for them.
    assert asyncio.run(use()) == [both, both | {"s02"}, *[both | {"s02", "s03"}] * 3]


def test_what_was_begun_ahead_is_what_is_asked_for(tmp_path: Path) -> None:
    alone, orders_alone = asyncio.run(clips(tmp_path / "alone", (), chain()))
    ahead, orders_ahead = asyncio.run(clips(tmp_path / "ahead", chain(), chain()))
    assert ahead == alone
    assert orders_alone == orders_ahead == 2


def test_what_is_asked_for_otherwise_is_drawn_anew(tmp_path: Path) -> None:
    other = chain("A dog runs through the snow")
    alone, _ = asyncio.run(clips(tmp_path / "alone", (), other))
    ahead, orders = asyncio.run(clips(tmp_path / "ahead", chain(), other))
    assert ahead == alone
    assert orders == 3


def test_whole_files_are_not_begun_ahead(tmp_path: Path) -> None:
    async def use() -> int:
        backend = LocalBackend(BackendSettings(tmp_path, workers=2, returns="combined"))
        backend.admit(chain())
        try:
            await rendered(backend, chain()[0], tmp_path / "one.mp4")
            return backend.begun
        finally:
            await backend.aclose()

    assert asyncio.run(use()) == 1
