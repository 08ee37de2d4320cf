"""Encode frames so that they fit between copied packets: one x264 setting for the whole film."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import av
from av.codec.context import Flags

from veo_story.errors import MediaError
from veo_story.media.h264 import (
    DELIMITER,
    PPS,
    SEI,
    SPS,
    join_packet,
    split_annex_b,
    unit_type,
)
from veo_story.media.opened import opened, video_stream
from veo_story.media.source import FPS, Colour

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from av.container import OutputContainer
    from av.packet import Packet
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

    from veo_story.media.h264 import ParameterSets

_BESIDES = frozenset({SPS, PPS, SEI, DELIMITER})
REORDER = 2
"""Frames that x264 decodes ahead with its pyramid of B-frames; none with the baseline profile."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How re-encoded frames of one film are made. ``set_id`` numbers their parameter sets.

    ``length_size`` is how copied packets are framed; without any (None) the muxer does the framing.
    ``crf`` is x264's: less is finer. ``gop`` is after how many frames at most there is a key frame.
    """

    size: tuple[int, int]
    profile: str
    colour: Colour
    set_id: int
    length_size: int | None = None
    crf: int = 16
    gop: int = 250

    def configure(self, context: VideoCodecContext) -> None:
        """Set up an x264 context that is not open yet."""
        context.width, context.height = self.size
        context.pix_fmt = "yuv420p"
        context.framerate = Fraction(FPS)
        context.time_base = Fraction(1, FPS)
        context.color_range = self.colour.range
        context.color_primaries = self.colour.primaries
        context.color_trc = self.colour.transfer
        context.colorspace = self.colour.matrix
        context.options = {
            "preset": "veryfast",
            "crf": str(self.crf),
            "profile": self.profile,
            "x264-params": f"sps-id={self.set_id}:open-gop=0:keyint={self.gop}",
        }
        # Parameter sets apart from the packets: they go into the file's header, once.
        context.flags |= Flags.global_header

    def open(self) -> VideoCodecContext:
        """A new encoder."""
        context = av.VideoCodecContext.create("libx264", "w")
        self.configure(context)
        context.open()
        return context

    def encode(self, frames: Iterable[VideoFrame]) -> Iterator[Packet[Any]]:
        """Packets of the frames, an IDR first, without parameter sets; all ``pts`` count frames."""
        context = self.open()
        if _own_sets(context) != parameter_sets(self):
            raise MediaError("x264 changed its parameter sets within one film")
        for frame in frames:
            frame.pict_type = av.video.frame.PictureType.NONE
            frame.time_base = Fraction(1, FPS)
            for packet in context.encode(frame):
                yield self._framed(packet)
        for packet in context.encode(None):
            yield self._framed(packet)

    def _framed(self, packet: Packet[Any]) -> Packet[Any]:
        if self.length_size is None:
            return packet
        units = tuple(unit for unit in split_annex_b(bytes(packet)) if unit_type(unit) not in _BESIDES)
        bare: Packet[Any] = av.Packet(join_packet(units, self.length_size))
        bare.pts = packet.pts
        bare.is_keyframe = packet.is_keyframe
        return bare


def add_picture(
    container: OutputContainer, settings: Settings, template: Path | None, sets: ParameterSets | None
) -> VideoStream:
    """A file's picture, described as that of the clip ``template`` but for its parameter sets ``sets``.

    Where there is no such clip it is described as ``settings`` encode it. Raises MediaError when the clip
    cannot be read.
    """
    if template is None or sets is None:
        stream = container.add_stream("libx264", rate=FPS)
        settings.configure(stream.codec_context)
    else:
        with opened(template) as source:
            stream = container.add_stream_from_template(video_stream(source, template))
        stream.codec_context.extradata = sets.to_avcc()
    stream.time_base = Fraction(1, FPS)
    return stream


@lru_cache(maxsize=8)
def parameter_sets(settings: Settings) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """The SPS and PPS that every encoder with these settings has."""
    return _own_sets(settings.open())


def _own_sets(context: VideoCodecContext) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    units = split_annex_b(context.extradata or b"")
    return (
        tuple(unit for unit in units if unit_type(unit) == SPS),
        tuple(unit for unit in units if unit_type(unit) == PPS),
    )
