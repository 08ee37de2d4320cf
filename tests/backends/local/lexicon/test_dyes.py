"""Colours that words give to things."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.backends.local.lexicon.dyes import dyes_in
from veo_story.backends.local.lexicon.reading import read_change, read_setting
from veo_story.backends.local.lexicon.setting import setting_of
from veo_story.backends.local.lexicon.vocabulary import vocabulary
from veo_story.backends.local.script import Beat, Script

COLOURS = vocabulary("colours")["colour"]
THINGS = list(vocabulary("props"))


def script(action: str) -> Script:
    return Script(8.0, beats=(Beat(0.0, 8.0, action),))


@pytest.mark.parametrize(
    ("text", "thing", "colour"),
    [
        ("A red bus stops", "bus", "red"),
        ("an old Blue wooden boat", "boat", "blue"),
        ("A navy blue van", "van", "navy blue"),
        ("Two yellow buses", "bus", "yellow"),
    ],
)
def test_a_colour_before_a_thing_is_its(text: str, thing: str, colour: str) -> None:
    assert dyes_in([text], [thing]) == ((thing, COLOURS[colour]),)


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("Red roofs, and a bus", "bus"),
        ("A man in a green coat beside a car", "car"),
        ("The sky is red. Bus after bus passes", "bus"),
        ("A bus, red", "bus"),
        ("A reddish bus", "bus"),
        ("A red carpet leads to the door", "car"),
    ],
)
def test_a_colour_of_something_else_is_not(text: str, thing: str) -> None:
    assert dyes_in([text], [thing]) == ()


def test_a_setting_keeps_them_and_what_comes_along_keeps_its_own() -> None:
    now = read_setting(script("A black van stands in a village"))
    assert now.dyes == (("van", COLOURS["black"]),)
    assert setting_of(now.as_data()) == now
    change = read_change(script("It reaches a beach with a green boat"), now)
    assert change is not None
    assert dict(change[0].dyes) == {"van": COLOURS["black"], "boat": COLOURS["green"]}


@pytest.mark.parametrize("dye", ["red", "#12345", "#12345g", 7, None])
def test_a_setting_with_what_is_no_colour_is_refused(dye: object) -> None:
    data = read_setting(script("A van in a village")).as_data()
    with pytest.raises(ValueError, match="is no colour"):
        setting_of({**data, "dyes": [["van", dye]]})


@given(texts=st.lists(st.text(max_size=60), max_size=3), things=st.lists(st.sampled_from(THINGS), max_size=3))
def test_whatever_is_written_gives_known_colours_of_known_things(texts: list[str], things: list[str]) -> None:
    for name, dye in dyes_in(texts, things):
        assert name in things
        assert dye in COLOURS.values()
