"""From words to a setting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.backends.local.lexicon.phrases import Phrases, without
from veo_story.backends.local.lexicon.reading import place_sounds, read_change, read_setting
from veo_story.backends.local.lexicon.setting import setting_of
from veo_story.backends.local.lexicon.standing import fits
from veo_story.backends.local.lexicon.vocabulary import vocabulary
from veo_story.backends.local.script import Beat, Line, Script

PLACES = vocabulary("places")["place"]
PROPS = vocabulary("props")


def script(action: str = "", **more: object) -> Script:
    return Script(8.0, beats=(Beat(0.0, 8.0, action),), **more)  # type: ignore[arg-type]


KEEPER = {
    "place": "the cramped glass lamp room of a stone lighthouse, brass clockwork, salt-streaked panes",
    "when": "dusk in a rising storm",
    "ambient": "wind against glass, slow clockwork ticking",
}


@pytest.mark.parametrize(
    ("prompt", "place", "props"),
    [
        ("A small red regional train pulls out of a brick city station", "station", ("train",)),
        ("The red train follows a bend of the river through birch forest", "river", ("train",)),
        ("Behind the carriage window a girl traces the hills with her finger", "carriage", ()),
        ("The train climbs out of the forest into the first snow of the year", "snow", ("train",)),
        ("An old ferry noses out of thick harbour fog", "harbour", ("ship",)),
        ("A deckhand coils a rope and looks up at the gulls", "harbour", ("rope", "gulls")),
        ("A van crosses a long steel bridge over a dry river", "river", ("van", "bridge")),
        ("The blue mug turns once on its wooden disc", "studio", ("cup",)),
        ("Hands pass a bowl across a wooden table", "kitchen", ("bowl",)),
        ("window after window lights up behind the hills", "skyline", ()),
        ("snow falls on a city street at night", "city", ()),
        ("an astronaut floats in orbit above the earth", "space", ()),
        ("a lone sailboat on a calm sea at sunset", "sea", ("sailboat",)),
        ("a car on a desert highway", "road", ("car",)),
        ("a letter on a desk in an old library", "library", ("letter",)),
        ("a bell buoy at sea", "sea", ("bellbuoy",)),
        ("a rocket on the moon, lunar surface", "moon", ("rocket",)),
        ("a taxi in a neon alley", "neon", ("car",)),
        ("the wipers clear the windscreen, inside the car", "car", ()),
    ],
)
def test_prompts_find_their_place_and_things(prompt: str, place: str, props: tuple[str, ...]) -> None:
    found = read_setting(script(prompt=prompt))
    assert (found.place, found.props) == (place, props)


@pytest.mark.parametrize(
    "prompt",
    [
        "She waves and lays her palm flat on the glass in the living room",
        "Camera: crane up, slow orbit. A man in the living room watches",
        "Slow bars of light cross both faces in the living room",
        "He bears it well in the living room, a note of doubt in his voice",
    ],
)
def test_verbs_and_camera_words_make_no_places_or_things(prompt: str) -> None:
    found = read_setting(script(prompt=prompt))
    assert (found.place, found.props) == ("living", ())


def test_lamp_room_of_lighthouse_is_inside_at_dusk_in_storm() -> None:
    found = read_setting(script("$mira winds the brass clockwork", **KEEPER))
    assert (found.place, found.time, found.weather) == ("lamp_room", "dusk", "storm")
    assert "clockwork" in found.props
    assert "lamp" not in found.props
    assert "lighthouse" not in found.props


def test_what_is_spoken_is_not_read() -> None:
    line = Line("a", "a", "You are late. The sea is not.", 1.0, 2.0)
    prompt = 'In a kitchen she says: You are late. The sea is not. He answers, "to the desert and the camel".'
    found = read_setting(script(prompt=prompt, lines=(line,)))
    assert (found.place, found.props) == ("kitchen", ())


def test_author_s_place_weighs_more_than_what_happens_there() -> None:
    found = read_setting(script("The beam sweeps out over a black sea, sea, sea", **KEEPER))
    assert found.place == "lamp_room"


def test_place_left_behind_counts_less() -> None:
    assert read_setting(script("He walks out of the forest, a desert")).place == "desert"


def test_unknown_words_give_open_country_and_one_film_one_place() -> None:
    assert read_setting(script("Xyzzy plugh")).place == "hills"
    assert read_setting(script("Первый день")).place == "hills"
    places = {read_setting(script(place=f"Qwghlm {number}")).place for number in range(40)}
    assert places == {"hills", "meadow", "coast", "lake"}
    assert len({read_setting(script(str(n), place="Qwghlm")).place for n in range(9)}) == 1


def test_small_things_alone_are_shown_in_a_studio_and_talk_in_a_room() -> None:
    assert read_setting(script("a wristwatch and a bottle")).place == "studio"
    assert read_setting(script(lines=(Line("a", "a", "Hello", 0.0, 1.0),))).place == "living"


def test_hour_comes_from_words_then_from_place() -> None:
    assert read_setting(script("a neon alley")).time == "night"
    assert read_setting(script("a neon alley at noon")).time == "noon"
    assert read_setting(script("a lake", when="dawn")).time == "dawn"


def test_palette_is_read_from_the_look() -> None:
    assert len(read_setting(script(look="warm, palette of amber and slate blue")).palette) == 2
    assert read_setting(script(look="cold blue dusk")).palette == ()


def test_three_things_at_most_and_all_fit() -> None:
    found = read_setting(script("a car, a dog, a cat, a horse, a cow, a sofa and a lighthouse on a farm"))
    things = [name for name in found.props if name in PROPS]
    assert len(things) == 3
    assert all(fits(name, found.place) for name in things)


def test_what_flies_in_the_air_is_among_the_props() -> None:
    assert "fireflies" in read_setting(script("fireflies over a meadow")).props


@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_is_read(prompt: str, place: str) -> None:
    found = read_setting(script(prompt=prompt, place=place))
    assert found == read_setting(script(prompt=prompt, place=place))
    assert setting_of(found.as_data()) == found
    assert found.place in PLACES
    assert set(place_sounds(found)) <= set(vocabulary("sounds")["ambience"])


def test_longer_words_hide_the_shorter_in_them() -> None:
    table = Phrases({"bell": ("bell",), "buoy": ("bell buoy", "buoy"), "ferry": ("ferr*",)})
    assert [hit.entry for hit in table.hits("A bell buoy!")] == ["buoy"]
    assert [hit.word for hit in table.hits("buoys and bells, ferries")] == ["bell", "buoy", "ferr*"]
    assert table.hits("bellows") == []


def test_quotes_and_pieces_are_left_out() -> None:
    assert without('He says "the sea" and goes. Stay!', ["Stay!"]).split() == ["He", "says", "and", "goes."]


@pytest.mark.parametrize(
    ("opening", "then", "place"),
    [
        ("A white van rolls out of a village", "The road ends at a beach and the van stops", "beach"),
        ("A train leaves a station", "The train climbs out of the forest into the first snow", "snow"),
        ("A man waits in a small kitchen", "He walks into a dark forest", "forest"),
        ("A dog on a beach", "It runs along a mountain road at night", "road"),
    ],
)
def test_a_scene_that_gets_somewhere_else_says_where(opening: str, then: str, place: str) -> None:
    now = read_setting(script(opening))
    change = read_change(script(then), now)
    assert change is not None
    assert (change[0].place, change[0].look) == (place, now.look)
    assert 0 < change[1] < 1
    # There it stays.
    assert read_change(script(then), change[0]) is None


@pytest.mark.parametrize(
    "then",
    [
        "She looks out over the sea",
        "He dreams of a beach in the sun",
        "They walk out of the kitchen",
        "The bell of a far harbour rings",
        "She waits",
        "",
    ],
)
def test_what_is_only_looked_at_or_left_is_not_gone_to(then: str) -> None:
    assert read_change(script(then), read_setting(script("A woman in a small kitchen"))) is None


def test_a_scene_that_says_where_it_plays_stays_there() -> None:
    now = read_setting(script("Mira winds the clockwork", **KEEPER))
    assert read_change(script("The beam sweeps out over a black sea", **KEEPER), now) is None
    moved = read_change(script("Mira winds the clockwork", place="a pebble beach"), now)
    assert moved is not None
    assert moved[0].place == "beach"


def test_the_most_telling_thing_comes_along() -> None:
    now = read_setting(script("A white van rolls out of a village at dusk"))
    change = read_change(script("They reach a wide river"), now)
    assert change is not None
    assert change[0].props == ("van",)
    assert change[0].time == now.time == "dusk"
