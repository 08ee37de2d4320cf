from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.backends.veo.vertexing import asking, longer, parent_of, sent
from veo_story.backends.base import Done, Failed, Filtered, Inputs, Operation, Running
from veo_story.backends.registry import BackendSettings
from veo_story.backends.veo.vertex import VertexBackend
from veo_story.emulator.model import EmulatorSettings
from veo_story.emulator.server import RunningEmulator, running_emulator
from veo_story.errors import ConfigError, GenerationError, OutcomeUnknown
from veo_story.media.probe import probe
from veo_story.plan.model import Step
from veo_story.plan.takes import Attempt, AttemptState
from veo_story.storyboard.model import Mode
from veo_story.times import sped_up

SPEED = 60.0  # 15 minutes, the deadline of a request, are 15 s here
GCS = "gs://films/keeper"


@pytest.fixture(scope="module")
def emulator() -> Iterator[RunningEmulator]:
    settings = EmulatorSettings(speed=SPEED, latency_s=(2, 6), picture="numbers", quotas=False)
    with running_emulator(settings) as running:
        yield running


@pytest.fixture(autouse=True)
def no_faults(emulator: RunningEmulator) -> Iterator[None]:
    yield
    emulator.set_faults([])


class Renderer:
    """Runs steps on a backend of the emulator."""

    def __init__(self, backend: VertexBackend, folder: Path) -> None:
        self.backend = backend
        self.folder = folder

    async def end(self, operation: Operation) -> Done | Filtered | Failed:
        while isinstance(status := await self.backend.status(operation), Running):
            await asyncio.sleep(status.look_again_s / SPEED)
        return status

    async def clip(
        self, wanted: Step, inputs: Inputs | None = None, attempt_id: str = "a1"
    ) -> tuple[Path, Done]:
        status = await self.end(await sent(self.backend, wanted, inputs, attempt_id))
        assert isinstance(status, Done), status
        into = self.folder / f"{wanted.scene_id}-{attempt_id}.mp4"
        return await self.backend.fetch(status, into), status


def rendering(
    emulator: RunningEmulator, folder: Path, use: Any, *, express: bool = False, storage: str | None = None
) -> Any:
    environ = emulator.environ("vertex", folder, express=express)
    film = folder / "film"
    film.mkdir(exist_ok=True)
    settings = BackendSettings(film, environ=environ, time=sped_up(SPEED), storage=storage)

    async def run() -> Any:
        backend = VertexBackend(settings)
        try:
            return await use(Renderer(backend, folder))
        finally:
            await backend.aclose()

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("express", "storage"), [(False, None), (True, None), (False, GCS)], ids=["inline", "express", "gcs"]
)
def test_a_chain_in_every_way_to_send_it(
    emulator: RunningEmulator, tmp_path: Path, express: bool, storage: str | None
) -> None:
    async def use(renderer: Renderer) -> list[int]:
        clip, done = await renderer.clip(asking(seconds=4))
        lengths = [probe(clip).frames]
        for number in range(2):
            inputs = parent_of(clip, lengths[-1], done.handles[0])
            clip, done = await renderer.clip(longer(), inputs, f"b{number}")
            lengths.append(probe(clip).frames)
        assert done.handles[0].startswith("gs://") is (storage is not None)
        return lengths

    assert rendering(emulator, tmp_path, use, express=express, storage=storage) == [96, 264, 432]


@pytest.mark.parametrize("storage", [None, GCS])
def test_all_modes(emulator: RunningEmulator, tmp_path: Path, storage: str | None) -> None:
    pictures = []
    for number in range(3):
        pictures.append(tmp_path / f"{number}.png")
        Image.new("RGB", (1280, 720), (40 * number, 90, 30)).save(pictures[-1])
    first, last, _ = pictures

    async def use(renderer: Renderer) -> list[int]:
        asked = [
            (asking("s01", Mode.ANIMATE, 4), Inputs(first_frame=first)),
            (asking("s02", Mode.INTERPOLATE), Inputs(first_frame=first, last_frame=last)),
            (asking("s03"), Inputs(references=tuple(pictures))),
        ]
        clips = await asyncio.gather(*(renderer.clip(*one, attempt_id=one[0].scene_id) for one in asked))
        return [probe(clip).frames for clip, _ in clips]

    assert rendering(emulator, tmp_path, use, storage=storage) == [96, 192, 192]


def test_a_window_extends_the_tail(emulator: RunningEmulator, tmp_path: Path) -> None:
    async def use(renderer: Renderer) -> int:
        clip, done = await renderer.clip(asking())
        inputs = parent_of(clip, 192, done.handles[0])
        windowed = replace(longer(), window_frames=96)
        return probe((await renderer.clip(windowed, inputs, "b"))[0]).frames

    assert rendering(emulator, tmp_path, use, storage=GCS) == 96 + 168


def test_tokens_are_renewed_in_long_runs(emulator: RunningEmulator, tmp_path: Path) -> None:
    async def use(renderer: Renderer) -> None:
        await renderer.clip(asking(), attempt_id="before")
        # The clock there runs ahead of the client's: only a 401 can tell that the token is no longer good.
        emulator.advance(3 * 3600)
        await renderer.clip(asking(), attempt_id="after")

    rendering(emulator, tmp_path, use, storage=GCS)


