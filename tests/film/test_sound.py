"""What sounds when in a film: every rule of the cut list, sample by sample."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.edits import random_edit
from tests.support.hearing import band_noise, write_wav
from veo_story.film.edit import Cut, Edit, Finished, Finishing, Join
from veo_story.film.picture import stretches_of
from veo_story.film.sound import Spoken, mix_of, needs_mix
from veo_story.media.aac import film_sound
from veo_story.media.mix import MICRO_FADE, Bed, Duck, Mix, Sounding
from veo_story.media.mixing import mixed
from veo_story.media.spans import merged
from veo_story.storyboard.finish import Finish, Music, Narration, Sound

F = 2_000
A, B, C = Path("a.mp4"), Path("b.mp4"), Path("c.mp4")


def _cut(clip: Path, start: int, first: int = 0, frames: int = 48, **keys: object) -> Cut:
    keys = {"head": first, "rest": 100, **keys}
    return Cut("s", "", clip, "", first, first + frames, start, **keys)


def _heard(*cuts: Cut, finish: Finish | None = None) -> tuple[Sounding, ...]:
    return mix_of(Edit("", (320, 180), cuts), finish or Finish()).soundings


def _sound(clip: Path, start: int, end: int, at: int, fade_in: int = 0, fade_out: int = 0) -> Sounding:
    return Sounding(clip, start, end, at, fade_in=fade_in, fade_out=fade_out)


def test_a_hard_cut_has_a_micro_fade_on_both_sides_and_none_at_the_ends_of_the_film() -> None:
    assert _heard(_cut(A, 0, 10), _cut(B, 48)) == (
        _sound(A, 10 * F, 58 * F, 0, fade_out=MICRO_FADE),
        _sound(B, 0, 48 * F, 48 * F, fade_in=MICRO_FADE),
    )


def test_what_goes_on_is_not_faded_and_in_one_file_it_is_one_sound() -> None:
    here, there = _cut(A, 0, 10), _cut(A, 48, 58, continuous=True)
    assert _heard(here, there) == (_sound(A, 10 * F, 106 * F, 0),)
    assert _heard(here, replace(there, continuous=False)) == (_sound(A, 10 * F, 106 * F, 0),)
    assert _heard(here, replace(there, clip=B)) == (
        _sound(A, 10 * F, 58 * F, 0),
        _sound(B, 58 * F, 106 * F, 48 * F),
    )
    # One frame further on it is another moment.
    assert len(_heard(here, _cut(A, 48, 59))) == 2


def test_another_gain_in_one_shot_comes_without_a_step() -> None:
    before, after = _heard(_cut(A, 0, 10), _cut(A, 48, 58, continuous=True, gain_db=Decimal(6)))
    assert before == _sound(A, 10 * F, 58 * F + 1_200, 0, fade_out=2_400)
    assert after.gain == pytest.approx(1.9953, abs=1e-3)
    assert replace(after, gain=1.0) == replace(
        _sound(A, 58 * F - 1_200, 106 * F, 48 * F - 1_200), fade_in=2_400
    )


@pytest.mark.parametrize("kind", ["dissolve", "wipe"])
def test_over_a_transition_two_sounds_cross_with_equal_power(kind: str) -> None:
    join = Join(kind, 12)
    assert _heard(_cut(A, 0), _cut(B, 36, join=join)) == (
        replace(_sound(A, 0, 48 * F, 0), fade_out=12 * F, crossed_out=True),
        replace(_sound(B, 0, 48 * F, 36 * F), fade_in=12 * F, crossed_in=True),
    )


def test_sound_fades_with_the_picture() -> None:
    first = _cut(A, 0, fade_in=24, fade_out=6)
    last = _cut(B, 48, join=Join("fade", 12), fade_in=6, fade_out=10)
    assert _heard(first, last) == (
        _sound(A, 0, 48 * F, 0, 24 * F, 6 * F),
        _sound(B, 0, 48 * F, 48 * F, 6 * F, 10 * F),
    )


def test_gaps_and_holds_are_silent() -> None:
    assert _heard(_cut(A, 0, hold=10), _cut(B, 70, gap=12, hold=5)) == (
        _sound(A, 0, 48 * F, 0, fade_out=MICRO_FADE),
        _sound(B, 0, 48 * F, 70 * F, MICRO_FADE, MICRO_FADE),
    )
    assert mix_of(Edit("", (2, 2), (_cut(A, 3, gap=3, hold=4),)), Finish()).samples == 55 * F


def test_a_lead_takes_its_time_from_the_sound_before() -> None:
    assert _heard(_cut(A, 0), _cut(B, 48, 20, lead=12)) == (
        _sound(A, 0, 36 * F, 0, fade_out=MICRO_FADE),
        _sound(B, 8 * F, 68 * F, 36 * F, MICRO_FADE),
    )


def test_a_tail_takes_its_time_from_the_sound_after() -> None:
    assert _heard(_cut(A, 0, tail=12), _cut(B, 48, 20)) == (
        _sound(A, 0, 60 * F, 0, fade_out=MICRO_FADE),
        _sound(B, 32 * F, 68 * F, 60 * F, MICRO_FADE),
    )


def test_with_a_tail_and_a_lead_both_sound() -> None:
    assert _heard(_cut(A, 0, tail=4), _cut(B, 48, 20, lead=12)) == (
        _sound(A, 0, 52 * F, 0, fade_out=6 * F),
        _sound(B, 8 * F, 68 * F, 36 * F, fade_in=6 * F),
    )


def test_a_lead_over_black_takes_nothing_from_the_sound_before() -> None:
    assert _heard(_cut(A, 0), _cut(B, 60, 20, gap=12, lead=8)) == (
        _sound(A, 0, 48 * F, 0, fade_out=MICRO_FADE),
        _sound(B, 12 * F, 68 * F, 52 * F, MICRO_FADE),
    )


def test_a_tail_over_a_hold_takes_nothing_from_the_sound_after() -> None:
    assert _heard(_cut(A, 0, hold=12, tail=8), _cut(B, 60)) == (
        _sound(A, 0, 56 * F, 0, fade_out=MICRO_FADE),
        _sound(B, 0, 48 * F, 60 * F, MICRO_FADE),
    )


def test_leads_and_tails_end_where_the_footage_and_the_film_do() -> None:
    assert _heard(_cut(A, 0, tail=12, rest=3), _cut(B, 48, 20, lead=12, head=5, tail=9))[0] == (
        _sound(A, 0, 51 * F, 0, fade_out=6 * F)
    )
    short = _cut(B, 48, 0, frames=4)
    assert _heard(_cut(A, 0, tail=30), short, _cut(C, 52)) == (
        _sound(A, 0, 52 * F, 0, fade_out=MICRO_FADE),
        _sound(C, 0, 48 * F, 52 * F, MICRO_FADE),
    )


def test_gains_add_up() -> None:
    sound = Sound(native_gain_db=Decimal(-4))
    (heard,) = _heard(_cut(A, 0, gain_db=Decimal(-2)), finish=Finish(sound))
    assert heard.gain == pytest.approx(0.5012, abs=1e-4)


def test_a_finished_scene_is_heard_from_its_own_file_where_that_has_another_sound() -> None:
    finishing = Finishing(30)
    cut = _cut(A, 0, 10, 60, finishing=finishing, finished=Finished(B, C), tail=5)
    assert _heard(cut, _cut(B, 30)) == (
        _sound(C, 0, 30 * F, 0, fade_out=MICRO_FADE),
        _sound(B, 0, 48 * F, 30 * F, MICRO_FADE),
    )
    only_pictures = _cut(A, 0, 10, 30, finishing=finishing, finished=Finished(B))
    assert _heard(only_pictures) == (_sound(A, 10 * F, 40 * F, 0),)


def _whole_mix(*lines: Spoken, music: Music | None = None, speech: tuple[range, ...] = ()) -> Mix:
    finish = Finish(Sound(music, loudness_lufs=Decimal(-18)), Narration((), gain_db=Decimal(6)))
    return mix_of(Edit("", (320, 180), (_cut(A, 0),)), finish, lines, speech)


def test_lines_of_narration_are_heard_at_their_time_and_end_with_the_film() -> None:
    said = _whole_mix(
        Spoken("n1", B, 5_001, 20_000), Spoken("n2", C, 90_000, 9_000), Spoken("n3", C, 96_000, 9)
    )
    assert said.loudness_lufs == -18
    gain = pytest.approx(1.9953, abs=1e-3)
    assert said.soundings[1:] == (
        Sounding(B, 0, 20_000, 5_001, gain, MICRO_FADE, MICRO_FADE),
        Sounding(C, 0, 6_000, 90_000, gain, MICRO_FADE, 3_000),
    )


def test_music_makes_room_for_lines_and_for_speech() -> None:
    music = Music(C, Decimal(-20), Decimal(6), Decimal(1))
    mix = _whole_mix(Spoken("n1", B, 9_000, 10_000), music=music, speech=(range(8, 12), range(30, 60)))
    assert mix.bed == Bed(
        C,
        pytest.approx(0.1),
        48_000,
        pytest.approx(0.5012, abs=1e-4),
        (Duck(9_000, 24_000), Duck(60_000, 96_000)),
    )
    assert _whole_mix().bed is None
    still = _whole_mix(music=replace(music, duck_db=Decimal(0)), speech=(range(4),)).bed
    assert still is not None
    assert still.ducks == ()


def test_a_film_nobody_asked_anything_of_needs_no_mix() -> None:
    plain = Edit("", (2, 2), (_cut(A, 0), _cut(B, 48)))
    assert not needs_mix(plain, Finish())
    assert mix_of(plain, Finish()).loudness_lufs is None
    assert needs_mix(plain, Finish(Sound()))
    assert needs_mix(plain, Finish(), (Spoken("n", A, 0, 1),))
    for key in ("fade_in", "fade_out", "gap", "hold", "lead", "tail", "gain_db"):
        assert needs_mix(replace(plain, cuts=(replace(plain.cuts[0], **{key: 1}),)), Finish())
    assert needs_mix(replace(plain, cuts=(_cut(A, 0, join=Join("wipe", 3)),)), Finish())
    assert needs_mix(replace(plain, cuts=(_cut(A, 0, finished=Finished(B, C)),)), Finish())


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_random_edits_sound_in_step_with_their_pictures_and_only_between_their_ends(seed: int) -> None:
    edit = random_edit(seed)
    mix = mix_of(edit, Finish())
    assert mix.samples == edit.frames * F
    for heard in mix.soundings:
        assert 0 <= heard.at < heard.until <= mix.samples
        assert heard.start >= 0
        assert max(heard.fade_in, heard.fade_out) <= heard.end - heard.start
        # Where no transition is, what breaks off inside the film is faded.
        others = [other for other in mix.soundings if other is not heard]
        if heard.at > 0 and not heard.fade_in:
            assert any(other.until == heard.at and not other.fade_out for other in others)
        shifts = {(cut.in_frame - cut.start_frame) * F for cut in edit.cuts if cut.clip == heard.file}
        assert heard.start - heard.at in shifts


def test_without_wishes_a_mix_is_the_sound_as_it_was(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    one, two = (write_wav(tmp_path / f"{n}.wav", 0.1 * band_noise(rng, 60_000, 8_000)) for n in range(2))
    cuts = (
        _cut(one, 0, 3, 8),
        _cut(two, 8, 5, 6, continuous=True),
        _cut(two, 14, 11, 4),
        _cut(two, 18, 0, 9),
        _cut(one, 27, 12, 1),
    )
    edit = Edit("", (320, 180), cuts)
    spans = merged(stretches_of(edit))
    assert len(spans) == 4
    expected = np.concatenate(list(film_sound(spans)), axis=1)
    found = np.concatenate(list(mixed(mix_of(edit, Finish()))), axis=1)
    assert np.array_equal(found, expected)
