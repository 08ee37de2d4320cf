"""One emulator a module for tests that leave nothing behind: no latency, no processing, cheap clips."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from veo_story.emulator.model import EmulatorSettings
from veo_story.emulator.server import RunningEmulator, running_emulator


@pytest.fixture(scope="module")
def quick() -> Iterator[RunningEmulator]:
    settings = EmulatorSettings(picture="numbers", latency_s=(0, 0), processing_s=0, quotas=False)
    with running_emulator(settings) as emulator:
        yield emulator


@pytest.fixture
def slow() -> Iterator[RunningEmulator]:
    """Sixty emulated seconds a generation, fifteen until a file is ACTIVE; its clock is moved by hand."""
    with running_emulator(EmulatorSettings(picture="numbers", latency_s=(60, 60))) as emulator:
        yield emulator
