"""Water under the sky."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.backends.local.world.lookout import CANVAS, HOME, apart, same, seen
from veo_story.backends.local.lexicon.setting import Setting
from veo_story.backends.local.world.palette import palette_of
from veo_story.backends.local.world.sheets import Canvas, Element, Eye
from veo_story.backends.local.world.water import water


def lake(
    time: str = "sunset", weather: str = "clear", *, calm: float = 0.5, canvas: Canvas = CANVAS
) -> Element:
    return water(canvas, palette_of(Setting("sea", time, weather)), 3, 0.55, 0.3, calm=calm)


@pytest.mark.parametrize("calm", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("eye", [HOME, Eye(CANVAS, x=0.7, y=0.05, z=0.6, zoom=1.3)])
def test_water_hides_all_from_its_horizon_down_at_every_moment(calm: float, eye: Eye) -> None:
    sea = lake(calm=calm)
    first = sea.covered(eye)
    for frame in (0, 37, 211):
        dark, bright = seen([sea], frame, eye, value=30), seen([sea], frame, eye, value=220)
        assert np.array_equal(dark[0][first:], bright[0][first:])
        assert np.array_equal(dark[1][first // 2 + 1 :], bright[1][first // 2 + 1 :])
        assert (dark[0][: first - 2] == 30).all()


def test_waves_move_more_the_rougher_the_sea() -> None:
    def moved(calm: float) -> float:
        sea = lake("night", "rain", calm=calm)
        return apart(seen([sea], 0), seen([sea], 24))

    assert 0 < moved(1.0) < moved(0.5) < moved(0.0)


def test_a_frame_is_the_same_whoever_draws_it() -> None:
    sea, again = lake(), lake()
    alone = [seen([sea], frame) for frame in range(6)]
    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(lambda frame: seen([again], frame), range(6)))
    assert all(same(one, other) for one, other in zip(alone, together, strict=True))


def test_the_sun_lays_a_path_that_stays_below_it() -> None:
    palette = palette_of(Setting("sea", "sunset", "clear"))
    for eye in (HOME, Eye(CANVAS, x=0.5, zoom=1.06)):
        rows = seen([lake()], 10, eye)[0][104:].astype(int)
        # Its light stands out of every row.
        bright = (rows > np.median(rows, axis=1, keepdims=True) + 40).sum(axis=0)
        middle = float((bright * np.arange(320)).sum() / bright.sum())
        assert middle == pytest.approx(160 + palette.key[0] * 160 * 1.06, abs=20)


def test_no_path_lies_under_a_closed_sky() -> None:
    rows = seen([lake("day", "overcast")], 10)[0][104:].astype(int)
    assert (rows > np.median(rows, axis=1, keepdims=True) + 45).sum() == 0


def test_water_that_the_camera_has_passed_is_gone() -> None:
    near = water(CANVAS, palette_of(Setting("sea", "day", "clear")), 3, 0.55, 1.0)
    eye = Eye(CANVAS, z=0.95, zoom=1.06)
    assert near.covered(eye) == 180
    assert (seen([near], 0, eye)[0] == 90).all()


@pytest.mark.parametrize("size", [(180, 320), (960, 540)])
def test_upright_and_large_pictures_have_water_too(size: tuple[int, int]) -> None:
    canvas = Canvas(*size)
    sea, eye = lake(canvas=canvas), Eye(canvas, zoom=1.06)
    assert np.array_equal(
        seen([sea], 4, eye, value=30)[0][sea.covered(eye) :], seen([sea], 4, eye)[0][sea.covered(eye) :]
    )
