"""Music: every mood sounds, stays quiet, and keeps to the chain's grid."""

from __future__ import annotations

import numpy as np
import pytest

from tests.backends.local.soundtrack.measures import blocks, brightness, lufs
from veo_story.backends.local.lexicon.vocabulary import vocabulary
from veo_story.backends.local.soundtrack.grid import BLOCK, RATE
from veo_story.backends.local.soundtrack.music import Music, chord_of

MOODS = vocabulary("music")["mood"]


def heard(mood: str, seed: int = 3, count: int = 24) -> np.ndarray:
    return blocks(Music(seed, chord_of(mood), {mood: 1.0}, {mood: 1.0}, 0).block, count)


@pytest.mark.parametrize("mood", MOODS)
def test_each_mood_is_a_quiet_bed(mood: str) -> None:
    sound = heard(mood)
    assert np.isfinite(sound).all()
    assert abs(lufs(sound) - MOODS[mood]["level"]) < 2.0
    assert np.abs(sound).max() < 0.3


def test_moods_differ() -> None:
    marks = {
        (round(brightness(sound)), round(lufs(sound), 2))
        for sound in (heard(mood, count=12) for mood in MOODS)
    }
    assert len(marks) == len(MOODS)


def test_a_chord_begins_where_the_chains_grid_says() -> None:
    chord = chord_of("playful")
    step = chord // len(MOODS["playful"]["plucks"]["steps"])
    mono = np.abs(heard("playful")[0])
    for number in (1, 9, 17):
        at = number * step
        assert mono[at + 100 : at + 2000].max() > 2 * mono[at - 600 : at].max()


def test_keys_go_by_the_seed_and_come_round() -> None:
    assert np.array_equal(heard("sad", seed=1, count=4), heard("sad", seed=13, count=4))
    assert not np.allclose(heard("sad", seed=1, count=4), heard("sad", seed=2, count=4))


def test_a_new_mood_fades_in_over_the_old_one() -> None:
    change = Music(3, 3 * RATE, {"sad": 1.0}, {"epic": 1.0}, 10 * BLOCK)
    assert change.gains_at(10 * BLOCK) == {"sad": 1.0}
    assert set(change.gains_at(10 * BLOCK + RATE)) == {"sad", "epic"}
    assert change.gains_at(20 * BLOCK) == {"epic": 1.0}
    assert Music(3, 0, {}, {}, 0).block(4) is None
