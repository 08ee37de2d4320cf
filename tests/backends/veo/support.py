"""What the tests of the paid backends share: a clock that moves when somebody sleeps, steps, settings."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.backends.contract import step
from veo_story.backends.base import Backend, Inputs, Operation, Running, Status
from veo_story.backends.registry import BackendSettings
from veo_story.plan.model import Step
from veo_story.storyboard.model import Mode
from veo_story.times import Time

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
"""Before any model of the catalog was retired."""

KEY = "canary-key-5f2b7c91d0"
FAST = "veo-3.1-fast-generate-preview"


class FakeTime:
    """Time that stands still until somebody sleeps; ``slept`` are the seconds of each sleep."""

    def __init__(self, began: datetime = NOON) -> None:
        self.slept: list[float] = []
        self.passed_s = 0.0
        self.time = Time(lambda: began + timedelta(seconds=self.passed_s), lambda: self.passed_s, self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.passed_s += max(0.0, seconds)
        await asyncio.sleep(0)


def settings_for(folder: Path, environ: Mapping[str, str], time: Time, **more: Any) -> BackendSettings:
    """What a run would hand to a backend."""
    return BackendSettings(folder, environ=environ, time=time, **more)


def generated(scene_id: str = "s01", mode: Mode = Mode.OPEN, frames: int = 96, **more: Any) -> Step:
    """A step for a model of the Gemini API."""
    return replace(step(scene_id, mode, frames, **more), backend="gemini", model=FAST)


async def finished(backend: Backend, operation: Operation, time: Time) -> Status:
    """Ask until there is an end, by the backend's own clock."""
    while isinstance(status := await backend.status(operation), Running):
        await time.sleep(status.look_again_s)
    return status


async def asked(backend: Backend, wanted: Step, time: Time, inputs: Inputs | None = None) -> Status:
    """Submit and wait for the end."""
    operation = await backend.submit(wanted, inputs or Inputs(), attempt_id=f"a-{wanted.scene_id}")
    return await finished(backend, operation, time)
