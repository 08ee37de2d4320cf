"""A film's sound in numbers: decoded once, a row for every millisecond, loudness and true peak besides."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from veo_story.errors import MediaError
from veo_story.media.loudness import measure
from veo_story.media.sound import RATE, read_sound
from veo_story.quality.figures import Sound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from veo_story.media.sound import Samples

BLOCK = RATE // 1000
"""Samples of a row: a millisecond."""
_CHUNK = RATE
_FULL = 0.999
_ORDER = 3
"""An edge is a third difference: it lets tones of speech and music through at -50 dB, a step whole."""


@dataclass(slots=True)
class _Rows:
    """What has been measured so far; ``rest`` are the last samples, which the next differences need."""

    peak: list[NDArray[np.float32]] = field(default_factory=list)
    power: list[NDArray[np.float32]] = field(default_factory=list)
    edge: list[NDArray[np.float32]] = field(default_factory=list)
    over: list[NDArray[np.int32]] = field(default_factory=list)
    rest: Samples | None = None
    broken: bool = False

    def take(self, chunk: Samples) -> None:
        """Measure whole milliseconds of sound; what is left over at a film's end is filled with silence."""
        short = -chunk.shape[1] % BLOCK
        if short:
            chunk = np.pad(chunk, ((0, 0), (0, short)))
        before = np.repeat(chunk[:, :1], _ORDER, axis=1) if self.rest is None else self.rest
        edges = np.abs(np.diff(np.concatenate([before, chunk], axis=1), _ORDER, axis=1)).max(axis=0)
        loud = np.abs(chunk)
        highest = loud.max(axis=0)
        self.peak.append(highest.reshape(-1, BLOCK).max(axis=1))
        self.power.append(np.square(chunk).mean(axis=0).reshape(-1, BLOCK).mean(axis=1))
        self.edge.append(edges.reshape(-1, BLOCK).max(axis=1))
        self.over.append((highest >= _FULL).reshape(-1, BLOCK).sum(axis=1, dtype=np.int32))
        self.rest = chunk[:, -_ORDER:]


def measure_sound(film: Path, samples: int) -> Sound:
    """Measure so many ``samples`` (48 kHz) of a film's sound, counted from its first video frame."""
    rows = _Rows()
    loudness = measure(_watched(film, samples, rows))
    if not rows.peak:
        rows.take(np.zeros((2, BLOCK), np.float32))
    return Sound(
        peak=np.concatenate(rows.peak),
        power=np.concatenate(rows.power),
        edge=np.concatenate(rows.edge),
        over=np.concatenate(rows.over),
        samples=samples,
        loudness_lufs=loudness.integrated_lufs if isfinite(loudness.integrated_lufs) else None,
        true_peak_dbtp=loudness.true_peak_dbtp if isfinite(loudness.true_peak_dbtp) else None,
        broken=rows.broken,
    )


def _until_broken(film: Path, samples: int, rows: _Rows) -> Iterator[Samples]:
    """The sound up to where it cannot be decoded."""
    try:
        yield from read_sound(film, 0, samples)
    except MediaError:
        rows.broken = True


def _watched(film: Path, samples: int, rows: _Rows) -> Iterator[Samples]:
    """The sound in chunks of a second; each is measured on its way."""
    held: list[Samples] = []
    count = 0
    for piece in _until_broken(film, samples, rows):
        held.append(piece)
        count += piece.shape[1]
        if count >= _CHUNK:
            joined = np.concatenate(held, axis=1)
            whole = count // BLOCK * BLOCK
            held, count = [joined[:, whole:]], count - whole
            rows.take(joined[:, :whole])
            yield joined[:, :whole]
    if count:
        last = np.concatenate(held, axis=1)
        rows.take(last)
        yield last
