"""Recordings of any kind: their length at our rate, and where their words are."""

from __future__ import annotations

import wave
from pathlib import Path

import av
import numpy as np
import pytest

from tests.support.clips import Recipe, make
from veo_story.errors import MediaError
from veo_story.media.recording import recording_of


def wav(path: Path, rate: int = 48_000, channels: int = 1) -> Path:
    """Half a second of silence, one of noise, a quarter of silence."""
    parts = (np.zeros(rate // 2), np.random.default_rng(5).normal(size=rate) * 0.1, np.zeros(rate // 4))
    sound = np.repeat(np.concatenate(parts)[:, None], channels, axis=1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path


@pytest.mark.parametrize(("rate", "channels"), [(48_000, 1), (44_100, 2), (22_050, 1)])
def test_a_recording_is_measured_at_our_rate(tmp_path: Path, rate: int, channels: int) -> None:
    found = recording_of(wav(tmp_path / "line.wav", rate, channels))
    assert abs(found.samples - 84_000) < 100
    assert abs(found.start - 24_000) < 700
    assert abs(found.end - 72_000) < 700


def test_a_compressed_one_too(tmp_path: Path) -> None:
    source = wav(tmp_path / "line.wav")
    with av.open(str(source)) as read, av.open(str(tmp_path / "line.mp3"), "w") as file:
        stream = file.add_stream("libmp3lame", rate=48_000)
        for frame in read.decode(audio=0):
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    found = recording_of(tmp_path / "line.mp3")
    assert abs(found.samples - 84_000) < 3000
    assert abs(found.start - 24_000) < 2000
    assert abs(found.end - 72_000) < 2000


def test_silence_has_no_words_but_a_length(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "silent.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(bytes(20_000))
    found = recording_of(tmp_path / "silent.wav")
    assert (found.samples, found.start, found.end) == (10_000, 0, 0)


def test_what_has_no_sound_is_told(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("This is no sound.")
    with pytest.raises(MediaError, match=r"text\.wav"):
        recording_of(tmp_path / "text.wav")
    silent = make(tmp_path / "silent.mp4", Recipe(3, rate=None))
    with pytest.raises(MediaError, match="has no sound"):
        recording_of(silent)
    with pytest.raises(MediaError, match="no such file"):
        recording_of(tmp_path / "nothing.wav")
