"""The camera of whole clips and chains: seams, cuts, comfort, and never beyond the world."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.backends.local.camerawork.stages import (
    CANVASES,
    PEOPLE,
    QUICK_MOVES,
    SLOW_MOVES,
    UPRIGHT,
    WIDE,
    cameras,
    script,
    scripts,
    stage,
    stages,
)
from tests.backends.local.camerawork.test_framing import seen
from tests.backends.local.camerawork.test_view import shows_too_much
from veo_story.backends.local.camerawork.path import Path, plan_path
from veo_story.backends.local.camerawork.view import FPS, View, moving_of
from veo_story.backends.local.script import Beat, CameraWords, Script
from veo_story.backends.local.world.sheets import Canvas

STILL = CameraWords(size="medium", move="static")


def seen_apart(a: View, b: View) -> float:
    """How far apart two views are on screen: picture heights and logarithms of size together."""
    scale = math.sqrt(a.scale * b.scale)
    return math.hypot((b.x - a.x) * scale, (b.y - a.y) * scale) + abs(math.log(b.scale / a.scale))


def steps(path: Path) -> list[float]:
    return [seen_apart(path.at(i), path.at(i + 1)) for i in range(path.frames)]


def speed_at(path: Path, frame: float) -> list[float]:
    h = 0.01
    before, after = path.at(frame - h).numbers(), path.at(frame + h).numbers()
    return [(b - a) / (2 * h) * FPS for a, b in zip(before, after, strict=True)]


def cut_frames(path: Path) -> list[int]:
    return [round(s.start_s * FPS) for s in path.stretches[1:] if s.ease is None]


def frames_of(one: Script) -> int:
    return round(one.length_s * FPS)


@settings(deadline=None)
@given(st.data())
def test_a_chain_goes_on_with_place_and_speed(data: st.DataObject) -> None:
    canvas = data.draw(CANVASES)
    before = None
    for _ in range(data.draw(st.integers(2, 4))):
        one, on = data.draw(scripts((*SLOW_MOVES, *QUICK_MOVES))), data.draw(stages(canvas))
        path = plan_path(one, on, before, frames_of(one))
        if before is not None:
            before = moving_of(before.as_data())
            assert path.at(0).numbers() == pytest.approx(before.view.numbers(), abs=1e-9)
            assert speed_at(path, 0) == pytest.approx(list(before.speed.numbers()), abs=2e-3)
        before = path.end
        assert path.at(path.frames) == before.view
        assert speed_at(path, path.frames) == pytest.approx(list(before.speed.numbers()), abs=2e-3)


@settings(deadline=None)
@given(st.data())
def test_no_camera_of_a_chain_looks_beyond_the_world(data: st.DataObject) -> None:
    canvas = data.draw(CANVASES)
    before = None
    for first in (0, 192, 360):
        one, on = data.draw(scripts((*SLOW_MOVES, *QUICK_MOVES))), data.draw(stages(canvas))
        path = plan_path(one, on, before, frames_of(one))
        for frame in range(0, path.frames + 1, 5):
            view = path.at(frame)
            assert all(map(math.isfinite, view.numbers()))
            assert shows_too_much(view.eye(canvas, first + frame)) == []
        before = path.end


@settings(deadline=None)
@given(st.data())
def test_a_camera_is_pleasant_to_follow(data: st.DataObject) -> None:
    """Without cuts and quick moves no step is a jerk: speed and its change stay within bounds."""
    canvas = data.draw(CANVASES)
    on, before = data.draw(stages(canvas)), None
    for _ in range(3):
        words = data.draw(cameras())
        path = plan_path(script(words, seconds=8.0), on, before, 192)
        moved = steps(path)
        # What is far apart and tiny takes the quickest way; a jump of a hundredth would count 5.
        assert max(moved) * FPS < 4.0
        assert max(abs(b - a) for a, b in pairwise(moved)) * FPS * FPS < 5.0
        before = path.end


@settings(deadline=None)
@given(st.data())
def test_the_end_of_a_framed_scene_does_not_depend_on_what_was_before(data: st.DataObject) -> None:
    canvas = data.draw(CANVASES)
    one, on = data.draw(scripts()), data.draw(stages(canvas))
    last = replace(one.beats[-1], camera=CameraWords(size="medium", move="slow push-in"))
    one = replace(one, beats=(*one.beats[:-1], last))
    ends = []
    for words in (CameraWords(size="close-up", move="pan left"), CameraWords(size="wide", move="crane up")):
        before = plan_path(script(words), on, None, 192).end
        ends.append(plan_path(one, on, before, frames_of(one)).end)
    assert ends[0].view.numbers() == pytest.approx(ends[1].view.numbers(), abs=1e-9)
    assert ends[0].speed.numbers() == pytest.approx(ends[1].speed.numbers(), abs=1e-6)


def test_an_opening_starts_in_its_framing_and_an_extension_comes_to_it() -> None:
    on = stage(WIDE, -0.2, 0.2)
    opening = plan_path(script(STILL), on, None, 192)
    assert opening.at(0) == opening.at(100) == opening.end.view
    far = plan_path(script(CameraWords(size="wide", move="static")), on, None, 192).end
    extension = plan_path(script(STILL), on, far, 168)
    assert seen_apart(extension.at(0), far.view) < 1e-12
    assert extension.at(84).numbers() == pytest.approx(opening.at(0).numbers(), abs=1e-9)
    assert seen_apart(extension.at(24), far.view) > 0.1


@pytest.mark.parametrize(("canvas", "aside"), [(WIDE, 0.45), (UPRIGHT, 0.2)], ids=["wide", "upright"])
def test_from_face_to_face_a_camera_draws_back(canvas: Canvas, aside: float) -> None:
    on = stage(canvas, -aside, aside)
    close = CameraWords(size="close-up", move="static")
    first = plan_path(script(close, "Mira nods"), on, None, 192)
    second = plan_path(script(close, "Old Tom nods"), on, first.end, 168)
    assert min(second.at(i).scale for i in range(168)) < 0.7 * first.end.view.scale
    assert second.end.view.scale == pytest.approx(first.end.view.scale, rel=0.05)
    assert max(steps(second)) * FPS < 1.8


@pytest.mark.parametrize("canvas", [WIDE, UPRIGHT], ids=["wide", "upright"])
def test_who_is_in_the_picture_is_not_lost_on_the_way_to_them_or_from_them(canvas: Canvas) -> None:
    on = stage(canvas, 0.2)
    mark = on.people["mira"]
    wide, close = (
        plan_path(script(CameraWords(size=size, move="static")), on, None, 192).end
        for size in ("extreme wide", "close-up")
    )
    for size, before in (("close-up", wide), ("extreme wide", close)):
        path = plan_path(script(CameraWords(size=size, move="static")), on, before, 168)
        faces = [seen(path.at(frame).eye(canvas, 0), mark, 0.9) for frame in range(169)]
        assert all(0.1 < column < 0.9 and 0.05 < row < 0.95 for column, row in faces)


def beats(*cameras: CameraWords) -> Script:
    length = 8.0 / len(cameras)
    made = tuple(
        Beat(i * length, (i + 1) * length, "Mira and Old Tom wait", camera)
        for i, camera in enumerate(cameras)
    )
    return Script(8.0, people=PEOPLE, beats=made)


def test_beats_cut_where_the_size_changes_and_move_where_it_does_not() -> None:
    on = stage(WIDE, -0.2, 0.2)
    wide, close = CameraWords(size="wide", move="crane down"), CameraWords(size="close-up", move="static")
    path = plan_path(beats(wide, close), on, None, 192)
    assert cut_frames(path) == [96]
    moved = steps(path)
    assert moved[95] > 10 * max(*moved[:95], *moved[96:])
    going_on = plan_path(beats(close, CameraWords(move="pan left")), on, None, 192)
    assert cut_frames(going_on) == []
    assert max(steps(going_on)) < 0.1
    assert [path.label_at(frame) for frame in (0, 95, 96, 192)] == [
        "crane down",
        "crane down",
        "hold",
        "hold",
    ]


def test_the_same_words_again_are_one_camera() -> None:
    on = stage(WIDE, -0.2, 0.2)
    tracking = CameraWords(size="wide", move="tracking right")
    twice, once = (plan_path(one, on, None, 192) for one in (beats(tracking, tracking), beats(tracking)))
    assert [twice.at(i) for i in range(0, 193, 8)] == [once.at(i) for i in range(0, 193, 8)]


def test_an_extension_never_begins_with_a_cut() -> None:
    on = stage(WIDE, -0.2, 0.2)
    before = plan_path(script(STILL), on, None, 192).end
    path = plan_path(beats(CameraWords(size="close-up"), CameraWords(size="wide")), on, before, 168)
    assert seen_apart(path.at(0), before.view) < 1e-12
    assert cut_frames(path) == [96]


def test_where_there_is_nobody_the_camera_stays_where_it_came() -> None:
    on = stage(WIDE)
    before = plan_path(script(CameraWords(size="wide", move="tracking right"), "A sea"), on, None, 192).end
    path = plan_path(script(CameraWords(), "A ship"), on, before, 168)
    assert abs(path.end.view.x - before.view.x) < 0.2
    assert path.end.view.scale == pytest.approx(before.view.scale, rel=0.06)


def test_paths_are_pure() -> None:
    on = stage(UPRIGHT, -0.1, 0.1)
    one = script(CameraWords(text="handheld close-up, then pan left"))
    first, second = (plan_path(one, on, None, 96) for _ in range(2))
    assert first == second
    assert [first.at(i) for i in (90, 3, 0)] == [second.at(i) for i in (90, 3, 0)]
