"""How good a frame looks as a still: light, contrast, colour, sharpness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.media.frames import decode_range, luma
from veo_story.media.opened import opened
from veo_story.media.packets import scan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from av.video.frame import VideoFrame
    from numpy.typing import NDArray

    from veo_story.media.packets import PacketTable

    Ranges = Sequence[tuple[int, int]]

_SIDE = 256
_DARK, _BRIGHT = 0.06, 0.97
_WELL_LIT = 0.45
_COLOURFUL, _RICH, _SHARP = 50.0, 0.22, 3.0
_MOSTLY_DARK, _BURNT_OUT = 0.35, 0.15
_WRITTEN_OVER = 0.6


def best_frame(clip: Path, ranges: Ranges, avoided: Ranges, most: int) -> int:
    """The best-looking frame of the ``ranges``, rather not of those ``avoided``; up to ``most`` are decoded.

    Key frames are looked at, which are found without decoding others, and the middles of ranges without one.
    Of equals the earliest wins. Raises MediaError when the clip cannot be read.
    """
    with opened(clip) as container:
        table = scan(container, clip)
    best, found = -np.inf, ranges[0][0]
    for number in _candidates(table, ranges, most):
        value = looks(_decoded(table, number))
        value -= _WRITTEN_OVER * any(start <= number < end for start, end in avoided)
        if value > best:
            best, found = value, number
    return found


def _decoded(table: PacketTable, number: int) -> VideoFrame:
    with opened(table.path) as container:
        [(_, frame)] = decode_range(container, table, number, number + 1)
    return frame


def _candidates(table: PacketTable, ranges: Ranges, most: int) -> list[int]:
    keys = [frame for frame, key in zip(table.displays, table.keys, strict=True) if key]
    chosen: list[int] = []
    for start, end in ranges:
        inside = [key for key in keys if start <= key < min(end, len(table))]
        # A scene's first frame is seldom its best: its middle is looked at too where it has few others.
        chosen += inside if len(inside) > 1 else [*inside, min((start + end) // 2, len(table) - 1)]
    chosen = sorted(set(chosen))
    return (
        [chosen[round(i * (len(chosen) - 1) / (most - 1))] for i in range(most)]
        if len(chosen) > most
        else chosen
    )


def looks(frame: VideoFrame) -> float:
    """How good a decoded frame looks, from about -2 to 4."""
    width = _SIDE
    height = max(2, round(_SIDE * frame.height / frame.width) // 2 * 2)
    grey = luma(frame, width, height)
    light = np.clip((grey.astype(np.float32) - 16) / 219, 0, 1)
    small = frame.reformat(width=width // 2, height=height // 2, format="rgb24").to_ndarray()
    lit = 1 - abs(float(light.mean()) - _WELL_LIT) / _WELL_LIT
    sharp = np.log10(1 + float(cv2.Laplacian(grey, cv2.CV_32F).var())) / _SHARP
    value = lit + min(1.0, sharp) + min(1.0, float(light.std()) / _RICH)
    value += min(1.0, _colourfulness(np.asarray(small, np.float32)) / _COLOURFUL)
    value -= 2 * max(0.0, float((light < _DARK).mean()) - _MOSTLY_DARK)
    return float(value - 2 * max(0.0, float((light > _BRIGHT).mean()) - _BURNT_OUT))


def _colourfulness(rgb: NDArray[np.float32]) -> float:
    """Hasler and Süsstrunk's measure: about 0 for grey, 50 for a colourful photograph."""
    red, green, blue = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    warm, cold = red - green, (red + green) / 2 - blue
    spread = float(np.hypot(warm.std(), cold.std()))
    return spread + 0.3 * float(np.hypot(warm.mean(), cold.mean()))
