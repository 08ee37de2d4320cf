"""Loudness and true peaks, against FFmpeg's own meter and against what is known of tones."""

from __future__ import annotations

from math import inf
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.hearing import RATE, babble, band_noise, chord, heard_by_ffmpeg, write_wav
from veo_story.media.levelling import MOST_GAIN_DB, ceiling_dbtp, level
from veo_story.media.limiter import gain_curve, softened
from veo_story.media.loudness import Levels, Loudness, Meter, measure
from veo_story.media.sound import read_sound
from veo_story.media.steps import STEP, steps_of, with_gains


def _tone(hertz: float, peak: float, samples: int = 4 * RATE, phase: float = 0.0) -> np.ndarray:
    wave = peak * np.sin(2 * np.pi * hertz * np.arange(samples) / RATE + phase)
    return np.tile(wave, (2, 1)).astype(np.float32)


def _levels(sound: np.ndarray) -> Levels:
    meter = Meter()
    meter.feed(sound.astype(np.float32))
    return meter.levels()


def test_a_tone_of_1_khz_has_the_loudness_the_standard_says() -> None:
    # 0 dBFS in one channel is -3.01 LUFS; in both of a stereo pair it is 0.
    both = measure([_tone(997, 1.0)])
    assert abs(both.integrated_lufs) < 0.02
    assert abs(both.true_peak_dbtp) < 0.02
    one = _tone(997, 1.0)
    one[1] = 0
    assert abs(measure([one]).integrated_lufs + 3.01) < 0.02


@pytest.mark.parametrize("kind", ["noise", "talk", "chords", "gated"])
def test_our_meter_and_ffmpegs_agree(tmp_path: Path, kind: str) -> None:
    rng = np.random.default_rng(2)
    sounds = {
        "noise": 0.1 * band_noise(rng, 3 * RATE, 20_000),
        "talk": 0.8 * babble(rng, 5 * RATE),
        "chords": 0.4 * chord(rng, 4 * RATE),
        # Half of it lies under the relative gate.
        "gated": 0.1 * band_noise(rng, 6 * RATE, 8_000) * np.repeat([1.0, 0.02], 3 * RATE),
    }
    file = write_wav(tmp_path / "sound.wav", sounds[kind])
    found = measure(read_sound(file, 0, sounds[kind].shape[1]))
    lufs, dbtp = heard_by_ffmpeg(file)
    if kind == "talk":
        lufs += 3.01  # FFmpeg hears mono out of one speaker, a film has it in both
    assert abs(found.integrated_lufs - lufs) < 0.1
    assert abs(found.true_peak_dbtp - dbtp) < 0.15


def test_peaks_between_the_samples_are_found() -> None:
    # A quarter of the rate, sampled at 45 degrees: no sample is higher than -3 dB.
    tone = _tone(RATE / 4, 1.0, RATE, phase=np.pi / 4)
    assert np.abs(tone).max() < 0.7072
    middle = Meter()
    middle.feed(tone)
    assert np.abs(middle.levels().peaks[5:-5] - 1).max() < 0.01


