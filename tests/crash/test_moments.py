from __future__ import annotations

import random
from pathlib import Path

from tests.crash.moments import Moment, Trap, draw


def drawn(seed: int, count: int) -> list[Moment]:
    choice = random.Random(seed)
    return [draw(choice) for _ in range(count)]


def test_a_seed_decides_the_moments() -> None:
    assert drawn(1, 100) == drawn(1, 100) != drawn(2, 100)
    assert len({moment.what for moment in drawn(1, 1000)}) == 19
    choice = random.Random(1)
    inline = {draw(choice, downloads=False).what for _ in range(1000)}
    assert len(inline) == 16 and not any("download" in what for what in inline)


def trap(moment: Moment, film: Path) -> tuple[Trap, list[str]]:
    kills: list[str] = []
    return Trap(moment, film, lambda: kills.append("killed")), kills


def test_an_event_springs_once_when_it_is_the_nth(tmp_path: Path) -> None:
    sprung, kills = trap(Moment("submit arrived", 2), tmp_path)
    for event in ("submit arrived", "poll arrived"):
        assert not sprung.hear(event)
        assert not kills
    for _ in range(3):
        sprung.hear("submit arrived")
    assert kills == ["killed"]


def test_a_request_is_lost_when_its_sender_dies_under_way(tmp_path: Path) -> None:
    sprung, kills = trap(Moment("submit under way"), tmp_path)
    assert not sprung.hear("submit arrived")
    assert sprung.hear("submit under way")
    assert kills == ["killed"]


def test_a_file_that_appears(tmp_path: Path) -> None:
    old = tmp_path / "takes" / "a1" / "1234-1" / "clip.mp4"
    old.parent.mkdir(parents=True)
    old.touch()
    sprung, kills = trap(Moment("a take"), tmp_path)
    sprung.watch(0)
    part = old.parent.with_name(".1234.part") / "clip.mp4"
    part.parent.mkdir()
    part.touch()
    sprung.watch(0)
    assert not kills
    part.parent.rename(part.parent.with_name("1234-2"))
    sprung.watch(0)
    assert kills == ["killed"]


def test_a_delay_runs_from_the_event(tmp_path: Path) -> None:
    sprung, kills = trap(Moment("poll answered", delay_s=0.001), tmp_path)
    sprung.watch(0)
    assert not kills
    assert not sprung.hear("poll answered")
    while not kills:
        sprung.watch(0)
    assert sprung.sprung
