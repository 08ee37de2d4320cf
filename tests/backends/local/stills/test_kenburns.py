"""Stills: the author's zoom and side, to the pixel at the ends and smooth on the way."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from tests.backends.local.stills.seeing import SIZE, SIZES, coloured, decoded, drawn, planes, same
from tests.backends.rendering import ssim
from veo_story.backends.local.stills.kenburns import KenBurns

if TYPE_CHECKING:
    from pathlib import Path

FRAMES = 48


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("zoom", "towards"), [(1.0, "center"), (1.5, "left"), (1.03, "bottom-right")])
def test_the_first_frame_is_the_whole_picture(zoom: float, towards: str, size: tuple[int, int]) -> None:
    own = planes(coloured((180, 110, 60), size))
    still = KenBurns(own, zoom, towards, FRAMES)
    assert same(drawn(still, 0, size), own)


@pytest.mark.parametrize("zoom", [0.5, 0.97])
def test_going_away_ends_on_the_whole_picture(zoom: float) -> None:
    own = planes(coloured((180, 110, 60), SIZE))
    still = KenBurns(own, zoom, "top", FRAMES)
    assert same(drawn(still, FRAMES - 1), own)
    assert not same(drawn(still, 0), own)


@pytest.mark.parametrize(
    ("towards", "left", "top"),
    [
        ("center", 0.5, 0.5),
        ("left", 0.0, 0.5),
        ("right", 1.0, 0.5),
        ("top", 0.5, 0.0),
        ("bottom-right", 1.0, 1.0),
        ("top_left", 0.0, 0.0),
    ],
)
def test_the_last_frame_is_the_side_that_was_asked_for(towards: str, left: float, top: float) -> None:
    own = planes(coloured((180, 110, 60), SIZE))
    shown = drawn(KenBurns(own, 1.6, towards, FRAMES), FRAMES - 1)[0]
    width, height = 200, 112.5
    x, y = left * (SIZE[0] - width), top * (SIZE[1] - height)
    matrix = np.array([[1 / 1.6, 0, x + 0.5 / 1.6 - 0.5], [0, 1 / 1.6, y + 0.5 / 1.6 - 0.5]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    wanted = cv2.warpAffine(own[0], matrix, SIZE, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    assert np.abs(shown.astype(int) - wanted).mean() < 1.0


def test_the_way_is_even() -> None:
    own = planes(coloured((180, 110, 60), SIZE))
    still = KenBurns(own, 1.3, "right", FRAMES)
    frames = [drawn(still, n)[0].astype(int) for n in range(FRAMES)]
    steps = np.array([np.abs(a - b).mean() for a, b in pairwise(frames)])
    assert steps.max() < 2.5 * np.median(steps)


def test_one_frame_is_enough() -> None:
    own = planes(coloured((180, 110, 60), SIZE))
    assert same(drawn(KenBurns(own, 1.5, "left", 1), 0), own)


def test_the_encoded_first_frame_is_the_picture(tmp_path: Path) -> None:
    own = planes(coloured((180, 110, 60), SIZE))
    shown = decoded(KenBurns(own, 1.5, "left", 4), 4, tmp_path / "a.mp4")
    assert ssim(shown[0], own[0]) > 0.97
