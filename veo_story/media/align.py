"""Where does a longer clip stop repeating its parent, and is the repeat as good as the parent itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from veo_story.errors import MediaError
from veo_story.media.faithful import is_faithful
from veo_story.media.frames import decode_range, luma
from veo_story.media.opened import opened
from veo_story.media.packets import scan

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from veo_story.media.packets import PacketTable

_LOOK = 12
"""Frames of the parent's end that are compared, and how far around the expected place they are tried."""
_WIDTH, _HEIGHT = 64, 36
_FLAT = 2.0
"""Contrast (luma levels) below which a thumbnail is not stretched: it would be noise."""
_DIFFERENT = 0.15
"""Mean square of normalised thumbnails above which two runs of frames do not show the same.
Unrelated pictures lie near 2, a repeat at a low bitrate near 0.001."""
_EQUAL = 1e-5
"""Errors closer than this are the same: what is left is rounding."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """``join_frame`` is the child's first own frame. Errors are mean squares of normalised thumbnails.

    ``faithful``: the child holds the parent's video packets themselves, so its repeat may serve for them.
    """

    join_frame: int
    error: float
    error_expected: float
    faithful: bool


def find_repeat(parent: Path, parent_start: int, parent_end: int, child: Path, expected: int) -> Repeat:
    """Find where ``child`` stops repeating ``parent_start`` to ``parent_end`` (exclusive) of ``parent``.

    ``expected`` is the child's frame where that should be; it wins unless another place within twelve
    frames fits twice as well. Decodes only the frames around it. Raises MediaError when the child does
    not contain its parent there or has nothing after it.
    """
    ends, before = _thumbnails(parent, max(parent_start, parent_end - _LOOK), parent_end)
    first = max(expected - _LOOK - len(ends), 0)
    around, table = _thumbnails(child, first, expected + _LOOK)
    frames = len(table)
    if len(around) < len(ends):
        raise MediaError(f"{child}: has {frames} frames, too few to contain its parent {parent}")
    errors = {
        first + shift + len(ends): float(((ends - around[shift : shift + len(ends)]) ** 2).mean())
        for shift in range(len(around) - len(ends) + 1)
    }
    join, error = min(errors.items(), key=lambda item: item[1])
    at_expected = errors.get(expected, float("inf"))
    if at_expected <= 2 * error + _EQUAL:
        join, error = expected, at_expected
    if error > _DIFFERENT:
        raise MediaError(
            f"{child}: does not contain its parent {parent}: near frame {expected} nothing looks like the "
            f"parent's end (difference {error:.2f}, at most {_DIFFERENT} is a repeat)",
            hint="The service answered with something else than an extension of that clip.",
        )
    if join >= frames:
        raise MediaError(f"{child}: repeats its parent {parent} and adds nothing")
    # Reading both files whole is worth it only where the packets are as long as the parent's.
    start = parent_end - join
    alike = start >= 0 and before.sizes_of(start, parent_end) == table.sizes_of(0, join)
    faithful = alike and is_faithful(parent, start, parent_end, child)
    return Repeat(join, error, at_expected, faithful)


def _thumbnails(clip: Path, start: int, end: int) -> tuple[NDArray[np.float32], PacketTable]:
    """Normalised luma of the frames that the clip has of that range, ``(frames, pixels)``, and its table."""
    import numpy as np

    with opened(clip) as container:
        table = scan(container, clip)
        end = min(end, len(table))
        if start >= end:
            raise MediaError(f"{clip}: has {len(table)} frames, too few to look at frame {start}")
        rows = [
            luma(frame, _WIDTH, _HEIGHT).ravel().astype(np.float32)
            for _, frame in decode_range(container, table, start, end)
        ]
    pictures = np.stack(rows)
    pictures -= pictures.mean(axis=1, keepdims=True)
    pictures /= np.maximum(pictures.std(axis=1, keepdims=True), _FLAT)
    return pictures, table
