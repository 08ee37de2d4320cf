from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.support.clips import RATE, Recipe, make
from veo_story.film.finish.tape import Tape
from veo_story.media.sound import read_sound

if TYPE_CHECKING:
    from pathlib import Path

START, SAMPLES = 4_000, 20_000


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("tape") / "a.mp4", Recipe(24, seed=5))


@pytest.fixture
def heard(clip: Path) -> np.ndarray:
    return np.concatenate(list(read_sound(clip, START, START + SAMPLES)), axis=1)


def test_a_sample_is_itself(clip: Path, heard: np.ndarray, tmp_path: Path) -> None:
    tape = Tape(clip, START, START + SAMPLES, tmp_path / "t")
    times = (np.arange(SAMPLES) + 0.5) / RATE
    assert np.array_equal(tape.at(times).T.astype(np.float32), heard)
    assert np.array_equal(tape.at(times[::-1]).T.astype(np.float32), heard[:, ::-1])
    assert tape.at(times[7]).shape == (2,)


def test_outside_there_is_silence(clip: Path, tmp_path: Path) -> None:
    tape = Tape(clip, START, START + SAMPLES, tmp_path / "t")
    outside = np.array([-1.0, -0.1, SAMPLES / RATE + 0.01, 9.0])
    assert not tape.at(outside).any()


def test_between_samples_the_sound_is_smooth(tmp_path: Path, clip: Path, heard: np.ndarray) -> None:
    tape = Tape(clip, START, START + SAMPLES, tmp_path / "t")
    halves = tape.at(np.arange(200, SAMPLES - 200) / RATE).T
    # The noise of the clips ends at 6 kHz: half a sample later it is told by its neighbours.
    spectrum = np.fft.rfft(heard)
    moved = spectrum * np.exp(-1j * np.pi * np.arange(spectrum.shape[1]) / SAMPLES)
    wanted = np.fft.irfft(moved, SAMPLES)[:, 200 : SAMPLES - 200]
    nearest = heard[:, 200 : SAMPLES - 200]
    missed = np.sqrt(((halves - wanted) ** 2).mean())
    assert missed < np.sqrt((wanted**2).mean()) / 60
    assert missed < np.sqrt(((nearest - wanted) ** 2).mean()) / 10


def test_a_clip_without_sound_is_silent(tmp_path: Path) -> None:
    clip = make(tmp_path / "a.mp4", Recipe(4, rate=None))
    tape = Tape(clip, 0, 8_000, tmp_path / "t")
    assert not tape.at((np.arange(8_000) + 0.5) / RATE).any()
