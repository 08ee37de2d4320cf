from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.media.blend import black, dissolved, planes_of, shaded, wipe_weights, wiped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from veo_story.media.blend import Planes

_SIZE = (64, 36)
_SHARES = st.integers(1, 30).flatmap(lambda n: st.integers(0, n - 1).map(lambda k: (k + 1) / (n + 1)))


def _noise(seed: int) -> Planes:
    rng = np.random.default_rng(seed)
    width, height = _SIZE
    y, u, v = (rng.integers(0, 256, (height // part, width // part), np.uint8) for part in (1, 2, 2))
    return y, u, v


def _exact(
    one: NDArray[np.uint8], other: NDArray[np.uint8], share: float | NDArray[np.float64]
) -> NDArray[np.float64]:
    mean: NDArray[np.float64] = one * (1 - share) + other * share
    return mean


@given(_SHARES)
def test_a_dissolve_is_the_mean_rounded(share: float) -> None:
    one, other = _noise(1), _noise(2)
    for plane, a, b in zip(planes_of(dissolved(one, other, share)), one, other, strict=True):
        assert np.abs(plane - _exact(a, b, share)).max() <= 0.5 + 1e-4


@given(_SHARES)
def test_a_wipe_goes_from_left_to_right(share: float) -> None:
    weights = wipe_weights(320, share) / 256
    assert np.all(np.diff(weights) <= 0)
    # No frame is wholly one of the two.
    assert weights[0] > 0 or share < 0.05
    assert weights[-1] < 1 or share > 0.95
    assert weights.mean() == pytest.approx(share, abs=0.05)


@given(_SHARES, _SHARES)
def test_a_wipe_never_goes_back(one: float, other: float) -> None:
    earlier, later = sorted((one, other))
    assert np.all(wipe_weights(64, earlier) <= wipe_weights(64, later))


@given(_SHARES)
def test_each_column_of_a_wipe_is_as_it_should_be(share: float) -> None:
    one, other = _noise(3), _noise(4)
    for plane, a, b in zip(planes_of(wiped(one, other, share)), one, other, strict=True):
        wanted = _exact(a, b, wipe_weights(plane.shape[1], share) / 256)
        assert np.abs(plane - wanted).max() <= 0.5 + 1e-4


@pytest.mark.parametrize(("full_range", "level"), [(False, 16), (True, 0)])
def test_black_is_black(full_range: bool, level: int) -> None:
    dark = shaded(_noise(5), 0, full_range=full_range)
    for frame in (black(_SIZE, full_range=full_range), dark):
        for plane, wanted in zip(planes_of(frame), (level, 128, 128), strict=True):
            assert np.all(plane == wanted)


@given(_SHARES)
def test_shade_takes_light_and_colour_alike(share: float) -> None:
    one = _noise(6)
    for plane, a, centre in zip(planes_of(shaded(one, share)), one, (16, 128, 128), strict=True):
        assert np.abs(plane - np.clip(_exact(np.full_like(a, centre), a, share), 0, 255)).max() <= 0.5 + 1e-4


def test_rows_with_padding_are_read_as_they_are() -> None:
    frame = dissolved(_noise(7), _noise(7), 0.5)
    padded = frame.reformat(width=50, height=36)
    assert [plane.shape for plane in planes_of(padded)] == [(36, 50), (18, 25), (18, 25)]
