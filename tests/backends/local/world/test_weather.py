"""What moves in the air."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backends.local.world.lookout import CANVAS, HOME, apart, same, seen
from veo_story.backends.local.lexicon.setting import Setting
from veo_story.backends.local.lexicon.vocabulary import contains, vocabulary
from veo_story.backends.local.window import split_planes
from veo_story.backends.local.world.falling import Falling
from veo_story.backends.local.world.palette import palette_of
from veo_story.backends.local.world.sheets import Canvas, Element, Eye
from veo_story.backends.local.world.weather import Lightning, weather_elements

SKY = vocabulary("sky")
FALLING = [name for name, entry in SKY["weather"].items() if entry.get("falls")]


def air(
    weather: str = "clear",
    *props: str,
    time: str = "night",
    indoors: bool = False,
    canvas: Canvas = CANVAS,
    beacon: tuple[float, float] | None = None,
) -> tuple[Element, ...]:
    setting = Setting("sea", time, weather, props)
    return weather_elements(setting, canvas, palette_of(setting), 4, indoors, beacon)


@pytest.mark.parametrize("weather", FALLING)
def test_weather_is_seen_moves_and_is_pure(weather: str) -> None:
    elements = air(weather)
    first = seen(elements, 30)
    assert apart(first, seen((), 30)) > 0.05
    assert same(first, seen(air(weather), 30))
    assert not same(first, seen(elements, 31 if weather not in ("fog", "heat") else 60))


def test_rain_makes_nothing_brighter_than_white() -> None:
    picture = split_planes(np.full((CANVAS.height * 3 // 2, CANVAS.width), 230, np.uint8))
    for element in air("storm"):
        if isinstance(element, Falling):
            element.paint(picture, HOME, 5, CANVAS.height)
    assert picture[0].max() == 235


@pytest.mark.parametrize("name", SKY["air"])
def test_what_words_put_into_the_air_is_seen_moves_and_is_pure(name: str) -> None:
    elements = air("clear", name)
    first = seen(elements, 48)
    assert apart(first, seen((), 48)) > 0.01
    assert same(first, seen(air("clear", name), 48))
    assert not same(first, seen(elements, 72))


@pytest.mark.parametrize("weather", SKY["weather"])
@pytest.mark.parametrize("canvas", [CANVAS, Canvas(180, 320)], ids=["wide", "upright"])
def test_nothing_is_painted_below_what_is_asked_for(weather: str, canvas: Canvas) -> None:
    eye = Eye(canvas, x=3.7, y=0.1, z=0.3, zoom=1.2)
    for element in air(weather, *SKY["air"], canvas=canvas):
        assert element.covered(eye) == canvas.height
        for frame in (0, 3, 1000):
            assert (seen([element], frame, eye, below=100)[0][100:] == 90).all()


def test_clear_air_is_empty() -> None:
    assert air() == ()


def test_indoors_the_weather_stays_outside_and_dust_inside() -> None:
    assert all(element.parallax < 0.28 for element in air("storm", "leaves", "aurora", indoors=True))
    (motes,) = air("clear", "motes", indoors=True)
    assert motes.parallax > 0.9


def test_threads_do_not_disturb_each_other() -> None:
    elements = air("storm", "embers", "leaves")
    alone = [seen(elements, frame) for frame in range(8)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda frame: seen(elements, frame), range(8)))
    assert all(same(one, other) for one, other in zip(alone, together, strict=True))


@given(st.integers(0, 2**32 - 1), st.integers(0, 100_000))
def test_lightning_never_flashes_often_enough_to_harm(seed: int, first: int) -> None:
    canvas = Canvas(16, 16)
    flash, eye = Lightning(seed), Eye(canvas, zoom=1.06)
    light = [int(seen([flash], frame, eye)[0][0, 0]) for frame in range(first, first + 24)]
    rises = sum(b > a + 8 and a < 100 for a, b in itertools.pairwise(light))
    assert rises <= 2


def test_lightning_does_come() -> None:
    flash = Lightning(1)
    assert max(seen([flash], frame)[0].max() for frame in range(0, 600, 2)) > 120


def test_a_storm_leans_with_the_wind_and_rain_falls() -> None:
    def lean(weather: str) -> float:
        far = air(weather)[0]
        one, later = seen([far], 10, value=0)[0].astype(float), seen([far], 11, value=0)[0].astype(float)
        shifts = [(float((one[:-9, 40:280] * later[9:, 40 - s : 280 - s]).sum()), s) for s in range(12)]
        return max(shifts)[1]

    assert lean("storm") > lean("rain")


def test_beams_come_from_their_beacon() -> None:
    elements = air("clear", "beam", beacon=(-0.4, 0.3))
    light = sum(seen(elements, frame)[0].astype(int) - 90 for frame in range(0, 168, 12))
    row, column = np.unravel_index(np.argmax(light), light.shape)
    assert column == pytest.approx(160 - 0.4 * 180, abs=30)
    assert row == pytest.approx(0.3 * 180, abs=24)


def test_a_lens_throws_bars_through_its_room() -> None:
    elements = air("storm", "beam", indoors=True)
    bars = [element for element in elements if element.parallax > 0.9]
    shown = [int(seen(bars, frame)[0].max()) for frame in range(0, 168, 6)]
    assert max(shown) > 110
    assert min(shown) == 90


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("fireflies rise from the grass", "fireflies"),
        ("autumn leaves drift past", "leaves"),
        ("the lens turns above them", "beam"),
        ("cherry blossom", "petals"),
        ("the northern lights", "aurora"),
        ("dust motes in a shaft of light", "motes"),
        ("a campfire in the snow", "embers"),
    ],
)
def test_words_name_what_flies(text: str, name: str) -> None:
    assert contains(text, SKY["air"][name]["words"])


def test_a_storm_at_home_shows_all_of_its_parts() -> None:
    kinds = [type(element).__name__ for element in air("storm")]
    assert kinds == ["Falling", "Falling", "Lightning"]
    assert same(seen(air("storm"), 0, HOME, below=0), seen((), 0))
