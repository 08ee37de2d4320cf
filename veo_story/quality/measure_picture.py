"""A film's picture in numbers: every frame is decoded once, the film divided among the cores."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.media.frames import luma
from veo_story.media.opened import opened, video_stream
from veo_story.quality.figures import LATER, TILES, Picture

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from av import VideoFrame
    from av.container import InputContainer
    from numpy.typing import NDArray

    from veo_story.media.packets import PacketTable

    Small = NDArray[np.float32]

_WIDTH, _HEIGHT = 64, 36
_WINDOW = cv2.createHanningWindow((_WIDTH, _HEIGHT), cv2.CV_32F)
"""Takes the edges out of a comparison: there things come in and go out."""
_LEAST_PART = 96
"""Frames below which a part is not worth a core of its own."""
_FLAT = 1.0
"""Contrast in levels below which two pictures are not said to differ: it would be noise."""
_COLUMNS = 18 + TILES + 4
_ALIKE = (0.0, 0.0, 0.0, 1.0, *(0.0,) * (1 + TILES + 2), 1.0, 0.0)
"""How a frame differs that has none before it: not at all."""


@dataclass(slots=True)
class _Part:
    """What came out of some frames in a row: rows of numbers, and the first and last small pictures."""

    rows: NDArray[np.float32]
    seen: NDArray[np.bool_]
    damaged: NDArray[np.bool_]
    first: list[Small] = field(default_factory=list)
    last: deque[Small] = field(default_factory=lambda: deque(maxlen=LATER))

    def take(self, row: int, small: Small) -> None:
        """Measure the next small picture against those before it."""
        if len(self.first) < LATER:
            self.first.append(small)
        _compare(self.rows[row], self.last, small)
        self.last.append(small)


def measure_picture(film: Path, table: PacketTable, cores: int | None = None) -> Picture:
    """Decode a film and measure each of its frames, on so many ``cores`` (all there are); ``table`` is that
    of its packets. The numbers are the same on any number of cores.
    """
    parts = list(pairwise(_borders(table, cores or os.cpu_count() or 1)))
    with ThreadPoolExecutor(len(parts)) as decoders:
        measured = list(decoders.map(lambda part: _measured(film, table, *part), parts))
    return _joined(measured)


def _borders(table: PacketTable, cores: int) -> list[int]:
    """Where parts of about equal length begin and end: at frames from which one can decode."""
    count = max(min(cores, len(table) // _LEAST_PART), 1)
    keys = [frame for frame, key in zip(table.displays, table.keys, strict=True) if key and frame]
    wanted = [len(table) * number // count for number in range(1, count)]
    inner = {min(keys, key=lambda key: abs(key - place)) for place in wanted} if keys else set()
    return [0, *sorted(inner), len(table)]


def _measured(film: Path, table: PacketTable, first: int, last: int) -> _Part:
    count = last - first
    part = _Part(np.zeros((count, _COLUMNS), np.float32), np.zeros(count, bool), np.zeros(count, bool))
    with opened(film) as container:
        for number, frame in _decoded(container, table, first, last, part.damaged):
            small = _small(frame)
            planes = (small, _chroma(frame, 1), _chroma(frame, 2))
            part.rows[number - first, :13] = _levels(planes)
            part.take(number - first, small)
            part.seen[number - first] = True
            part.damaged[number - first] |= frame.is_corrupt
    return part


def _decoded(
    container: InputContainer, table: PacketTable, first: int, last: int, damaged: NDArray[np.bool_]
) -> Iterator[tuple[int, VideoFrame]]:
    """The frames of a part with their numbers. A packet that cannot be decoded is marked and passed over."""
    import av

    stream = video_stream(container, table.path)
    # The other cores have parts of their own.
    stream.codec_context.thread_count = 1
    if first:
        container.seek(table.dts[table.key_before(first)], stream=stream)
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.InvalidDataError:
            number = table.frame_of.get(packet.pts or 0, -1)
            if first <= number < last:
                damaged[number - first] = True
            continue
        for frame in frames:
            number = -1 if frame.pts is None else table.frame_of.get(frame.pts, -1)
            if number >= last:
                return
            if number >= first:
                yield number, frame


def _small(frame: VideoFrame) -> NDArray[np.float32]:
    return luma(frame, _WIDTH, _HEIGHT).astype(np.float32)


def _chroma(frame: VideoFrame, plane: int) -> NDArray[np.float32]:
    """A chroma plane, area-averaged to half the size of the luma's; grey where the file has none."""
    size = (_WIDTH // 2, _HEIGHT // 2)
    if frame.format.name not in ("yuv420p", "yuvj420p", "yuv422p", "yuv444p"):
        rgb = cv2.resize(frame.to_ndarray(format="rgb24"), size, interpolation=cv2.INTER_AREA)
        return cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb)[..., 3 - plane].astype(np.float32)
    found = frame.planes[plane]
    rows: NDArray[np.uint8] = np.frombuffer(memoryview(found), np.uint8).reshape(-1, found.line_size)
    levels = rows[: found.height, : found.width]
    return np.asarray(cv2.resize(levels, size, interpolation=cv2.INTER_AREA), np.float32)


