from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.support.clips import Recipe, lumas_of, make, samples_of
from veo_story.errors import MediaError
from veo_story.media.mp4 import is_upright, moov_first
from veo_story.media.probe import probe


def test_counts_are_those_of_decoding(clips: dict[str, Path]) -> None:
    for name, clip in clips.items():
        found = probe(clip)
        assert found.frames == sum(1 for _ in lumas_of(clip)), name
        if found.audio is not None:
            # A decoder also gives what fills the last AAC frame.
            assert 0 <= samples_of(clip).shape[1] - found.audio.samples < 1024, name


def test_every_fact_of_a_clip(clips: dict[str, Path], recipes: dict[str, Recipe]) -> None:
    found = probe(clips["plain"])
    assert (found.frames, found.fps, found.constant) == (72, 24, True)
    assert (found.width, found.height, found.video_codec, found.pix_fmt) == (320, 180, "h264", "yuv420p")
    assert (found.start_s, found.duration_s, found.key_frames) == (0, 3, 3)
    assert found.audio is not None
    assert (found.audio.samples, found.audio.rate, found.audio.channels) == (144_000, 48_000, 2)
    assert (found.audio.codec, found.audio.start_s) == ("aac", 0)


def test_other_rates_and_sounds(clips: dict[str, Path]) -> None:
    assert probe(clips["pal"]).fps == 25
    uneven = probe(clips["uneven"])
    assert not uneven.constant
    assert abs(uneven.fps - 24) < Fraction(1, 4)
    mono = probe(clips["mono"]).audio
    assert mono is not None
    assert (mono.rate, mono.channels) == (44_100, 1)
    assert probe(clips["silent"]).audio is None


def test_the_index_in_front(tmp_path: Path, clips: dict[str, Path]) -> None:
    assert not moov_first(clips["plain"])
    with (
        av.open(str(clips["plain"])) as source,
        av.open(str(tmp_path / "front.mp4"), "w", options={"movflags": "faststart"}) as into,
    ):
        stream = into.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                into.mux(packet)
    assert moov_first(tmp_path / "front.mp4")


@pytest.mark.parametrize(
    "content",
    [b"", b"not a film at all", b"\0\0\0\x08ftyp" + b"\xff" * 64, b"\0\0\0\x01mdat\0\0\0\0\0\0\0\0"],
)
def test_what_is_no_video_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.mp4"
    path.write_bytes(content)
    assert not moov_first(path)
    assert is_upright(path)
    with pytest.raises(MediaError, match=r"broken\.mp4"):
        probe(path)


def test_cut_off_and_absent_files_are_refused(tmp_path: Path, clips: dict[str, Path]) -> None:
    cut_off = tmp_path / "half.mp4"
    whole = clips["plain"].read_bytes()
    cut_off.write_bytes(whole[: len(whole) // 2])
    os.mkfifo(tmp_path / "pipe.mp4")
    for path in (cut_off, tmp_path / "absent.mp4", tmp_path, tmp_path / "pipe.mp4"):
        with pytest.raises(MediaError, match=path.name):
            probe(path)


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "sound.m4a"
    with av.open(str(path), "w", format="mp4") as file:
        stream = file.add_stream("aac", rate=48_000, layout="stereo")
        frame = av.AudioFrame.from_ndarray(np.zeros((2, 4096), np.float32), "fltp", "stereo")
        frame.sample_rate = 48_000
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    with pytest.raises(MediaError, match="no video"):
        probe(path)


def test_one_frame(tmp_path: Path) -> None:
    found = probe(make(tmp_path / "one.mp4", Recipe(1)))
    assert (found.frames, found.fps, found.duration_s) == (1, 24, Fraction(1, 24))
