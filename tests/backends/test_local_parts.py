"""The small parts of the local renderer: frame numbers, orders, the work folder."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backends.contract import step
from veo_story.backends.base import ClipRange, Inputs, ParentClip
from veo_story.backends.local.framecode import read_frame_code, write_frame_code
from veo_story.backends.local.order import order_from_json, order_of
from veo_story.backends.local.window import split_planes
from veo_story.backends.workfolder import WorkFolder
from veo_story.errors import ConfigError, MediaError
from veo_story.storyboard.model import Mode

SIZES = [(1280, 720), (720, 1280), (1920, 1080), (320, 180), (180, 320)]


@pytest.mark.parametrize("size", SIZES)
@given(number=st.integers(0, 65_535))
def test_a_frame_number_is_read_as_written(size: tuple[int, int], number: int) -> None:
    width, height = size
    y, u, v = split_planes(np.full((height * 3 // 2, width), 90, np.uint8))
    write_frame_code(y, u, v, number)
    assert read_frame_code(y) == number


@pytest.mark.parametrize("size", SIZES)
def test_a_frame_number_survives_a_poor_encoder(size: tuple[int, int]) -> None:
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height = size
    encoder.pix_fmt, encoder.framerate = "yuv420p", 24
    encoder.options = {"preset": "ultrafast", "crf": "32", "tune": "zerolatency"}
    decoder = av.CodecContext.create("h264", "r")
    rng = np.random.default_rng(4)
    numbers = [0, 1, 0xAAAA, 0x5555, 65_535, 3551]
    read = []
    for index, number in enumerate(numbers):
        picture = rng.integers(16, 235, (size[1] * 3 // 2, size[0])).astype(np.uint8)
        write_frame_code(*split_planes(picture), number)
        frame = av.VideoFrame.from_numpy_buffer(picture, "yuv420p")
        frame.pts = index
        shown = [d for packet in encoder.encode(frame) for d in decoder.decode(packet)]
        read += [read_frame_code(d.to_ndarray()[: size[1]]) for d in shown]
    read += [read_frame_code(d.to_ndarray()[: size[1]]) for d in decoder.decode(None)]
    assert read == numbers


def test_an_order_travels_as_text(tmp_path: Path) -> None:
    parent = ParentClip(
        tmp_path / "b.mp4",
        42,
        lineage=(ClipRange(tmp_path / "a.mp4", 0, 48), ClipRange(tmp_path / "b.mp4", 0, 42)),
    )
    inputs = Inputs(references=(tmp_path / "r.png",), parent=parent, first_frame=tmp_path / "f.png")
    order = order_of(
        step("s02", Mode.EXTEND, 42, hints={"place": "sea"}),
        inputs,
        tmp_path / "c.mp4",
        "combined",
        ffmpeg="/opt/ffmpeg",
    )
    assert order_from_json(order.to_json()) == order
    assert order.lineage == (tmp_path / "a.mp4", tmp_path / "b.mp4")


def test_an_extension_without_a_parent_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="s02"):
        order_of(step("s02", Mode.EXTEND, 42), Inputs(), tmp_path / "c.mp4", "tail")


def test_a_work_folder_clears_what_a_killed_run_left(tmp_path: Path) -> None:
    left = tmp_path / ".work" / "local-old"
    left.mkdir(parents=True)
    (left / "0001.mp4").write_bytes(b"half")
    busy = WorkFolder(tmp_path, "local")
    assert not left.exists()
    other = WorkFolder(tmp_path, "local")
    assert busy.path.exists()
    busy.clear()
    assert other.path.exists()
    other.clear()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / ".work").write_text("a file in the way")
    with pytest.raises(ConfigError):
        WorkFolder(tmp_path, "local")
