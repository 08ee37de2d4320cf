"""Where somebody speaks in a sound: by how loud it is where voices are, and by how restless it is there.

Speech stands out of what sounds all the time, and its colour changes with every syllable; a tone or a chord
stands out too, but keeps its colour. Only what measures say is kept, so long sounds need little memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from veo_story.media.sound import FRAME_SAMPLES, RATE, read_sound

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from veo_story.media.sound import Samples

    Floats = NDArray[np.float32]

HOP = 500
"""Samples from one measure to the next: four in a frame."""

_EVERY = 4
_WINDOW = 384
"""Measured at 12 kHz, over 32 ms."""
_EDGES_HZ = (150, 400, 700, 1100, 1600, 2300, 3200, 4500)
_A_SECOND = RATE // HOP
_AMBIENCE, _AROUND = 15, 3 * _A_SECOND
"""What sounds all the time: the level that so many per cent of the measures around do not reach."""
_ENTERS_DB, _STAYS_DB = 9.0, 5.0
_UNDER_LOUDEST_DB, _LEAST_DB = 26.0, -62.0
_RESTLESS_DB, _SYLLABLE = 1.4, 8
_BREATH, _SHORTEST = _A_SECOND // 4, _A_SECOND // 6
_SOFTER, _NOTHING = 10**-3.5, 1e-9


@dataclass(frozen=True, slots=True)
class Voiced:
    """Samples ``start`` to ``end`` (exclusive) in which somebody speaks, without longer pauses."""

    start: int
    end: int


def speech_of(clip: Path, start: int, end: int) -> tuple[Voiced, ...]:
    """Where somebody speaks in frames ``start`` to ``end`` (exclusive) of a clip, in samples from its first.

    Raises MediaError when the clip cannot be read.
    """
    first = start * FRAME_SAMPLES
    found = speech_in(read_sound(clip, first, end * FRAME_SAMPLES))
    return tuple(Voiced(first + one.start, first + one.end) for one in found)


def speech_in(chunks: Iterable[Samples]) -> tuple[Voiced, ...]:
    """Where somebody speaks in a sound given as ``(2, n)`` arrays at 48 kHz."""
    measured = list(_measured(chunks))
    if not measured:
        return ()
    bands = np.concatenate(measured)
    level = np.asarray(10 * np.log10(bands.sum(axis=1) + 1e-12), np.float32)
    loudest = float(np.percentile(level, 98))
    floor = np.maximum(_ambience(level), loudest - _UNDER_LOUDEST_DB - _ENTERS_DB)
    floor = np.maximum(floor, _LEAST_DB - _ENTERS_DB)
    restless = _restlessness(bands)
    found = []
    for first, last in _runs(level > floor + _ENTERS_DB, level > floor + _STAYS_DB):
        inner = restless[first + _SYLLABLE // 2 : last - _SYLLABLE // 2]
        if last - first >= _SHORTEST and len(inner) and float(inner.mean()) > _RESTLESS_DB:
            first, last = _lively(restless, first, last)
            found.append(Voiced(first * HOP, last * HOP))
    return tuple(found)


def _lively(restless: Floats, first: int, last: int) -> tuple[int, int]:
    """A run without what is calm at its ends: an ambience that is turned down under voices stands out too."""
    soft = np.convolve(restless[first:last], np.ones(_SYLLABLE) / _SYLLABLE, mode="same")
    lively = np.flatnonzero(soft > _RESTLESS_DB)
    return (first + int(lively[0]), first + int(lively[-1]) + 1) if len(lively) else (first, last)


def words_in(chunks: Iterable[Samples]) -> Voiced | None:
    """From the first word to the last of a recording, None where it is silent.

    What is 35 dB softer than its loudest word is the silence around them.
    """
    powers = [np.square(block).mean(axis=1) for block in _blocks(chunks)]
    power = np.concatenate(powers) if powers else np.zeros(0, np.float32)
    loudest = float(power.max(initial=0.0))
    loud = np.flatnonzero(power > max(loudest * _SOFTER, _NOTHING))
    return Voiced(int(loud[0]) * HOP, (int(loud[-1]) + 1) * HOP) if len(loud) else None


def _blocks(chunks: Iterable[Samples]) -> Iterator[Floats]:
    """The sound in mono as rows of :data:`HOP` samples, many at a time; the last one is filled up."""
    rest = np.zeros(0, np.float32)
    for chunk in chunks:
        mono = np.concatenate([rest, chunk.mean(axis=0, dtype=np.float32)])
        whole = len(mono) // HOP
        if whole:
            yield mono[: whole * HOP].reshape(whole, HOP)
        rest = mono[whole * HOP :]
    if len(rest):
        yield np.pad(rest, (0, HOP - len(rest)))[None]


def _measured(chunks: Iterable[Samples]) -> Iterator[Floats]:
    """The power in each band around every row, many rows at a time."""
    step = HOP // _EVERY
    before = (_WINDOW - step) // 2
    held = np.zeros(before, np.float32)
    for block in _blocks(chunks):
        # Four samples in one: enough for what is below 4.5 kHz.
        held = np.concatenate([held, block.reshape(-1, _EVERY).mean(axis=1)])
        if len(held) >= _WINDOW:
            rows = np.lib.stride_tricks.sliding_window_view(held, _WINDOW)[::step]
            yield _bands(rows)
            held = held[len(rows) * step :]
    for _ in range(len(held) // step):
        held = np.pad(held, (0, max(0, _WINDOW - len(held))))
        yield _bands(held[None, :_WINDOW])
        held = held[step:]


def _bands(rows: Floats) -> Floats:
    power = np.abs(np.fft.rfft(rows * _window(), axis=1)) ** 2
    edges = [round(hz * _WINDOW / (RATE // _EVERY)) for hz in _EDGES_HZ]
    bands = [power[:, low:high].sum(axis=1) for low, high in pairwise(edges)]
    return np.asarray(np.stack(bands, axis=1) / _WINDOW**2, np.float32)


@cache
def _window() -> Floats:
    return np.asarray(np.hanning(_WINDOW), np.float32)


def _ambience(level: Floats) -> Floats:
    """The level of what sounds all the time, at each measure."""
    centres = np.arange(0, len(level) + _A_SECOND // 2, _A_SECOND // 2)
    lows = [
        np.percentile(level[max(0, at - _AROUND) : at + _AROUND + 1], _AMBIENCE)
        for at in np.minimum(centres, len(level) - 1)
    ]
    return np.asarray(np.interp(np.arange(len(level)), centres, lows), np.float32)


def _restlessness(bands: Floats) -> Floats:
    """By how many dB the bands change beside each other within a syllable, on average."""
    soft = np.stack([np.convolve(band, np.ones(5) / 5, mode="same") for band in bands.T], axis=1)
    level = 10 * np.log10(soft + 1e-12)
    # What is far below the rest is not heard beside it.
    level = np.maximum(level, level.max() - 45)
    change = np.roll(level, -_SYLLABLE // 2, axis=0) - np.roll(level, _SYLLABLE // 2, axis=0)
    # What only grows or fades keeps its colour.
    change -= change.mean(axis=1, keepdims=True)
    return np.asarray(np.abs(change).mean(axis=1), np.float32)


def _runs(enters: NDArray[np.bool_], stays: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Runs of ``stays`` that somewhere enter, those with only a breath between them taken together."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], stays, [False]]).astype(np.int8)))
    runs: list[tuple[int, int]] = []
    for first, last in edges.reshape(-1, 2).tolist():
        if not enters[first:last].any():
            continue
        if runs and first - runs[-1][1] <= _BREATH:
            runs[-1] = (runs[-1][0], last)
        else:
            runs.append((first, last))
    return runs
