from __future__ import annotations

import random
import tracemalloc
from pathlib import Path

import av
import numpy as np
import pytest

from tests.support.clips import (
    SAMPLES_A_FRAME,
    Recipe,
    lumas_of,
    make,
    noise,
    numbers_of,
    packets_of,
    samples_of,
    slip,
)
from veo_story.errors import MediaError
from veo_story.film.verify import verify
from veo_story.media.ffmpeg import run_ffmpeg
from veo_story.media.join import join
from veo_story.media.picture import plan_picture
from veo_story.media.source import read_source
from veo_story.media.spans import Chapter, Span, fades, merged

_SIZE = (320, 180)
_SAME_SETS = ("plain", "second", "long_gop")
_AT_FILM_RATE = (*_SAME_SETS, "open_gop", "baseline", "mono", "silent", "short_sound", "mpeg4")


def _expected_numbers(span: Span, name: str, recipes: dict[str, Recipe]) -> list[int]:
    return [recipes[name].first + frame for frame in range(span.start, span.end)]


def _check_sound(film: Path, named: list[tuple[str, Span]], recipes: dict[str, Recipe]) -> None:
    """Every span's sound stands within one sample of where it belongs, at both its ends."""
    heard = samples_of(film)[0]
    at = 0
    for name, span in named:
        recipe = recipes[name]
        length = span.frames * SAMPLES_A_FRAME
        if recipe.rate is None:
            inner = heard[at + 2_048 : at + length - 2_048]
            assert np.abs(inner).max(initial=0) < 0.02, name
        elif recipe.sound_frames is None and length >= 6_000:
            start = recipe.first % 500 * SAMPLES_A_FRAME + span.start * SAMPLES_A_FRAME
            own = noise(recipe.seed, 40 * 48_000, recipe.channels)[0, start : start + length]
            for inside in (slice(300, 5_300), slice(length - 5_300, length - 300)):
                assert abs(slip(heard[at : at + length][inside], own[inside])) <= 1, (name, inside)
        at += length


@pytest.mark.parametrize("seed", range(24))
def test_random_edits(seed: int, tmp_path: Path, clips: dict[str, Path], recipes: dict[str, Recipe]) -> None:
    """Every planned frame, once, in order, at its time; every sample within one of its place."""
    rng = random.Random(seed)
    choice = _SAME_SETS if seed % 2 else _AT_FILM_RATE
    named = []
    for _ in range(rng.randint(1, 5)):
        name = rng.choice(choice)
        start = rng.randrange(recipes[name].frames)
        end = rng.randint(start + 1, min(recipes[name].frames, start + 40))
        named.append((name, Span(clips[name], start, end)))
    film = tmp_path / "film.mp4"
    joined = join([span for _, span in named], film, size=_SIZE)
    assert numbers_of(film) == [n for name, span in named for n in _expected_numbers(span, name, recipes)]
    assert joined.copied_frames + joined.encoded_frames == joined.frames
    verify(film, frames=joined.frames, size=_SIZE)
    _check_sound(film, named, recipes)


def test_whole_clips_are_copied_bit_for_bit(tmp_path: Path, clips: dict[str, Path]) -> None:
    film = tmp_path / "film.mp4"
    spans = [Span(clips["plain"], 0, 72), Span(clips["second"], 0, 60), Span(clips["plain"], 0, 72)]
    assert join(spans, film, size=_SIZE).encoded_frames == 0
    assert packets_of(film) == [data for span in spans for data in packets_of(span.clip)]


def test_a_smart_cut_touches_only_the_groups_it_cuts(tmp_path: Path, clips: dict[str, Path]) -> None:
    film = tmp_path / "film.mp4"
    joined = join([Span(clips["plain"], 20, 70), Span(clips["second"], 30, 60)], film, size=_SIZE)
    own = list(lumas_of(clips["plain"]))
    second = list(lumas_of(clips["second"]))
    found = list(lumas_of(film))
    wanted = [*own[20:70], *second[30:60]]
    same = [np.array_equal(a, b) for a, b in zip(found, wanted, strict=True)]
    # 20..23 and 30..47 lie before the next IDR; at most three frames hang behind the last P-frame.
    copied = [*range(24, 67), *range(48, 60)]
    assert all(same[frame - 20] for frame in range(24, 67))
    assert all(same[50 + frame - 30] for frame in range(48, 60))
    assert joined.copied_frames >= len(copied)
    worst = max(float(np.abs(a.astype(int) - b).mean()) for a, b in zip(found, wanted, strict=True))
    assert worst < 2


