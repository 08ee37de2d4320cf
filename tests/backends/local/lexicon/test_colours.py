"""Names of colours."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.backends.local.lexicon.colours import colours_at, colours_in
from veo_story.backends.local.lexicon.vocabulary import find, plain, vocabulary

NAMES = {**vocabulary("colours")["colour"], **vocabulary("colours")["material"]}


def test_there_are_many_and_all_are_colours() -> None:
    assert len(NAMES) > 200
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in NAMES.values())


@given(st.sampled_from(sorted(NAMES)))
def test_every_name_is_known_by_itself(name: str) -> None:
    assert colours_in(f"something {name.upper()} there") == (NAMES[name],)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("amber, slate blue, tarnished brass", ["amber", "slate blue", "tarnished brass"]),
        ("blue, brass", ["blue", "brass"]),
        ("navy wool pea coat with tarnished brass buttons", ["navy", "tarnished brass"]),
        ("a red silk dress and a leather bag", ["red", "leather"]),
        ("oil-stained canvas work jacket, red neckerchief", ["canvas", "red"]),
        ("red and red again", ["red"]),
        ("bored, greenish and redder", []),
        ("", []),
    ],
)
def test_colours_are_read_in_their_order(text: str, names: list[str]) -> None:
    assert colours_in(text) == tuple(NAMES[name] for name in names)


def test_colours_may_be_written_as_numbers() -> None:
    assert colours_in("#0F0, then #a1B2c3") == ("#00ff00", "#a1b2c3")


@pytest.mark.parametrize("text", ["a coat, green; hat: (blue)", ",, , teal!", "one. two. crimson"])
def test_places_are_those_of_other_words(text: str) -> None:
    for at, colour in colours_at(text):
        name = next(name for name in NAMES if NAMES[name] == colour)
        assert at == find(text, [name])
        assert plain(text)[at + 1 :].startswith(name)