def test_a_passing_hiccup_says_when_to_come_again(emulator: RunningEmulator, tmp_path: Path) -> None:
    emulator.set_faults([{"on": "submit", "fault": "provisioning", "nth": 1}])

    async def use(renderer: Renderer) -> Failed:
        status = await renderer.end(await sent(renderer.backend, asking()))
        await renderer.clip(asking(), attempt_id="again")
        assert isinstance(status, Failed)
        return status

    status = rendering(emulator, tmp_path, use)
    assert status.retry_after_s
    assert "being" in status.error.message
    assert status.billed_usd in (None, Decimal(0))


@pytest.mark.parametrize("fault", ["error_500_after", "reset_after"])
def test_a_lost_submit_is_found_by_its_prefix(emulator: RunningEmulator, tmp_path: Path, fault: str) -> None:
    emulator.set_faults([{"on": "submit", "fault": fault, "nth": 1}])
    lost = _attempt(f"lost-{fault}", samples=2)

    async def use(renderer: Renderer) -> Done:
        with pytest.raises(OutcomeUnknown):
            await sent(renderer.backend, asking(), attempt_id=lost.id, samples=2)
        emulator.advance(60)
        operation = None
        for _ in range(500):  # the emulator writes the clips when they are due
            if operation := await renderer.backend.recall(lost):
                break
            await asyncio.sleep(0.01)
        assert operation is not None
        assert await renderer.backend.recall(_attempt("never-sent")) is None
        status = await renderer.end(operation)
        assert isinstance(status, Done)
        for sample in range(2):
            clip = await renderer.backend.fetch(status, tmp_path / f"{sample}.mp4", sample=sample)
            assert probe(clip).frames == 192
        return status

    status = rendering(emulator, tmp_path, use, storage=GCS)
    assert all(handle.startswith(f"{GCS}/{lost.id}/") for handle in status.handles)
    assert len(status.handles) == 2


def _attempt(attempt_id: str, samples: int = 1) -> Attempt:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    state = AttemptState.UNKNOWN
    return Attempt(
        attempt_id, "s01", "f", "vertex", "m", state, Decimal(1), now, samples=samples, storage=GCS
    )


@pytest.mark.parametrize("storage", [None, GCS])
def test_a_filter_leaves_some_of_three_samples(
    emulator: RunningEmulator, tmp_path: Path, storage: str | None
) -> None:
    emulator.set_faults([{"on": "submit", "fault": "partial_filter", "nth": 1, "withheld": 1}])

    async def use(renderer: Renderer) -> Done:
        status = await renderer.end(await sent(renderer.backend, asking(), samples=3))
        assert isinstance(status, Done)
        for sample in range(2):
            await renderer.backend.fetch(status, tmp_path / f"{sample}.mp4", sample=sample)
        return status

    status = rendering(emulator, tmp_path, use, storage=storage)
    assert len(status.handles) == 2
    assert len(status.withheld) == 1
    assert [probe(tmp_path / f"{sample}.mp4").frames for sample in range(2)] == [192, 192]


@pytest.mark.parametrize(("fault", "again"), [("filtered", False), ("filtered_audio", True)])
def test_a_filter_that_leaves_nothing(
    emulator: RunningEmulator, tmp_path: Path, fault: str, again: bool
) -> None:
    emulator.set_faults([{"on": "submit", "fault": fault, "nth": 1}])

    async def use(renderer: Renderer) -> Any:
        return await renderer.end(await sent(renderer.backend, asking()))

    status = rendering(emulator, tmp_path, use)
    assert isinstance(status, Filtered)
    assert status.retry_may_pass is again


def test_what_is_checked_late_comes_back_as_failed(emulator: RunningEmulator, tmp_path: Path) -> None:
    async def use(renderer: Renderer) -> Any:
        return await renderer.end(await sent(renderer.backend, asking(seconds=5)))

    status = rendering(emulator, tmp_path, use)
    assert isinstance(status, Failed)
    assert isinstance(status.error, GenerationError)
    assert "code 3" in status.error.message
    assert status.retry_after_s is None


def test_a_retired_model_is_explained(emulator: RunningEmulator, tmp_path: Path) -> None:
    emulator.set_faults([{"on": "submit", "fault": "retired", "nth": 1}])
    with pytest.raises(ConfigError, match=asking().model):
        rendering(emulator, tmp_path, lambda renderer: sent(renderer.backend, asking()))


def test_a_bucket_that_does_not_exist_is_named(emulator: RunningEmulator, tmp_path: Path) -> None:
    picture = tmp_path / "first.png"
    Image.new("RGB", (1280, 720)).save(picture)
    inputs = Inputs(first_frame=picture)
    with pytest.raises(ConfigError, match="gs://no-such-bucket"):
        rendering(
            emulator,
            tmp_path,
            lambda renderer: sent(renderer.backend, asking(mode=Mode.ANIMATE), inputs),
            storage="gs://no-such-bucket/films",
        )


def test_inline_clips_are_the_service_s_bytes(emulator: RunningEmulator, tmp_path: Path) -> None:
    async def use(renderer: Renderer) -> None:
        clip, done = await renderer.clip(asking(seconds=4))
        again = await renderer.backend.fetch(done, tmp_path / "again.mp4")
        assert again.read_bytes() == clip.read_bytes()

    rendering(emulator, tmp_path, use)
    assert list((tmp_path / "film").iterdir()) == []
