"""A world for every test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.machine.journaled import clip_of
from tests.machine.world import World, new_world


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clip_of(tmp_path_factory.mktemp("clip") / "journal", 96, (1280, 720))


@pytest.fixture
def world(tmp_path: Path, state_folder: Path, clip: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = new_world(tmp_path, state_folder, clip)
    monkeypatch.chdir(world.folder)
    return world
