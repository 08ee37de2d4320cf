"""A film whose sound is the clips' own packets."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from tests.support.clips import Recipe, make, numbers_of, samples_of, slip, sound_of
from veo_story.errors import MediaError
from veo_story.media.join import join
from veo_story.media.spans import Span

SIZE = (320, 180)
HALF = 512
"""Half a packet: by so much sound may be off its picture."""


def clip(path: Path, **recipe: int) -> Path:
    return make(path, Recipe(**recipe, x264=(("g", "24"),)))  # type: ignore[arg-type]


def test_sound_stands_where_its_picture_is(tmp_path: Path) -> None:
    one, two = clip(tmp_path / "a.mp4", frames=60, seed=1), clip(tmp_path / "b.mp4", frames=48, seed=2)
    film = tmp_path / "film.mp4"
    join([Span(one, 0, 60), Span(two, 0, 48)], film, size=SIZE, sound="quick")
    assert numbers_of(film) == [*range(60), *range(48)]
    heard = samples_of(film)
    for recipe, start in ((Recipe(60, seed=1), 0), (Recipe(48, seed=2), 60 * 2000)):
        expected = sound_of(recipe)[0, 4096:64_000]
        there = heard[0, start + 4096 : start + 64_000]
        assert abs(slip(there, expected, HALF + 8)) <= HALF


def test_a_span_begins_with_its_own_sound(tmp_path: Path) -> None:
    one = clip(tmp_path / "a.mp4", frames=96, seed=3)
    film = tmp_path / "film.mp4"
    join([Span(one, 24, 72)], film, size=SIZE, sound="quick")
    expected = sound_of(Recipe(96, seed=3))[0, 48_000 + 4096 : 48_000 + 64_000]
    assert abs(slip(samples_of(film)[0, 4096:64_000], expected, HALF + 8)) <= HALF


def test_packets_come_in_order_and_none_is_left_out(tmp_path: Path) -> None:
    clips = [clip(tmp_path / f"{n}.mp4", frames=24 + n, seed=n) for n in range(5)]
    film = tmp_path / "film.mp4"
    join([Span(path, 0, 24 + n) for n, path in enumerate(clips)], film, size=SIZE, sound="quick")
    with av.open(str(film)) as container:
        times = [packet.pts for packet in container.demux(audio=0) if packet.size]
    assert np.all(np.diff(np.array(times)) == 1024)
    assert abs(times[-1] - sum(24 + n for n in range(5)) * 2000) <= 1024


def test_a_clip_without_sound_cannot_lead(tmp_path: Path) -> None:
    silent = make(tmp_path / "a.mp4", Recipe(24, rate=None))
    with pytest.raises(MediaError, match="no sound that could be copied"):
        join([Span(silent, 0, 24)], tmp_path / "film.mp4", size=SIZE, sound="quick")