def test_the_larger_group_is_copied(tmp_path: Path, clips: dict[str, Path]) -> None:
    spans = [Span(clips["baseline"], 0, 48), Span(clips["plain"], 0, 72), Span(clips["second"], 0, 60)]
    joined = join(spans, tmp_path / "film.mp4", size=_SIZE)
    assert (joined.copied_frames, joined.encoded_frames) == (132, 48)
    assert numbers_of(tmp_path / "film.mp4") == [*range(4000, 4048), *range(72), *range(1000, 1060)]


def test_a_baseline_film_stays_baseline(tmp_path: Path, clips: dict[str, Path]) -> None:
    film = tmp_path / "film.mp4"
    joined = join([Span(clips["baseline"], 5, 40)], film, size=_SIZE)
    assert joined.copied_frames == 28
    assert numbers_of(film) == list(range(4005, 4040))
    with av.open(str(film)) as file:
        assert "Baseline" in (file.streams.video[0].profile or "")
        assert all(packet.pts == packet.dts for packet in file.demux(video=0) if packet.size)


def test_an_open_group_is_encoded_from_its_start(tmp_path: Path, clips: dict[str, Path]) -> None:
    joined = join([Span(clips["open_gop"], 24, 60)], tmp_path / "film.mp4", size=_SIZE)
    assert joined.copied_frames == 0
    assert numbers_of(tmp_path / "film.mp4") == list(range(3024, 3060))


