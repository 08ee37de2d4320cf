"""A recording of somebody: how long it is, and where its words begin and end."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from veo_story.errors import MediaError
from veo_story.media.grid import RATE
from veo_story.media.opened import audio_stream, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from veo_story.media.sound import Samples


@dataclass(frozen=True, slots=True)
class Recording:
    """``samples`` at 48 kHz; its words are heard from ``start`` to ``end`` (exclusive)."""

    samples: int
    start: int
    end: int


def recording_of(file: Path) -> Recording:
    """Measure a sound file by listening to it. Raises MediaError when it has no sound or cannot be read."""
    from veo_story.media.speech import words_in

    counted = 0

    def counting() -> Iterator[Samples]:
        nonlocal counted
        for chunk in _decoded(file):
            counted += chunk.shape[1]
            yield chunk

    words = words_in(counting())
    if not counted:
        raise MediaError(f"{file}: has no sound")
    # A last measure may stand over the end.
    return Recording(counted, words.start if words else 0, min(words.end if words else 0, counted))


def _decoded(file: Path) -> Iterator[Samples]:
    import av
    import numpy as np

    with opened(file) as container:
        stream = audio_stream(container)
        if stream is None:
            raise MediaError(f"{file}: has no sound")
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=RATE)
        for frame in chain(container.decode(stream), (None,)):
            for part in resampler.resample(frame):
                yield np.asarray(part.to_ndarray(), np.float32)
