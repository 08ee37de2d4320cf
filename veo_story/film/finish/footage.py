"""The frames of a scene's footage by number, in any order, in bounded memory."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from veo_story.media.conform import conformed_frames, own_frames

if TYPE_CHECKING:
    from collections.abc import Generator

    from av.video.frame import VideoFrame

    from veo_story.media.source import Colour, Source

_KEPT_BYTES = 40_000_000
_LEAST_KEPT = 12
_AHEAD = 48
"""Decoding on is taken for quicker than seeking up to so many frames."""
_MOST_OPEN = 3


@dataclass
class _Decoder:
    """A run through the footage that has come to frame ``at``."""

    frames: Generator[VideoFrame]
    at: int


class Footage:
    """Frames ``start`` to ``end`` (exclusive) of a clip, numbered from 0, in the film's size and colours.

    Made to be read forwards, backwards, and at a few places at once; what was read last is kept, ``reach``
    frames at least.
    """

    def __init__(
        self, source: Source, start: int, end: int, size: tuple[int, int], colour: Colour, reach: int = 0
    ) -> None:
        self._source, self._start, self._end = source, start, end
        self.size, self.colour = size, colour
        self._is_own = source.sets is not None and source.size == size and source.colour == colour
        self._kept: OrderedDict[int, VideoFrame] = OrderedDict()
        self._most = max(_KEPT_BYTES // (size[0] * size[1] * 3 // 2), _LEAST_KEPT, reach)
        self._decoders: list[_Decoder] = []
        self._last = -1

    def __len__(self) -> int:
        return self._end - self._start

    def all(self) -> Generator[VideoFrame]:
        """Every frame, in order, decoded once."""
        return self._decoded(0)

    def frame(self, number: int) -> VideoFrame:
        """A frame; before the first one and after the last one these stand still. Raises MediaError."""
        number = min(max(number, 0), len(self) - 1)
        if number not in self._kept:
            self._read(number)
        self._kept.move_to_end(number)
        self._last = number
        return self._kept[number]

    def close(self) -> None:
        """Close the clip."""
        for decoder in self._decoders:
            decoder.frames.close()
        self._decoders.clear()
        self._kept.clear()

    def _decoded(self, first: int) -> Generator[VideoFrame]:
        start = self._start + first
        if self._is_own:
            return own_frames(self._source, start, self._end)
        return conformed_frames(self._source, start, self._end, self.size, self.colour)

    def _read(self, number: int) -> None:
        near = [d for d in self._decoders if 0 <= number - d.at <= _AHEAD]
        if near:
            decoder = max(near, key=lambda d: d.at)
        else:
            # Going backwards, the frames before it will be wanted next.
            first = max(number - self._most // 2, 0) if number < self._last else number
            decoder = _Decoder(self._decoded(first), first)
        self._decoders = [*(d for d in self._decoders if d is not decoder), decoder]
        while len(self._decoders) > _MOST_OPEN:
            self._decoders.pop(0).frames.close()
        while decoder.at <= number:
            self._kept[decoder.at] = next(decoder.frames)
            decoder.at += 1
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
