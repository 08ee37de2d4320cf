"""Between two pictures: exact at both ends, true in between, and never ugly where there is no truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from benchmarks.interpolation import moderate, psnr
from tests.backends.local.stills.seeing import SIZE, SIZES, blank, coloured, landscape, planes, same, steps
from veo_story.backends.local.stills.between import Between
from veo_story.backends.local.stills.moves import Pose

if TYPE_CHECKING:
    from veo_story.backends.local.window import Planes


def _at(between: Between, share: float, size: tuple[int, int] = SIZE) -> Planes:
    into, scratch = blank(size), blank(size)
    between.draw(share, into, scratch)
    return into


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("move", [Pose(), Pose(pan=0.05, lens=0.12)])
def test_both_ends_are_exact(move: Pose, size: tuple[int, int]) -> None:
    first, last = landscape(1, size), landscape(2, size)
    between = Between(first, last, move)
    assert same(_at(between, 0, size), first)
    assert same(_at(between, 1, size), last)
    for share, own in ((1e-6, first), (1 - 1e-6, last)):
        for plane, wanted in zip(_at(between, share, size), own, strict=True):
            assert np.abs(plane.astype(int) - wanted).mean() < 0.6


@pytest.mark.parametrize("pixels", [20, 60, 120])
@pytest.mark.parametrize("size", [(640, 360), (360, 640)])
def test_it_is_nearer_to_the_truth_than_a_dissolve(pixels: int, size: tuple[int, int]) -> None:
    scene = moderate(size, pixels)
    first, last = scene.at(0), scene.at(1)
    between = Between(first, last)
    for share in (0.2, 0.5, 0.8):
        true = scene.at(share)
        shown = _at(between, share, size)
        for plane, wanted, early, late in zip(shown, true, first, last, strict=True):
            dissolved = np.rint(early * (1 - share) + late * share).astype(np.uint8)
            assert psnr(plane, wanted) > psnr(dissolved, wanted) + 3


def test_a_still_pair_stays_as_it_is() -> None:
    own = landscape(5)
    between = Between(own, own)
    for share in (0.1, 0.5, 0.9):
        assert psnr(_at(between, share)[0], own[0]) > 40


@pytest.mark.parametrize(("one", "two"), [(1, 2), (3, 4)])
def test_two_strangers_dissolve_calmly(one: int, two: int) -> None:
    first, last = landscape(one), landscape(two)
    between = Between(first, last, Pose(x=0.04, z=0.12))
    assert between.common < 0.25
    shown = [_at(between, share) for share in np.linspace(0, 1, 49)]
    change = steps([planes[0] for planes in shown])
    assert change.max() < 3 * np.median(change)
    for plane in range(3):
        low = min(int(first[plane].min()), int(last[plane].min()))
        high = max(int(first[plane].max()), int(last[plane].max()))
        assert all(low - 1 <= frame[plane].min() and frame[plane].max() <= high + 1 for frame in shown)
    # Both are seen in the middle.
    middle = shown[24][0].astype(float)
    both = (first[0].astype(float) + last[0]) / 2
    assert np.corrcoef(middle.ravel(), both.ravel())[0, 1] > 0.7


def test_day_turns_into_night_without_a_quiver() -> None:
    day = planes(coloured((180, 150, 120), SIZE))
    night = planes(Image.fromarray((np.asarray(coloured((180, 150, 120), SIZE)) * 0.3).astype(np.uint8)))
    between = Between(day, night)
    shown = [_at(between, share) for share in np.linspace(0, 1, 25)]
    means = np.array([planes[0].mean() for planes in shown])
    assert (np.diff(means) < 0).all()
    disc = (slice(60, 120), slice(75, 135))
    for share, frame in zip(np.linspace(0, 1, 25), shown, strict=True):
        plain = day[0][disc] * (1 - share) + night[0][disc] * share
        assert np.abs(frame[0][disc] - plain).mean() < 6


@pytest.mark.parametrize("kind", ["flat", "noise"])
def test_pictures_without_anything_to_hold_on_to(kind: str) -> None:
    rng = np.random.default_rng(2)
    pixels = [
        np.full((180, 320, 3), level, np.uint8)
        if kind == "flat"
        else rng.integers(0, 255, (180, 320, 3), dtype=np.uint8)
        for level in (60, 190)
    ]
    first, last = (planes(Image.fromarray(each)) for each in pixels)
    between = Between(first, last)
    change = steps([_at(between, share)[0] for share in np.linspace(0, 1, 25)])
    assert change.max() < 3 * np.median(change) + 0.5


def test_it_is_the_same_every_time_and_from_any_frame() -> None:
    first, last = (moderate(SIZE, 60).at(share) for share in (0, 1))
    one, two = Between(first, last), Between(first, last)
    later = _at(one, 0.7)
    assert same(_at(one, 0.4), _at(two, 0.4))
    assert same(_at(two, 0.7), later)