def _levels(planes: Sequence[NDArray[np.float32]]) -> list[float]:
    found: list[list[float]] = []
    for plane in planes:
        ordered = np.sort(plane, axis=None)
        places = [int(len(ordered) * share) for share in (0.1, 0.5, 0.9, 0.99)]
        found.append([float(ordered.mean()), *(float(ordered[place]) for place in places)])
    return [*(values[k] for k in range(4) for values in found), found[0][4]]


def _differences(before: NDArray[np.float32], after: NDArray[np.float32]) -> tuple[float, ...]:
    gap = np.abs(after - before)
    one, two = before - before.mean(), after - after.mean()
    spread = float(np.sqrt((one * one).mean() * (two * two).mean()))
    likeness = 1.0 if spread < _FLAT**2 else float((one * two).mean()) / spread
    return float(gap.mean()), float(gap.max()), _shape(before, after), likeness


def _tiles(before: Small, after: Small) -> Small:
    """The mean change of each tile of the upper two thirds, beyond that of the whole."""
    gap = _apart(before, after)[: _HEIGHT * 2 // 3]
    tiles: Small = gap.reshape(2, _HEIGHT // 3, 4, _WIDTH // 4).mean(axis=(1, 3)).ravel()
    return tiles


def _shape(before: Small, after: Small) -> float:
    return float(_apart(before, after).mean())


def _apart(before: Small, after: Small) -> Small:
    """By how much two pictures differ at each place, but for what most of the picture does."""
    gap = after - before
    apart: Small = np.abs(gap - np.median(gap))
    return apart


def _compare(row: NDArray[np.float32], before: Sequence[Small], small: Small) -> None:
    """Put into a frame's row how it differs from the one before it, and from the one ``LATER`` before."""
    row[13:] = _ALIKE
    if before:
        row[13:17] = _differences(before[-1], small)
        row[18:-4] = _tiles(before[-1], small)
        row[-1] = np.median(small - before[-1])
        # It lays the window over the very pictures that it is given.
        (row[-4], row[-3]), row[-2] = cv2.phaseCorrelate(before[-1].copy(), small.copy(), _WINDOW)
    if len(before) == LATER:
        row[17] = _shape(before[0], small)


def _join_up(rows: NDArray[np.float32], seen: NDArray[np.bool_], parts: Sequence[_Part]) -> None:
    """Compare the first pictures of each part with the last ones of the parts before it."""
    before: deque[Small] = deque(maxlen=LATER)
    start = 0
    for part in parts:
        shown = np.flatnonzero(seen[start : start + len(part.rows)])[: len(part.first)]
        for place, small in zip(shown, part.first, strict=True):
            _compare(rows[start + place], before, small)
            before.append(small)
        if len(part.first) == LATER:
            before.extend(part.last)
        start += len(part.rows)


def _joined(parts: Sequence[_Part]) -> Picture:
    rows = np.concatenate([part.rows for part in parts])
    seen = np.concatenate([part.seen for part in parts])
    damaged = np.concatenate([part.damaged for part in parts])
    _join_up(rows, seen, parts)
    shown = np.maximum.accumulate(np.where(seen, np.arange(len(rows)), 0))
    rows[~seen, :13] = rows[shown[~seen], :13]
    rows[~seen, 13:] = _ALIKE
    level, low, middle, high = (rows[:, first : first + 3] for first in (0, 3, 6, 9))
    top, change, most, shape, likeness, later = (rows[:, column] for column in range(12, 18))
    return Picture(
        *(level, low, middle, high, top, change, most, shape, likeness, later),
        tiles=rows[:, 18:-4],
        shift=rows[:, -4:-2],
        fit=rows[:, -2],
        lift=rows[:, -1],
        lost=~seen,
        damaged=damaged,
    )
