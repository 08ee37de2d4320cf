from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.crash.folder import Snapshot
from tests.crash.phases import Phase, phase_of
from tests.crash.report import table, unfair
from tests.crash.told import Death, Told, Unknown

ASKED = Counter({"submit under way": 1, "submit answered": 1})
FETCHING = ASKED + Counter({"download under way": 1})


def left(*states: str, folders: Mapping[str, str] | None = None) -> Snapshot:
    attempts: tuple[dict[str, Any], ...] = tuple(
        {"id": str(n), "state": state, "is_free": 0} for n, state in enumerate(states)
    )
    return Snapshot(attempts, (), (), folders or {})


@pytest.mark.parametrize(
    ("found", "told", "complete", "cut", "phase"),
    [
        (left(), Counter(), False, False, "before the first request"),
        (left("answered"), Counter(), False, False, "before the first request"),
        (left("answered", "sent"), ASKED, False, False, "POST in flight"),
        (left("answered"), ASKED, False, False, "polling"),
        (left("answered"), FETCHING, False, False, "downloading"),
        (left("answered", folders={"takes/a1/1-1": "x"}), FETCHING, False, False, "storing"),
        (left("stored"), ASKED, False, False, "between requests"),
        (left("stored"), ASKED, True, False, "joining the film"),
        (left("stored"), Counter(), True, True, "after"),
    ],
)
def test_a_phase_is_told_by_what_is_left(
    tmp_path: Path, found: Snapshot, told: Counter[str], complete: bool, cut: bool, phase: Phase
) -> None:
    assert phase_of(found, tmp_path, told, is_complete=complete, is_cut=cut) == phase


@pytest.mark.parametrize(("clip", "phase"), [(".clip.mp4.part", "downloading"), ("clip.mp4", "storing")])
def test_a_clip_that_came_whole_is_being_stored(tmp_path: Path, clip: str, phase: Phase) -> None:
    part = tmp_path / "takes" / "a1" / ".1234.part"
    part.mkdir(parents=True)
    (part / clip).touch()
    assert phase_of(left("answered"), tmp_path, ASKED, is_complete=False, is_cut=False) == phase


def test_the_table_counts_and_says_what_was_killed_too_seldom() -> None:
    deaths = [Death("submit arrived +0 ms", "POST in flight")] * 290 + [Death("time +9 ms", "polling")] * 10
    asked = [Unknown("a1", "1", "sent again", True), Unknown("a1", "1", "settled", True)]
    told = Told("#1", deaths, asked, wrong=["a clip is gone"], clips_lost=1)
    lines = table([told], 60).splitlines()
    assert "1 histories, 300 kills, 0 runs, 60 s" in lines
    assert "  POST in flight                 290   96.7%                        0.0%" in lines
    assert "  clips lost                      1" in lines
    assert "  unknown outcomes                1 (1 sent again, 1 settled)" in lines
    assert "only 0.0% of the kills: storing" in unfair([told])
    assert not any("POST" in seldom for seldom in unfair([told]))
    assert unfair([Told("#2", deaths[:100])]) == []
