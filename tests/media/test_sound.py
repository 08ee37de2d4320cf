from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.clips import Recipe, noise, slip
from tests.support.hearing import write_wav
from veo_story.errors import MediaError
from veo_story.media.mix import MICRO_FADE
from veo_story.media.sound import faded, read_sound, rechunked, sound_from


def _read(clip: Path, start: int, end: int) -> np.ndarray:
    return np.concatenate(list(read_sound(clip, start, end)), axis=1)


@pytest.mark.parametrize("name", ["plain", "second", "mono", "pal", "uneven"])
@pytest.mark.parametrize("start", [0, 1, 2_000, 30_011, 62_000])
def test_sound_starts_at_the_very_sample(
    clips: dict[str, Path], recipes: dict[str, Recipe], name: str, start: int
) -> None:
    found = _read(clips[name], start, start + 12_000)
    assert found.shape == (2, 12_000)
    recipe = recipes[name]
    at = recipe.first % 500 * 2_000 + start
    expected = noise(recipe.seed, 40 * 48_000, recipe.channels)[0, at : at + 12_000]
    assert slip(found[0], expected) == 0
    # And as loud: mono must not lose 3 dB on its way to stereo.
    assert abs(np.abs(found[0]).mean() / np.abs(expected).mean() - 1) < 0.1


def test_missing_sound_is_silence(clips: dict[str, Path]) -> None:
    assert not _read(clips["silent"], 1_000, 96_000).any()
    found = _read(clips["short_sound"], 0, 96_000)
    assert found.shape == (2, 96_000)
    assert found[:, 50_000:59_000].any()
    assert not found[:, 61_024:].any()
    assert not _read(clips["short_sound"], 80_000, 96_000).any()


def test_late_sound_is_silent_first(tmp_path: Path, clips: dict[str, Path]) -> None:
    from veo_story.media.ffmpeg import run_ffmpeg

    late = tmp_path / "late.mp4"
    plain = str(clips["plain"])
    run_ffmpeg(
        [
            "-y",
            "-i",
            plain,
            "-itsoffset",
            "0.5",
            "-i",
            plain,
            "-map",
            "0:v",
            "-map",
            "1:a",
            "-c",
            "copy",
            str(late),
        ]
    )
    found = _read(late, 0, 60_000)
    assert not found[:, :22_000].any()
    assert slip(found[0, 25_000:60_000], _read(clips["plain"], 1_000, 36_000)[0]) == 0


def test_picture_and_sound_that_start_later_together(tmp_path: Path, clips: dict[str, Path]) -> None:
    from veo_story.media.ffmpeg import run_ffmpeg

    moved = tmp_path / "moved.mkv"
    run_ffmpeg(["-y", "-itsoffset", "2", "-i", str(clips["plain"]), "-c", "copy", str(moved)])
    found = _read(moved, 10_000, 30_000)
    assert abs(slip(found[0], _read(clips["plain"], 10_000, 30_000)[0])) <= 48  # Matroska counts milliseconds


def _ones(samples: int, size: int) -> list[np.ndarray]:
    return [np.ones((2, min(size, samples - at)), np.float32) for at in range(0, samples, size)]


@given(st.integers(1, 3_000), st.integers(1, 700), st.booleans(), st.booleans())
@settings(max_examples=60)
def test_fades_do_not_depend_on_the_chunks(samples: int, size: int, fade_in: bool, fade_out: bool) -> None:
    found = np.concatenate(
        list(faded(iter(_ones(samples, size)), samples, fade_in=fade_in, fade_out=fade_out)), axis=1
    )
    whole = np.concatenate(
        list(faded(iter(_ones(samples, samples)), samples, fade_in=fade_in, fade_out=fade_out)), axis=1
    )
    assert np.array_equal(found, whole)
    length = min(MICRO_FADE, samples // 2)
    assert (found[:, length : samples - length] == 1).all()
    for wanted, edge in ((fade_in, found[0, :length]), (fade_out, found[0, ::-1][:length])):
        assert ((np.diff(edge) > 0).all() and edge[:1].sum() < 0.51) if wanted else (edge == 1).all()


@given(st.lists(st.integers(1, 50), max_size=20), st.integers(1, 64))
def test_chunks_are_resized_without_loss(sizes: list[int], size: int) -> None:
    whole = np.arange(2 * sum(sizes), dtype=np.float32).reshape(2, -1)
    pieces = np.split(whole, np.cumsum(sizes)[:-1], axis=1) if sizes else []
    found = list(rechunked(iter(pieces), size))
    assert all(chunk.shape[1] == size for chunk in found[:-1])
    assert np.array_equal(np.concatenate([*found, whole[:, :0]], axis=1), whole)


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("s.wav", "pcm_s16le", 44_100),
        ("s.mp3", "libmp3lame", 44_100),
        ("s.m4a", "aac", 48_000),
        ("s.flac", "flac", 24_000),
    ],
)
def test_sound_files_begin_at_their_first_sample(tmp_path: Path, name: str, codec: str, rate: int) -> None:
    from veo_story.media.ffmpeg import run_ffmpeg

    source = write_wav(tmp_path / "source.wav", noise(5, 2 * rate, 2, rate), rate)
    file = tmp_path / name
    run_ffmpeg(["-y", "-i", str(source), "-c:a", codec, str(file)])
    expected = noise(5, 96_000)[0]
    assert slip(_read(file, 0, 40_000)[0], expected[:40_000]) == 0
    assert slip(_read(file, 30_000, 60_000)[0], expected[30_000:60_000]) == 0
    assert not _read(file, -5_000, 0).any()
    assert abs(sum(chunk.shape[1] for chunk in sound_from(file, 0)) - 96_000) < 1_024


def test_the_cover_of_a_record_is_no_picture(tmp_path: Path, clips: dict[str, Path]) -> None:
    from veo_story.media.ffmpeg import run_ffmpeg

    file, cover = tmp_path / "record.m4a", tmp_path / "cover.png"
    run_ffmpeg(["-i", str(clips["plain"]), "-frames:v", "1", str(cover)])
    wanted = ["-map", "0:a", "-map", "1:v", "-c", "copy", "-disposition:v", "attached_pic"]
    run_ffmpeg(["-i", str(clips["plain"]), "-i", str(cover), *wanted, str(file)])
    found = _read(file, 1_000, 30_000)
    assert slip(found[0], _read(clips["plain"], 1_000, 30_000)[0]) == 0


def test_a_file_with_neither_picture_nor_sound_is_refused(tmp_path: Path) -> None:
    words = tmp_path / "words.srt"
    words.write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n", encoding="utf-8")
    with pytest.raises(MediaError, match=r"words\.srt: has no sound"):
        _read(words, 0, 1_000)
