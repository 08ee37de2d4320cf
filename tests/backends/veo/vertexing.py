"""Opening the Vertex backend on a stand-in, and steps for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.backends.contract import step
from tests.backends.veo.cloud import Cloud
from veo_story.backends.base import Done, Failed, Filtered, Inputs, Operation, ParentClip, Running
from veo_story.backends.registry import BackendSettings
from veo_story.backends.veo.vertex import VertexBackend
from veo_story.plan.model import Parameters, Step
from veo_story.storyboard.model import Mode
from veo_story.times import sped_up

MODEL = "veo-3.1-fast-generate-001"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
Use = Callable[[VertexBackend], Coroutine[Any, Any, Any]]


def asking(scene_id: str = "s01", mode: Mode = Mode.OPEN, seconds: int = 8, **more: Any) -> Step:
    """A step for Vertex AI."""
    parameters = Parameters("16:9", "720p", Decimal(seconds))
    made = step(scene_id, mode, seconds * 24, parameters=parameters, **more)
    return replace(made, backend="vertex", model=MODEL)


def longer(**more: Any) -> Step:
    """A step that extends s01."""
    return asking("s02", Mode.EXTEND, 7, parent="s01", **more)


def with_vertex(
    cloud: Cloud, folder: Path, use: Use, *, express: bool = False, storage: str | None = None, **more: Any
) -> Any:
    """Run ``use`` with an open backend whose clock runs a thousand times as fast; closed whatever happens."""
    extra = more.pop("environ", {})
    settings = BackendSettings(
        folder / "film",
        environ={**cloud.environ(folder, express=express), **extra},
        time=sped_up(1000),
        storage=storage,
        **more,
    )
    (folder / "film").mkdir(exist_ok=True)

    async def run() -> Any:
        backend = VertexBackend(settings)
        try:
            return await use(backend)
        finally:
            await backend.aclose()

    return asyncio.run(run())


async def sent(
    backend: VertexBackend,
    wanted: Step,
    inputs: Inputs | None = None,
    attempt_id: str = "a1",
    samples: int = 1,
) -> Operation:
    """Prepare and submit."""
    ready = await backend.prepare(wanted, inputs or Inputs())
    return await backend.submit(wanted, ready, attempt_id=attempt_id, samples=samples)


async def ended(backend: VertexBackend, operation: Operation) -> Done | Filtered | Failed:
    """Ask until there is an end."""
    while isinstance(status := await backend.status(operation), Running):
        await asyncio.sleep(status.look_again_s / 1000)
    return status


def parent_of(clip: Path, frames: int = 192, handle: str | None = None) -> Inputs:
    """Inputs of an extension."""
    return Inputs(parent=ParentClip(clip, frames, handle))
