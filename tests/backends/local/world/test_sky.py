"""Skies and clouds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import numpy as np
import pytest

from tests.backends.local.world.lookout import CANVAS, HOME, apart, same, seen
from veo_story.backends.local.lexicon.setting import Setting
from veo_story.backends.local.lexicon.vocabulary import vocabulary
from veo_story.backends.local.world.palette import palette_of
from veo_story.backends.local.world.sheets import Canvas, Element, Eye
from veo_story.backends.local.world.sky import sky_elements

SKY = vocabulary("sky")


def sky(
    time: str, weather: str = "clear", canvas: Canvas = CANVAS, seed: int = 5, look: tuple[str, ...] = ()
) -> tuple[Element, ...]:
    setting = Setting("sea", time, weather, look=look)
    return sky_elements(setting, canvas, palette_of(setting), seed, 0.55)


@pytest.mark.parametrize("weather", SKY["weather"])
def test_every_weather_fills_the_picture_and_moves_only_with_the_frame(weather: str) -> None:
    elements = sky("sunset", weather)
    first = seen(elements, 12)
    assert same(first, seen(elements, 12, value=200))
    assert same(first, seen(sky("sunset", weather), 12))
    assert any(element.moving for element in elements) != same(first, seen(elements, 400))


@pytest.mark.parametrize("time", SKY["time"])
def test_every_hour_keeps_within_television_range(time: str) -> None:
    y, u, v = seen(sky(time))
    assert y.min() >= 15
    assert y.max() <= 236
    assert min(u.min(), v.min()) >= 16
    assert y[20].astype(int).mean() != y[80].astype(int).mean()


def test_hours_can_be_told_apart_in_the_picture() -> None:
    pictures = {time: seen(sky(time)) for time in SKY["time"]}
    for one, other in combinations(pictures, 2):
        differences = [
            np.abs(a.astype(int) - b.astype(int)).mean()
            for a, b in zip(pictures[one], pictures[other], strict=True)
        ]
        assert max(differences) > 4, (one, other)


@pytest.mark.parametrize("size", [(180, 320), (960, 540), (64, 36)])
def test_all_shapes_of_picture_are_filled(size: tuple[int, int]) -> None:
    canvas = Canvas(*size)
    eye = Eye(canvas, x=0.4, y=-0.2, z=0.5, zoom=1.4)
    elements = sky("dawn", "cloudy", canvas)
    assert same(seen(elements, 3, eye), seen(elements, 3, eye, value=200))


def test_a_painted_part_is_the_same_as_in_the_whole_and_nothing_below_is_touched() -> None:
    elements = sky("day")
    part, whole = seen(elements, 5, below=60), seen(elements, 5)
    assert np.array_equal(part[0][:58], whole[0][:58])
    assert (part[0][60:] == 90).all()


def test_threads_do_not_disturb_each_other() -> None:
    elements = sky("day", "cloudy")
    alone = [seen(elements, frame) for frame in range(8)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda frame: seen(elements, frame), range(8)))
    assert all(same(one, other) for one, other in zip(alone, together, strict=True))


def test_clouds_drift_slowly_with_the_camera_at_rest() -> None:
    elements = sky("day", "cloudy")
    near, far = apart(seen(elements, 0), seen(elements, 2)), apart(seen(elements, 0), seen(elements, 96))
    assert 0 < near < far


def test_the_sun_stands_where_the_light_comes_from() -> None:
    palette = palette_of(Setting("sea", "dawn", "fog"))
    row = seen(sky("dawn", "fog"))[0][80:96].astype(int).mean(axis=0)
    brightest = np.convolve(row, np.ones(15) / 15, "valid").argmax() + 7
    assert brightest == pytest.approx(160 + palette.key[0] * 160 * 1.06, abs=16)


def test_stars_come_out_at_night_only() -> None:
    def points(time: str) -> float:
        y = seen(sky(time))[0][:70].astype(float)
        return float(np.abs(np.diff(y, axis=1)).max(axis=0).mean())

    assert points("starry") > 4 * points("noon")


def test_a_poster_has_even_steps() -> None:
    def steps(*look: str) -> float:
        """The share of rows that are of the same colour as the one above."""
        rows = seen(sky("noon", "fog", look=look))[0][:90].astype(float).mean(axis=1)
        return float((np.abs(np.diff(rows)) < 0.1).mean())

    assert steps("flat") > steps() + 0.2


def test_seeds_make_other_clouds() -> None:
    assert apart(seen(sky("day", "cloudy", seed=1)), seen(sky("day", "cloudy", seed=2))) > 1


def test_the_sky_hides_all_behind_it() -> None:
    assert all(element.covered(HOME) == 0 for element in sky("day"))
