"""A mix in a film: through AAC still to the sample, at its loudness, with a word where it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.clips import SIZE, Recipe, noise, samples_of, slip
from tests.support.hearing import heard_by_ffmpeg
from veo_story.errors import MediaError
from veo_story.media.join import join
from veo_story.media.mix import Mix, Sounding
from veo_story.media.spans import Span


def test_a_mix_is_joined_to_the_sample(
    tmp_path: Path, clips: dict[str, Path], recipes: dict[str, Recipe]
) -> None:
    film, plain, mono = tmp_path / "film.mp4", clips["plain"], clips["mono"]
    parts = (
        Sounding(plain, 0, 24_000, 0, fade_out=216),
        # Sound before its picture, and on a sample that is no frame's.
        Sounding(mono, 3_777, 43_777, 24_000, fade_in=216, fade_out=216),
    )
    spans = (Span(plain, 0, 18), Span(mono, 8, 26))
    joined = join(spans, film, size=SIZE, sound=Mix(72_000, parts, loudness_lufs=-20.0))
    assert joined.remarks == ()
    heard = samples_of(film)
    assert 72_000 <= heard.shape[1] < 73_024
    for name, part in zip(("plain", "mono"), parts, strict=True):
        recipe = recipes[name]
        source = noise(recipe.seed, 40 * 48_000, recipe.channels)[0, recipe.first % 500 * 2_000 :]
        expected = source[part.start + 2_000 : part.start + 20_000]
        assert slip(heard[0, part.at + 2_000 : part.at + 20_000], expected) == 0
    assert not heard[:, 66_000:72_000].any()
    assert abs(heard_by_ffmpeg(film)[0] + 20) <= 0.5
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mp4"]


def test_a_film_that_cannot_have_its_loudness_says_so(tmp_path: Path, clips: dict[str, Path]) -> None:
    film, silent = tmp_path / "film.mp4", clips["silent"]
    sound = Mix(24_000, (Sounding(silent, 0, 24_000, 0),), loudness_lufs=-16.0)
    joined = join((Span(silent, 0, 12),), film, size=SIZE, sound=sound)
    assert [remark.split(":")[0] for remark in joined.remarks] == [
        "the film is silent or too short to be measured"
    ]
    assert not samples_of(film).any()


def test_a_sound_that_cannot_be_read_stops_the_film(tmp_path: Path, clips: dict[str, Path]) -> None:
    sound = Mix(24_000, (Sounding(tmp_path / "gone.wav", 0, 24_000, 0),), loudness_lufs=-16.0)
    with pytest.raises(MediaError, match=r"gone\.wav: no such file"):
        join((Span(clips["plain"], 0, 12),), tmp_path / "film.mp4", size=SIZE, sound=sound)
