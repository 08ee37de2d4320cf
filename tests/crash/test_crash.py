"""A hundred kills: the short run of the crash harness. ``make crash`` is the long one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.crash.history import History
from tests.crash.report import line, table
from tests.crash.stage import Stage, open_stage

SEED, HISTORIES, KILLS = 20261122, 10, 10


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with open_stage(tmp_path_factory.mktemp("stage")) as opened:
        yield opened


@pytest.mark.parametrize("number", range(HISTORIES))
def test_ten_kills(stage: Stage, number: int) -> None:
    told = stage.play(History(SEED, number, KILLS))
    assert not told.wrong, line(told)
    assert len(told.deaths) >= KILLS
    assert f"1 histories, {len(told.deaths)} kills, " in table([told], told.seconds)
