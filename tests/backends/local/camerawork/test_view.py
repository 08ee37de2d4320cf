"""Views, and what of them the world has to show."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backends.local.camerawork.stages import CANVASES
from veo_story.backends.local.camerawork.view import (
    LEAST_ZOOM,
    Moving,
    View,
    kept_inside,
    moving_of,
    view_of,
)
from veo_story.backends.local.world.sheets import Canvas, Eye

ANYWHERE = st.builds(
    View,
    x=st.floats(-9, 9),
    y=st.floats(-3, 3),
    near=st.floats(-1, 5),
    lens=st.floats(-1, 3),
    blur=st.floats(-1, 2),
    shake=st.floats(-1, 2),
)
INSIDE = st.builds(View, st.floats(-9, 9), st.floats(-0.15, 0.15), st.floats(0.05, 2), st.floats(0.1, 0.7))


def shows_too_much(eye: Eye) -> list[float]:
    """Every depth up to the cast at which the eye looks beyond the world, or could see its edge."""
    found = []
    for parallax in (0.0, 0.1, 0.35, 0.5, 0.8, 1.0):
        placing = eye.placing(parallax)
        assert placing is not None
        top = -placing.top / placing.scale
        bottom = (eye.canvas.height - placing.top) / placing.scale
        if top < -eye.canvas.reach or bottom > eye.canvas.height + eye.canvas.reach:
            found.append(parallax)
        if placing.scale < LEAST_ZOOM:
            found.append(parallax)
    return found


@given(
    ANYWHERE, st.sampled_from((Canvas(320, 180), Canvas(180, 320), Canvas(960, 540))), st.integers(0, 9999)
)
def test_no_eye_sees_beyond_the_world(view: View, canvas: Canvas, frame: int) -> None:
    assert shows_too_much(view.eye(canvas, frame)) == []


@given(INSIDE)
def test_what_lies_well_inside_is_left_alone(view: View) -> None:
    kept = kept_inside(view)
    assert (kept.x, kept.near, kept.lens) == (view.x, view.near, view.lens)
    assert kept.y == pytest.approx(view.y, abs=0.03)


@given(ANYWHERE, st.floats(-0.01, 0.01))
def test_yielding_is_smooth(view: View, step: float) -> None:
    other = View(view.x, view.y + step, view.near, view.lens)
    assert abs(kept_inside(other).y - kept_inside(view).y) <= abs(step) + 1e-9


def test_a_steady_camera_stands_still() -> None:
    eyes = {View(0.1, 0.0, 0.5, 0.2).eye(Canvas(320, 180), frame) for frame in range(0, 200, 7)}
    assert len(eyes) == 1


@given(CANVASES, st.integers(0, 5000), st.floats(0, 1), st.floats(0, 1.9))
def test_a_hand_shakes_a_little_and_smoothly(canvas: Canvas, frame: int, shake: float, near: float) -> None:
    view = View(near=near, shake=shake)
    a, b = view.eye(canvas, frame), view.eye(canvas, frame + 1)
    # On screen: a share of the picture's height that does not depend on how close the camera is.
    assert abs(a.x) * view.scale <= 0.009 * shake + 1e-9
    assert abs(b.x - a.x) * view.scale <= 0.004 * shake + 1e-9
    assert view.eye(canvas, frame) == a


def test_a_hand_does_shake() -> None:
    eyes = [View(shake=1.0).eye(Canvas(320, 180), frame) for frame in range(48)]
    assert max(eye.x for eye in eyes) - min(eye.x for eye in eyes) > 0.004
    assert max(eye.y for eye in eyes) - min(eye.y for eye in eyes) > 0.004


@given(ANYWHERE, ANYWHERE)
def test_a_camera_travels_as_data(view: View, speed: View) -> None:
    moving = Moving(view, speed)
    assert moving_of(json.loads(json.dumps(moving.as_data()))) == moving
    assert view_of(view.numbers()) == view


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"view": [0] * 6},
        {"view": [0] * 5, "speed": [0] * 6},
        {"view": ["a"] * 6, "speed": [0] * 6},
        {"view": [float("nan")] * 6, "speed": [0] * 6},
        {"view": None, "speed": []},
    ],
)
def test_other_data_is_no_camera(data: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        moving_of(data)
