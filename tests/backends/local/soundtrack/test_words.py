"""Words choose what is heard."""

from __future__ import annotations

import pytest

from tests.backends.local.soundtrack.measures import scene
from veo_story.backends.local.lexicon.reading import place_sounds
from veo_story.backends.local.lexicon.setting import Setting
from veo_story.backends.local.lexicon.vocabulary import vocabulary
from veo_story.backends.local.script import Beat
from veo_story.backends.local.soundtrack.textures import _MAKERS
from veo_story.backends.local.soundtrack.words import ambience, is_far, moods, named, spot_named


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("wind", {"wind": 1.0}),
        ("distant foghorn, water against hull", {"foghorn": 0.5, "harbour": 1.0}),
        ("wind against glass, slow clockwork ticking", {"wind": 1.0, "slow_clock": 1.0}),
        ("heavy rain and a roaring fire", {"rain": 1.5, "fire": 1.5}),
        ("engine idling, a dog barks once", {"engine": 1.0, "call dog": 1.0}),
        ("a train horn in the distance", {"far-call train_horn": 1.0}),
        ("tyres on asphalt, a low diesel hum", {"car": 1.0}),
        ("surf and gulls", {"surf": 1.0, "gulls": 1.0}),
        ("the purple of the afternoon", {}),
    ],
)
def test_ambient_words(text: str, heard: dict[str, float]) -> None:
    assert named(text) == heard


def test_words_of_change_bend_what_is_heard() -> None:
    before = {"wind": 1.0, "clock": 1.0, "room": 1.0}
    told = ambience(scene(ambient="the ticking slows, the wind drops to a hum"), (), before)
    assert told["wind"] < 1.0
    assert "slow_clock" in told
    assert told["room"] == 1.0
    assert "hum" not in told
    assert ambience(scene(ambient="wind only"), (), before) == {"wind": 1.0}
    assert ambience(scene(ambient="the wind stops"), (), before)["wind"] == 0.0


def test_without_words_the_place_sounds_and_a_chain_goes_on() -> None:
    assert ambience(scene(ambient=""), ("sea", "gulls", "nonsense"), None) == {"sea": 1.0, "gulls": 1.0}
    assert ambience(scene(ambient=""), (), None) == {"air": 1.0}
    assert ambience(scene(ambient=""), ("sea",), {"rain": 0.5}) == {"rain": 0.5}
    assert ambience(scene(ambient="silence"), ("sea",), {"rain": 0.5}) == {}


def test_what_is_not_there_is_not_heard() -> None:
    assert ambience(scene(ambient="no wind"), ("wind", "sea"), None) == {"sea": 1.0}
    script = scene(ambient="", beats=(Beat(0, 8, "She looks at the sea without hope"),))
    assert ambience(script, ("room",), None) == {"room": 1.0}


def test_what_happens_is_heard_beside_the_place() -> None:
    script = scene(ambient="", beats=(Beat(0, 8, "She sits by the fire"),))
    assert ambience(script, ("room",), None) == {"room": 1.0, "fire": 1.0}
    verbs = scene(ambient="", beats=(Beat(0, 8, "She waves and winds the clock. Bars of light ticking by."),))
    assert ambience(verbs, ("room",), None) == {"room": 1.0, "clock": 1.0}


@pytest.mark.parametrize(
    ("text", "spot"),
    [
        ("ratchet clicking", "ratchet"),
        ("a single bell far off", "bell"),
        ("rake hiss", "hiss"),
        ("ceramic on wood", "cup"),
        ("tram bell #2", "little_bell"),
        ("a foghorn", "foghorn"),
        ("dogs barking", "dog"),
        ("the window shatters", "glass_breaks"),
        ("knife on wood", "sword"),
        ("a car horn", "car_horn"),
        ("footsteps in snow", "footsteps_soft"),
        ("frobnication", ""),
    ],
)
def test_effects(text: str, spot: str) -> None:
    assert spot_named(text) == spot


def test_far() -> None:
    assert is_far("a single bell far off")
    assert not is_far("a bell")


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("a slow sad tune", "sad"),
        ("tense, pulsing strings", "tense"),
        ("epic orchestral", "epic"),
        ("lo-fi beat", "lofi"),
        ("a cello", "strings"),
        ("something nobody has a word for", "ambient"),
    ],
)
def test_moods(text: str, mood: str) -> None:
    assert list(moods(scene(music=text), {})) == [mood]


def test_music_goes_on_until_it_is_ended() -> None:
    assert moods(scene(), {"sad": 0.7}) == {"sad": 0.7}
    assert moods(scene(music="no music"), {"sad": 0.7}) == {}


def test_the_tables_hold_together() -> None:
    sounds, spots = vocabulary("sounds")["ambience"], vocabulary("spots")["spot"]
    assert len(sounds) >= 30
    for entry in sounds.values():
        assert set(entry.get("instead_of", ())) <= set(sounds)
        for layer in entry["layers"]:
            assert layer["kind"] in _MAKERS or layer["spot"] in spots


def test_every_sound_of_a_place_or_weather_is_there() -> None:
    entries = (*vocabulary("places")["place"].values(), *vocabulary("sky")["weather"].values())
    asked = {name for entry in entries for key in ("ambience", "heard_inside") for name in entry.get(key, ())}
    assert len(asked) > 20
    assert asked <= set(vocabulary("sounds")["ambience"])


def test_weather_is_heard_before_the_place_and_from_inside_differently() -> None:
    assert place_sounds(Setting("city", "night", "rain")) == ("rain", "city")
    assert place_sounds(Setting("bedroom", "night", "rain")) == ("rain_on_roof", "room")
    assert place_sounds(Setting("city", "night", "clear")) == ("city",)
