"""The tables of places and things are whole, and every word of them is reached."""

from __future__ import annotations

import pytest

from veo_story.backends.local.lexicon.reading import read_setting
from veo_story.backends.local.lexicon.standing import fits, plane_of
from veo_story.backends.local.lexicon.vocabulary import vocabulary
from veo_story.backends.local.script import Beat, Script
from veo_story.backends.local.world.things import part_of

PLACES = vocabulary("places")["place"]
VIEWS = vocabulary("places")["view"]
PROPS = vocabulary("props")
NAMED = {name: prop for name, prop in PROPS.items() if prop.get("words")}
THING_WORDS = {word for prop in NAMED.values() for word in prop["words"]}


def read(prompt: str) -> tuple[str, tuple[str, ...]]:
    found = read_setting(Script(8.0, prompt=prompt, beats=(Beat(0.0, 8.0),)))
    return found.place, found.props


@pytest.mark.parametrize("name", PLACES)
def test_every_word_of_a_place_leads_there(name: str) -> None:
    astray = {}
    for word in PLACES[name]["words"]:
        place = read(f"It is {word.replace('*', 'x')} here")[0]
        # A thing's name may be an entry of several places, and so may a plain word: one of them it must be.
        claimed = {
            other for other, entry in PLACES.items() if word in (*entry["words"], *entry.get("hints", ()))
        }
        if place not in claimed:
            astray[word] = place
    assert astray == {}


@pytest.mark.parametrize("name", NAMED)
def test_every_word_of_a_thing_shows_it_somewhere(name: str) -> None:
    homes = [place for place in PLACES if fits(name, place)]
    assert homes
    place = homes[0]
    word = max(PLACES[place]["words"], key=len)
    lost = [w for w in NAMED[name]["words"] if name not in read(f"{w.replace('*', 'x')}. Then: {word}")[1]]
    own = {read(f"{w}. Then: {word}")[0] for w in lost}
    # Where a thing's word names a place, too, the thing may not fit there.
    assert all(not fits(name, other) for other in own), lost


def test_there_is_a_choice() -> None:
    assert len(PLACES) >= 24
    assert len(NAMED) >= 60


@pytest.mark.parametrize("name", PROPS)
def test_things_are_whole(name: str) -> None:
    prop = PROPS[name]
    for line in (*prop["parts"], *prop.get("moving", ())):
        part = part_of(line)
        assert part.colour.startswith("#")
        assert len(part.pairs)
    if prop.get("words"):
        assert prop["size"] > 0
        assert prop["stands"]
    if "moving" in prop:
        assert len(prop["pivot"]) == 2


def test_views_and_things_of_places_exist() -> None:
    for place in PLACES.values():
        assert set(place.get("views", ())) <= set(VIEWS)
        assert {layer["thing"] for layer in place["layers"] if layer["kind"] == "thing"} <= set(PROPS)
        assert 0 < place["horizon"] < 1
        assert place.get("time", "day") in vocabulary("sky")["time"]


def test_things_stand_on_what_a_place_has() -> None:
    assert plane_of(PROPS["boat"], PLACES["sea"]) == "water"
    assert not fits("boat", "kitchen")
    assert not fits("boat", "desert")
    assert plane_of(PROPS["gulls"], PLACES["beach"]) == "sky"
    assert not fits("gulls", "office")
    assert plane_of(PROPS["clock"], PLACES["school"]) == "wall"
    assert plane_of(PROPS["clock"], PLACES["forest"]) == "table"
