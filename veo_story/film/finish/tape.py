"""The sound of a scene's footage at any time, as moviepy asks for it; kept on disk, not in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from veo_story.media.sound import RATE, read_sound

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_EDGE = 2
"""Samples of silence at either end, so that a curve through four samples needs no case of its own."""
_SLIP = 1e-3
"""Samples that a time may be off by arithmetic."""


class Tape:
    """Samples ``start`` to ``end`` of a clip, stereo, 48 kHz, written to ``place`` once and read anywhere."""

    def __init__(self, clip: Path, start: int, end: int, place: Path) -> None:
        self.samples = end - start
        with place.open("wb") as file:
            silence = np.zeros((_EDGE, 2), np.float32)
            file.write(silence.tobytes())
            for chunk in read_sound(clip, start, end):
                file.write(np.ascontiguousarray(chunk.T, np.float32).tobytes())
            file.write(silence.tobytes())
        self._sound = np.memmap(place, np.float32, "r", shape=(self.samples + 2 * _EDGE, 2))

    def at(self, times_s: Any) -> NDArray[np.float64]:
        """What sounds at one time, ``(2,)``, or at many, ``(n, 2)``; sample ``k`` at ``(k + 0.5) / 48000``.

        Between two samples a curve through four of them; silence outside.
        """
        place = np.asarray(times_s, np.float64) * RATE - 0.5
        whole = np.rint(place)
        place = np.where(np.abs(place - whole) < _SLIP, whole, place)
        before = np.floor(place)
        way = (place - before)[..., None]
        first = np.clip(before, -1 - _EDGE, self.samples + _EDGE - 1).astype(np.int64) + _EDGE - 1
        a, b, c, d = (np.asarray(self._sound[self._inside(first + k)], np.float64) for k in range(4))
        # Catmull and Rom's: it goes through the samples themselves.
        heard: NDArray[np.float64] = b + 0.5 * way * (
            c - a + way * (2 * a - 5 * b + 4 * c - d + way * (3 * (b - c) + d - a))
        )
        return heard

    def _inside(self, index: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.clip(index, 0, self.samples + 2 * _EDGE - 1)
