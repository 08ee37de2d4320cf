"""Mixes added up to the sample: every gain, fade and place against plain arithmetic."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.hearing import RATE, band_noise, write_wav
from veo_story.errors import MediaError
from veo_story.media.loudness import measure
from veo_story.media.mix import MICRO_FADE, Bed, Duck, Mix, Sounding
from veo_story.media.mixing import mixed, mixed_down, summed
from veo_story.media.sound import read_sound

_LENGTH = 90_000
_NAMES = ("a", "b", "c")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder, rng = tmp_path_factory.mktemp("mix"), np.random.default_rng(1)
    return {name: write_wav(folder / f"{name}.wav", 0.1 * band_noise(rng, _LENGTH, 9_000)) for name in _NAMES}


@pytest.fixture(scope="module")
def sounds(files: dict[str, Path]) -> dict[Path, np.ndarray]:
    return {path: _whole(read_sound(path, 0, _LENGTH)) for path in files.values()}


def _whole(chunks: object) -> np.ndarray:
    return np.concatenate(list(chunks), axis=1)


def _fade(samples: int, *, crossed: bool) -> np.ndarray:
    angle = (np.arange(samples) + 0.5) / max(samples, 1) * np.pi / 2
    return np.sin(angle) if crossed else np.sin(angle) ** 2


def _expected(mix: Mix, sounds: dict[Path, np.ndarray]) -> np.ndarray:
    film = np.zeros((2, mix.samples + 2 * _LENGTH))
    for part in mix.soundings:
        length = part.end - part.start
        found = np.zeros((2, length))
        source = sounds[part.file][:, max(part.start, 0) : max(part.end, 0)]
        found[:, max(-part.start, 0) : max(-part.start, 0) + source.shape[1]] = source
        found[:, : part.fade_in] *= _fade(part.fade_in, crossed=part.crossed_in)
        if part.fade_out:
            found[:, -part.fade_out :] *= _fade(part.fade_out, crossed=part.crossed_out)[::-1]
        film[:, part.at : part.until] += part.gain * found
    return film[:, : mix.samples]


@st.composite
def _parts(draw: st.DrawFn) -> tuple[str, Sounding]:
    length = draw(st.integers(1, 70_000))
    start = draw(st.integers(-3_000, _LENGTH))
    return draw(st.sampled_from(_NAMES)), Sounding(
        Path(),
        start,
        start + length,
        draw(st.integers(0, 120_000)),
        draw(st.sampled_from([1.0, 0.25, 1.5])),
        draw(st.integers(0, length)),
        draw(st.integers(0, length)),
        draw(st.booleans()),
        draw(st.booleans()),
    )


@given(st.lists(_parts(), max_size=5), st.integers(1, 150_000))
@settings(max_examples=40, deadline=None)
def test_a_mix_is_the_sum_of_its_parts(
    files: dict[str, Path],
    sounds: dict[Path, np.ndarray],
    parts: list[tuple[str, Sounding]],
    samples: int,
) -> None:
    mix = Mix(samples, tuple(replace(part, file=files[name]) for name, part in parts))
    found = _whole(summed(mix))
    assert found.shape == (2, samples)
    assert found.dtype == np.float32
    assert np.abs(found - _expected(mix, sounds)).max() < 1e-6


def test_two_sides_of_a_crossfade_keep_the_power_and_those_of_a_fade_the_sum(files: dict[str, Path]) -> None:
    long = 4_000
    before = Sounding(files["a"], 0, 30_000, 0, fade_out=long, crossed_out=True)
    after = Sounding(files["a"], 26_000, 60_000, 26_000, fade_in=long, crossed_in=True)
    source = _whole(read_sound(files["a"], 0, 60_000))[:, 26_000:30_000]
    heard = [_whole(summed(Mix(60_000, (part,))))[:, 26_000:30_000] for part in (before, after)]
    assert np.abs(np.square(heard[0]) + np.square(heard[1]) - np.square(source)).max() < 1e-5
    plain = (replace(before, crossed_out=False), replace(after, crossed_in=False))
    assert np.abs(_whole(summed(Mix(60_000, plain)))[:, 26_000:30_000] - source).max() < 1e-6


@pytest.mark.parametrize("name", ["plain", "second", "mono", "silent", "pal", "uneven"])
def test_clips_of_every_kind_sound_as_they_do_alone(clips: dict[str, Path], name: str) -> None:
    part = Sounding(clips[name], 2_000, 26_000, 10_007)
    found = _whole(summed(Mix(50_000, (part,))))
    assert not found[:, :10_007].any()
    assert not found[:, 34_007:].any()
    assert np.array_equal(found[:, 10_007:34_007], _whole(read_sound(clips[name], 2_000, 26_000)))


def test_a_mix_without_a_loudness_is_left_as_it_is(files: dict[str, Path]) -> None:
    mix = Mix(80_000, (Sounding(files["a"], 0, 80_000, 0),))
    assert np.array_equal(_whole(mixed(mix)), _whole(read_sound(files["a"], 0, 80_000)))
    both = replace(mix, soundings=(*mix.soundings, Sounding(files["b"], 0, 80_000, 0)))
    assert np.array_equal(_whole(mixed(both)), _whole(summed(both)))


def test_only_what_would_be_louder_than_full_scale_is_softened(files: dict[str, Path]) -> None:
    parts = (Sounding(files["a"], 0, 80_000, 0, 0.5), Sounding(files["b"], 0, 20_000, 40_000, 6.0, 216, 216))
    mix = Mix(80_000, parts)
    added, found = _whole(summed(mix)), _whole(mixed(mix))
    assert np.abs(added).max() > 1.2
    assert np.abs(found).max() <= 1.0001
    assert np.array_equal(found[:, :38_000], added[:, :38_000])
    assert np.array_equal(found[:, 75_000:], added[:, 75_000:])


@pytest.mark.parametrize("lufs", [-30.0, -16.0])
def test_a_mix_comes_out_at_its_loudness(files: dict[str, Path], lufs: float) -> None:
    parts = tuple(
        Sounding(files[name], 0, 60_000, at) for name, at in zip(_NAMES, (0, 55_000, 90_000), strict=True)
    )
    down = mixed_down(Mix(150_000, parts, loudness_lufs=lufs))
    found = _whole(down.chunks)
    assert found.shape == (2, 150_000)
    assert down.remark is None
    assert down.levelling is not None
    heard = measure([found])
    assert abs(heard.integrated_lufs - lufs) < 0.25
    assert abs(heard.integrated_lufs - down.levelling.expected.integrated_lufs) < 0.1
    assert heard.true_peak_dbtp < -2
    # One gain for all of it: no limiter was needed.
    added = _whole(summed(Mix(150_000, parts)))
    loud = np.abs(added) > 0.01
    assert np.ptp(20 * np.log10(found[loud] / added[loud])) < 0.01


def test_a_long_mix_lies_on_disk_and_leaves_nothing_there(tmp_path: Path, files: dict[str, Path]) -> None:
    part = Sounding(files["a"], 0, _LENGTH, 0)
    long = tuple(replace(part, at=at) for at in range(0, 90 * RATE, 2 * _LENGTH))
    chunks = mixed(Mix(90 * RATE, long, loudness_lufs=-20.0), tmp_path)
    assert sum(chunk.shape[1] for chunk in chunks) == 90 * RATE
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_heard_is_named(tmp_path: Path, files: dict[str, Path]) -> None:
    missing = tmp_path / "missing.wav"
    for lufs in (None, -16.0):
        with pytest.raises(MediaError, match=r"missing\.wav"):
            _whole(mixed(Mix(1_000, (Sounding(missing, 0, 1_000, 0),), loudness_lufs=lufs)))
    with pytest.raises(MediaError, match=r"missing\.wav"):
        _whole(mixed(Mix(1_000, (), Bed(missing))))


def test_the_music_lies_under_what_sounds(files: dict[str, Path]) -> None:
    bed = Bed(files["c"], 0.5, 4_800, 0.25, (Duck(30_000, 40_000),))
    alone = _whole(mixed(Mix(80_000, (), bed)))
    over = _whole(mixed(Mix(80_000, (Sounding(files["a"], 0, 80_000, 0),), bed)))
    source = _whole(read_sound(files["a"], 0, 80_000))
    assert np.abs(over - alone - source).max() < 1e-6
    music = _whole(read_sound(files["c"], 0, 80_000))
    assert np.abs(alone[:, 30_000:40_000] - 0.125 * music[:, 30_000:40_000]).max() < 1e-6
    assert np.abs(alone[:, 4_800:17_900] - 0.5 * music[:, 4_800:17_900]).max() < 1e-6
    assert MICRO_FADE < 4_800
