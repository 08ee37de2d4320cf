"""Which part of a picture becomes which size."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.media.shapes import crop_of, rest_of

ASPECTS = ("16:9", "9:16", "1:1", "4:5")
PLACES = (
    *("top-left", "top", "top-right", "left", "center", "right", "bottom-left", "bottom", "bottom-right"),
)


@pytest.mark.parametrize(
    ("picture", "aspect", "size"),
    [
        ((1280, 720), "9:16", (720, 1280)),
        ((1280, 720), "1:1", (720, 720)),
        ((1280, 720), "4:5", (720, 900)),
        ((1280, 720), "16:9", (1280, 720)),
        ((1920, 1080), "9:16", (1080, 1920)),
        ((720, 1280), "16:9", (1280, 720)),
        ((720, 1280), "4:5", (720, 900)),
        ((720, 1280), "9:16", (720, 1280)),
        ((3840, 2160), "1:1", (2160, 2160)),
        ((854, 480), "16:9", (854, 480)),
    ],
)
def test_the_short_edge_stays(picture: tuple[int, int], aspect: str, size: tuple[int, int]) -> None:
    assert crop_of(picture, aspect).size == size


edges = st.integers(64, 2200).map(lambda half: 2 * half)


@given(st.tuples(edges, edges), st.sampled_from(ASPECTS), st.sampled_from(PLACES))
def test_a_crop_is_even_and_in_the_picture_and_hardly_stretched(
    picture: tuple[int, int], aspect: str, focus: str
) -> None:
    crop = crop_of(picture, aspect)
    assert all(edge % 2 == 0 and edge >= 2 for edge in (crop.width, crop.height, *crop.size))
    assert crop.slack % 2 == 0
    assert crop.width <= picture[0]
    assert crop.height <= picture[1]
    assert crop.slack == (picture[0] - crop.width) + (picture[1] - crop.height)
    place = rest_of(crop, focus)
    assert 0 <= place <= crop.slack
    assert place % 2 == 0
    if crop.slack:
        stretched = (crop.size[0] / crop.width) / (crop.size[1] / crop.height)
        assert abs(stretched - 1) < 5 / min(crop.width, crop.height)


def test_the_nine_places() -> None:
    across, down = crop_of((1280, 720), "9:16"), crop_of((720, 1280), "16:9")
    assert [rest_of(across, focus) for focus in PLACES] == [0, 438, 876] * 3
    assert [rest_of(down, focus) for focus in PLACES] == [0] * 3 + [438] * 3 + [876] * 3
