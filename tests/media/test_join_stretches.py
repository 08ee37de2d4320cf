"""Films of more than hard cuts: what is seen in transitions, gaps and holds, and what a film says."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from tests.support.clips import lumas_of, packets_of, samples_of, slip
from veo_story.errors import MediaError
from veo_story.media.blend import wipe_weights
from veo_story.media.captions import read_captions
from veo_story.media.join import join
from veo_story.media.mix import Mix, Sounding
from veo_story.media.spans import Black, Blend, Caption, Hold, Shade, Span, Stretch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_SIZE = (320, 180)


def _joined(into: Path, stretches: Sequence[Stretch]) -> list[np.ndarray]:
    """The lumas of a film without any sound."""
    mix = Mix(2_000 * sum(stretch.frames for stretch in stretches), ())
    join(stretches, into, size=_SIZE, sound=mix)
    return list(lumas_of(into))


def _off(found: np.ndarray, wanted: np.ndarray) -> float:
    return float(np.abs(found.astype(np.float64) - wanted).mean())


@pytest.mark.parametrize("kind", ["dissolve", "wipe"])
def test_a_transition_shows_both(tmp_path: Path, clips: dict[str, Path], kind: str) -> None:
    a, b = clips["plain"], clips["second"]
    over = Blend(Span(a, 48, 54), Span(b, 3, 9), "wipe" if kind == "wipe" else "dissolve")
    found = _joined(tmp_path / "film.mp4", [Span(a, 24, 48), over, Span(b, 9, 40)])
    one, other = list(lumas_of(a)), list(lumas_of(b))
    assert len(found) == 61
    for number in range(6):
        share = (number + 1) / 7
        shares = wipe_weights(320, share) / 256 if kind == "wipe" else share
        wanted = one[48 + number] * (1 - shares) + other[3 + number] * shares
        assert _off(found[24 + number], wanted) < 2
    # What is not touched is the clip's own; behind the dissolve that begins with the next IDR picture.
    assert all(np.array_equal(found[k], one[24 + k]) for k in range(24))
    assert all(np.array_equal(found[k], other[k - 21]) for k in range(45, 58))
    assert packets_of(tmp_path / "film.mp4")[:24] == packets_of(a)[24:48]


def test_out_of_black_and_into_it(tmp_path: Path, clips: dict[str, Path]) -> None:
    a = clips["plain"]
    film: list[Stretch] = [
        Shade(Span(a, 0, 4), 0, 4),
        Span(a, 4, 30),
        Shade(Span(a, 30, 34), 0, 4, darkens=True),
        Black(3),
    ]
    found = _joined(tmp_path / "film.mp4", film)
    own = list(lumas_of(a))
    for number in range(4):
        up = 16 + (own[number] - 16.0) * (number + 1) / 5
        down = 16 + (own[30 + number] - 16.0) * (4 - number) / 5
        assert _off(found[number], up) < 2
        assert _off(found[30 + number], down) < 2
    assert all(luma.max() <= 18 for luma in found[34:])
    assert len(found) == 37


def test_a_frame_stands_still(tmp_path: Path, clips: dict[str, Path]) -> None:
    a = clips["plain"]
    found = _joined(tmp_path / "film.mp4", [Span(a, 0, 24), Hold(a, 23, 8)])
    wanted = list(lumas_of(a))[23]
    assert len(found) == 32
    assert max(_off(luma, wanted) for luma in found[24:]) < 2


def test_clips_of_all_kinds_go_over_into_each_other(tmp_path: Path, clips: dict[str, Path]) -> None:
    names = ["plain", "large", "pal", "mpeg4", "open_gop", "baseline", "second"]
    film: list[Stretch] = [Span(clips[names[0]], 0, 10)]
    for before, after in pairwise(names):
        film += [Blend(Span(clips[before], 10, 14), Span(clips[after], 2, 6)), Span(clips[after], 6, 10)]
    found = _joined(tmp_path / "film.mp4", film)
    assert len(found) == 10 + 8 * 6
    assert min(luma.mean() for luma in found) > 60


def test_the_sound_of_a_mix(tmp_path: Path, clips: dict[str, Path]) -> None:
    a, film = clips["plain"], tmp_path / "film.mp4"
    mix = Mix(48 * 2_000, (Sounding(a, 4_000, 40_000, 30_000),))
    join([Span(a, 0, 48)], film, size=_SIZE, sound=mix)
    heard = samples_of(film)[0]
    own = samples_of(a)[0]
    assert np.abs(heard[:28_000]).max() < 0.02
    assert slip(heard[32_000:60_000], own[6_000:34_000]) == 0
    with pytest.raises(MediaError, match="47 frames, its sound 96000 samples"):
        join([Span(a, 0, 47)], film, size=_SIZE, sound=mix)


def test_own_sound_is_for_hard_cuts_only(tmp_path: Path, clips: dict[str, Path]) -> None:
    with pytest.raises(MediaError, match="needs a mix"):
        join([Span(clips["plain"], 0, 24), Black(5)], tmp_path / "film.mp4", size=_SIZE)


def test_quick_sound_changes_over_in_the_middle(tmp_path: Path, clips: dict[str, Path]) -> None:
    a, b, film = clips["plain"], clips["second"], tmp_path / "film.mp4"
    stretches: list[Stretch] = [
        Span(a, 0, 40),
        Blend(Span(a, 40, 48), Span(b, 0, 8)),
        Span(b, 8, 60),
        Black(4),
    ]
    join(stretches, film, size=_SIZE, sound="quick")
    heard, one, two = (samples_of(path)[0] for path in (film, a, b))
    assert abs(slip(heard[70_000:86_000], one[70_000:86_000], 520)) <= 512
    assert abs(slip(heard[92_000:110_000], two[12_000:30_000], 520)) <= 512


def test_captions_and_notes(tmp_path: Path, clips: dict[str, Path]) -> None:
    film = tmp_path / "film.mp4"
    captions = (Caption(3, 20, "Grüße,\nMutter"), Caption(20, 24, "日本"), Caption(40, 72, "<i>end</i>"))
    notes = {"description": "What it is.", "comment": "made here", "title": "Title"}
    join([Span(clips["plain"], 0, 72)], film, size=_SIZE, captions=captions, language="deu", notes=notes)
    assert read_captions(film) == captions
    with av.open(str(film)) as file:
        [track] = file.streams.subtitles
        assert (track.language, track.codec_context.name) == ("deu", "mov_text")
        assert not track.disposition & type(track.disposition).default
        for stream in (file.streams.video[0], file.streams.audio[0]):
            assert stream.disposition & type(stream.disposition).default
        assert {name: file.metadata[name] for name in notes} == notes


@pytest.mark.parametrize("times", [(5, 5), (60, 73), (8, 4)])
def test_captions_that_cannot_stand(tmp_path: Path, clips: dict[str, Path], times: tuple[int, int]) -> None:
    with pytest.raises(MediaError, match="a caption cannot stand"):
        join([Span(clips["plain"], 0, 72)], tmp_path / "f.mp4", size=_SIZE, captions=[Caption(*times, "a")])


def test_a_clip_is_never_written_over(tmp_path: Path, clips: dict[str, Path]) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(clips["plain"].read_bytes())
    (tmp_path / "film.mp4").symlink_to(clip)
    with pytest.raises(MediaError, match="over one of its clips"):
        join([Span(clip, 0, 72)], tmp_path / "film.mp4", size=_SIZE)
    assert clip.read_bytes() == clips["plain"].read_bytes()
