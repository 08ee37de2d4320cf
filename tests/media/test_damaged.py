"""Whatever is wrong with a file, it is a MediaError: never another exception."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.support.clips import Recipe, make
from veo_story.errors import MediaError
from veo_story.media.faithful import is_faithful
from veo_story.media.frames import read_frames
from veo_story.media.join import join
from veo_story.media.mp4 import is_upright
from veo_story.media.probe import probe
from veo_story.media.sound import read_sound
from veo_story.media.spans import Span

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    recipe = Recipe(30, seed=51, x264=(("x264-params", "keyint=10:bframes=2"),))
    return make(tmp_path_factory.mktemp("whole") / "whole.mp4", recipe).read_bytes()


def _damaged(whole: bytes, rng: random.Random) -> bytes:
    """Bytes changed, removed or cut off, mostly in the index."""
    data = bytearray(whole)
    index = whole.index(b"moov") - 4
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(index if rng.random() < 0.8 else 0, len(data))
        match rng.randrange(4):
            case 0:
                data[at] = rng.randrange(256)
            case 1:
                data[at : at + 4] = rng.choice([b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff", b"\x80\0\0\0"])
            case 2:
                del data[at : at + rng.randint(1, 8)]
            case _:
                del data[max(at, index + 8) :]
    return bytes(data)


@pytest.mark.parametrize("seed", range(12))
def test_damaged_files(tmp_path: Path, whole: bytes, seed: int) -> None:
    rng = random.Random(seed)
    path, good = tmp_path / "damaged.mp4", tmp_path / "good.mp4"
    good.write_bytes(whole)
    reads: list[Callable[[], object]] = [
        lambda: probe(path),
        lambda: is_upright(path),
        lambda: list(read_frames(path, 5, 8)),
        lambda: list(read_sound(path, 2_000, 9_000)),
        lambda: is_faithful(good, 0, 20, path),
        lambda: join([Span(path, 3, 17), Span(good, 0, 10)], tmp_path / "film.mp4", size=(320, 180)),
    ]
    for _ in range(6):
        path.write_bytes(_damaged(whole, rng))
        for read in reads:
            try:
                read()
            except MediaError as error:
                assert str(path) in str(error) or str(tmp_path / "film.mp4") in str(error)


def test_an_unknown_codec_is_no_video(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "strange.mp4"
    path.write_bytes(whole.replace(b"avc1", b"zzzz"))
    with pytest.raises(MediaError, match="no video"):
        probe(path)


def test_sound_in_an_unknown_codec_is_silence(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "strange.mp4"
    path.write_bytes(whole.replace(b"mp4a", b"zzzz").replace(b"esds", b"zzzz"))
    assert probe(path).audio is None
    assert not any(chunk.any() for chunk in read_sound(path, 0, 48_000))
