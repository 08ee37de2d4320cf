"""The virtual camera: in the picture, soft, and where the subject is."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from veo_story.media.camera import GLIDE, glide, subject, way

LENGTH, EXTENT, CELLS = 404, 1280, 96


def spot(cell: int) -> np.ndarray:
    """All that is seen is at one cell."""
    row = np.full(CELLS, 1e-4, np.float32)
    row[cell] = 1
    return row


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, CELLS - 1), min_size=2, max_size=60))
def test_whatever_is_seen_the_camera_is_soft_and_in_the_picture(cells: list[int]) -> None:
    seen = np.stack([spot(cell) for cell in cells])
    frames = [3 * index for index in range(len(cells))]
    found = way(frames, seen, start=0, end=3 * len(cells), length=LENGTH, extent=EXTENT)
    slack = EXTENT - LENGTH
    assert len(found) == 3 * len(cells)
    assert found.min() >= 0
    assert found.max() <= slack
    if len(found) > 2:
        assert np.abs(np.diff(found)).max() <= slack * 2 / GLIDE + 1 / 16
        assert np.abs(np.diff(found, 2)).max() <= slack * 2 * np.pi / GLIDE**2 + 1 / 16


def test_what_flashes_by_is_not_followed() -> None:
    seen = np.stack([spot(80 if 30 <= index < 34 else 30) for index in range(72)])
    found = way(list(range(0, 144, 2)), seen, start=0, end=144, length=LENGTH, extent=EXTENT)
    assert len(set(found)) == 1
    assert found[0] < 30.5 * EXTENT / CELLS < found[0] + LENGTH


def test_what_leaves_for_good_is_followed_in_time() -> None:
    seen = np.stack([spot(15 if index < 60 else 80) for index in range(120)])
    found = way(list(range(0, 240, 2)), seen, start=0, end=240, length=LENGTH, extent=EXTENT)
    assert found[0] <= 15.5 * EXTENT / CELLS <= found[0] + LENGTH
    assert found[-1] <= 80.5 * EXTENT / CELLS <= found[-1] + LENGTH


def test_of_equals_the_middle_wins() -> None:
    seen = np.full((20, CELLS), 1 / CELLS, np.float32)
    found = way(list(range(20)), seen, start=0, end=20, length=LENGTH, extent=EXTENT)
    assert set(found) == {438.0}


def test_where_nothing_was_looked_at_it_rests_in_the_middle() -> None:
    nothing = np.zeros((0, CELLS), np.float32)
    assert set(way([], nothing, start=7, end=9, length=LENGTH, extent=EXTENT)) == {438.0}


@given(st.lists(st.integers(0, 438), min_size=1, max_size=90), st.integers(0, 438))
def test_what_rests_rests_on_whole_pixels(places: list[int], last: int) -> None:
    held = np.array([2.0 * place for place in places] + [2.0 * last] * (GLIDE + 4))
    assert set(glide(held, 876)[-4:]) == {2.0 * last}


def test_of_two_the_nearer_is_kept_when_they_catch_the_same() -> None:
    caught = np.zeros((10, 40))
    caught[:, [5, 30]] = 0.4
    caught[0, 5] = 0.5
    assert set(subject(caught)) == {5}
