"""Shot sizes: what is in the picture, and where."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backends.local.camerawork.stages import CANVASES, SIZES, UPRIGHT, WIDE, script, stage, stages
from veo_story.backends.local.camerawork.framing import approach, frame_beat
from veo_story.backends.local.camerawork.path import plan_path
from veo_story.backends.local.camerawork.view import LEAST_ZOOM, Moving
from veo_story.backends.local.camerawork.words import read_camera
from veo_story.backends.local.script import CameraWords, Line
from veo_story.backends.local.world.sheets import Canvas, Eye
from veo_story.backends.local.world.stage import Mark, Stage

ALONE = ("over-the-shoulder", "medium close-up", "close-up", "extreme close-up")


def seen(eye: Eye, mark: Mark, up: float) -> tuple[float, float]:
    """Where a height of somebody (0 the feet, 1 the crown) is seen, in shares of the picture."""
    placing = eye.placing(mark.parallax)
    assert placing is not None
    width, height = eye.canvas.width, eye.canvas.height
    column = (width / 2 + mark.x * height) * placing.scale + placing.left
    row = (mark.foot - up * mark.tall) * height * placing.scale + placing.top
    return column / width, row / height


def look(words: CameraWords, on: Stage, canvas: Canvas, action: str = "Mira winds the clock") -> Eye:
    """What a standing camera of those words sees."""
    one = script(words, action)
    framing = frame_beat(one, one.beats[0], on, read_camera(words))
    return framing.view.eye(canvas, 0)


def size_of(eye: Eye) -> float:
    placing = eye.placing(1.0)
    assert placing is not None
    return placing.scale


@pytest.mark.parametrize("canvas", [WIDE, UPRIGHT], ids=["wide", "upright"])
@pytest.mark.parametrize("size", SIZES)
def test_heads_are_in_the_picture_with_room_above(size: str, canvas: Canvas) -> None:
    on = stage(canvas, -0.15, 0.15)
    eye = look(CameraWords(size=size), on, canvas, "Mira and Old Tom wind the clock")
    for who in ("mira",) if size in ALONE else ("mira", "old_tom"):
        mark = on.people[who]
        (column, crown), (_, chin) = seen(eye, mark, 1.0), seen(eye, mark, 0.85)
        half = 0.075 * mark.tall * size_of(eye) * canvas.height / canvas.width
        assert 0.02 < crown < chin < 0.98
        assert 0 < column - half < column + half < 1


@pytest.mark.parametrize("canvas", [WIDE, UPRIGHT], ids=["wide", "upright"])
def test_sizes_come_closer_one_after_another(canvas: Canvas) -> None:
    on = stage(canvas, 0.0)
    order = ("extreme wide", "wide", "full shot", "medium wide", "medium", "medium close-up", "close-up")
    scales = [size_of(look(CameraWords(size=size), on, canvas)) for size in (*order, "extreme close-up")]
    assert scales == sorted(scales)
    assert scales[-2] > 1.2 * scales[-3] > 1.4 * scales[-4]


def test_a_full_shot_shows_the_feet_and_a_close_up_does_not() -> None:
    on = stage(WIDE, 0.2)
    assert seen(look(CameraWords(size="full shot"), on, WIDE), on.people["mira"], 0.0)[1] < 0.98
    assert seen(look(CameraWords(size="close-up"), on, WIDE), on.people["mira"], 0.7)[1] > 0.98


def test_eyes_of_a_close_up_stand_in_the_upper_half_at_about_a_third() -> None:
    on = stage(WIDE, 0.2)
    assert 0.28 < seen(look(CameraWords(size="close-up"), on, WIDE), on.people["mira"], 0.92)[1] < 0.45


def test_somebody_looks_into_the_picture() -> None:
    on = stage(WIDE, -0.3, 0.3)
    close = CameraWords(size="close-up")
    assert seen(look(close, on, WIDE, "Mira nods"), on.people["mira"], 0.9)[0] < 0.47
    assert seen(look(close, on, WIDE, "Old Tom nods"), on.people["old_tom"], 0.9)[0] > 0.53


@given(st.data())
def test_two_people_fit_side_by_side(data: st.DataObject) -> None:
    canvas = data.draw(CANVASES)
    on = data.draw(stages(canvas))
    size = data.draw(st.sampled_from(("two-shot", "medium two-shot", "wide")))
    eye = look(CameraWords(size=size), on, canvas)
    # Two whom no camera can get into one picture: it does what it can.
    spread = [mark.x for mark in list(on.people.values())[:3]] or [0.0]
    if (max(spread) - min(spread)) * LEAST_ZOOM * 1.2 < on.aspect * 0.8:
        for mark in list(on.people.values())[:3]:
            assert 0 <= seen(eye, mark, 0.9)[0] <= 1


@pytest.mark.parametrize(
    ("camera", "action", "who"),
    [
        (CameraWords(size="close-up"), "Old Tom nods at Mira", "old_tom"),
        (CameraWords(size="close-up"), "Ann sings", "ann"),
        (CameraWords(text="close-up of Mira"), "Old Tom nods at Mira", "mira"),
        (CameraWords(size="close-up", move="push in on Ann"), "Old Tom nods at Mira", "ann"),
        (CameraWords(size="close-up"), "The wind drops", "mira"),
    ],
)
def test_the_words_say_who_is_meant(camera: CameraWords, action: str, who: str) -> None:
    on = stage(WIDE, -0.5, 0.0, 0.5)
    eye = look(camera, on, WIDE, action)
    inside = [name for name, mark in on.people.items() if 0.2 < seen(eye, mark, 0.9)[0] < 0.8]
    assert inside == [who]


def test_a_close_up_without_names_is_of_who_speaks() -> None:
    on = stage(WIDE, -0.5, 0.5)
    words = CameraWords(size="close-up")
    one = replace(script(words, "Rain"), lines=(Line("old_tom", "Old Tom", "Rain.", 0.8, 1.0),))
    eye = frame_beat(one, one.beats[0], on, read_camera(words)).view.eye(WIDE, 0)
    assert 0.2 < seen(eye, on.people["old_tom"], 0.9)[0] < 0.8


def test_an_insert_frames_the_thing() -> None:
    lamp = Mark(0.6, 0.8, 0.2)
    on = stage(WIDE, -0.3, things={"lamp": lamp})
    eye = look(CameraWords(size="insert"), on, WIDE, "Mira lights the lamp")
    assert seen(eye, lamp, 0.5) == (pytest.approx(0.5, abs=0.02), pytest.approx(0.5, abs=0.05))
    assert 0.5 < lamp.tall * size_of(eye) <= 1
    person = look(CameraWords(size="medium"), on, WIDE, "Mira lights the lamp")
    assert 0.2 < seen(person, on.people["mira"], 0.9)[0] < 0.8
    named = look(CameraWords(text="close-up of the lamp"), on, WIDE, "Mira lights the lamp")
    assert seen(named, lamp, 0.5)[0] == pytest.approx(0.5, abs=0.02)


def test_from_afar_a_place_stays_composed_around_its_things() -> None:
    tower = Mark(0.4, 0.5, 0.4, 0.3)
    on = stage(WIDE, things={"tower": tower})
    wide, close = (look(CameraWords(size=size), on, WIDE, "A tower") for size in ("wide", "close-up"))
    assert abs(wide.x) < 0.05
    assert seen(wide, tower, 0.5)[0] > 0.65
    assert seen(close, tower, 0.5)[0] == pytest.approx(0.5, abs=0.05)


def test_hands_are_looked_at_lower_than_faces() -> None:
    on = stage(WIDE, 0.0)
    eye = look(CameraWords(text="close-up on her hands"), on, WIDE)
    assert 0.4 < seen(eye, on.people["mira"], 0.5)[1] < 0.6


def test_a_thing_far_away_is_seen_through_a_long_lens() -> None:
    moon = Mark(0.5, 0.3, 0.1, 0.05)
    eye = look(CameraWords(size="close-up"), stage(WIDE, things={"moon": moon}), WIDE, "The moon rises")
    assert eye.zoom > 1.8
    assert 0 < seen(eye, moon, 0.5)[0] < 1


def test_angles_show_more_ground_or_more_sky() -> None:
    for on in (stage(WIDE, 0.0), stage(WIDE), stage(WIDE, things={"boat": Mark(-0.2, 0.6, 0.1, 0.4)})):
        size = "wide"
        low, level, high = (
            look(CameraWords(size=size, angle=angle), on, WIDE).y
            for angle in ("low angle", "eye-level", "high angle")
        )
        assert low < level < high


@given(st.floats(LEAST_ZOOM, 12), st.floats(0.05, 1.05), st.floats(0.1, 1.0))
def test_what_one_cannot_do_the_other_does(scale: float, parallax: float, walk: float) -> None:
    near, lens = approach(scale, parallax, walk)
    reached = math.exp(lens) / (1 - (1 - math.exp(-near)) * parallax)
    assert reached <= scale * 1.0001
    assert reached == pytest.approx(scale, rel=1e-6) or (near > 0.59 and lens > 0.7)


@pytest.mark.parametrize("canvas", [WIDE, UPRIGHT], ids=["wide", "upright"])
def test_a_longer_lens_stands_farther_away(canvas: Canvas) -> None:
    on = stage(canvas, 0.0)
    near, far = (look(CameraWords(size="close-up", lens=lens), on, canvas) for lens in ("24mm", "100mm"))
    assert near.z > far.z + 0.05
    assert near.zoom < far.zoom
    assert size_of(near) == pytest.approx(size_of(far), rel=0.02)


def test_focus_and_closeness_blur_what_lies_behind() -> None:
    on = stage(WIDE, 0.0)
    wide, close = (look(CameraWords(size=size), on, WIDE).blur for size in ("wide", "close-up"))
    shallow, deep = (
        look(CameraWords(size="close-up", focus=f), on, WIDE).blur for f in ("shallow", "deep focus")
    )
    assert wide == deep == 0 < close < shallow


def test_without_words_the_size_stays() -> None:
    on = stage(WIDE, -0.3, 0.3)
    close = plan_path(script(CameraWords(size="close-up", move="static")), on, None, 96).end
    going_on = plan_path(script(CameraWords(), "Old Tom nods"), on, Moving(close.view), 168).end
    assert going_on.view.scale == pytest.approx(close.view.scale, rel=0.1)
    assert going_on.view.x == pytest.approx(0.3, abs=0.08)


@pytest.mark.parametrize("action", ["Mira waits", "Mira and Old Tom wait"])
def test_an_opening_without_words_is_framed_by_who_is_there(action: str) -> None:
    assert size_of(look(CameraWords(), stage(WIDE), WIDE)) < 1.2
    on = stage(WIDE, -0.2, 0.2)
    assert size_of(look(CameraWords(), on, WIDE, action)) > 1.8
