from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support.clips import SAMPLES_A_FRAME, Recipe, make, noise, numbers_of, packets_of, samples_of, slip
from veo_story.backends.veo.tails import cut_tail
from veo_story.errors import MediaError
from veo_story.media.probe import probe

FRAMES = 96
GROUPS = (("x264-params", "keyint=24:scenecut=0:bframes=3:b-pyramid=normal"),)
RECIPE = Recipe(FRAMES, first=300, seed=21, x264=GROUPS)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("tails") / "clip.mp4", RECIPE)


@pytest.mark.parametrize("frames", [1, 23, 24, 25, 60, FRAMES])
def test_a_tail_is_the_last_frames_with_their_sound(clip: Path, tmp_path: Path, frames: int) -> None:
    tail = cut_tail(clip, frames, tmp_path / "tail.mp4")
    assert numbers_of(tail) == [300 + FRAMES - frames + k for k in range(frames)]
    found = probe(tail)
    assert (found.frames, found.start_s, found.constant, found.fps) == (frames, 0, True, 24)
    assert found.audio is not None
    assert found.audio.start_s == 0
    assert found.audio.samples == frames * SAMPLES_A_FRAME


def test_the_sound_stays_with_the_picture(clip: Path, tmp_path: Path) -> None:
    frames = 60
    heard = samples_of(cut_tail(clip, frames, tmp_path / "tail.mp4"))[0]
    start = (300 + FRAMES - frames) * SAMPLES_A_FRAME
    own = noise(RECIPE.seed, 40 * 48_000, RECIPE.channels)[0, start : start + frames * SAMPLES_A_FRAME]
    for inside in (slice(2_300, 7_300), slice(100_000, 105_000)):
        assert abs(slip(heard[inside], own[inside])) <= 1
    # Nothing is faded out: the model has to hear what it goes on from.
    assert np.abs(heard[len(own) - 200 : len(own)]).max() > 0.5 * np.abs(own[-200:]).max()


def test_what_starts_on_a_key_frame_is_copied(clip: Path, tmp_path: Path) -> None:
    assert packets_of(cut_tail(clip, 48, tmp_path / "tail.mp4")) == packets_of(clip)[-48:]


@pytest.mark.parametrize("frames", [0, FRAMES + 1])
def test_a_tail_that_is_not_there(clip: Path, tmp_path: Path, frames: int) -> None:
    with pytest.raises(MediaError, match=f"clip.mp4: a tail of {frames} frames is wanted"):
        cut_tail(clip, frames, tmp_path / "tail.mp4")
