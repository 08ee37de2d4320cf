"""A picture with depth: exact where it begins, near before far, and nothing torn."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.backends.local.stills.seeing import SIZE, SIZES, blank, coloured, landscape, planes, same, script
from veo_story.backends.local.stills.depth import Parallax
from veo_story.backends.local.stills.moves import HOME, Pose, image_move
from veo_story.backends.local.stills.relief import relief

POSES = [
    image_move(script(words, seconds=8), None, 192).end.pose
    for words in ("push-in", "orbit left", "pan right", "crane up", "tracking left", "dolly zoom")
]


@pytest.mark.parametrize("size", SIZES)
def test_seen_from_home_it_is_the_picture(size: tuple[int, int]) -> None:
    own = landscape(3, size)
    into = blank(size)
    Parallax(own).draw(HOME, into)
    assert same(into, own)


@pytest.mark.parametrize("size", SIZES)
def test_a_hair_of_a_move_is_a_hair_of_a_difference(size: tuple[int, int]) -> None:
    own = landscape(3, size)
    into = blank(size)
    Parallax(own).draw(Pose(z=1e-7), into)
    for plane, wanted in zip(into, own, strict=True):
        assert np.abs(plane.astype(int) - wanted).max() <= 2


def test_the_ground_is_nearer_than_the_sky() -> None:
    near = relief(landscape(3))
    assert near.min() >= 0
    assert near.max() <= 1
    rows = len(near)
    assert near[-rows // 6 :].mean() > 0.6
    assert near[: rows // 6].mean() < 0.15


def test_what_stands_out_stands_upright() -> None:
    pixels = np.full((720, 1280, 3), (225, 214, 190), np.uint8)
    pixels[520:] = (200, 180, 150)
    pixels[200:600, 540:740] = (20, 70, 90)
    near = relief(planes(Image.fromarray(pixels)))
    rows, columns = near.shape
    top = near[int(rows * 0.36), columns // 2]
    beside = near[int(rows * 0.36), columns // 5]
    foot = near[int(rows * 0.78), columns // 2]
    assert top > beside + 0.2
    assert abs(top - foot) < 0.2


@pytest.mark.parametrize("kind", ["flat", "noise", "black"])
def test_pictures_of_nothing_have_some_depth_too(kind: str) -> None:
    rng = np.random.default_rng(1)
    pixels = {
        "flat": np.full((180, 320, 3), 128, np.uint8),
        "black": np.zeros((180, 320, 3), np.uint8),
        "noise": rng.integers(0, 255, (180, 320, 3), dtype=np.uint8),
    }[kind]
    near = relief(planes(Image.fromarray(pixels)))
    assert np.isfinite(near).all()
    assert 0 <= near.min() <= near.max() <= 1


@pytest.mark.parametrize("pose", POSES)
@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_tears_and_no_line_bends_far(pose: Pose, seed: int) -> None:
    width, height = SIZE
    places = Parallax(landscape(seed)).places(pose)
    # From node to node the picture is neither turned over nor drawn out to twice its size.
    x, y = np.diff(places[..., 0], axis=1), np.diff(places[..., 1], axis=0)
    cell = width / (places.shape[1] - 2)
    for steps in (x, y):
        assert steps.min() > 0.3 * cell
        assert steps.max() < 1.6 * cell
    assert np.abs(np.diff(places[..., 0], axis=0)).max() < 0.8 * cell
    assert places[1:-1, 1:-1, 0].min() > -3
    assert places[1:-1, 1:-1, 0].max() < width + 2
    assert places[1:-1, 1:-1, 1].min() > -3
    assert places[1:-1, 1:-1, 1].max() < height + 2


def test_near_things_move_more_than_far_ones() -> None:
    picture = Parallax(landscape(3))
    pose = Pose(x=0.04, z=0.12)
    stay = picture.places(Pose(z=0.12))
    moved = picture.places(pose) - stay
    assert moved[-6:, :, 0].mean() > 1.25 * moved[2:8, :, 0].mean() > 0


def test_it_is_the_same_every_time() -> None:
    own = planes(coloured((180, 110, 60), SIZE))
    first, second = blank(), blank()
    Parallax(own).draw(POSES[1], first)
    cv2.setRNGSeed(99)
    Parallax(own).draw(POSES[1], second)
    assert same(first, second)
