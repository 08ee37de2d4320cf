"""Single frames of a clip: decode them exactly, write one as an image, pick one that can be built on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.errors import MediaError
from veo_story.media.opened import opened, video_stream
from veo_story.media.packets import scan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from numpy.typing import NDArray

    from veo_story.media.packets import PacketTable

_SECOND = 24
_BT709, _UNSPECIFIED = 1, 2
_HD = 720
_PLANAR = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuv444p", "nv12"})
"""Pixel formats whose first plane is the brightness, a byte a pixel."""
_SOFT = 0.5
"""The last frame is too soft when its sharpness is below this share of the best of the last second."""
_NEARLY = 0.8
"""Then the latest frame with at least this share of the best is taken."""


def decode_range(
    container: InputContainer, table: PacketTable, start: int, end: int
) -> Iterator[tuple[int, VideoFrame]]:
    """Frames ``start`` to ``end`` (exclusive) with their numbers, decoding from the key frame before."""
    if not 0 <= start < end <= len(table):
        raise MediaError(f"{table.path}: has {len(table)} frames, {start} to {end} were asked for")
    stream = video_stream(container, table.path)
    stream.thread_type = "AUTO"
    key = table.key_before(start)
    container.seek(table.dts[key], stream=stream)
    wanted = start
    for frame in container.decode(stream):
        number = None if frame.pts is None else table.frame_of.get(frame.pts)
        if number is None or number < wanted:
            continue
        if number != wanted:
            break
        yield number, frame
        wanted += 1
        if wanted == end:
            return
    raise MediaError(f"{table.path}: frame {wanted} cannot be decoded")


def read_frames(clip: Path, start: int, end: int) -> Iterator[tuple[int, VideoFrame]]:
    """Frames ``start`` to ``end`` (exclusive) of a file. Raises MediaError when it does not have them."""
    with opened(clip) as container:
        yield from decode_range(container, scan(container, clip), start, end)


def read_frame(clip: Path, frame: int) -> NDArray[np.uint8]:
    """One frame as RGB, ``(height, width, 3)`` uint8. Raises MediaError when the clip does not have it."""
    [(_, found)] = list(read_frames(clip, frame, frame + 1))
    return rgb(found)


def rgb(frame: VideoFrame) -> NDArray[np.uint8]:
    """A decoded frame as RGB, ``(height, width, 3)`` uint8."""
    import numpy as np

    # Where the file does not say, FFmpeg takes BT.601 for everything; players take BT.709 for HD.
    untold = frame.colorspace == _UNSPECIFIED and min(frame.width, frame.height) >= _HD
    is_709 = untold or frame.colorspace == _BT709
    matrix = "ITU709" if is_709 else None
    # RGB has no matrix of its own, but PyAV 16 leaves out the conversion when both are the same.
    other = "ITU601" if is_709 else None
    picture = frame.to_ndarray(format="rgb24", src_colorspace=matrix, dst_colorspace=other)
    return np.asarray(picture, np.uint8)


def luma(frame: VideoFrame, width: int | None = None, height: int | None = None) -> NDArray[np.uint8]:
    """Brightness of a decoded frame, ``(height, width)`` uint8, area-averaged down when a size is given.

    Levels are those of the file: 16 to 235 in most.
    """
    import numpy as np

    if frame.format.name not in _PLANAR:
        small = frame.to_ndarray(format="gray", width=width, height=height, interpolation="AREA")
        return np.asarray(small, np.uint8)
    # The plane is there already: looking at it costs a quarter of what a conversion does.
    plane = frame.planes[0]
    rows: NDArray[np.uint8] = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    levels = rows[: frame.height, : frame.width]
    if width is None or height is None:
        return levels
    import cv2

    return np.asarray(cv2.resize(levels, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def write_png(clip: Path, frame: int, into: Path) -> Path:
    """Write one frame of a clip as a PNG. Raises MediaError when the clip does not have it."""
    from PIL import Image

    Image.fromarray(read_frame(clip, frame)).save(into, format="PNG", compress_level=3)
    return into


def usable_last_frame(clip: Path, start: int, end: int) -> int:
    """The frame of ``start`` to ``end`` (exclusive) that the next scene can start from, counted in the clip.

    That is the last one, unless its sharpness (variance of the Laplacian of its luma) is below half of
    the best of the last second: then the latest frame with at least four fifths of the best.
    """
    import cv2

    first = max(start, end - _SECOND)
    sharpness = [
        float(cv2.Laplacian(luma(frame), cv2.CV_32F).var()) for _, frame in read_frames(clip, first, end)
    ]
    best = max(sharpness)
    if sharpness[-1] >= _SOFT * best:
        return end - 1
    return first + max(index for index, value in enumerate(sharpness) if value >= _NEARLY * best)
