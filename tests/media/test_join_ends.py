"""Where a film's sound ends is kept to the sample, whatever packet it ends in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.clips import SAMPLES_A_FRAME, samples_of
from veo_story.media.join import join
from veo_story.media.probe import probe
from veo_story.media.spans import Span

# Their sound ends 16 and 32 samples into its last packet: less than a millisecond, which is how finely an
# MP4 says where a track ends unless it is told otherwise.
_LENGTHS = [85, 106, 149, 170]


@pytest.mark.parametrize("frames", _LENGTHS)
def test_the_last_samples_are_not_lost(frames: int, tmp_path: Path, clips: dict[str, Path]) -> None:
    clip = clips["plain"]
    whole, rest = divmod(frames, 72)
    film = tmp_path / "film.mp4"
    join([*[Span(clip, 0, 72)] * whole, Span(clip, 0, rest)], film, size=(320, 180))
    assert 0 <= samples_of(film).shape[1] - frames * SAMPLES_A_FRAME < 1024
    sound = probe(film).audio
    assert sound is not None
    assert sound.samples == frames * SAMPLES_A_FRAME
