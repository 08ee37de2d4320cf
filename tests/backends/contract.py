"""What every backend promises, as tests. A backend's own test inherits :class:`BackendContract`:

class TestLocal(BackendContract):
    def open(self, folder: Path) -> Backend:
        return open_backend("local", BackendSettings(folder))

What a service makes is bound to its lengths and models: say so in the class's attributes. Against an
emulator time runs faster: ``speed`` says how fast, and the backend gets a clock that fits.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pytest

from veo_story.backends.base import (
    Backend,
    ClipRange,
    Done,
    Failed,
    Inputs,
    Operation,
    ParentClip,
    Running,
    Status,
)
from veo_story.errors import VeoStoryError
from veo_story.media.probe import probe
from veo_story.plan.model import Parameters, Step
from veo_story.storyboard.model import Mode

OPENING, ADDED = 30, 24


def step(scene_id: str, mode: Mode = Mode.OPEN, frames: int = OPENING, **more: Any) -> Step:
    """A small step as the plan would make it."""
    parameters = more.pop("parameters", Parameters("16:9", "720p", Decimal(frames) / 24, seed=7))
    prompt = more.pop("prompt", f"A boat at sea at dawn, take {scene_id}")
    return Step(scene_id, mode, "any", "any", prompt, parameters, frames, f"{scene_id}00000000", {}, **more)


async def finish(backend: Backend, operation: Operation, speed: float = 1.0) -> Status:
    """Ask until there is an end."""
    while isinstance(status := await backend.status(operation), Running):
        assert status.look_again_s >= 0
        assert status.progress is None or 0 <= status.progress <= 1
        await asyncio.sleep(status.look_again_s / speed)
    return status


async def made(backend: Backend, wanted: Step, inputs: Inputs | None = None, speed: float = 1.0) -> Done:
    """Prepare, submit, wait."""
    ready = await backend.prepare(wanted, inputs or Inputs())
    operation = await backend.submit(wanted, ready, attempt_id=f"a-{wanted.scene_id}")
    status = await finish(backend, operation, speed)
    assert isinstance(status, Done), status
    return status


async def rendered(
    backend: Backend, wanted: Step, into: Path, inputs: Inputs | None = None, speed: float = 1.0
) -> Path:
    """Prepare, submit, wait, fetch."""
    return await backend.fetch(await made(backend, wanted, inputs, speed), into)


class BackendContract:
    """Inherit, and say how to open the backend on a folder.

    ``opening`` and ``added`` are the frames of an opening and of what an extension adds, ``short`` those of a
    clip that is made where the length does not matter. ``speed`` is how fast the backend's clock runs.
    """

    returns: Literal["tail", "combined"] = "tail"
    model = "any"
    opening, added, short = OPENING, ADDED, 24
    speed = 1.0

    def open(self, folder: Path) -> Backend:
        raise NotImplementedError

    def step(self, scene_id: str, mode: Mode = Mode.OPEN, frames: int | None = None, **more: Any) -> Step:
        """A step that this backend can make."""
        return replace(step(scene_id, mode, frames or self.opening, **more), model=self.model)

    async def rendered(self, backend: Backend, wanted: Step, into: Path) -> Path:
        return await rendered(backend, wanted, into, speed=self.speed)

    @pytest.fixture
    def run(self, tmp_path: Path) -> Any:
        """Run ``use(backend, folder)`` with an open backend; it is closed whatever happens."""

        def runner(use: Any) -> Any:
            async def whole() -> Any:
                backend = self.open(tmp_path)
                try:
                    return await use(backend, tmp_path)
                finally:
                    await backend.aclose()

            return asyncio.run(whole())

        return runner

    def test_has_a_name(self, run: Any) -> None:
        async def use(backend: Backend, folder: Path) -> None:
            assert backend.name

        run(use)

    def test_an_opening_has_the_planned_picture_and_sound(self, run: Any) -> None:
        async def use(backend: Backend, folder: Path) -> Path:
            return await self.rendered(backend, self.step("s01"), folder / "clip.mp4")

        found = probe(run(use))
        assert (found.frames, found.width, found.height, found.fps) == (self.opening, 1280, 720, 24)
        assert found.start_s == 0
        assert found.audio is not None
        assert (found.audio.rate, found.audio.channels) == (48_000, 2)
        assert 0 <= found.audio.samples - self.opening * 2000 < 1024

    def test_an_extension_comes_back_as_promised(self, run: Any) -> None:
        async def use(backend: Backend, folder: Path) -> Path:
            done = await made(backend, self.step("s01"), speed=self.speed)
            first = await backend.fetch(done, folder / "first.mp4")
            lineage = (ClipRange(first, 0, self.opening),)
            parent = ParentClip(first, self.opening, done.handles[0], lineage, done.expires_at)
            longer = self.step("s02", Mode.EXTEND, self.added, parent="s01")
            return await rendered(
                backend, longer, folder / "second.mp4", Inputs(parent=parent), speed=self.speed
            )

        whole = self.added if self.returns == "tail" else self.opening + self.added
        assert probe(run(use)).frames == whole

    def test_steps_run_side_by_side(self, run: Any) -> None:
        async def use(backend: Backend, folder: Path) -> list[Path]:
            wanted = [self.step(f"s0{n}", frames=self.short) for n in range(3)]
            return await asyncio.gather(
                *(self.rendered(backend, one, folder / f"{one.scene_id}.mp4") for one in wanted)
            )

        assert [probe(path).frames for path in run(use)] == [self.short] * 3

    def test_fetch_may_be_repeated_and_leaves_nothing_else(self, run: Any) -> None:
        async def use(backend: Backend, folder: Path) -> None:
            take = folder / "take"
            take.mkdir()
            done = await made(backend, self.step("s01", frames=self.short), speed=self.speed)
            first = (await backend.fetch(done, take / "clip.mp4")).read_bytes()
            assert (await backend.fetch(done, take / "clip.mp4")).read_bytes() == first
            assert [path.name for path in take.iterdir()] == ["clip.mp4"]

        run(use)

    def test_status_may_be_asked_again_after_the_end(self, run: Any) -> None:
        async def use(backend: Backend, folder: Path) -> None:
            wanted = self.step("s01", frames=self.short)
            operation = await backend.submit(wanted, Inputs(), attempt_id="a")
            assert await finish(backend, operation, self.speed) == await backend.status(operation)

        run(use)

    def test_an_unknown_operation_has_failed(self, run: Any) -> None:
        async def use(backend: Backend, folder: Path) -> None:
            assert isinstance(await backend.status(Operation("of-another-run")), Failed)

        run(use)

    def test_a_missing_image_is_an_error_that_names_it(self, run: Any) -> None:
        async def use(backend: Backend, folder: Path) -> str:
            inputs = Inputs(first_frame=folder / "nowhere.png")
            try:
                operation = await backend.submit(self.step("s01", Mode.ANIMATE), inputs, attempt_id="a")
            except VeoStoryError as error:
                return error.message
            status = await finish(backend, operation, self.speed)
            assert isinstance(status, Failed)
            return status.error.message

        assert "nowhere.png" in run(use)

    def test_closing_twice_is_fine(self, run: Any) -> None:
        async def use(backend: Backend, folder: Path) -> None:
            await backend.aclose()

        run(use)