@given(st.lists(st.integers(0, 30_000), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None)
def test_chunks_do_not_matter(sizes: list[int]) -> None:
    sound = (0.1 * np.random.default_rng(4).standard_normal((2, sum(sizes)))).astype(np.float32)
    meter, at = Meter(), 0
    for size in sizes:
        meter.feed(sound[:, at : at + size])
        at += size
    found, whole = meter.levels(), _levels(sound)
    assert len(found.peaks) == len(found.energies) == steps_of(sum(sizes))
    assert np.allclose(found.peaks, whole.peaks, atol=1e-6)
    assert np.allclose(found.energies, whole.energies, rtol=1e-3, atol=1e-6)


def test_what_has_no_loudness() -> None:
    assert measure([]) == Loudness(-inf, -inf)
    assert measure([np.zeros((2, RATE), np.float32)]) == Loudness(-inf, -inf)
    assert measure([_tone(440, 0.5, RATE // 3)]).integrated_lufs == -inf
    assert measure([_tone(440, 0.00005)]).integrated_lufs == -inf


@given(
    st.lists(st.floats(0, 4, width=32), min_size=1, max_size=300),
    st.sampled_from([1.0, 0.5, 0.05]),
)
@settings(max_examples=80)
def test_no_step_is_louder_than_the_ceiling_and_what_is_far_from_peaks_is_untouched(
    heights: list[float], ceiling: float
) -> None:
    peaks = np.array(heights, np.float32)
    gains = gain_curve(peaks, ceiling)
    assert len(gains) == len(peaks) + 1
    assert (peaks * np.maximum(gains[:-1], gains[1:]) <= ceiling * 1.0001).all()
    assert (gains <= 1).all()
    assert (gains > 0).all()
    high = np.flatnonzero(peaks > ceiling)
    if not len(high):
        assert (gains == 1).all()
    else:
        assert np.allclose(gains[: max(high[0] - 13, 0)], 1)


def test_a_long_sound_is_limited_as_a_short_one() -> None:
    # Peaks right where one block of gains ends and the next begins.
    peaks = np.zeros(150_000, np.float32)
    peaks[[0, 65_530, 65_535, 65_537, 131_071, 149_999]] = 2
    gains = gain_curve(peaks, 1.0)
    assert (peaks * np.maximum(gains[:-1], gains[1:]) <= 1.0001).all()
    for at in (65_535, 131_071):
        near = gain_curve(peaks[at - 1_000 : at + 1_000], 1.0)
        assert np.allclose(gains[at - 500 : at + 500], near[500:1_500], atol=1e-6)
    assert (np.abs(np.diff(gains)) < 0.2).all()


def test_the_limiter_keeps_true_peaks_down_without_bending_low_tones() -> None:
    sound = _tone(60, 1.0) + 0.05 * _tone(3_000, 1.0)
    found = with_gains(sound, gain_curve(_levels(sound).peaks, 0.5))
    assert measure([found]).true_peak_dbtp < 20 * np.log10(0.5) + 0.02
    lines = np.abs(np.fft.rfft(found[0, RATE : 2 * RATE] * np.hanning(RATE)))
    # A gain that followed the waves would show at three times the tone.
    assert lines[170:190].max() < lines[60] / 1_000


def test_loudness_under_a_limiter_is_foreseen() -> None:
    rng = np.random.default_rng(8)
    sound = np.repeat(0.9 * babble(rng, 6 * RATE), 2, axis=0)
    levels = _levels(sound)
    gains = gain_curve(levels.peaks, 0.2)
    foreseen = levels.loudness((gains[:-1] + gains[1:]) / 2)
    found = measure([with_gains(sound.astype(np.float32), gains)])
    assert abs(found.integrated_lufs - foreseen.integrated_lufs) < 0.1
    assert found.true_peak_dbtp <= 20 * np.log10(0.2) + 0.05


@pytest.mark.parametrize("lufs", [-23.0, -16.0, -14.0])
def test_a_sound_is_brought_to_its_loudness_though_its_peaks_are_limited(lufs: float) -> None:
    sound = np.repeat(babble(np.random.default_rng(5), 8 * RATE), 2, axis=0).astype(np.float32) * 0.1
    sound += _spiked(sound.shape[1])
    done = level(_levels(sound), lufs)
    found = measure([with_gains(sound, done.gains)])
    assert done.remark is None
    assert abs(found.integrated_lufs - lufs) < 0.3
    assert found.true_peak_dbtp < ceiling_dbtp(lufs) + 0.05
    assert done.gain_db + 20 * np.log10(0.9) > ceiling_dbtp(lufs)  # there was something to limit


def _spiked(samples: int) -> np.ndarray:
    spikes = np.zeros((2, samples), np.float32)
    for at in range(20_000, samples - 400, 60_000):
        spikes[:, at : at + 300] = 0.9 * np.hanning(300)
    return spikes


def test_a_soft_film_is_not_blown_up() -> None:
    done = level(_levels(_tone(440, 0.002)), -16)
    assert done.gain_db <= MOST_GAIN_DB
    assert done.remark is not None
    assert "so soft" in done.remark
    silent = level(_levels(np.zeros((2, RATE))), -16)
    assert (silent.gains == 1).all()
    assert silent.remark is not None


def test_a_film_of_single_bangs_is_not_crushed() -> None:
    sound = 0.02 * _tone(300, 1.0, 6 * RATE)
    for at in range(5_000, 6 * RATE - 2_400, 9_600):
        sound[:, at : at + 2_400] += _tone(1_500, 0.9, 2_400) * np.hanning(2_400).astype(np.float32)
    done = level(_levels(sound), -5)
    found = measure([with_gains(sound, done.gains)])
    assert done.remark is not None
    assert "crush" in done.remark
    assert abs(float(done.remark.split()[3]) - found.integrated_lufs) < 0.5
    assert found.true_peak_dbtp < ceiling_dbtp(-5) + 0.05


@given(st.lists(st.tuples(st.integers(0, 24_000), st.floats(0.5, 4)), max_size=4), st.integers(1, 9))
@settings(max_examples=40, deadline=None)
def test_what_goes_by_is_kept_below_full_scale_in_whatever_chunks(
    bangs: list[tuple[int, float]], steps: int
) -> None:
    sound = _tone(500, 0.4, 25_037)
    for at, height in bangs:
        sound[:, at : at + 100] *= np.float32(height)
    size = 350 * steps
    chunks = [sound[:, at : at + size] for at in range(0, sound.shape[1], size)]
    found = np.concatenate(list(softened(chunks)), axis=1)
    assert found.shape == sound.shape
    assert np.abs(found).max() <= 1.0001
    over = np.flatnonzero(np.abs(sound[0]) > 1)
    if not len(over):
        assert np.array_equal(found, sound)
    else:
        first = max(over[0] - 20 * STEP, 0)
        assert np.array_equal(found[:, :first], sound[:, :first])
        whole = np.concatenate(list(softened([sound])), axis=1)
        assert np.allclose(found, whole, atol=1e-6)


def test_gains_go_straight_from_step_to_step() -> None:
    gains = np.array([1, 0, 0.5], np.float32)
    found = with_gains(np.ones((2, STEP + 7), np.float32), gains)[0]
    expected = [*(1 - np.arange(STEP) / STEP), *(np.arange(7) / STEP / 2)]
    assert np.allclose(found, expected, atol=1e-6)
