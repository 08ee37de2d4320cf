"""A film that is one clip as it is: a new header in front of the clip's own bytes."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import av
import pytest

from tests.support.clips import Recipe, make, packets_of
from tests.support.decoded import moov_first
from veo_story.media.ffmpeg import run_ffmpeg
from veo_story.media.labels import Labels
from veo_story.media.mp4 import is_upright
from veo_story.media.probe import probe
from veo_story.media.rewrap import rewrap
from veo_story.media.spans import Chapter

if TYPE_CHECKING:
    from pathlib import Path

_SIZE = (320, 180)
_NOTES = {"title": "Été – 日", "comment": "c", "description": "d", "nobody": "knows"}
_LABELS = Labels(_NOTES, (Chapter("Ein Tag", 0, 30), Chapter("zwei – 日", 30, 72)))


def _sound_of(path: Path) -> list[tuple[int | None, bytes]]:
    with av.open(str(path)) as file:
        return [(packet.pts, bytes(packet)) for packet in file.demux(audio=0) if packet.size]


def test_all_of_the_clip_and_the_labels(clips: dict[str, Path], tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    assert rewrap(clips["plain"], film, _SIZE, 72, _LABELS)
    assert packets_of(film) == packets_of(clips["plain"])
    assert _sound_of(film) == _sound_of(clips["plain"])
    assert moov_first(film)
    assert is_upright(film)
    assert probe(film).frames == 72
    assert not probe(film).start_s
    with av.open(str(film)) as file:
        found = [(c["metadata"]["title"], c["start"] * 24 * (c["time_base"] or 0)) for c in file.chapters()]
        assert found == [("Ein Tag", 0), ("zwei – 日", 30)]
        assert {name: file.metadata.get(name) for name in _NOTES} == {**_NOTES, "nobody": None}
        assert [len(file.streams.video), len(file.streams.audio)] == [1, 1]
        assert file.duration == 3_000_000
    # Every sample is where the header says, the chapters' titles too; ffmpeg has nothing to complain about.
    run_ffmpeg(["-xerror", "-i", str(film), "-map", "0", "-f", "null", "-"])


def test_the_film_of_a_film(clips: dict[str, Path], tmp_path: Path) -> None:
    """Chapters and notes that were there are replaced, not kept beside the new ones."""
    once, twice = tmp_path / "once.mp4", tmp_path / "twice.mp4"
    assert rewrap(clips["plain"], once, _SIZE, 72, _LABELS)
    assert rewrap(once, twice, _SIZE, 72, Labels({"title": "other"}))
    assert packets_of(twice) == packets_of(once)
    with av.open(str(twice)) as file:
        assert file.chapters() == []
        assert (file.metadata["title"], "comment" in file.metadata) == ("other", False)
        assert len(file.streams) == 2


@pytest.mark.parametrize(
    ("name", "frames"),
    [
        *(("plain", 71), ("plain", 73), ("large", 30), ("mono", 48), ("silent", 48), ("short_sound", 48)),
        *(("pal", 48), ("uneven", 40), ("mpeg4", 36)),
    ],
)
def test_what_cannot_be_taken_as_it_is(
    clips: dict[str, Path], tmp_path: Path, name: str, frames: int
) -> None:
    assert not rewrap(clips[name], tmp_path / "film.mp4", _SIZE, frames, Labels())
    assert not (tmp_path / "film.mp4").exists()


def test_other_files(clips: dict[str, Path], tmp_path: Path) -> None:
    turned, pieces, film = tmp_path / "turned.mp4", tmp_path / "pieces.mp4", tmp_path / "film.mp4"
    run_ffmpeg(["-y", "-display_rotation", "180", "-i", str(clips["plain"]), "-c", "copy", str(turned)])
    run_ffmpeg(["-y", "-i", str(clips["plain"]), "-c", "copy", "-movflags", "empty_moov", str(pieces)])
    matroska = make(tmp_path / "clip.mkv", Recipe(24, seed=3))
    for path, frames in ((turned, 72), (pieces, 72), (matroska, 24), (tmp_path / "absent.mp4", 24)):
        assert not rewrap(path, film, _SIZE, frames, Labels())
    late = Labels(chapters=(Chapter("late", 5, 72),))
    assert not rewrap(clips["plain"], film, _SIZE, 72, late)


@pytest.mark.parametrize("seed", range(8))
def test_a_broken_header_is_no_reason_to_fail(clips: dict[str, Path], tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    whole = clips["plain"].read_bytes()
    begin, broken = whole.index(b"moov") - 4, tmp_path / "broken.mp4"
    for _ in range(25):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(begin, len(data) - 8)
            data[at : at + 4] = rng.choice([b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff", rng.randbytes(4)])
        broken.write_bytes(data[: rng.choice([len(data), rng.randrange(begin, len(data))])])
        rewrap(broken, tmp_path / "film.mp4", _SIZE, 72, _LABELS)
