"""A clip's sound: a function of the chain's samples, without a click at any seam, speech above the rest."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.backends.local.soundtrack.measures import TOM, click_db, line, lufs, scene, spot
from veo_story.backends.local.soundtrack.grid import FRAME_SAMPLES, RATE
from veo_story.backends.local.soundtrack.state import sound_of
from veo_story.backends.local.soundtrack.track import Track, plan_sound

AMBIENT = [
    "",
    "wind",
    "heavy rain",
    "the wind drops to a hum",
    "a crowd in a cafe",
    "surf, gulls",
    "silence",
    "fire",
]
MUSIC = ["", "", "sad piano", "tense strings", "no music"]
SPOTS = ["a bell far off", "ratchet clicking", "thunder", "a foghorn", "glass shatters", "something odd"]


def first(script: object, seed: int = 5, own: tuple[str, ...] = ("sea",)) -> Track:
    return plan_sound(script, own, None, 0, 96, seed, True, "murmur")  # type: ignore[arg-type]


def after(parent: Track, script: object, frames: int = 96) -> Track:
    begin = parent.end.sample // FRAME_SAMPLES
    state = sound_of(json.loads(json.dumps(parent.end.as_data())))
    return plan_sound(script, (), state, begin, frames, 99, True, "murmur")  # type: ignore[arg-type]


def full() -> object:
    return scene(
        4.0,
        ambient="heavy rain, a bell",
        music="sad piano",
        lines=(line(0.5, 1.2), line(2.2, 1.0, TOM)),
        spots=(spot("thunder", 3.4),),
    )


@given(st.lists(st.integers(0, 4 * RATE), min_size=1, max_size=5))
@settings(max_examples=8, deadline=None)
def test_it_is_the_same_in_whatever_parts_it_is_asked_for(cuts: list[int]) -> None:
    whole = first(full()).samples(0, 4 * RATE)
    marks = sorted({0, *cuts, 4 * RATE})
    track = first(full())
    parts = [track.samples(a, b) for a, b in pairwise(marks)]
    assert np.array_equal(np.concatenate(parts, axis=1), whole)


def test_before_the_chain_there_is_silence_and_it_begins_softly() -> None:
    sound = first(full()).samples(-4096, RATE)
    assert not sound[:, :4096].any()
    assert np.abs(sound[:, 4096:4110]).max() < 0.01 * np.abs(sound).max()


def test_an_extension_says_the_same_of_the_time_before_it() -> None:
    parent = first(full())
    child = after(parent, scene(4.0, ambient="wind only", music="epic"))
    seam = parent.end.sample
    assert np.array_equal(child.samples(seam - 8192, seam), parent.samples(seam - 8192, seam))


def test_what_still_sounds_rings_on_over_the_seam() -> None:
    parent = first(scene(4.0, ambient="silence", spots=(spot("thunder", 3.4),)))
    child = after(parent, scene(5.0, ambient="silence"), 120)
    assert np.array_equal(child.samples(4 * RATE, 7 * RATE), parent.samples(4 * RATE, 7 * RATE))
    assert np.abs(child.samples(4 * RATE, 5 * RATE)).max() > 0.02
    assert child.end.hits == ()


def test_a_line_that_its_scene_cannot_finish_is_finished_by_the_next() -> None:
    parent = first(scene(4.0, ambient="silence", lines=(line(3.0, 2.0),)))
    child = after(parent, scene(4.0, ambient="silence"))
    assert np.abs(child.samples(4 * RATE, 5 * RATE)).max() > 0.1
    assert not child.samples(5 * RATE, 8 * RATE).any()


def random_chain(rng: np.random.Generator) -> list[Track]:
    tracks: list[Track] = []
    for number in range(3):
        script = scene(
            4.0,
            ambient=str(rng.choice(AMBIENT)),
            music=str(rng.choice(MUSIC)),
            lines=(line(float(rng.uniform(0, 3.5)), float(rng.uniform(0.4, 2.5))),),
            spots=tuple(spot(str(rng.choice(SPOTS)), float(rng.uniform(0, 3.99))) for _ in range(2)),
        )
        tracks.append(after(tracks[-1], script) if number else first(script, int(rng.integers(1000))))
    return tracks


@pytest.mark.parametrize("seed", range(50))
def test_no_seam_of_a_random_chain_clicks(seed: int) -> None:
    chain = random_chain(np.random.default_rng(seed))
    for one, other in pairwise(chain):
        seam = one.end.sample
        around = np.concatenate(
            [one.samples(seam - 14_400, seam), other.samples(seam, seam + 14_400)], axis=1
        )
        # A ratchet may click just there: then it does so in the clip before, too, if that is played on.
        on = one.samples(seam - 14_400, seam + 14_400)
        assert click_db(around, 14_400) < 3.0 + max(0.0, click_db(on, 14_400))


def test_a_cut_would_be_found() -> None:
    rain, sea = (first(scene(4.0, ambient=word)).samples(RATE, RATE + 28_800) for word in ("wind", "sea"))
    sea[0, :14_400] += 0.1
    sea[1, :14_400] += 0.1
    assert click_db(np.concatenate([sea[:, :14_400], rain[:, 14_400:]], axis=1), 14_400) > 3.0


def test_speech_is_above_everything_and_nothing_above_the_ceiling() -> None:
    talk = (line(0.5, 3.0),)
    speech = first(scene(4.0, ambient="silence", lines=talk)).samples(RATE, 3 * RATE)
    assert -24 < lufs(speech) < -17
    loud = scene(
        4.0,
        ambient="gale, surf, heavy storm",
        music="epic",
        lines=talk,
        spots=(spot("gunshot", 1), spot("boom", 1)),
    )
    assert np.abs(first(loud).samples(0, 4 * RATE)).max() < 10 ** (-3 / 20)


def test_the_rest_steps_back_while_somebody_speaks() -> None:
    # Silence is spoken softly enough to be taken away again.
    talking, alone = scene(4.0, lines=(line(1.0, 1.5),)), scene(4.0)
    voice = first(scene(4.0, ambient="silence", lines=(line(1.0, 1.5),))).samples(0, 4 * RATE)
    under = first(talking).samples(0, 4 * RATE) - voice
    usual = first(alone).samples(0, 4 * RATE)

    def step(begin_s: float, end_s: float) -> float:
        a, b = int(begin_s * RATE), int(end_s * RATE)
        return lufs(under[:, a:b]) - lufs(usual[:, a:b])

    assert abs(step(0.1, 0.95)) < 0.1
    assert -8.6 < step(1.15, 2.4) < -7.4
    assert abs(step(3.0, 4.0)) < 0.1


def test_who_stands_left_is_heard_left() -> None:
    script = scene(4.0, ambient="silence", lines=(line(0.5, 2.0),))
    sound = plan_sound(script, (), None, 0, 96, 1, True, "murmur", {"mira": -0.8}).samples(0, 3 * RATE)
    assert (sound[0] ** 2).sum() > 2 * (sound[1] ** 2).sum()


def test_not_audible_is_silent_and_leaves_the_same_state() -> None:
    mute = plan_sound(full(), ("sea",), None, 0, 96, 5, False, "murmur")  # type: ignore[arg-type]
    assert not mute.samples(0, RATE).any()
    assert mute.end == first(full()).end


def test_key_and_tempo_stay_and_a_chain_without_music_has_none() -> None:
    parent = first(scene(4.0, music="sad piano"))
    child = after(parent, scene(4.0, music="epic brass"))
    assert (child.end.chord, child.end.seed) == (parent.end.chord, parent.end.seed)
    assert set(after(parent, scene(4.0)).end.music) == set(parent.end.music)
    assert first(scene(4.0)).end.music == {}


def test_the_state_survives_the_clip() -> None:
    end = first(full()).end
    assert sound_of(json.loads(json.dumps(end.as_data()))) == end
    with pytest.raises((KeyError, TypeError)):
        sound_of({"seed": 1})
