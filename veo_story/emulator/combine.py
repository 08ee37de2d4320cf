"""What an extension returns: one file of the parent, its last second made anew, and the new footage.

The parent's packets are copied up to its last second, so the cost hardly grows with the chain. Where the
parent was made here its sound is copied too; else all sound is encoded once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from veo_story.backends.local.joined import comment_of
from veo_story.backends.local.state import read_state
from veo_story.backends.local.window import split_planes
from veo_story.backends.local.writer import AAC_FRAME, MP4_OPTIONS, Clip, first_aac_frame, write_clip
from veo_story.errors import MediaError
from veo_story.media.frames import read_frames
from veo_story.media.join import join
from veo_story.media.sound import FRAME_SAMPLES, RATE, read_sound
from veo_story.media.spans import Span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from veo_story.backends.local.window import Planes, Scratch

REMADE_FRAMES = 24


@dataclass(frozen=True, slots=True)
class Extension:
    """What an extension is put together from, and how long each is in frames.

    ``remade`` is the parent's last second (or all of a shorter parent), encoded anew.
    """

    parent: Path
    parent_frames: int
    remade: Path
    new: Path
    new_frames: int
    size: tuple[int, int]

    @property
    def kept(self) -> int:
        """How many of the parent's frames stay as they are."""
        return max(0, self.parent_frames - REMADE_FRAMES)


@dataclass(frozen=True, slots=True)
class _Decoded:
    """Frames and sound of a clip as something to encode."""

    pictures: list[NDArray[np.uint8]]
    sound: NDArray[np.float32]
    first_sample: int

    def draw(self, frame: int, into: Planes, _scratch: Scratch) -> None:
        for plane, own in zip(into, split_planes(self.pictures[frame]), strict=True):
            plane[:] = own

    def samples(self, start: int, end: int) -> NDArray[np.float32]:
        out = np.zeros((2, end - start), np.float32)
        left = max(start, self.first_sample)
        right = min(end, self.first_sample + self.sound.shape[1])
        if right > left:
            part = self.sound[:, left - self.first_sample : right - self.first_sample]
            out[:, left - start : right - start] = part
        return out


def is_on_the_grid(path: Path, frames: int) -> bool:
    """Whether a clip was made here from its chain's first frame on and is whole: its sound can be copied."""
    try:
        state = read_state(comment_of(path), path)
    except MediaError:
        return False
    return state.first == 0 and state.next == frames


def remake(parent: Path, frames: int, size: tuple[int, int], into: Path) -> None:
    """Decode the last second of a clip of ``frames`` frames and encode it to the file ``into``.

    Raises :class:`~veo_story.errors.MediaError` when it cannot be decoded.
    """
    first = max(0, frames - REMADE_FRAMES)
    width, height = size
    pictures = [
        _contiguous(frame.reformat(width=width, height=height, format="yuv420p").to_ndarray())
        for _, frame in read_frames(parent, first, frames)
    ]
    start = first * FRAME_SAMPLES
    sound = np.concatenate(list(read_sound(parent, start, frames * FRAME_SAMPLES)), axis=1)
    decoded = _Decoded(pictures, sound, start)
    write_clip(Clip(size, frames - first, first, decoded.draw, decoded), into)


def combine(extension: Extension, into: Path, comment: str | None = None) -> None:
    """Write the extension as one MP4 to ``into``; ``comment`` becomes its tag.

    Raises :class:`~veo_story.errors.MediaError` when a part of it cannot be read.
    """
    if is_on_the_grid(extension.parent, extension.parent_frames):
        _copy(extension, into, comment)
        return
    whole = into.with_suffix(".joined.mp4") if comment is not None else into
    spans = [
        Span(extension.parent, 0, extension.kept),
        Span(extension.remade, 0, extension.parent_frames - extension.kept, continuous=True),
        Span(extension.new, 0, extension.new_frames, continuous=True),
    ]
    join([span for span in spans if span.frames], whole, size=extension.size)
    if comment is not None:
        _tag(whole, into, comment)
        whole.unlink()


def _copy(extension: Extension, into: Path, comment: str | None) -> None:
    """Put packets together: pictures of all three, sound of the parent and of the new footage."""
    seam, end = extension.parent_frames, extension.parent_frames + extension.new_frames
    before = range(-1, first_aac_frame(seam))
    after = range(first_aac_frame(seam), -(-end * FRAME_SAMPLES // AAC_FRAME))
    takings = (
        _Taking(extension.parent, 0, extension.kept, before, seam * FRAME_SAMPLES),
        _Taking(extension.remade, extension.kept, seam, range(0), 0),
        _Taking(extension.new, seam, end, after, end * FRAME_SAMPLES),
    )
    try:
        with av.open(str(into), "w", format="mp4", options=MP4_OPTIONS) as out:
            if comment is not None:
                out.metadata["comment"] = comment
            streams: list[Any] = []
            for taking in takings:
                for packet in taking.packets(streams, out):
                    out.mux(packet)
    except (av.FFmpegError, OSError, IndexError) as error:
        raise MediaError(f"{extension.parent} cannot be extended: {error}") from error


@dataclass(frozen=True, slots=True)
class _Taking:
    """A clip whose frames become ``first`` to ``end`` of the whole.

    Of its sound the AAC frames ``heard`` are kept, and nothing from sample ``sound_end`` on.
    """

    path: Path
    first: int
    end: int
    heard: range
    sound_end: int

    def packets(self, streams: list[Any], out: Any) -> Iterator[Any]:
        with av.open(str(self.path), options={"ignore_editlist": "1"}) as source:
            inputs = [source.streams.video[0], source.streams.audio[0]]
            if not streams:
                streams.extend(out.add_stream_from_template(stream) for stream in inputs)
            if _settings(streams[0]) != _settings(inputs[0]):
                raise MediaError(f"{self.path} was encoded with other settings than the clip it goes on from")
            # Our clips carry one AAC frame before the one that holds their first sample.
            at = first_aac_frame(self.first) - 1
            for packet in source.demux(inputs):
                if packet.dts is None:
                    continue
                if packet.stream.type == "video":
                    kept = self._place_picture(packet)
                else:
                    kept = self._place_sound(packet, at)
                    at += 1
                if kept:
                    packet.stream = streams[int(packet.stream.type == "audio")]
                    yield packet

    def _place_picture(self, packet: Any) -> bool:
        number: int = self.first + round(packet.pts * packet.time_base * 24)
        packet.time_base = Fraction(1, 24)
        packet.pts = packet.dts = number
        packet.duration = 1
        return number < self.end

    def _place_sound(self, packet: Any, at: int) -> bool:
        if at not in self.heard:
            return False
        packet.time_base = Fraction(1, RATE)
        packet.pts = packet.dts = at * AAC_FRAME
        packet.duration = min(AAC_FRAME, self.sound_end - packet.pts)
        return True


def _settings(stream: Any) -> bytes:
    return bytes(stream.codec_context.extradata or b"")


def _tag(source: Path, into: Path, comment: str) -> None:
    """The same file with a ``comment`` tag, packet by packet."""
    with av.open(str(source)) as read, av.open(str(into), "w", format="mp4", options=MP4_OPTIONS) as out:
        out.metadata["comment"] = comment
        streams = {stream.index: out.add_stream_from_template(stream) for stream in read.streams}
        for packet in read.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream_index]
                out.mux(packet)


def _contiguous(picture: Any) -> NDArray[np.uint8]:
    return np.ascontiguousarray(picture, np.uint8)
