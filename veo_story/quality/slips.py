"""Is the sound of each scene where its picture is: what is heard is looked for in the takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veo_story.errors import MediaError
from veo_story.media.sound import FRAME_SAMPLES, RATE, read_sound
from veo_story.quality.figures import Slip

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from veo_story.quality.figures import Sound
    from veo_story.quality.planned import Part

_WINDOW = RATE
_REACH = RATE // 2
"""How far sound is looked for, both ways."""
_LEAST = RATE // 3
_HEARD = 1e-5
"""Mean square (-50 dBFS) below which there is nothing to look for."""
_ALIKE = 0.6
"""Correlation from which on it is the same sound."""
_BETTER = 1.15
"""Another place wins only when it fits so much better than the planned one: hums repeat themselves."""
_BLOCK = RATE // 1000


def measure_slips(film: Path, sound: Sound, parts: Sequence[Part]) -> tuple[Slip, ...]:
    """A slip for each scene whose take is there and can be heard in the film."""
    return tuple(_slips(film, sound, parts))


def _slips(film: Path, sound: Sound, parts: Sequence[Part]) -> Iterator[Slip]:
    for part in parts:
        if part.clip is None or part.rests or not part.clip.is_file():
            continue
        place = _loudest(sound, part)
        if place is None:
            continue
        start, length = place
        first = part.in_frame * FRAME_SAMPLES + start - part.start * FRAME_SAMPLES
        try:
            own = _mono(part.clip, first, first + length)
            heard = _mono(film, start - _REACH, start + length + _REACH)
        except MediaError:
            continue  # what cannot be read says nothing of what is off; that it is damaged is told elsewhere
        found = _best(own, heard)
        if found is not None:
            yield Slip(part.scene_id, *found)


def _loudest(sound: Sound, part: Part) -> tuple[int, int] | None:
    """Where in a scene, in samples of the film, there is most to hear, and how long to listen."""
    first = (part.start + part.overlap) * FRAME_SAMPLES
    last = (part.end - part.hold) * FRAME_SAMPLES
    length = min(_WINDOW, last - first)
    if length < _LEAST:
        return None
    power = sound.power[first // _BLOCK : last // _BLOCK]
    width = length // _BLOCK
    if len(power) < width:
        return None
    sums = np.cumsum(np.concatenate([[0.0], power.astype(np.float64)]))
    means = (sums[width:] - sums[:-width]) / width
    best = int(np.argmax(means))
    return (first + best * _BLOCK, length) if means[best] > _HEARD else None


def _mono(file: Path, start: int, end: int) -> NDArray[np.float32]:
    """Samples of a file as one channel; silence before its beginning."""
    before = max(-start, 0)
    pieces = [piece.mean(axis=0) for piece in read_sound(file, max(start, 0), end)]
    return np.concatenate([np.zeros(before, np.float32), *pieces])


def _best(own: NDArray[np.float32], heard: NDArray[np.float32]) -> tuple[int, float] | None:
    """How many samples later than planned it is heard, and how alike it is there; None: it is not found."""
    size = 1 << (len(heard) + len(own) - 1).bit_length()
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(own, size)), size)
    scores = product[: len(heard) - len(own) + 1]
    squares = np.cumsum(np.concatenate([[0.0], np.square(heard, dtype=np.float64)]))
    energy = np.sqrt(np.maximum(squares[len(own) :] - squares[: -len(own)], 1e-12))
    alike = scores / (energy * max(float(np.linalg.norm(own)), 1e-9))
    best = int(np.argmax(alike))
    planned = float(alike[_REACH])
    if planned * _BETTER >= alike[best]:
        best = _REACH
    return (best - _REACH, float(alike[best])) if alike[best] >= _ALIKE else None
