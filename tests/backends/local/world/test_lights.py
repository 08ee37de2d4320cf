"""Light that changes while a chain runs."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backends.local.world.lookout import blank, same
from veo_story.backends.local.script import Beat, Script
from veo_story.backends.local.world.lights import Lights, LightState, Ramp, lights_from, read_lights

level = st.floats(0, 1)


def script(*actions: str, place: str = "") -> Script:
    beats = tuple(Beat(4.0 * i, 4.0 * (i + 1), action) for i, action in enumerate(actions))
    return Script(4.0 * len(actions), place=place, beats=beats)


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("She blows out the lamp.", 1.0, 0.46),
        ("The lights go out.", 1.0, 0.46),
        ("A power cut; nobody moves.", 1.0, 0.30),
        ("He lights a candle.", 0.5, 1.0),
        ("She switches on the lamp.", 0.5, 1.0),
        ("Dawn breaks over the roofs.", 0.68, 1.0),
        ("Night falls.", 1.0, 0.66),
        ("Fade to black.", 1.0, 0.0),
        ("She reads a letter.", 1.0, 1.0),
    ],
)
def test_words_of_the_action_change_the_light(action: str, before: float, after: float) -> None:
    lights = read_lights(script(action), 1)
    assert lights.at(0) == pytest.approx(before, abs=0.01)
    assert lights.at(95) == pytest.approx(after, abs=0.03)


def test_what_is_told_later_happens_later() -> None:
    lights = read_lights(script("She reads.", "She blows out the lamp.", "He strikes a match."), 1)
    levels = [lights.at(frame) for frame in (0, 90, 185, 287)]
    assert levels[0] == levels[1] == 1
    assert levels[2] == pytest.approx(0.46, abs=0.02)
    assert levels[3] == 1


def test_light_changes_softly() -> None:
    lights = read_lights(script("She blows out the lamp."), 1)
    levels = [lights.at(frame) for frame in range(96)]
    assert max(a - b for a, b in itertools.pairwise(levels)) < 0.06


@given(st.sampled_from(["Night falls slowly", "He lights a lamp", "nothing at all"]), st.integers(0, 500))
def test_a_clip_goes_on_where_its_parent_ended(action: str, first: int) -> None:
    parent = read_lights(script("She reads.", "At last the sun sets"), 7, first)
    state = lights_from(json.loads(json.dumps(parent.end().as_data())))
    assert state == parent.end()
    seam = first + 8 * 24
    child = read_lights(script(action), 7, seam, state)
    assert child.at(seam) == parent.at(seam)
    assert abs(child.at(seam + 1) - parent.at(seam + 1)) < 0.06


def test_a_flame_flickers_a_little_and_goes_on_doing_so() -> None:
    lights = read_lights(script("She waits.", place="a room lit by one candle"), 3)
    levels = {lights.at(frame) for frame in range(240)}
    assert len(levels) > 1
    assert 0.96 < min(levels) <= max(levels) <= 1
    assert read_lights(script("He comes."), 3, 96, lights.end()).flicker == lights.flicker


@given(level, level, st.integers(0, 100), st.integers(0, 50), st.integers(-50, 300))
def test_a_ramp_stays_between_its_ends(begin: float, end: float, start: int, frames: int, at: int) -> None:
    found = Ramp(begin, end, start, frames).at(at)
    assert min(begin, end) - 1e-9 <= found <= max(begin, end) + 1e-9


def test_full_light_leaves_the_picture_alone_and_half_dims_it() -> None:
    picture = blank(value=120)
    Lights((Ramp(1, 1, 0, 0),)).lay(picture, 5)
    assert same(picture, blank(value=120))
    Lights((Ramp(0.5, 0.5, 0, 0),)).lay(picture, 5)
    assert int(picture[0][0, 0]) == 68
    assert abs(int(picture[2][0, 0]) - 128) <= 8


def test_blackness_is_black() -> None:
    picture = blank(value=200)
    Lights((Ramp(0, 0, 0, 0),)).lay(picture, 0)
    assert (picture[0] == 16).all()
    assert np.array_equal(np.unique(picture[1]), [128])


@pytest.mark.parametrize("data", [{}, {"ramp": {}, "flicker": 0}, {"ramp": {"begin": 1}, "flicker": None}])
def test_a_state_of_another_shape_is_refused(data: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError)):
        lights_from(data)


def test_a_state_is_plain_data() -> None:
    assert LightState(Ramp(1, 0.5, 3, 9), 0.02).as_data() == {
        "ramp": {"begin": 1, "end": 0.5, "start": 3, "frames": 9},
        "flicker": 0.02,
        "sweep": -1,
    }


def test_bars_of_light_cross_the_picture_from_then_on() -> None:
    first = read_lights(script("Slow bars of light cross both faces."), 1, 240)
    later = read_lights(script("They wait."), 1, 480, lights_from(first.end().as_data()))
    bright = {}
    for frame in range(240, 480, 6):
        picture = blank(value=80)
        first.lay(picture, frame)
        if picture[0].max() > 100:
            bright[frame] = int(picture[0].mean(axis=0).argmax())
    assert len(bright) > 12
    assert max(bright.values()) - min(bright.values()) > blank()[0].shape[1] * 0.7
    one, other = blank(value=80), blank(value=80)
    first.lay(one, 480)
    later.lay(other, 480)
    assert same(one, other)
    assert read_lights(script("They wait."), 1).sweep == -1
