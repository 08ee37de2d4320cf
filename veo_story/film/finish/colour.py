"""From a film's planes to the red, green and blue that effects work with, and back; each rounded once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.media.blend import new_frame, planes_of
from veo_story.media.conform import FULL_RANGE

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from numpy.typing import NDArray

    from veo_story.media.source import Colour

    Picture = NDArray[np.uint8]

_UNSAID = 2
_HD = 720
_WEIGHTS = {1: (0.2126, 0.0722), 5: (0.299, 0.114), 6: (0.299, 0.114), 9: (0.2627, 0.0593)}
"""What red and blue count for in brightness, by FFmpeg's code of the matrix."""


def matrix_of(colour: Colour, size: tuple[int, int]) -> int:
    """The code of the matrix; where a file does not say, that of HD or SD by its size, as players take it."""
    if colour.matrix in _WEIGHTS:
        return colour.matrix
    return 1 if colour.matrix != _UNSAID or min(size) >= _HD else 6


def to_rgb(frame: VideoFrame, colour: Colour) -> Picture:
    """A yuv420p frame as RGB, ``(height, width, 3)`` uint8."""
    luma, *chroma = planes_of(frame)
    size = (frame.width, frame.height)
    whole = [cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR) for plane in chroma]
    _, back = transforms(matrix_of(colour, size), colour.range == FULL_RANGE)
    return np.asarray(cv2.transform(cv2.merge([luma, *whole]), back), np.uint8)


def to_frame(picture: Picture, colour: Colour) -> VideoFrame:
    """An RGB picture with even sides as a yuv420p frame."""
    rows, columns = picture.shape[:2]
    there, _ = transforms(matrix_of(colour, (columns, rows)), colour.range == FULL_RANGE)
    luma, *chroma = cv2.split(cv2.transform(picture, there))
    frame, planes = new_frame((columns, rows))
    planes[0][:] = luma
    for plane, into in zip(chroma, planes[1:], strict=True):
        cv2.resize(plane, (columns // 2, rows // 2), dst=into, interpolation=cv2.INTER_AREA)
    return frame


@cache
def transforms(matrix: int, full: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """RGB to YUV and back, as 3 x 4 matrices: the last column is added."""
    red, blue = _WEIGHTS[matrix]
    brightness = np.array([red, 1 - red - blue, blue])
    rows = np.array(
        [
            brightness,
            (np.array([0, 0, 1]) - brightness) / (2 * (1 - blue)),
            (np.array([1, 0, 0]) - brightness) / (2 * (1 - red)),
        ]
    )
    scale = np.array([1, 1, 1]) if full else np.array([219, 224, 224]) / 255
    offset = np.array([0 if full else 16, 128, 128])
    there = rows * scale[:, None]
    back = np.linalg.inv(there)
    return np.column_stack([there, offset]), np.column_stack([back, -back @ offset])
