"""Plates darken and colour what is behind them, luma and chroma, and nothing else."""

from __future__ import annotations

import numpy as np

from veo_story.backends.local.window import split_planes
from veo_story.lettering.plates import STEPS, WHITE, Pane, dark_pane, round_mask

Planes = tuple[np.ndarray, np.ndarray, np.ndarray]


def red() -> Planes:
    planes = split_planes(np.zeros((48 * 3 // 2, 64), np.uint8))
    for plane, value in zip(planes, (200, 90, 220), strict=True):
        plane[:] = value
    return planes


def test_a_dark_pane_darkens_colour_as_well() -> None:
    planes = red()
    dark_pane(20, 10, 4).plate().at(10, 6).lay(planes)
    y, u, v = planes
    assert 70 < y[10, 20] < 110
    assert 105 < u[5, 10] < 128
    assert 128 < v[5, 10] < 180
    assert y[0, 0] == 200
    assert y[6, 10] > y[10, 20], "its corners are round"
    outside = np.ones(y.shape, bool)
    outside[6:16, 10:30] = False
    assert (y[outside] == 200).all()


def test_steps_fade() -> None:
    plate = dark_pane(20, 10, 2).plate().at(10, 6)
    seen = []
    for step in range(STEPS + 1):
        planes = red()
        plate.at_step(step).lay(planes)
        seen.append(int(planes[0][10, 20]))
    assert seen[0] == 200
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == STEPS + 1


def test_a_place_is_even_and_what_stands_out_is_left_away() -> None:
    plate = dark_pane(20, 10, 2).plate().at(55, 43)
    assert (plate.x, plate.y) == (54, 42)
    planes = red()
    plate.lay(planes)
    assert planes[0][-1, -1] < 110
    plate.at(100, 100).lay(planes)


def test_ink_over_a_dark_pane_is_as_bright_as_it_says() -> None:
    pane = dark_pane(20, 10, 2)
    pane.paint(np.full((4, 4), 255, np.uint8), WHITE, 8, 2)
    planes = red()
    pane.plate().lay(planes)
    assert abs(int(planes[0][4, 10]) - 228) <= 1
    assert abs(int(planes[1][2, 5]) - 128) <= 1


def test_a_picture_is_stuck_on_as_it_is() -> None:
    pane = Pane(64, 48)
    pane.stick(red(), 0, 0)
    planes = split_planes(np.zeros((48 * 3 // 2, 64), np.uint8))
    pane.plate().lay(planes)
    assert all((plane == own).all() for plane, own in zip(planes, red(), strict=True))


def test_round_corners() -> None:
    mask = round_mask(12, 8, 4)
    assert mask[0, 0] == 0
    assert (mask[:, 4:8] == 255).all()
    assert (mask == mask[::-1, ::-1]).all()
    assert round_mask(2, 2, 9).shape == (2, 2)
