"""Recordings of any kind: their length at our rate, and where their words are."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from tests.support.clips import Recipe, make
from tests.support.recordings import wav
from veo_story.errors import MediaError
from veo_story.media.recording import recording_of


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
    found = recording_of(wav(tmp_path / "silent.wav", gain=0.0))
    assert (found.samples, found.start, found.end) == (84_000, 0, 0)


def test_what_has_no_sound_is_told(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("This is no sound.")
    with pytest.raises(MediaError, match=r"text\.wav"):
        recording_of(tmp_path / "text.wav")
    silent = make(tmp_path / "silent.mp4", Recipe(3, rate=None))
    with pytest.raises(MediaError, match="has no sound"):
        recording_of(silent)
    with pytest.raises(MediaError, match="no such file"):
        recording_of(tmp_path / "nothing.wav")
