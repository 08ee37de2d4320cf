from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backends.contract import BackendContract
from tests.backends.veo.support import FAST
from veo_story.backends.base import Backend
from veo_story.backends.registry import BackendSettings, open_backend
from veo_story.emulator.model import EmulatorSettings
from veo_story.emulator.server import RunningEmulator, running_emulator
from veo_story.times import sped_up

SPEED = 400.0


class TestGemini(BackendContract):
    returns = "combined"
    model = FAST
    opening, added, short = 96, 168, 96
    speed = SPEED
    emulator: RunningEmulator

    @pytest.fixture(autouse=True)
    def _emulated(self, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
        folder = tmp_path_factory.mktemp("emulator")
        settings = EmulatorSettings(folder=folder, speed=SPEED, latency_s=(5, 30), picture="numbers")
        with running_emulator(settings) as self.emulator:
            yield

    def open(self, folder: Path) -> Backend:
        environ = self.emulator.environ("gemini", folder)
        return open_backend("gemini", BackendSettings(folder, environ=environ, time=sped_up(SPEED)))
