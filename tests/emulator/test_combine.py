"""An extension comes back as one file: parent, last second made anew, new footage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.emulator.making import SMALL, chain, difference, looked_at, make, wanted
from tests.support import clips
from tests.support.clips import Recipe, numbers_of, packets_of, samples_of
from tests.support.decoded import decode
from veo_story.emulator.combine import Extension, combine, is_on_the_grid
from veo_story.errors import MediaError
from veo_story.media.align import find_repeat
from veo_story.media.probe import probe

if TYPE_CHECKING:
    from pathlib import Path

_AROUND = 2_000


def test_a_chain_is_one_contiguous_file(tmp_path: Path) -> None:
    footage = chain(tmp_path, (8, 7, 7))
    found = decode(footage.path)
    assert footage.frames == 192 + 2 * 168
    assert found.codes == list(range(footage.frames))
    assert found.times == pytest.approx([k / 24 for k in range(footage.frames)], abs=1e-4)
    assert found.video_start == found.audio_start == 0
    audio = probe(footage.path).audio
    assert audio is not None and audio.samples == footage.frames * 2000


def test_packets_are_copied_up_to_the_last_second(tmp_path: Path) -> None:
    chain(tmp_path, (4, 7))
    parent, child = packets_of(tmp_path / "0.mp4"), packets_of(tmp_path / "1.mp4")
    assert child[:72] == parent[:72]
    assert not set(child[72:96]) & set(parent[72:96])


def test_the_last_second_shows_the_same_pictures(tmp_path: Path) -> None:
    chain(tmp_path, (4, 7))
    assert 0.5 < difference(tmp_path / "0.mp4", tmp_path / "1.mp4", range(72, 96)) < 4
    repeat = find_repeat(tmp_path / "0.mp4", 0, 96, tmp_path / "1.mp4", 96)
    assert repeat.join_frame == 96
    assert not repeat.faithful


@pytest.mark.parametrize("steps", [(8, 7, 7), (4, 7, 7), (6, 7, 7)])
def test_sound_goes_on_over_the_seams(tmp_path: Path, steps: tuple[int, ...]) -> None:
    heard = samples_of(chain(tmp_path, steps).path)[0].astype(float)
    t = np.arange(len(heard))
    tone = np.sin(2 * np.pi * 330 / 48_000 * t) * 0.03
    seams = np.cumsum([seconds * 48_000 for seconds in steps[:-1]])
    for seam in seams:
        around = slice(int(seam) - _AROUND, int(seam) + _AROUND)
        assert np.abs(heard[around] - tone[around]).max() < 0.003


def test_a_silent_chain_stays_silent(tmp_path: Path) -> None:
    assert np.abs(samples_of(chain(tmp_path, (4, 7), audio=False).path)).max() < 1e-4


def test_a_clip_made_elsewhere_is_extended(tmp_path: Path) -> None:
    recipe = Recipe(100, seed=3, x264=(("bf", "2"), ("g", "48")))
    parent = looked_at(clips.make(tmp_path / "sent.mp4", recipe))
    footage = make(wanted(7, parent=parent), tmp_path / "out.mp4")
    assert footage.frames == probe(footage.path).frames == 268
    assert numbers_of(footage.path)[:100] == list(range(100))
    assert decode(footage.path).codes[100:] == list(range(100, 268))
    heard, sent = samples_of(footage.path)[0], clips.sound_of(recipe)[0]
    assert clips.slip(heard[20_000:100_000], sent[20_000:100_000]) == 0
    assert clips.slip(heard[160_000:198_000], sent[160_000:198_000]) == 0
    audio = probe(footage.path).audio
    # The film's join rounds the length of its tracks to milliseconds.
    assert audio is not None and abs(audio.samples - 268 * 2000) <= 48


def test_a_clip_made_elsewhere_repeats_within_a_little(tmp_path: Path) -> None:
    parent = looked_at(clips.make(tmp_path / "sent.mp4", Recipe(60)))
    footage = make(wanted(7, parent=parent), tmp_path / "out.mp4")
    assert find_repeat(parent.path, 0, 60, footage.path, 60).join_frame == 60


@pytest.mark.parametrize("frames", [1, 12, 24])
def test_a_parent_of_a_second_or_less_is_made_anew_whole(tmp_path: Path, frames: int) -> None:
    parent = looked_at(clips.make(tmp_path / "sent.mp4", Recipe(frames)))
    footage = make(wanted(7, parent=parent), tmp_path / "out.mp4")
    assert numbers_of(footage.path)[:frames] == list(range(frames))
    assert footage.frames == probe(footage.path).frames == frames + 168


def test_a_parent_without_sound_is_extended(tmp_path: Path) -> None:
    parent = looked_at(clips.make(tmp_path / "sent.mp4", Recipe(48, rate=None)))
    footage = make(wanted(7, parent=parent), tmp_path / "out.mp4")
    audio = probe(footage.path).audio
    assert audio is not None and audio.samples == 216 * 2000


def test_only_whole_clips_of_our_own_are_on_the_grid(tmp_path: Path) -> None:
    footage = chain(tmp_path, (4, 7))
    foreign = clips.make(tmp_path / "sent.mp4", Recipe(24))
    assert is_on_the_grid(footage.path, footage.frames)
    assert not is_on_the_grid(footage.path, footage.frames - 1)
    assert not is_on_the_grid(foreign, 24)


def test_parts_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    parent = chain(tmp_path, (4,))
    other = make(wanted(4, (180, 320)), tmp_path / "other.mp4")
    parts = Extension(parent.path, 96, other.path, other.path, 96, SMALL)
    with pytest.raises(MediaError, match="other settings"):
        combine(parts, tmp_path / "out.mp4")
