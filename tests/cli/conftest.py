"""An empty folder for every test, with the storyboards it asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import BROKEN, CARDS, PAID, FakeBackend, write


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def backend() -> FakeBackend:
    return FakeBackend()


@pytest.fixture
def cards(folder: Path) -> Path:
    return write(folder / "cards.yaml", CARDS)


@pytest.fixture
def paid(folder: Path) -> Path:
    return write(folder / "paid.yaml", PAID)


@pytest.fixture
def broken(folder: Path) -> Path:
    return write(folder / "broken.yaml", BROKEN)
