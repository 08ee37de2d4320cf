"""Noise whose ends join."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.backends.local.world.noise import billows, fractal, gradient, noise, smooth

seeds = st.integers(0, 2**32 - 1)


@given(seeds, st.integers(1, 6))
def test_hills_join_at_their_ends(seed: int, waves: int) -> None:
    line = fractal(np.random.default_rng(seed), 640, waves)
    assert abs(float(line[0] - line[-1])) <= np.abs(np.diff(line)).max() * 1.6
    assert np.abs(line).max() < 1.6


@pytest.mark.parametrize("make", [noise, billows])
@given(seed=seeds)
def test_spots_join_at_their_ends(make: object, seed: int) -> None:
    assert callable(make)
    field = make(np.random.default_rng(seed), 40, 256, (8, 16))
    assert field.shape == (40, 256)
    joint = np.abs(field[:, 0] - field[:, -1]).max()
    assert joint <= np.abs(np.diff(field, axis=1)).max() * 2
    assert np.array_equal(field, make(np.random.default_rng(seed), 40, 256, (8, 16)))


def test_a_gradient_goes_through_its_points() -> None:
    column = gradient(101, [(0.0, 1.0), (0.5, 3.0), (1.0, 2.0)])
    assert column.shape == (101, 1)
    assert column[[0, 50, 100], 0].tolist() == [1.0, 3.0, 2.0]


def test_smooth_is_an_s() -> None:
    values = smooth(2.0, 4.0, np.array([0, 2, 3, 4, 9], np.float32))
    assert values.tolist() == [0, 0, 0.5, 1, 1]
