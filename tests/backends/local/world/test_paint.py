"""Sheets land where the camera sees them at every scale, and what is hidden changes nothing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.backends.local.window import Scratch, split_planes
from veo_story.backends.local.world.paint import Single, lay
from veo_story.backends.local.world.pieces import Piece
from veo_story.backends.local.world.sheets import Canvas, Eye, Placing, make_sheet
from veo_story.backends.local.world.strips import Strip, merged
from veo_story.backends.local.world.world import World

CANVAS = Canvas(320, 180)
Planes = tuple[np.ndarray, np.ndarray, np.ndarray]


def picture(luma: int = 16) -> Planes:
    planes = split_planes(np.full((CANVAS.height * 3 // 2, CANVAS.width), 128, np.uint8))
    planes[0][:] = luma
    return planes


def smooth(rows: int, columns: int, seed: int = 1) -> np.ndarray:
    noise = np.random.default_rng(seed).uniform(0, 255, (rows // 8, columns // 8)).astype(np.float32)
    return (
        np.rint(cv2.resize(noise, (columns, rows), interpolation=cv2.INTER_CUBIC))
        .clip(0, 255)
        .astype(np.uint8)
    )


def hills(top: int, luma: float, parallax: float, drift: float = 0.0) -> Strip:
    """A strip with waves on its upper edge, as far down as a camera may look."""
    rows = (CANVAS.height + CANVAS.reach - top) // 2 * 2
    x = np.arange(CANVAS.period)
    line = 20 + 12 * np.sin(x * 2 * np.pi * 3 / CANVAS.period)
    cover = np.clip(np.arange(rows)[:, None] - line[None] + 0.5, 0, 1).astype(np.float32)
    shade = (luma + 20 * np.sin(x * 2 * np.pi * 7 / CANVAS.period))[None] * np.ones((rows, 1))
    return Strip(CANVAS, make_sheet(cover, shade.astype(np.float32), (110.0, 140.0)), top, parallax, drift)


@given(
    scale=st.one_of(st.just(1.0), st.floats(1.0, 1.02), st.floats(1.02, 6.0), st.floats(0.62, 0.98)),
    left=st.floats(0, 90),
    top=st.floats(0, 40),
)
def test_a_piece_is_what_a_warp_gives(scale: float, left: float, top: float) -> None:
    plane = smooth(240, 560)
    rows, columns = 90, 160
    step = 1 / scale
    matrix = np.array([[step, 0, left + step / 2 - 0.5], [0, step, top + step / 2 - 0.5]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    right = cv2.warpAffine(plane, matrix, (columns, rows), None, flags, cv2.BORDER_REPLICATE)
    found = Piece(rows, columns, left, top, scale).of(plane)
    assert found.shape == (rows, columns)
    inner = np.s_[2:-2, 2:-2]
    assert np.abs(found[inner].astype(int) - right[inner].astype(int)).mean() < 3.5


@given(x=st.floats(-2, 2), y=st.floats(-0.2, 0.2), z=st.floats(0, 0.8), zoom=st.floats(1, 2))
def test_a_thing_lands_where_the_eye_says(x: float, y: float, z: float, zoom: float) -> None:
    eye = Eye(CANVAS, x, y, z, zoom)
    placing = eye.placing(0.5)
    assert placing is not None
    cover = np.zeros((40, 60), np.float32)
    cover[8:32, 8:52] = 1
    planes = picture()
    column, row = 130, 70
    Single(make_sheet(cover, np.full(cover.shape, 200, np.float32), (128.0, 128.0)), column, row, 0.5).paint(
        planes, eye, 0, CANVAS.height
    )
    lit = planes[0] > 110
    left = (column + 8) * placing.scale + placing.left
    right = (column + 52) * placing.scale + placing.left
    if left > 2 and right < CANVAS.width - 2:
        columns = np.flatnonzero(lit.any(axis=0))
        if len(columns):
            assert abs(columns[0] - left) < 1.6
            assert abs(columns[-1] + 1 - right) < 1.6


@pytest.mark.parametrize("zoom", [1.0, 1.3])
def test_an_endless_sheet_comes_round(zoom: float) -> None:
    far = CANVAS.period / CANVAS.height
    one, two = picture(), picture()
    hills(60, 90, 1.0).paint(one, Eye(CANVAS, 0.21, 0, 0, zoom), 0, CANVAS.height)
    hills(60, 90, 1.0).paint(two, Eye(CANVAS, 0.21 + far, 0, 0, zoom), 0, CANVAS.height)
    # Where a piece is taken from may differ by what nobody sees.
    assert np.abs(one[0].astype(int) - two[0].astype(int)).mean() < 0.5


def test_nearer_things_move_and_grow_more() -> None:
    eye = Eye(CANVAS, x=0.2, z=0.5)
    placings = [eye.placing(parallax) for parallax in (0.0, 0.5, 1.0)]
    assert all(placings)
    scales = [placing.scale for placing in placings if placing]
    assert scales == [1.0, pytest.approx(4 / 3), 2.0]
    assert placings[0] == Placing(1.0, 0.0, 0.0)
    assert eye.placing(1.9) is None


def test_what_is_hidden_is_left_out_and_nobody_sees_it() -> None:
    layers = [hills(20, 180, 0.1), hills(60, 140, 0.4), hills(110, 80, 1.0)]
    for eye in (Eye(CANVAS), Eye(CANVAS, 0.3, 0.05, 0.4, 1.1)):
        fast, slow = picture(200), picture(200)
        World(CANVAS, layers).draw(eye, 3, fast, Scratch(CANVAS.width, CANVAS.height))
        for layer in layers:
            layer.paint(slow, eye, 3, CANVAS.height)
        for one, two in zip(fast, slow, strict=True):
            assert np.abs(one.astype(int) - two.astype(int)).max() <= 1
    assert layers[2].covered(Eye(CANVAS)) < CANVAS.height


def test_a_resting_camera_gives_the_same_picture_from_what_was_kept() -> None:
    world = World(CANVAS, [hills(0, 180, 0.1), hills(60, 140, 0.4), hills(110, 80, 1.0, drift=0.5)])
    scratch = Scratch(CANVAS.width, CANVAS.height)
    eye = Eye(CANVAS, 0.1)
    painted = picture()
    world.draw(eye, 5, painted, scratch)
    kept = []
    for frame in (5, 5, 9):
        into = picture()
        world.draw(eye, frame, into, scratch, resting=True)
        kept.append(into[0].copy())
    assert np.abs(painted[0].astype(int) - kept[0].astype(int)).max() <= 1  # rounded once more
    assert np.array_equal(kept[0], kept[1])
    assert np.abs(kept[0].astype(int) - kept[2].astype(int)).max() > 1


def test_what_was_kept_goes_when_the_camera_goes() -> None:
    world = World(CANVAS, [hills(0, 180, 0.1), hills(60, 140, 0.4)])
    scratch = Scratch(CANVAS.width, CANVAS.height)
    pictures = []
    for x in (0.1, 0.4):
        into = picture()
        world.draw(Eye(CANVAS, x), 0, into, scratch, resting=True)
        pictures.append(into[0])
    fresh = picture()
    world.draw(Eye(CANVAS, 0.4), 0, fresh, Scratch(CANVAS.width, CANVAS.height), resting=True)
    assert np.array_equal(pictures[1], fresh[0])
    assert not np.array_equal(pictures[0], pictures[1])


def test_softness_leaves_the_cast_sharp() -> None:
    world = World(CANVAS, [hills(0, 150, 0.1), hills(120, 60, 1.0)])
    sharp, soft = picture(), picture()
    world.draw(Eye(CANVAS, zoom=1.2), 0, sharp, Scratch(CANVAS.width, CANVAS.height))
    world.draw(Eye(CANVAS, zoom=1.2, blur=1.0), 0, soft, Scratch(CANVAS.width, CANVAS.height))
    below = slice(170, 180)
    assert np.array_equal(sharp[0][below], soft[0][below])
    assert not np.array_equal(sharp[0][:60], soft[0][:60])


def test_a_share_of_a_thing_lets_the_rest_through() -> None:
    cover = np.ones((20, 20), np.float32)
    sheet = make_sheet(cover, np.full(cover.shape, 216, np.float32), (128.0, 128.0))
    planes = picture(16)
    lay(sheet, planes, Placing(1.0, 0.0, 0.0), 100, 100, share=0.5)
    assert planes[0][110, 110] == pytest.approx(116, abs=2)


def test_neighbours_at_nearly_one_depth_become_one() -> None:
    far, beside, near = hills(20, 180, 0.3), hills(60, 140, 0.34), hills(110, 80, 1.0)
    found = merged([far, beside, near])
    assert [element.parallax for element in found] == [pytest.approx(0.32), 1.0]
    apart, together = picture(), picture()
    eye = Eye(CANVAS)
    for element in (far, beside, near):
        element.paint(apart, eye, 0, CANVAS.height)
    for element in found:
        element.paint(together, eye, 0, CANVAS.height)
    for one, two in zip(apart, together, strict=True):
        assert np.abs(one.astype(int) - two.astype(int)).max() <= 1


def test_what_drifts_stays_by_itself() -> None:
    still, cloud = hills(20, 180, 0.3), hills(60, 140, 0.31, drift=0.2)
    assert merged([still, cloud]) == [still, cloud]


@given(blur=st.floats(0.04, 1.0), z=st.floats(0, 0.4))
def test_what_was_in_memory_is_not_drawn_in_when_things_are_soft(blur: float, z: float) -> None:
    world = World(CANVAS, [hills(-40, 150, 0.1), hills(60, 90, 0.4), hills(130, 60, 1.0)])
    eye = Eye(CANVAS, 0.1, 0.0, z, 1.1, blur)
    pictures = []
    for fill in (0, 255):
        planes = split_planes(np.full((CANVAS.height * 3 // 2, CANVAS.width), fill, np.uint8))
        scratch = Scratch(CANVAS.width, CANVAS.height)
        for plane in scratch.small:
            plane[:] = fill
        world.draw(eye, 0, planes, scratch)
        pictures.append([plane.copy() for plane in planes])
    for one, two in zip(*pictures, strict=True):
        assert np.array_equal(one, two)
