"""Captions in the picture keep the lines that they were given."""

from __future__ import annotations

import pytest

from veo_story.film.finish.captions import caption_layers
from veo_story.media.spans import Caption

WIDE, UPRIGHT = (1280, 720), (720, 1280)
SHORT = "- I hear.\n- Listen."


def size_of(text: str, size: tuple[int, int] = WIDE) -> tuple[int, int]:
    [layer] = caption_layers([Caption(0, 24, text)], [], size)
    left, top, right, bottom = layer.box
    return right - left, bottom - top


@pytest.mark.parametrize("size", [WIDE, UPRIGHT])
def test_two_speakers_have_a_line_each(size: tuple[int, int]) -> None:
    one, two = size_of("- I hear. - Listen.", size), size_of(SHORT, size)
    assert two[1] > 1.5 * one[1]
    assert two[0] < 0.8 * one[0]


def test_a_line_that_is_too_long_is_broken_anew() -> None:
    wide, high = size_of(f"- {'I hear only wind. ' * 6}\n- Listen.")
    assert wide <= WIDE[0]
    assert high < 0.25 * WIDE[1]


def test_empty_lines_do_not_count() -> None:
    assert size_of("I hear.\n \n") == size_of("I hear.")
