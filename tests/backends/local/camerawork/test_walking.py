"""Cameras and people who move: who walks, who has left, who only stands there still."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.backends.local.camerawork.stages import PEOPLE, WIDE, script, stage
from tests.backends.local.camerawork.test_framing import seen
from veo_story.backends.local.camerawork.path import Path, plan_path
from veo_story.backends.local.camerawork.subjects import subject_of
from veo_story.backends.local.script import CameraWords, Script
from veo_story.backends.local.world.stage import Mark, Stage

FRAMES = 168


def walker(on: Stage, begin: float, end: float, until: int = FRAMES) -> Callable[[str, int], Mark | None]:
    """Mira goes from one column to the other between the frames 24 and 120; the others stand."""

    def where(who: str, frame: int) -> Mark | None:
        if who != "mira":
            return on.people[who]
        t = min(1.0, max(0.0, (frame - 24) / 96))
        return (
            replace(on.people[who], x=begin + (end - begin) * t * t * (3 - 2 * t)) if frame <= until else None
        )

    return where


def columns(path: Path, where: Callable[[str, int], Mark | None]) -> list[float]:
    """Where in the picture Mira is seen, frame by frame."""
    found = []
    for frame in range(0, FRAMES + 1, 4):
        mark = where("mira", frame)
        assert mark is not None
        found.append(seen(path.at(frame).eye(WIDE, 0), mark, 0.9)[0])
    return found


@pytest.mark.parametrize("move", ["follow her", "tracking right", "tracking shot, handheld"])
def test_a_following_camera_keeps_beside_who_walks(move: str) -> None:
    on = stage(WIDE, 0.5)
    where = walker(on, -0.8, 0.5)
    words = CameraWords(size="medium", move=move)
    path = plan_path(script(words, "Mira crosses the hall", 7.0), on, None, FRAMES, where)
    kept = columns(path, where)
    assert 0.3 < min(kept) < max(kept) < 0.7
    assert path.label_at(60) in ("follow", "track right")
    assert path.at(0).x < -0.5 < 0.3 < path.at(FRAMES).x
    standing = plan_path(script(words, "Mira crosses the hall", 7.0), on, None, FRAMES)
    assert min(columns(standing, where)) < 0


def test_a_following_camera_hands_over_its_speed() -> None:
    on = stage(WIDE, 0.5)
    words = CameraWords(size="medium", move="follow")
    where = walker(on, -0.8, 0.5)
    path = plan_path(script(words, "Mira walks", 3.0), on, None, 72, where)
    going_on = plan_path(script(CameraWords(size="wide", move="static"), "Mira", 7.0), on, path.end, FRAMES)
    step = path.at(72).x - path.at(71).x
    assert step > 0.005
    assert going_on.at(1).x - going_on.at(0).x == pytest.approx(step, rel=0.1)


def test_the_way_of_the_walk_names_the_move() -> None:
    on = stage(WIDE, -0.5)
    words = CameraWords(size="medium", move="tracking shot")
    path = plan_path(script(words, "Mira walks", 7.0), on, None, FRAMES, walker(on, 0.5, -0.5))
    assert path.label_at(80) == "track left"


def test_who_leaves_is_framed_where_they_stood() -> None:
    on = stage(WIDE, 1.4, 0.0)
    where = walker(on, 0.1, 1.4, until=120)
    words = CameraWords(size="medium close-up", move="static")
    path = plan_path(script(words, "Mira leaves", 7.0), on, None, FRAMES, where)
    mark = where("mira", 0)
    assert mark is not None
    assert 0.3 < seen(path.at(0).eye(WIDE, 0), mark, 0.9)[0] < 0.7


def test_who_has_not_come_yet_is_framed_where_they_will_stand() -> None:
    on = stage(WIDE, -0.3)
    where = walker(on, -1.4, -0.3)

    def later(who: str, frame: int) -> Mark | None:
        return where(who, frame) if frame >= 30 else None

    words = CameraWords(size="medium", move="static")
    path = plan_path(script(words, "Mira enters", 7.0), on, None, FRAMES, later)
    assert 0.3 < seen(path.at(FRAMES).eye(WIDE, 0), on.people["mira"], 0.9)[0] < 0.7


def of_nobody(action: str) -> Script:
    one = script(CameraWords(), action)
    return replace(one, people=())


@pytest.mark.parametrize(
    ("action", "framed"),
    [
        ("The beam sweeps out over a black sea", False),
        ("The two figures stand side by side", True),
        ("They wait", True),
        ("Old Tom waits", True),
    ],
)
def test_who_still_stands_there_is_framed_only_where_the_words_mean_them(action: str, framed: bool) -> None:
    on = stage(WIDE, -0.3, 0.3)
    one = of_nobody(action)
    assert (subject_of(one, one.beats[0], on, None) is not None) == framed


def test_the_cast_of_the_scene_comes_before_those_who_still_stand_there() -> None:
    on = stage(WIDE, -0.3, 0.3)
    one = replace(script(CameraWords(size="close-up"), "It rains"), people=(PEOPLE[1],))
    subject = subject_of(one, one.beats[0], on, "close_up")
    assert subject is not None
    assert subject.who == "old_tom"
