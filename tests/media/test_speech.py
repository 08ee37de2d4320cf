"""Where somebody speaks: in noise, never in tones, chords or what only comes and goes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.backends.rendering import make
from tests.support.clips import noise
from tests.support.soak import runs
from veo_story.backends.local.soundtrack.state import Spoken
from veo_story.backends.local.soundtrack.voice import spoken
from veo_story.media.sound import RATE
from veo_story.media.speech import Voiced, speech_in, speech_of, words_in
from veo_story.storyboard.model import Mode

LENGTH = 6 * RATE
TIMES = np.arange(LENGTH) / RATE
VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410))


def pieces(sound: np.ndarray, size: int = 10_000) -> Iterator[np.ndarray]:
    stereo = np.stack([sound, sound]).astype(np.float32)
    for start in range(0, len(sound), size):
        yield stereo[:, start : start + size]


def voice(seconds: float, seed: int = 0) -> np.ndarray:
    """Vowels of a fifth of a second with formants of their own: harmonics of 120 Hz, a breath between."""
    rng = np.random.default_rng(seed)
    length = RATE // 5
    at = np.arange(length) / RATE
    said = []
    for _ in range(round(seconds * 5)):
        formants = VOWELS[rng.integers(len(VOWELS))]
        tone = np.zeros(length)
        for hz in np.arange(120, 4200, 120) * rng.uniform(0.95, 1.05):
            gain = sum(1 / (1 + ((hz - formant) / 90) ** 2) for formant in formants)
            tone += gain * np.sin(2 * np.pi * hz * at)
        said.append(tone * np.hanning(length) ** 0.4)
    sound = np.concatenate(said)
    return sound / np.abs(sound).max() * 0.3


def bed(db: float) -> np.ndarray:
    sound = noise(7, LENGTH)[0]
    return sound / sound.std() * 10 ** (db / 20)


def chords(sustained: bool) -> np.ndarray:
    sound = np.zeros(LENGTH)
    for number, root in enumerate((220, 196, 247, 175, 262, 220)):
        at = np.arange(RATE) / RATE
        tones = sum(
            np.sin(2 * np.pi * root * step * part * at) / part
            for step in (1, 1.26, 1.5)
            for part in range(1, 6)
        )
        swell = np.sin(np.pi * at) ** 0.3 if sustained else np.exp(-3 * at)
        sound[number * RATE : (number + 1) * RATE] = 0.08 * tones * swell
    return sound


def bursts(sound: np.ndarray) -> np.ndarray:
    return sound * (TIMES % 2 < 0.9)


def near(found: tuple[Voiced, ...], expected: list[tuple[float, float]], slack_s: float = 0.06) -> bool:
    seconds = [(one.start / RATE, one.end / RATE) for one in found]
    return len(seconds) == len(expected) and np.allclose(seconds, expected, atol=slack_s)


@pytest.mark.parametrize("db", [-90.0, -45.0, -32.0])
@pytest.mark.parametrize("size", [317, 48_000])
def test_two_lines_are_found_in_noise(db: float, size: int) -> None:
    sound = bed(db)
    for start, seconds in ((0.8, 1.6), (3.4, 1.0)):
        said = voice(seconds)
        sound[int(start * RATE) :][: len(said)] += said
    assert near(speech_in(pieces(sound, size)), [(0.8, 2.4), (3.4, 4.4)])


@pytest.mark.parametrize("who", ["mira", "tomas"])
def test_the_murmur_of_an_animatic_is_speech(who: str) -> None:
    line = spoken(Spoken("I hear only wind.", 0, 2 * RATE, None, who, "", "", "murmur"))
    sound = bed(-42)
    sound[RATE : RATE + len(line)] += line
    found = speech_in(pieces(sound))
    assert found
    assert abs(found[0].start - RATE) < 0.1 * RATE
    assert abs(found[-1].end - 3 * RATE) < 0.25 * RATE


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(LENGTH),
        bed(-30),
        0.2 * np.sin(2 * np.pi * 440 * TIMES),
        bursts(0.2 * np.sin(2 * np.pi * 440 * TIMES)),
        bursts(bed(-20)) + bed(-50),
        bed(-30) * (1 + 0.9 * np.sin(2 * np.pi * TIMES / 3)),
        chords(sustained=True),
        chords(sustained=False),
        chords(sustained=False) + bed(-40),
    ],
    ids=["silence", "noise", "tone", "tones", "bursts", "gusts", "pads", "plucked", "plucked in noise"],
)
def test_nobody_speaks(sound: np.ndarray) -> None:
    assert speech_in(pieces(sound)) == ()


def test_footsteps_are_too_short() -> None:
    sound = bed(-50)
    step = noise(3, RATE // 9)[0] * np.exp(-np.arange(RATE // 9) / RATE * 40)
    for at in range(0, LENGTH - RATE, RATE // 2):
        sound[at : at + len(step)] += step
    assert speech_in(pieces(sound)) == ()


@settings(max_examples=runs(100, in_suite=10), deadline=None)
@given(st.integers(0, 3000), st.integers(1, 5000), st.integers(0, 9))
def test_any_sound_in_any_pieces(length: int, size: int, seed: int) -> None:
    sound = np.random.default_rng(seed).normal(size=length) * 0.1
    found = speech_in(pieces(sound, size))
    assert all(0 <= one.start < one.end <= length + 500 for one in found)


def test_a_clip_is_heard_from_its_first_frame(tmp_path: Path) -> None:
    script = (
        '{"length_s":3,"prompt":"","place":"","when":"","look":"","ambient":"wind","music":"","people":[],'
        '"beats":[{"start_s":0,"end_s":3,"action":"","camera":{}}],"spots":[],"lines":[{"who":"mira",'
        '"name":"Mira","text":"You are late.","start_s":1.0,"length_s":1.2,"manner":"","voice":""}]}'
    )
    clip = make(tmp_path / "clip.mp4", Mode.OPEN, 72, hints={"script": script})
    found = speech_of(clip, 0, 72)
    assert found
    assert abs(found[0].start - RATE) < 0.12 * RATE
    later = speech_of(clip, 12, 72)
    assert abs(later[0].start - found[0].start) <= 2 * 500


@pytest.mark.parametrize(("before", "after"), [(0, 0), (4800, 24_000), (999, 1)])
def test_the_silence_around_words_is_left_out(before: int, after: int) -> None:
    said = voice(1.0)
    whole = np.concatenate([np.zeros(before), said, np.zeros(after)])
    found = words_in(pieces(whole + np.random.default_rng(1).normal(size=len(whole)) * 1e-4))
    assert found is not None
    assert before - 500 <= found.start <= before + 1500
    assert before + len(said) - 1500 <= found.end <= before + len(said) + 500


def test_silence_has_no_words() -> None:
    assert words_in(pieces(np.zeros(5000))) is None
    assert words_in([]) is None
