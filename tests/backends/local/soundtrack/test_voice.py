"""Scratch voices: in time, each with its own pitch, the same in every scene, and audible as what they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.backends.local.soundtrack.measures import MIRA, TOM, brightness, line, lufs, pitch, scene
from veo_story.backends.local.soundtrack.casting import timbre, voice_of
from veo_story.backends.local.soundtrack.engines import language, said
from veo_story.backends.local.soundtrack.grid import RATE
from veo_story.backends.local.soundtrack.installed import chosen
from veo_story.backends.local.soundtrack.state import Spoken
from veo_story.backends.local.soundtrack.syllables import beats, syllables
from veo_story.backends.local.soundtrack.voice import lines_of, spoken

SENTENCE = "You are late, and the tide does not wait."


def voice(
    who: str, words: str = "", manner: str = "", text: str = SENTENCE, seconds: float = 3.0
) -> np.ndarray:
    return spoken(Spoken(text, 0, round(seconds * RATE), None, who, words, manner, "murmur"))


@given(st.text(max_size=60), st.floats(0.2, 4.0))
@settings(max_examples=25, deadline=None)
def test_a_murmur_takes_the_time_of_its_line(text: str, seconds: float) -> None:
    sound = voice("mira", text=text, seconds=seconds)
    assert len(sound) == round(seconds * RATE)
    assert np.isfinite(sound).all()
    assert 0.05 < np.abs(sound).max() < 0.65


def test_two_people_are_told_apart_by_pitch_in_every_scene() -> None:
    low, high = voice("tom", TOM.voice), voice("mira", MIRA.voice)
    assert pitch(high) > 1.12 * pitch(low)
    again = voice("mira", MIRA.voice, text="Nobody came to the pier today.")
    assert abs(pitch(again) / pitch(high) - 1) < 0.08


@pytest.mark.parametrize(
    ("words", "least", "most"),
    [("a deep bass", 70, 110), ("tenor", 105, 160), ("soprano", 170, 260), ("a child", 230, 350)],
)
def test_words_choose_the_pitch(words: str, least: float, most: float) -> None:
    assert least < pitch(voice("somebody", words)) < most


@pytest.mark.parametrize(
    ("voice_words", "about", "told"),
    [
        ("low alto", "a tall man", "low alto"),
        ("quiet", "an old woman with a deep scar", "quiet soprano old"),
        ("", "a lighthouse", ""),
    ],
)
def test_looks_tell_what_the_voice_does_not(voice_words: str, about: str, told: str) -> None:
    assert voice_of(voice_words, about) == told


def test_people_without_words_differ_by_name() -> None:
    voices = {name: timbre(name, "", "") for name in ("Ana", "Bo", "Cy", "Dee")}
    assert len({(voice.pitch, voice.size) for voice in voices.values()}) == 4


def test_a_whisper_is_breath_and_a_shout_is_louder() -> None:
    usual, whisper, shout = (voice("tom", TOM.voice, manner) for manner in ("", "whispers", "shouting"))
    assert brightness(whisper) > 1.5 * brightness(usual)
    assert lufs(whisper) < lufs(usual) < lufs(shout)


def test_a_question_goes_up() -> None:
    asked, told = (voice("tom", "tenor", text=f"Is the tide going out now{sign}") for sign in "?.")
    assert pitch(asked[-RATE:]) > 1.2 * pitch(told[-RATE:])


def test_commas_are_pauses() -> None:
    sound = voice("mira", text="Late, late.", seconds=2.0)
    loud = np.sqrt((sound.reshape(-1, 480) ** 2).mean(1))
    assert (loud[80:120] < 0.02 * loud.max()).any()
    assert (loud[:60] > 0.2 * loud.max()).any()
    assert (loud[140:] > 0.2 * loud.max()).any()


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("tide", 1),
        ("water", 2),
        ("unhurried", 3),
        ("table", 2),
        ("the", 1),
        ("you", 1),
        ("潮水", 2),
        ("2026", 5),
    ],
)
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


@given(st.text(max_size=80))
def test_every_text_has_a_rhythm(text: str) -> None:
    rhythm = beats(text)
    assert any(beat.voiced for beat in rhythm)
    assert all(beat.weight > 0 for beat in rhythm)


def test_an_overlong_line_is_cut_at_the_seam_only_if_its_time_was_over() -> None:
    inside, beyond = lines_of(scene(4.0, lines=(line(1, 2), line(3, 2))), 0, 4 * RATE, "murmur", {})
    assert inside.until == 4 * RATE
    assert beyond.until is None
    cut = spoken(Spoken(SENTENCE, RATE, 4 * RATE, 2 * RATE, "mira", "", "", "murmur"))
    assert len(cut) == RATE
    assert abs(cut[-1]) < 1e-6


def test_a_line_takes_its_speakers_voice() -> None:
    (one,) = lines_of(scene(lines=(line(1, 2, TOM),)), 0, 8 * RATE, "murmur", {"tom": 3.0})
    assert one.voice == TOM.voice
    assert one.pan == 0.5


def test_engines_that_are_not_there_murmur() -> None:
    assert chosen("murmur") == "murmur"
    assert chosen("nobody") == "murmur"
    assert said("murmur", "Hello", timbre("tom", "", "")) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("Hello", "en"), ("…Привет", "ru"), ("你好", "cmn"), ("שלום", "he"), ("12", "en"), ("かな", "ja")],
)
def test_the_letters_choose_the_language(text: str, code: str) -> None:
    assert language(text) == code
