from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from tests.support.clips import Recipe, lumas_of, make, numbers_of
from veo_story.errors import MediaError
from veo_story.media.frames import read_frame, read_frames, usable_last_frame, write_png


def _plane(frame: av.VideoFrame) -> np.ndarray:
    return frame.to_ndarray()[: frame.height]


def test_every_single_frame_is_the_right_one(clips: dict[str, Path]) -> None:
    for name in ("plain", "open_gop", "baseline", "uneven", "pal"):
        whole = list(lumas_of(clips[name]))
        for number in {0, 1, 2, 11, 22, 23, 24, 25, 30, len(whole) - 1}:
            [(found, frame)] = list(read_frames(clips[name], number, number + 1))
            assert found == number
            assert np.array_equal(_plane(frame), whole[number]), (name, number)


def test_a_range_in_order(clips: dict[str, Path]) -> None:
    whole = list(lumas_of(clips["open_gop"]))
    found = [(number, _plane(frame)) for number, frame in read_frames(clips["open_gop"], 20, 30)]
    assert [number for number, _ in found] == list(range(20, 30))
    assert all(np.array_equal(picture, whole[number]) for number, picture in found)


@pytest.mark.parametrize(("start", "end"), [(-1, 1), (71, 73), (5, 5), (100, 101)])
def test_frames_that_are_not_there(clips: dict[str, Path], start: int, end: int) -> None:
    with pytest.raises(MediaError, match="72 frames"):
        list(read_frames(clips["plain"], start, end))


def test_a_frame_as_an_image(tmp_path: Path, clips: dict[str, Path]) -> None:
    written = write_png(clips["plain"], 30, tmp_path / "frame.png")
    picture = read_frame(clips["plain"], 30)
    assert picture.shape == (180, 320, 3)
    assert picture.dtype == np.uint8
    assert np.array_equal(np.asarray(Image.open(written)), picture)


@pytest.mark.parametrize(
    ("matrix", "size", "red"),
    [(1, (320, 180), 254), (2, (320, 180), 232), (2, (1280, 720), 254), (6, (1280, 720), 232)],
)
def test_colours_follow_the_files_own_matrix(
    tmp_path: Path, matrix: int, size: tuple[int, int], red: int
) -> None:
    """BT.709 red, in files that say so, that do not say, and that say something else."""
    width, height = size
    clip = tmp_path / "red.mp4"
    planes = np.repeat(np.uint8([63, 102, 240]), [height, height // 4, height // 4])[:, None]
    with av.open(str(clip), "w") as file:
        stream = file.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.colorspace = matrix
        frame = av.VideoFrame.from_numpy_buffer(np.repeat(planes, width, axis=1), "yuv420p")
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    assert np.abs(read_frame(clip, 0)[height // 2, width // 2] - np.int16([red, 0, 0])).max() <= 2


def test_an_edit_list_hides_frames(tmp_path: Path, clips: dict[str, Path]) -> None:
    """What a player does not show does not count: a trim without re-encoding leaves such frames."""
    from veo_story.media.ffmpeg import run_ffmpeg
    from veo_story.media.probe import probe

    trimmed = tmp_path / "trimmed.mp4"
    run_ffmpeg(["-y", "-ss", "0.5", "-i", str(clips["plain"]), "-c", "copy", str(trimmed)])
    assert numbers_of(trimmed) == list(range(12, 72))
    assert probe(trimmed).frames == 60
    whole = list(lumas_of(clips["plain"]))
    [(_, frame)] = list(read_frames(trimmed, 0, 1))
    assert np.array_equal(_plane(frame), whole[12])


def test_the_last_frame_is_used_when_it_is_sharp(clips: dict[str, Path]) -> None:
    assert usable_last_frame(clips["plain"], 0, 72) == 71
    assert usable_last_frame(clips["plain"], 10, 40) == 39


def test_a_soft_end_is_passed_over(tmp_path: Path) -> None:
    clip = make(tmp_path / "soft.mp4", Recipe(48, blurred=range(43, 48), seed=3))
    assert usable_last_frame(clip, 0, 48) == 42
    assert usable_last_frame(clip, 43, 48) == 47


def test_only_the_last_second_is_looked_at(tmp_path: Path) -> None:
    clip = make(tmp_path / "soft.mp4", Recipe(48, blurred=range(20, 48), seed=3))
    assert usable_last_frame(clip, 0, 48) == 47