def test_other_rates_are_brought_to_24(tmp_path: Path, clips: dict[str, Path]) -> None:
    film = tmp_path / "film.mp4"
    joined = join([Span(clips["pal"], 0, 48), Span(clips["uneven"], 3, 38)], film, size=_SIZE)
    assert (joined.frames, joined.copied_frames) == (83, 0)
    found = numbers_of(film)
    # The frame on the screen a quarter of a film frame later.
    pal = [7000 + 25 * (4 * frame + 1) // 96 for frame in range(48)]
    assert found[:48] == pal
    # Frames that come up to 23 ms late show one film frame later where that passes the tolerance of 10 ms.
    assert all(number in (8002 + index, 8003 + index) for index, number in enumerate(found[48:]))
    assert len(set(found[48:])) > 20
    verify(film, frames=83, size=_SIZE)


def test_milliseconds_do_not_repeat_a_frame(tmp_path: Path) -> None:
    clip = make(tmp_path / "clip.mkv", Recipe(48, first=50, seed=31))
    join([Span(clip, 2, 48)], tmp_path / "film.mp4", size=_SIZE)
    assert numbers_of(tmp_path / "film.mp4") == list(range(52, 98))


def test_another_size_gets_borders(tmp_path: Path, clips: dict[str, Path]) -> None:
    film = tmp_path / "film.mp4"
    join([Span(clips["large"], 0, 10)], film, size=(320, 320))
    for luma in lumas_of(film):
        assert luma.shape == (320, 320)
        assert luma[:60].max() < 24
        assert luma[260:].max() < 24
        assert luma[80:240].mean() > 60
    verify(film, frames=10, size=(320, 320))


def _turned(tmp_path: Path, clip: Path) -> Path:
    """The clip as a phone writes it that was held sideways: the same packets, and a note to turn them."""
    turned = tmp_path / "turned.mp4"
    run_ffmpeg(["-y", "-display_rotation", "90", "-i", str(clip), "-c", "copy", str(turned)])
    return turned


def test_a_turned_clip_stands_upright(tmp_path: Path, clips: dict[str, Path]) -> None:
    turned = _turned(tmp_path, clips["second"])
    upright, film = tmp_path / "upright.mp4", tmp_path / "film.mp4"
    run_ffmpeg(["-y", "-i", str(turned), "-an", str(upright)])
    join([Span(turned, 0, 6)], film, size=(180, 320))
    wanted, found = list(lumas_of(upright))[3], list(lumas_of(film))[3]
    assert float(np.abs(found.astype(int) - wanted).mean()) < 4
    assert float(np.abs(found.astype(int) - wanted[::-1, ::-1]).mean()) > 20


def test_a_turned_clip_of_the_right_size_is_not_copied(tmp_path: Path, clips: dict[str, Path]) -> None:
    turned = _turned(tmp_path, clips["second"])
    assert join([Span(turned, 0, 12)], tmp_path / "film.mp4", size=_SIZE).copied_frames == 0


def test_joins_are_faded_only_where_the_sound_breaks_off(tmp_path: Path) -> None:
    parts = [make(tmp_path / f"{n}.mp4", Recipe(24, first=24 * n, seed=33)) for n in range(2)]
    film = tmp_path / "film.mp4"
    levels = []
    for continuous in (True, False):
        join([Span(parts[0], 0, 24), Span(parts[1], 0, 24, continuous)], film, size=_SIZE)
        heard = samples_of(film)[:, : 48 * SAMPLES_A_FRAME]
        own = noise(33, 40 * 48_000)[:, : 48 * SAMPLES_A_FRAME]
        around = slice(24 * SAMPLES_A_FRAME - 100, 24 * SAMPLES_A_FRAME + 100)
        levels.append(np.abs(heard[:, around]).mean() / np.abs(own[:, around]).mean())
    assert levels[0] > 0.7
    assert levels[1] < 0.5


def test_title_chapters_and_streams(tmp_path: Path, clips: dict[str, Path]) -> None:
    film = tmp_path / "film.mp4"
    chapters = [Chapter("Ein Tag – 日", 0, 30), Chapter("two", 30, 72)]
    join([Span(clips["plain"], 0, 72)], film, size=_SIZE, title="Été", chapters=chapters)
    verify(film, frames=72, size=_SIZE, chapters=chapters)
    with av.open(str(film)) as file:
        assert file.metadata["title"] == "Été"
        assert [chapter["metadata"]["title"] for chapter in file.chapters()] == ["Ein Tag – 日", "two"]
        assert file.streams.video[0].average_rate == 24
        audio = file.streams.audio[0]
        assert (audio.rate, audio.layout.name) == (48_000, "stereo")


@pytest.mark.parametrize(("start", "end"), [(0, 73), (-1, 5), (10, 10), (80, 90)])
def test_more_than_a_clip_has(tmp_path: Path, clips: dict[str, Path], start: int, end: int) -> None:
    with pytest.raises(MediaError, match="it has 72"):
        join([Span(clips["plain"], start, end)], tmp_path / "film.mp4", size=_SIZE)


def test_an_empty_film_and_a_folder_that_is_not_there(tmp_path: Path, clips: dict[str, Path]) -> None:
    with pytest.raises(MediaError, match="empty"):
        join([], tmp_path / "film.mp4", size=_SIZE)
    with pytest.raises(MediaError, match=r"film\.mp4"):
        join([Span(clips["plain"], 0, 72)], tmp_path / "absent" / "film.mp4", size=_SIZE)


def test_neighbours_in_one_clip_are_one_span(clips: dict[str, Path]) -> None:
    a, b = clips["plain"], clips["second"]
    spans = [Span(a, 0, 10), Span(a, 10, 20), Span(b, 0, 5), Span(b, 6, 9), Span(a, 20, 30, continuous=True)]
    whole = merged(spans)
    assert whole == (Span(a, 0, 20), Span(b, 0, 5), Span(b, 6, 9), Span(a, 20, 30, continuous=True))
    assert fades(whole) == ((False, True), (True, True), (True, False), (False, False))
    picture = plan_picture(merged([Span(a, 0, 10), Span(a, 10, 72)]), {a: read_source(a)}, _SIZE)
    assert picture.copied_frames == 72


def test_memory_does_not_grow_with_the_film(tmp_path: Path, clips: dict[str, Path]) -> None:
    peaks = []
    for repeats in (2, 20):
        tracemalloc.start()
        spans = [Span(clips[name], 0, 60) for _ in range(repeats) for name in ("plain", "second")]
        join(spans, tmp_path / "film.mp4", size=_SIZE)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 1_000_000
