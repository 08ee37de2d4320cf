from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support.clips import SIZE, Recipe, make
from veo_story.film.finish.footage import Footage
from veo_story.media.blend import planes_of
from veo_story.media.source import read_source

if TYPE_CHECKING:
    from pathlib import Path

    from av.video.frame import VideoFrame

FIRST = 100


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("footage") / "a.mp4", Recipe(60, first=FIRST, seed=3, rate=None))


def number_of(frame: VideoFrame) -> int:
    luma = planes_of(frame)[0]
    blocks = luma[12:20, : 16 * 16].reshape(8, 16, 16)[:, :, 4:12].mean(axis=(0, 2))
    return sum(1 << bit for bit, value in enumerate(blocks) if value > 128)


def footage(clip: Path, start: int = 6, end: int = 54) -> Footage:
    source = read_source(clip)
    return Footage(source, start, end, SIZE, source.colour)


@pytest.mark.parametrize(
    "order",
    [
        list(range(48)),
        list(range(47, -1, -1)),
        [n for pair in zip(range(24), range(24, 48), strict=True) for n in pair],
        [0, 47, 10, 9, 30, 30, 2],
    ],
    ids=["forwards", "backwards", "at two places", "anyhow"],
)
def test_any_frame_can_be_had_in_any_order(clip: Path, order: list[int]) -> None:
    with closing(footage(clip)) as frames:
        assert [number_of(frames.frame(n)) for n in order] == [FIRST + 6 + n for n in order]


def test_what_is_outside_stands_still(clip: Path) -> None:
    with closing(footage(clip)) as frames:
        assert number_of(frames.frame(-3)) == FIRST + 6
        assert number_of(frames.frame(99)) == FIRST + 53
        assert len(frames) == 48


def test_all_frames_in_one_run(clip: Path) -> None:
    with closing(footage(clip, 0, 60)) as frames:
        assert [number_of(frame) for frame in frames.all()] == list(range(FIRST, FIRST + 60))


def test_a_clip_of_another_size_is_conformed(clip: Path) -> None:
    source = read_source(clip)
    with closing(Footage(source, 0, 10, (160, 160), source.colour)) as frames:
        luma = planes_of(frames.frame(4))[0]
        assert luma.shape == (160, 160)
        assert luma[:30].max() <= 17, "black above"
