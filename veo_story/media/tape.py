"""A sound that is read bit by bit, as much as is wanted each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from veo_story.media.sound import Samples


class Tape:
    """Chunks of any lengths as one sound."""

    def __init__(self, chunks: Iterator[Samples]) -> None:
        self._chunks = chunks
        self._rest = np.zeros((2, 0), np.float32)

    def read(self, samples: int) -> Samples:
        """The next samples, ``(2, samples)``; fewer only where the sound is over."""
        held, count = [self._rest], self._rest.shape[1]
        while count < samples:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            held.append(chunk)
            count += chunk.shape[1]
        whole = held[0] if len(held) == 1 else np.concatenate(held, axis=1)
        self._rest = whole[:, samples:]
        return whole[:, :samples]
