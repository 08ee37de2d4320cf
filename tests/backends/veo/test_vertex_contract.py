"""What every backend promises, in each way to reach Vertex AI."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backends.contract import BackendContract
from tests.backends.veo.vertexing import MODEL
from veo_story.backends.base import Backend
from veo_story.backends.registry import BackendSettings, open_backend
from veo_story.emulator.model import EmulatorSettings
from veo_story.emulator.server import RunningEmulator, running_emulator
from veo_story.times import sped_up

SPEED = 60.0


@pytest.fixture(scope="module")
def emulator() -> Iterator[RunningEmulator]:
    settings = EmulatorSettings(speed=SPEED, latency_s=(2, 6), picture="numbers", quotas=False)
    with running_emulator(settings) as running:
        yield running


class TestVertex(BackendContract):
    returns = "combined"
    model = MODEL
    opening, added, short = 96, 168, 96
    speed = SPEED
    express = False
    storage: str | None = None
    emulator: RunningEmulator

    @pytest.fixture(autouse=True)
    def _emulated(self, emulator: RunningEmulator) -> None:
        self.emulator = emulator

    def open(self, folder: Path) -> Backend:
        environ = self.emulator.environ("vertex", folder, express=self.express)
        storage = self.storage and f"{self.storage}/{folder.name}"
        settings = BackendSettings(folder, environ=environ, time=sped_up(SPEED), storage=storage)
        return open_backend("vertex", settings)


class TestVertexInExpressMode(TestVertex):
    express = True


class TestVertexThroughCloudStorage(TestVertex):
    storage = "gs://films"
