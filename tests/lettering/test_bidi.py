"""Letters of both directions stand in the order that Unicode's algorithm gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.lettering.bidi import base_level, levels_of, line_levels, visual_order

# From left to right as another implementation of the algorithm orders them; brackets are not mirrored here.
ORDERED = {
    "abc (אבג) 12": "abc (גבא) 12",
    "שלום 12-34 עולם": "םלוע 12-34 םולש",
    "سعر 12% من (ABC def) هنا": "انه )ABC def( نم %12 رعس",
    "אבג: $50!": "!$50 :גבא",
    "He said “שלום (123)” and left.": "He said “)123( םולש” and left.",
    "١٢/٣٤ تاريخ": "خيرات ١٢/٣٤",
    "a ב 1, 2 ג d": "a ג 2 ,1 ב d",
    "plain, 12% (x)!": "plain, 12% (x)!",
}


def seen(text: str) -> str:
    base = base_level(text)
    return "".join(text[i] for i in visual_order(line_levels(text, levels_of(text, base), base)))


@pytest.mark.parametrize("text", ORDERED)
def test_order(text: str) -> None:
    assert seen(text) == ORDERED[text]


def test_space_at_the_end_of_a_line_goes_with_the_paragraph() -> None:
    levels = levels_of("אבג ", 0)
    assert line_levels("אבג ", levels, 0) == [1, 1, 1, 0]


def test_a_direction_mark_turns_what_has_none() -> None:
    assert levels_of("12!", 0) == [0, 0, 0]
    assert levels_of("\u200f12!") == [1, 2, 2, 1]
    assert levels_of("\u202eab\u202c") == [0, 0, 0, 0], "embedding by hand counts for nothing"


@given(st.text(alphabet="abc אבג سلم 12 ۱٣ ()[].,:+-/%$\u0301\u200f\U000f0000", max_size=30))
def test_every_letter_is_shown_once_and_words_of_one_direction_keep_theirs(text: str) -> None:
    assert sorted(seen(text)) == sorted(text)
    levels = levels_of(text, 0)
    assert all(level in (0, 1, 2) for level in levels)
    assert all(level == 0 for sign, level in zip(text, levels, strict=True) if sign in "abc")
    assert all(level == 1 for sign, level in zip(text, levels, strict=True) if sign in "אבגسلم")
