"""Courses of cameras: which way, how far, how smoothly."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backends.local.camerawork.stages import WIDE, script, stage
from veo_story.backends.local.camerawork.framing import frame_beat
from veo_story.backends.local.camerawork.moves import Course, course_of, travelled
from veo_story.backends.local.camerawork.view import View
from veo_story.backends.local.camerawork.words import read_camera
from veo_story.backends.local.script import CameraWords

SHARES = st.floats(0, 1)


def course(move: str, size: str = "medium", seconds: float = 8.0, action: str = "Mira waits") -> Course:
    words = CameraWords(size=size, move=move)
    one = script(words, action, seconds)
    on = stage(WIDE, 0.0)
    asked = read_camera(words)
    return course_of(frame_beat(one, one.beats[0], on, asked), asked, action, on.aspect, seconds)


def way(move: str, **given: str) -> View:
    """How a view changes over 8 s."""
    made = course(move, **given)
    return View(*(b - a for a, b in zip(made.at(0.0), made.at(8.0), strict=True)))


@pytest.mark.parametrize(
    ("move", "number", "sign"),
    [
        ("pan right", "x", 1),
        ("pan left", "x", -1),
        ("tracking left", "x", -1),
        ("whip pan right", "x", 1),
        ("arc left", "x", -1),
        ("drifts right", "x", 1),
        ("follow", "x", 1),
        ("tilt up", "y", 1),
        ("tilt down", "y", -1),
        ("crane up", "y", 1),
        ("crane down", "y", -1),
        ("pedestal down", "y", -1),
        ("drone", "y", 1),
        ("push-in", "near", 1),
        ("dolly in", "near", 1),
        ("pull out", "near", -1),
        ("dolly out", "near", -1),
        ("crane up", "near", -1),
        ("zoom in", "lens", 1),
        ("zoom out", "lens", -1),
        ("crash zoom", "lens", 1),
        ("dolly zoom", "near", 1),
        ("dolly zoom", "lens", -1),
        ("pan right and tilt up", "x", 1),
        ("pan right and tilt up", "y", 1),
    ],
)
def test_which_way(move: str, number: str, sign: int) -> None:
    assert getattr(way(move), number) * sign > 0.02


def test_a_dolly_zoom_keeps_the_size() -> None:
    made = course("dolly zoom", size="medium close-up")
    assert View(*made.at(0)).scale == pytest.approx(View(*made.at(8)).scale, rel=0.02)


def test_static_stands_still_and_nothing_said_drifts_a_little() -> None:
    assert way("static").numbers() == (0.0,) * 6
    drift = way("")
    assert 0 < abs(drift.x) < 0.1
    assert 0 < drift.near < 0.06
    brisk = way("", action="Mira runs")
    assert brisk.x > drift.x
    assert course("", action="Mira runs").start[5] > 0 == course("").start[5]


def test_slow_goes_less_far_than_quick() -> None:
    slow, usual, quick = (way(f"{pace} push-in").near for pace in ("slow", "", "quick"))
    assert slow < usual < quick


def test_a_short_scene_moves_less_far() -> None:
    made = course("push-in", seconds=4.0)
    assert made.at(4.0)[2] - made.at(0.0)[2] < way("push-in").near * 0.6


def test_a_quick_move_takes_its_own_time() -> None:
    made = course("crash zoom")
    times = [t / 24 for t in range(193) if abs(made.at(t / 24)[3] - made.at(0)[3]) > 1e-6]
    still = [t / 24 for t in range(193) if abs(made.at(t / 24)[3] - made.at(8)[3]) > 1e-6]
    assert still[-1] - times[0] < 0.7


def test_one_move_after_the_other() -> None:
    made = course("push-in, then pan left")
    early, middle, late = made.at(0), made.at(3.2), made.at(8)
    assert middle[2] - early[2] > 0.1
    assert middle[0] == pytest.approx(early[0], abs=0.01)
    assert late[0] < middle[0] - 0.05
    assert (made.label_at(1.0), made.label_at(6.0)) == ("push in", "pan left")


@pytest.mark.parametrize(
    ("move", "label"),
    [
        ("static", "hold"), ("", "hold"), ("pan left", "pan left"), ("push-in", "push in"),
        ("zoom out", "zoom out"), ("crane down", "crane down"), ("tracking", "track right"),
        ("handheld", "handheld"), ("dolly", "push in"),
    ],
)  # fmt: skip
def test_labels(move: str, label: str) -> None:
    assert course(move).label_at(4.0) == label


def test_handheld_shakes_and_a_rack_focus_goes_from_soft_to_sharp() -> None:
    assert course("handheld").at(4)[5] == 1.0
    words = CameraWords(size="close-up", focus="rack focus", move="static")
    one, on = script(words), stage(WIDE, 0.0)
    framing = frame_beat(one, one.beats[0], on, read_camera(words))
    made = course_of(framing, read_camera(words), "", on.aspect, 8.0)
    assert made.at(0)[4] > 0.4 > 0.2 > made.at(8)[4]


def test_pans_keep_the_subject_in_the_picture() -> None:
    for size in ("medium", "close-up", "full shot"):
        for move in ("pan left", "fast pan right", "tracking right"):
            made = course(move, size=size)
            for seconds in (0.0, 4.0, 8.0):
                view = View(*made.at(seconds))
                assert abs(view.x) * view.scale < 0.8


@given(SHARES, SHARES)
def test_a_way_is_gone_whole_and_forwards(speed_in: float, speed_out: float) -> None:
    steps = [travelled(i / 50, speed_in, speed_out) for i in range(51)]
    assert (steps[0], steps[-1]) == (0.0, pytest.approx(1.0))
    assert all(b >= a - 1e-9 for a, b in pairwise(steps))


@given(SHARES, SHARES)
def test_a_way_is_smooth_in_speed_and_acceleration(speed_in: float, speed_out: float) -> None:
    h = 1e-3
    places = [travelled(-0.2 + i * h, speed_in, speed_out) for i in range(1400)]
    speeds = [(b - a) / h for a, b in pairwise(places)]
    accelerations = [(b - a) / h for a, b in pairwise(speeds)]
    assert max(abs(b - a) for a, b in pairwise(speeds)) < 0.02
    assert max(abs(b - a) for a, b in pairwise(accelerations)) < 0.1
