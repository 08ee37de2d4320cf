from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.storyboard.model import Camera, Look
from veo_story.storyboard.wording import (
    camera_words,
    clock,
    display_name,
    join_and,
    look_words,
    place_name,
    sentence,
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ""),
        ("   ", ""),
        ("a door opens", "A door opens."),
        ("A door opens.", "A door opens."),
        ("who is there?", "Who is there?"),
        ("a door\n  opens,\n", "A door opens."),
        ("the sign reads: closed;", "The sign reads: closed."),
        ('she says "no."', 'She says "no."'),
        ("(whispering!)", "(whispering!)"),
        ("élan", "Élan."),
        ("猫が眠る", "猫が眠る。"),
        ("おはよう。", "おはよう。"),
    ],
)
def test_a_sentence_has_its_capital_and_its_stop(text: str, said: str) -> None:
    assert sentence(text) == said


def test_a_sentence_may_go_without_capital() -> None:
    assert sentence("wind only", capital=False) == "wind only."


@given(st.text(max_size=100))
def test_a_sentence_said_again_is_the_same(text: str) -> None:
    once = sentence(text)
    assert sentence(once) == once
    assert "\n" not in once


@pytest.mark.parametrize(
    ("camera", "words"),
    [
        (None, ""),
        (Camera(), ""),
        (Camera(text="handheld, waist high"), "handheld, waist high"),
        (
            Camera(size="close-up", angle="eye-level", move="slow push-in", lens="50mm"),
            "close-up, eye-level, slow push-in, 50mm lens",
        ),
        (Camera(size="wide", move="static"), "wide shot, static camera"),
        (Camera(size="medium two-shot", focus="shallow"), "medium two-shot, shallow focus"),
        (Camera(size="Extreme Wide", lens="anamorphic lens", focus="rack focus to the door"),
         "Extreme Wide shot, anamorphic lens, rack focus to the door"),
    ],
)  # fmt: skip
def test_camera_words(camera: Camera | None, words: str) -> None:
    assert camera_words(camera) == words


@pytest.mark.parametrize(
    ("look", "words"),
    [
        (None, ""),
        (Look(text="plain"), "plain"),
        (
            Look(style="drama", palette=("amber", "slate", "brass")),
            "drama, palette of amber, slate and brass",
        ),
        (Look(lighting="one lamp", palette=("amber",), grade="faded"), "one lamp, palette of amber, faded"),
    ],
)
def test_look_words(look: Look | None, words: str) -> None:
    assert look_words(look) == words


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [("0", "00:00"), ("3", "00:03"), ("2.50", "00:02.5"), ("67.125", "01:07.125"), ("10", "00:10")],
)
def test_clock(seconds: str, shown: str) -> None:
    assert clock(Decimal(seconds)) == shown


def test_names_as_they_are_read() -> None:
    assert display_name("mira") == "Mira"
    assert display_name("old_tom-2") == "Old Tom 2"
    assert place_name("lamp_room") == "the lamp room"


def test_lists_as_they_are_read() -> None:
    assert [join_and(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
