from __future__ import annotations

import numpy as np
import pytest

from tests.backends.local.figures.troupe import MIRA
from veo_story.backends.local.figures.cutting import Mat, Patch, cut
from veo_story.backends.local.figures.head import head_shapes
from veo_story.backends.local.figures.laying import lay_patch
from veo_story.backends.local.figures.person import look_of
from veo_story.backends.local.figures.skull import HeadPose
from veo_story.backends.local.world.paint import lay
from veo_story.backends.local.world.sheets import Placing
from veo_story.backends.local.world.tint import yuv

Planes = tuple[np.ndarray, np.ndarray, np.ndarray]

HEIGHT = 900.0
ORIGIN = (150.3, 130.8)


def _patch(scale: float = 1000.0) -> Patch:
    return cut(head_shapes(look_of(MIRA), HeadPose(yaw=20.0, roll=4.0), 1.0), scale, lambda c, _: yuv(c))


def _ground() -> Planes:
    return np.full((240, 320), 90, np.uint8), *(np.full((120, 160), 90, np.uint8) for _ in range(2))


def _laid(patch: Patch, placing: Placing, mat: Mat, below: int = 240) -> Planes:
    planes = _ground()
    lay_patch(patch, planes, placing, ORIGIN, HEIGHT, below, mat)
    return planes


@pytest.mark.parametrize("scale", [0.74, 0.83, 0.9, 0.94, 1.2, 1.7, 2.2])
@pytest.mark.parametrize("shift", [0.0, 0.31, 7.77, -120.4])
def test_a_patch_lies_where_a_sheet_would(scale: float, shift: float) -> None:
    patch, placing = _patch(), Placing(scale * 1000 / HEIGHT, shift, shift / 2)
    planes, expected = _laid(patch, placing, Mat()), _ground()
    ratio, (x, y) = patch.scale / HEIGHT, ORIGIN
    place = (x + patch.x * HEIGHT, y - patch.y * HEIGHT)
    lay(patch.sheet, expected, placing, *place, ratio=ratio)
    assert (expected[0] != 90).sum() > 1000
    for mine, theirs in zip(planes, expected, strict=True):
        # Up to an eighth of a pixel beside it: nothing but its edges may look a little different.
        assert np.abs(mine.astype(int) - theirs).mean() < 0.5


def test_where_it_cannot_lie_near_enough_it_is_laid_as_a_sheet() -> None:
    patch, placing = _patch(), Placing(2.0 * 1000 / HEIGHT, 0.37, 0.41)
    planes, expected = _laid(patch, placing, Mat()), _ground()
    x, y = ORIGIN
    place = (x + patch.x * HEIGHT, y - patch.y * HEIGHT)
    lay(patch.sheet, expected, placing, *place, ratio=patch.scale / HEIGHT)
    for mine, theirs in zip(planes, expected, strict=True):
        assert np.array_equal(mine, theirs)


def test_nothing_is_laid_below_a_row_nor_beside_the_picture() -> None:
    planes = _laid(_patch(), Placing(0.9, 20.0, 10.0), Mat(), below=100)
    assert (planes[0][:100] != 90).any() and not (planes[0][100:] != 90).any()
    assert (planes[1][:50] != 90).any() and not (planes[1][50:] != 90).any()
    away = _laid(_patch(), Placing(0.9, 900.0, 10.0), Mat())
    assert not any((plane != 90).any() for plane in away)


def test_a_mat_that_was_used_leaves_no_traces() -> None:
    used = Mat()
    shapes = head_shapes(look_of(MIRA), HeadPose(yaw=-30.0, mouth=3), 1.0)
    cut(shapes, 1300.0, lambda c, _: yuv(c), mat=used)
    placing = Placing(0.9, 3.3, 1.1)
    for mine, fresh in zip(_laid(_patch(), placing, used), _laid(_patch(), placing, Mat()), strict=True):
        assert np.array_equal(mine, fresh)
    small, again = (cut(shapes, 700.0, lambda c, _: yuv(c), mat=mat) for mat in (Mat(), used))
    assert np.array_equal(small.luma, again.luma) and np.array_equal(small.chroma, again.chroma)
