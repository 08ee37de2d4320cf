"""Music under a film: as long as the film, round and round, softer under speech."""

from __future__ import annotations

from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.hearing import band_noise, click_db, write_wav
from veo_story.errors import MediaError
from veo_story.media.bed import OVERLAP, bed_sound, looped
from veo_story.media.ducking import ATTACK, HOLD, RELEASE, duck_gains, merged_ducks
from veo_story.media.mix import MICRO_FADE, Bed, Duck
from veo_story.media.sound import read_sound
from veo_story.media.steps import STEP
from veo_story.media.tape import Tape


def _music(path: Path, samples: int, level: float = 0.1) -> Path:
    return write_wav(path, level * band_noise(np.random.default_rng(3), samples, 3_000))


@pytest.mark.parametrize("samples", [2 * OVERLAP, 2 * OVERLAP + 1, 250_007, 30_000, 101])
def test_music_goes_round_with_its_end_crossed_into_its_beginning(tmp_path: Path, samples: int) -> None:
    file = _music(tmp_path / "music.wav", samples)
    once = np.concatenate(list(read_sound(file, 0, samples)), axis=1)
    overlap = OVERLAP if samples >= 2 * OVERLAP else samples // 4
    turn = samples - overlap
    found = Tape(looped(file)).read(3 * turn)
    rise = np.sin((np.arange(overlap) + 0.5) / overlap * np.pi / 2)
    assert np.array_equal(found[:, :turn], once[:, :turn])
    crossed = once[:, turn:] * rise[::-1] + once[:, :overlap] * rise
    for begin in (turn, 2 * turn):
        assert np.abs(found[:, begin : begin + overlap] - crossed).max() < 1e-6
        assert np.array_equal(found[:, begin + overlap : begin + turn], once[:, overlap:turn])


def test_no_click_and_no_hole_where_music_begins_again(tmp_path: Path) -> None:
    file = _music(tmp_path / "music.wav", 240_000)
    found = Tape(looped(file)).read(400_000)
    for edge in (144_000, 240_000, 288_000):
        assert click_db(found, edge) < 3
    power = np.square(found).mean(axis=0).reshape(-1, 16_000).mean(axis=1)
    assert power.min() > power.max() / 3


def test_a_bed_is_as_long_as_the_film_and_faded_at_its_ends(tmp_path: Path) -> None:
    file = write_wav(tmp_path / "one.wav", np.full((2, 400_000), 0.5))
    for samples, fade in ((100_003, 20_000), (1_000, 5_000), (300_000, 0)):
        found = np.concatenate(list(bed_sound(Bed(file, 0.5, fade), samples)), axis=1)[0] * 2
        assert len(found) == samples
        length = min(max(fade, MICRO_FADE), samples)
        rise = np.sin((np.arange(length) + 0.5) / length * np.pi / 2) ** 2
        expected = np.full(samples, 0.5)
        expected[:length] *= rise
        expected[-length:] *= rise[::-1]
        assert np.abs(found - expected).max() < 1e-4


def test_a_bed_without_sound_is_refused(tmp_path: Path) -> None:
    empty = write_wav(tmp_path / "empty.wav", np.zeros((2, 0)))
    with pytest.raises(MediaError, match=r"empty\.wav: has no sound"):
        list(islice(bed_sound(Bed(empty), 1_000), 1))


def test_music_is_down_when_speech_begins_and_stays_until_it_is_over(tmp_path: Path) -> None:
    file = write_wav(tmp_path / "one.wav", np.full((2, 400_000), 0.5))
    ducks = (Duck(100_000, 120_000), Duck(150_000, 160_000))
    found = 2 * np.concatenate(list(bed_sound(Bed(file, 1.0, 0, 0.25, ducks), 300_000)), axis=1)[0]
    assert np.abs(found[MICRO_FADE : 100_000 - ATTACK] - 1).max() < 1e-3
    # No pumping: in the short pause between the two it stays down.
    assert np.abs(found[100_000 : 160_000 + HOLD] - 0.25).max() < 1e-3
    assert np.abs(found[160_000 + HOLD + RELEASE : -MICRO_FADE] - 1).max() < 1e-3
    inner = found[MICRO_FADE:-MICRO_FADE]
    # Neither way has a step in it: 12 dB over 0.25 s, at its steepest.
    assert np.abs(np.diff(inner)).max() < 3 / ATTACK


_spans = st.lists(st.tuples(st.integers(0, 900_000), st.integers(-100, 300_000)), max_size=8)


@given(_spans, st.sampled_from([1.0, 0.5, 0.1, 0.0]), st.integers(0, 20_000), st.integers(1, 400))
def test_duck_gains_do_not_depend_on_where_they_are_asked_from(
    spans: list[tuple[int, int]], ducked: float, first: int, count: int
) -> None:
    given_ducks = [Duck(start, start + length) for start, length in spans]
    ducks = merged_ducks(given_ducks)
    assert all(later.start - sooner.end >= 96_000 for sooner, later in pairwise(ducks))
    whole = duck_gains(ducks, ducked, 0, 1_300_000)
    part = duck_gains(ducks, ducked, first * STEP, count * STEP)
    assert np.array_equal(part, whole[first : first + count + 1])
    lowest = max(ducked, 1e-4)
    assert (whole >= lowest * 0.999).all()
    assert (whole <= 1).all()
    for duck in given_ducks:
        inside = whole[-(-duck.start // STEP) : max(duck.end, duck.start) // STEP]
        assert np.allclose(inside, lowest, rtol=1e-3)
