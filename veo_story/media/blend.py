"""Pictures over each other and out of black: arithmetic on planar YUV 4:2:0, 8 bits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import cv2
import numpy as np

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from numpy.typing import NDArray

    Plane = NDArray[np.uint8]
    Planes = tuple[Plane, Plane, Plane]

_GREY = 128
_SOFT = 12
"""The edge of a wipe is the twelfth part of the width: seen as an edge, but one that does not flicker."""
_WHOLE = 256


def planes_of(frame: VideoFrame) -> Planes:
    """Luma and both chroma planes of a yuv420p frame, not copied: ``(h, w)`` and twice ``(h/2, w/2)``."""
    y, u, v = (_plane(frame, number) for number in range(3))
    return y, u, v


def _plane(frame: VideoFrame, number: int) -> Plane:
    plane = frame.planes[number]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]


def new_frame(size: tuple[int, int]) -> tuple[VideoFrame, Planes]:
    """A yuv420p frame to be filled, and its planes; its sides are even."""
    width, height = size
    whole = np.empty((height * 3 // 2, width), np.uint8)
    flat, luma, chroma = whole.reshape(-1), width * height, width * height // 4
    half = (height // 2, width // 2)
    planes = (
        flat[:luma].reshape(height, width),
        flat[luma : luma + chroma].reshape(half),
        flat[luma + chroma :].reshape(half),
    )
    return av.VideoFrame.from_numpy_buffer(whole, "yuv420p"), planes


def _size(planes: Planes) -> tuple[int, int]:
    height, width = planes[0].shape
    return width, height


def dissolved(before: Planes, after: Planes, share: float) -> VideoFrame:
    """Both pictures over each other; ``share`` (0 to 1) is how much of ``after`` is seen."""
    frame, planes = new_frame(_size(before))
    for one, other, into in zip(before, after, planes, strict=True):
        cv2.addWeighted(one, 1 - share, other, share, 0, dst=into)
    return frame


def wiped(before: Planes, after: Planes, share: float) -> VideoFrame:
    """``after`` comes in from the left behind a soft edge; ``share`` (0 to 1) is how far it has come."""
    frame, planes = new_frame(_size(before))
    for one, other, into in zip(before, after, planes, strict=True):
        weights = wipe_weights(into.shape[1], share)
        into[:] = one
        edge = int(np.count_nonzero(weights == _WHOLE))
        last = int(np.count_nonzero(weights))
        into[:, :edge] = other[:, :edge]
        soft = weights[edge:last]
        into[:, edge:last] = (one[:, edge:last] * (_WHOLE - soft) + other[:, edge:last] * soft + 128) >> 8
    return frame


def wipe_weights(width: int, share: float) -> NDArray[np.uint16]:
    """How much of the later picture each column shows, in 1/256: never more than the one to its left."""
    soft = width / _SOFT
    way = np.clip((share * (width + soft) - np.arange(width) - 0.5) / soft, 0, 1)
    weights: NDArray[np.uint16] = np.round(way * way * (3 - 2 * way) * _WHOLE).astype(np.uint16)
    return weights


def shaded(picture: Planes, share: float, *, full_range: bool = False) -> VideoFrame:
    """The picture with so much (0 to 1) of its light."""
    frame, planes = new_frame(_size(picture))
    levels = np.arange(256)
    darkest = black_level(full_range)
    for plane, into, centre in zip(picture, planes, (darkest, _GREY, _GREY), strict=True):
        table = np.clip(np.round(centre + (levels - centre) * share), 0, 255).astype(np.uint8)
        cv2.LUT(plane, table, dst=into)
    return frame


def black(size: tuple[int, int], *, full_range: bool = False) -> VideoFrame:
    """A black picture."""
    frame, (luma, *chroma) = new_frame(size)
    luma[:] = black_level(full_range)
    for plane in chroma:
        plane[:] = _GREY
    return frame


def black_level(full_range: bool) -> int:
    """The luma of black."""
    return 0 if full_range else 16
