"""What draws the eye in a picture, along one axis: contrast, colour and movement, on thumbnails.

Everything here is relative to the picture itself, so nothing is assumed of faces, skin or genre.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from veo_story.media.blend import planes_of
from veo_story.media.opened import opened, video_stream
from veo_story.media.packets import scan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from numpy.typing import NDArray

    from veo_story.media.packets import PacketTable

    Map = NDArray[np.float32]

LONG = 96
"""Cells along the longer edge of a thumbnail."""
_FINE, _COARSE = 1.2, 12.0
"""Radii in cells: an eye-catcher differs from what is around it, not only from its neighbour."""
_MARGIN = 0.12
"""Share of an edge where titles, timecodes and captions stand, and where people seldom do."""
_CENTRE = 0.35
"""How much less counts what stands at the far ends of the picture."""
_MOVES = 1.5
"""What moves against the picture as a whole counts so much more than what stands out in it."""
_NOISE = 3.0
"""Levels of difference that are noise of the codec."""
_APART = 2
"""Frames between two looks at least; where only some frames are predicted from, it is more."""
_OTHER_SHOT = 0.35
"""Pictures in a row that agree less than this (as a correlation) are of two shots."""


@dataclass(frozen=True)
class Looks:
    """What was seen in a film: ``frames`` looked at, and how much is ``seen`` where along the axis.

    ``seen`` is ``(looks, cells)`` and adds up to 1 in each row. ``breaks`` are (after, before): between
    these two frames the picture changes altogether, and begins anew at the second one or earlier.
    """

    frames: tuple[int, ...]
    seen: Map
    breaks: tuple[tuple[int, int], ...]

    def breaks_but(self, known: Sequence[int]) -> list[int]:
        """Frames at which the picture changes altogether, where none of the ``known`` ones says so."""
        return [last for first, last in self.breaks if not any(first < cut <= last for cut in known)]

    def within(self, start: int, end: int) -> list[int]:
        """The looks at frames ``start`` to ``end`` (exclusive); the nearest one where there is none."""
        found = [index for index, frame in enumerate(self.frames) if start <= frame < end]
        near = min(range(len(self.frames)), key=lambda index: abs(self.frames[index] - start))
        return found or [near]


def look(film: Path, *, across: bool) -> Looks:
    """Look at a film. Only frames that others are predicted from are decoded, about half of them."""
    frames: list[int] = []
    rows: list[Map] = []
    breaks: list[tuple[int, int]] = []
    before: NDArray[np.uint8] | None = None
    with opened(film) as container:
        table = scan(container, film)
        keys = [shown for shown, key in zip(table.displays, table.keys, strict=True) if key]
        for number, frame in _some_frames(container, table):
            now = thumbnail(frame)
            if before is not None and _is_other(before[0], now[0]):
                # Encoders put a key frame where the picture changes: then the very frame is known.
                fresh = [key for key in keys if frames[-1] < key <= number]
                breaks.append((frames[-1], fresh[0] if fresh else number))
                before = None
            shown = saliency(now, before)
            line = shown.sum(axis=0 if across else 1)
            frames.append(number)
            rows.append(line / max(float(line.sum()), 1e-6))
            before = now
    return Looks(tuple(frames), np.stack(rows), tuple(breaks))


def _some_frames(container: InputContainer, table: PacketTable) -> Iterator[tuple[int, VideoFrame]]:
    stream = video_stream(container, table.path)
    stream.thread_type = "AUTO"
    stream.codec_context.skip_frame = "NONREF"
    container.seek(table.dts[0], stream=stream)
    last = -_APART
    for frame in container.decode(stream):
        number = None if frame.pts is None else table.frame_of.get(frame.pts)
        if number is not None and number >= last + _APART:
            last = number
            yield number, frame


def thumbnail(frame: VideoFrame) -> NDArray[np.uint8]:
    """Brightness and both colours, ``(3, rows, cells)`` uint8, area-averaged; the longer edge is ``LONG``."""
    if frame.format.name not in ("yuv420p", "yuvj420p"):
        frame = frame.reformat(format="yuv420p")
    scale = LONG / max(frame.width, frame.height)
    size = (max(round(frame.width * scale), 2), max(round(frame.height * scale), 2))
    return np.stack([cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in planes_of(frame)])


def saliency(now: NDArray[np.uint8], before: NDArray[np.uint8] | None = None) -> Map:
    """How much each cell of a thumbnail draws the eye, from 0; ``before`` is the one looked at before."""
    planes = now.astype(np.float32)
    stands_out = np.zeros(planes.shape[1:], np.float32)
    for plane, weight in zip(planes, (0.6, 1.0, 1.0), strict=True):
        fine, coarse = (cv2.GaussianBlur(plane, (0, 0), radius) for radius in (_FINE, _COARSE))
        stands_out += weight * np.abs(fine - coarse)
    total = _even_out(stands_out)
    if before is not None:
        total = total + _MOVES * _moving(planes[0], before[0].astype(np.float32))
    return total * _where_it_counts(total.shape)


def _moving(now: Map, before: Map) -> Map:
    """What moves other than the whole picture does, as a camera that pans lets all of it move."""
    (x, y), sure = cv2.phaseCorrelate(before, now)
    if sure > 0.1 and (abs(x) > 0.2 or abs(y) > 0.2):
        shift = np.array([[1, 0, x], [0, 1, y]], np.float32)
        size = (now.shape[1], now.shape[0])
        before = np.asarray(cv2.warpAffine(before, shift, size, borderMode=cv2.BORDER_REPLICATE), np.float32)
    moved = np.maximum(np.abs(now - before) - _NOISE, 0)
    blurred = cv2.GaussianBlur(moved, (0, 0), 2.0)
    # Where everything flickers or pans, movement tells nothing: only what exceeds the usual counts.
    return np.asarray(np.clip((blurred - 2 * np.median(blurred)) / 12, 0, 1), np.float32)


def _even_out(shown: Map) -> Map:
    """From 0 to 1, with the dull half of the picture at 0 and the peaks held down."""
    low, high = np.percentile(shown, (50, 98))
    return np.asarray(np.clip((shown - low) / max(float(high - low), 6.0), 0, 1), np.float32)


def _where_it_counts(shape: tuple[int, ...]) -> Map:
    """Less at the edges, where titles and timecodes stand, and a little less far from the centre."""
    weights = []
    for length in shape:
        at = (np.arange(length, dtype=np.float32) + 0.5) / length
        from_edge = np.minimum(at, 1 - at)
        edge = np.clip(from_edge / _MARGIN, 0, 1) ** 2
        weights.append(edge * (1 - _CENTRE * (1 - 2 * from_edge) ** 2))
    return np.outer(weights[0], weights[1]).astype(np.float32)


def _is_other(before: NDArray[np.uint8], now: NDArray[np.uint8]) -> bool:
    """Whether two pictures have so little in common that there is a cut between them."""
    a, b = (plane.astype(np.float32) - plane.mean() for plane in (before, now))
    power = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return power > a.size * 4 and float((a * b).sum()) / power < _OTHER_SHOT
