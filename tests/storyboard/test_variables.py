from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.storyboard.variables import LONGEST_TEXT, Fault, Words

WORDS = Words(
    {"season": "late summer", "both": "${season} on $pier", "price": "$$5"},
    {"mira": "Mira", "pier": "the pier", "old-tom": "Old Tom", "7th": "the seventh"},
)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("nothing to do", "nothing to do"),
        ("$mira waits", "Mira waits"),
        ("$mira's lamp, $pier", "Mira's lamp, the pier"),
        ("$miraが笑う", "Miraが笑う"),
        ("$mira-like and $old-tom-like", "Mira-like and Old Tom-like"),
        ("${season}", "late summer"),
        ("${ season }!", "late summer!"),
        ("${both}", "late summer on the pier"),
        ("${price}", "$5"),
        ("$$mira", "$mira"),
        ("$$$mira", "$Mira"),
        ("it costs $5, $ 5 or 5$", "it costs $5, $ 5 or 5$"),
        ("the $7th, the $8th", "the the seventh, the $8th"),
    ],
)
def test_marks_are_filled_in(text: str, filled: str) -> None:
    found = WORDS.fill(text)
    assert found.text == filled
    assert found.slips == ()


def test_what_a_text_used_is_known() -> None:
    found = WORDS.fill("${both} with $mira")
    assert found.variables == {"both", "season"}
    assert found.names == {"pier", "mira"}


@pytest.mark.parametrize(
    ("text", "fault", "mark", "name"),
    [
        ("in ${saison} light", Fault.UNKNOWN_VARIABLE, "${saison}", "saison"),
        ("in ${} light", Fault.UNKNOWN_VARIABLE, "${}", ""),
        ("$mara waits", Fault.UNKNOWN_NAME, "$mara", "mara"),
        ("in ${season light", Fault.OPEN_BRACE, "${season", "season light"),
        ("in ${", Fault.OPEN_BRACE, "${", ""),
    ],
)
def test_a_mark_that_means_nothing_stays_and_is_told(text: str, fault: Fault, mark: str, name: str) -> None:
    found = WORDS.fill(text)
    assert found.text == text
    assert [(s.fault, s.mark, s.name) for s in found.slips] == [(fault, mark, name)]


def test_a_cycle_is_told_once() -> None:
    words = Words({"a": "x ${b}", "b": "y ${c}", "c": "z ${a}"}, {})
    slips = [slip for name in words.variables for slip in words.variable(name).slips]
    assert [(slip.fault, slip.name) for slip in slips] == [(Fault.CYCLE, "a")]
    assert words.fill("${a}").slips == ()


def test_variables_cannot_explode() -> None:
    values = {"v0": "lol" * 100} | {f"v{i}": f"${{v{i - 1}}}" * 10 for i in range(1, 30)}
    words = Words(values, {})
    faults = {slip.fault for name in values for slip in words.variable(name).slips}
    assert faults == {Fault.TOO_LONG}
    assert max(len(words.variable(name).text) for name in values) <= LONGEST_TEXT


def test_variables_cannot_nest_without_end() -> None:
    values = {f"v{i}": f"${{v{i + 1}}}" for i in range(5000)} | {"v5000": "deep"}
    words = Words(values, {})
    assert {slip.fault for name in values for slip in words.variable(name).slips} == {Fault.TOO_LONG}


def test_a_text_alone_can_be_too_long() -> None:
    assert [slip.fault for slip in WORDS.fill("x" * (LONGEST_TEXT + 1)).slips] == [Fault.TOO_LONG]
    assert WORDS.fill("x" * LONGEST_TEXT).slips == ()


@given(st.text(st.characters(exclude_characters="$"), max_size=200))
def test_a_text_without_dollars_is_itself(text: str) -> None:
    assert WORDS.fill(text).text == text


@given(st.text(max_size=200))
def test_doubled_dollars_are_dollars(text: str) -> None:
    found = WORDS.fill(text.replace("$", "$$"))
    assert found.text == text
    assert found.slips == ()


@given(st.text("${}mira season\n-57x", max_size=60))
def test_any_text_can_be_filled(text: str) -> None:
    found = WORDS.fill(text)
    assert all(slip.mark in text for slip in found.slips)
