"""The light and air of a world."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.backends.local.lexicon.setting import Setting
from veo_story.backends.local.lexicon.vocabulary import best, vocabulary
from veo_story.backends.local.world.palette import mix, palette_of, planes_of, yuv
from veo_story.backends.local.world.tint import from_rgb, to_rgb

SKY = vocabulary("sky")
part = st.floats(0, 1)


@given(part, part, part)
def test_a_colour_survives_the_way_there_and_back(r: float, g: float, b: float) -> None:
    assert np.allclose(to_rgb(from_rgb((r, g, b))), (r, g, b), atol=1e-6)


@given(st.integers(0, 2**24 - 1))
def test_colours_stay_in_television_range(number: int) -> None:
    y, u, v = yuv(f"#{number:06x}")
    assert 16 <= y <= 235.001
    assert 15.999 <= u <= 240.001
    assert 15.999 <= v <= 240.001


def test_planes_hold_the_same_colour_as_a_triple() -> None:
    planes = planes_of(np.full((4, 6, 3), (200, 40, 90), np.uint8))
    assert planes[0].shape == (4, 6)
    assert planes[1].shape == planes[2].shape == (2, 3)
    assert np.allclose([plane[0, 0] for plane in planes], yuv("#c8285a"), atol=0.6)


@pytest.mark.parametrize(("time", "weather"), list(product(SKY["time"], SKY["weather"])))
def test_every_hour_in_every_weather_has_a_light(time: str, weather: str) -> None:
    palette = palette_of(Setting("sea", time, weather))
    for colour in (palette.zenith, palette.air, palette.glow, palette.light, palette.shadow, palette.ground):
        assert all(16 <= value <= 240 for value in colour)
    assert 0 <= palette.dark <= 1
    assert palette.shadow[0] < palette.ground[0]


def colours(time: str, weather: str) -> np.ndarray:
    palette = palette_of(Setting("sea", time, weather))
    wood = palette.tone(yuv("#8a6a4a"))
    return np.array([palette.zenith, palette.air, palette.light, wood, palette.tone(yuv("#f4f0e8"), 0.3)])


@pytest.mark.parametrize("pair", list(combinations(SKY["time"], 2)), ids="-".join)
def test_no_two_hours_look_alike(pair: tuple[str, str]) -> None:
    one, other = (colours(time, "clear") for time in pair)
    assert np.abs(one - other).max() > 12


@pytest.mark.parametrize("pair", list(combinations(SKY["weather"], 2)), ids="-".join)
def test_no_two_weathers_are_lit_alike_by_day(pair: tuple[str, str]) -> None:
    one, other = (colours("day", weather) for weather in pair)
    assert np.abs(one - other).max() > 3


def test_far_things_fade_into_the_air_and_near_ones_to_silhouettes() -> None:
    palette = palette_of(Setting("hills", "day", "clear"))
    red = yuv("#b02020")
    away = [np.abs(np.subtract(palette.tone(red, depth), palette.air)).sum() for depth in (0, 0.2, 0.5, 1)]
    assert away == sorted(away)
    assert palette.tone(red, 1.4)[0] < palette.shaded(red)[0] < palette.tone(red)[0]


def test_fog_takes_what_is_far() -> None:
    clear, fog = (palette_of(Setting("hills", "day", weather)) for weather in ("clear", "fog"))
    assert fog.veil(0.3) > clear.veil(0.3) + 0.3
    assert clear.veil(1.0) == pytest.approx(0, abs=1e-9)


def test_mixing_keeps_within_what_a_picture_holds() -> None:
    assert mix((16.0, 128.0, 128.0), (235.0, 240.0, 16.0), 3.0) == (235.0, 240.0, 16.0)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("first light over the harbour", "dawn"),
        ("high noon in a dusty street", "noon"),
        ("the golden hour", "golden"),
        ("a red sunset", "sunset"),
        ("dusk in a rising storm", "dusk"),
        ("the blue hour", "blue"),
        ("a forest by moonlight", "moonlit"),
        ("under a starry sky full of constellations", "starry"),
        ("midnight on the moor", "night"),
        ("a sunny afternoon", "day"),
        ("before dawn breaks, in the blue hour", "blue"),
    ],
)
def test_words_name_the_hour(text: str, time: str) -> None:
    assert best([(text, 1.0)], SKY["time"], "day") == time


@pytest.mark.parametrize(
    ("text", "weather"),
    [
        ("dusk in a rising storm", "storm"),
        ("rain on the window", "rain"),
        ("snow falls on the village", "snowfall"),
        ("a misty morning", "mist"),
        ("a sandstorm comes", "sandstorm"),
        ("an overcast day", "overcast"),
        ("shimmering heat", "heat"),
        ("a street full of smoke", "smoke"),
        ("a cloudless sky", "clear"),
        ("a quiet kitchen", "clear"),
    ],
)
def test_words_name_the_weather(text: str, weather: str) -> None:
    assert best([(text, 1.0)], SKY["weather"], "clear") == weather
