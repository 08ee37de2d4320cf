"""Grain, vignette and softness."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.backends.local.world.lookout import CANVAS, blank, same
from veo_story.backends.local.lexicon.setting import Setting
from veo_story.backends.local.world.finish import finish_of
from veo_story.backends.local.world.sheets import Canvas

if TYPE_CHECKING:
    from veo_story.backends.local.window import Planes


def finished(*look: str, frame: int = 0, canvas: Canvas = CANVAS, value: int = 120) -> Planes:
    planes = blank(canvas, value)
    finish_of(Setting("sea", "day", "clear", look=look), canvas).lay(planes, frame)
    return planes


def test_without_a_word_frames_stay_as_they_are() -> None:
    assert finish_of(Setting("sea", "day", "clear"), CANVAS).plain
    assert same(finished(), blank(value=120))


@pytest.mark.parametrize("canvas", [CANVAS, Canvas(180, 320)])
def test_grain_is_fine_moves_and_keeps_the_light(canvas: Canvas) -> None:
    first, later = finished("film", canvas=canvas)[0], finished("film", frame=12, canvas=canvas)[0]
    assert 0.5 < first.astype(float).std() < 4
    assert abs(first.astype(float).mean() - 120) < 1
    assert np.abs(first.astype(int) - later).mean() > 0.3
    assert np.array_equal(first, finished("film", frame=9, canvas=canvas)[0])


def test_old_film_is_dusty() -> None:
    pictures = [finished("film16", frame=frame)[0].astype(int) for frame in (0, 4, 8)]
    assert any(np.abs(pictures[0] - other).max() > 12 for other in pictures[1:])
    assert np.abs(pictures[0] - pictures[1]).mean() < 0.3


def test_small_film_is_grainier() -> None:
    assert finished("super8")[0][80:100, 150:170].std() > 1.4 * finished("film")[0][80:100, 150:170].std()


def test_a_vignette_darkens_the_corners_only() -> None:
    y = finished("vignetted")[0]
    assert y[88, 160] >= 119
    assert 16 <= y[0, 0] < 80
    assert finished("vignetted", value=18)[0].min() == 16


def test_softness_spreads_light() -> None:
    planes = blank(value=60)
    planes[0][:, 160:] = 200
    finish_of(Setting("sea", "day", "clear", look=("dream",)), CANVAS).lay(planes, 0)
    assert planes[0][90, 156] > 66
    assert planes[0][90, 166] < 200


def test_threads_see_the_same() -> None:
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda frame: finished("super8", "dream", frame=frame), range(8)))
    assert all(same(one, finished("super8", "dream", frame=i)) for i, one in enumerate(together))
