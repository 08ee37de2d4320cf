"""A film that is one clip from its first frame to its last has that clip's sound, bit for bit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from tests.support.clips import SAMPLES_A_FRAME, Recipe, make, packets_of, samples_of
from veo_story.media.ffmpeg import run_ffmpeg
from veo_story.media.join import join
from veo_story.media.probe import probe
from veo_story.media.source import read_source
from veo_story.media.spans import Span
from veo_story.media.whole_sound import whole_sound

if TYPE_CHECKING:
    from pathlib import Path

_SIZE = (320, 180)


def _sound_packets(path: Path) -> list[tuple[int | None, bytes]]:
    with av.open(str(path)) as file:
        return [(packet.pts, bytes(packet)) for packet in file.demux(audio=0) if packet.size]


@pytest.mark.parametrize("frames", [72, 85, 106])
def test_all_packets_are_the_clips_own(tmp_path: Path, frames: int) -> None:
    clip, film = make(tmp_path / "clip.mp4", Recipe(frames, seed=71)), tmp_path / "film.mp4"
    join([Span(clip, 0, 40), Span(clip, 40, frames)], film, size=_SIZE)
    assert _sound_packets(film) == _sound_packets(clip)
    assert packets_of(film) == packets_of(clip)
    assert np.array_equal(samples_of(film), samples_of(clip)[:, : samples_of(film).shape[1]])
    sound = probe(film).audio
    assert sound is not None
    assert 0 <= frames * SAMPLES_A_FRAME - sound.samples <= 48


def test_sound_that_begins_before_the_picture(tmp_path: Path) -> None:
    """As in clips that were cut at a packet: what lies before the picture is hidden, and stays so."""
    clip = make(tmp_path / "clip.mp4", Recipe(96, seed=72))
    cut, film = tmp_path / "cut.mp4", tmp_path / "film.mp4"
    words = ["-ss", "0.5", "-i", str(clip), "-t", "2", "-c:v", "libx264", "-c:a", "copy", "-bf", "0"]
    run_ffmpeg(["-y", *words, "-movie_timescale", "48000", str(cut)])
    source = read_source(cut)
    assert _sound_packets(cut)[0][0] not in (0, -1024)
    assert whole_sound(source) is not None
    join([Span(cut, 0, source.frames)], film, size=_SIZE)
    assert _sound_packets(film) == _sound_packets(cut)
    count = (source.frames - 1) * SAMPLES_A_FRAME
    assert np.array_equal(samples_of(film)[:, :count], samples_of(cut)[:, :count])


@pytest.mark.parametrize("name", ["mono", "silent", "short_sound"])
def test_what_does_not_fit_is_encoded(name: str, clips: dict[str, Path], tmp_path: Path) -> None:
    source = read_source(clips[name])
    assert whole_sound(source) is None
    film = tmp_path / "film.mp4"
    join([Span(source.path, 0, source.frames)], film, size=_SIZE)
    assert 0 <= samples_of(film).shape[1] - source.frames * SAMPLES_A_FRAME < 1024


def test_a_part_of_a_clip_is_encoded(tmp_path: Path, clips: dict[str, Path]) -> None:
    film = tmp_path / "film.mp4"
    join([Span(clips["plain"], 0, 70)], film, size=_SIZE)
    assert _sound_packets(film)[3:] != _sound_packets(clips["plain"])[3 : len(_sound_packets(film))]
