"""The sound of a film that is one clip from its first frame to its last: all of the clip's own packets."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from veo_story.media.grid import AAC_FRAME, FRAME_SAMPLES, RATE
from veo_story.media.opened import audio_stream, opened, video_stream

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.audio.stream import AudioStream
    from av.container import InputContainer, OutputContainer
    from av.packet import Packet

    from veo_story.media.source import Source


_MILLISECOND = RATE // 1000
"""As finely as many an MP4 says where its sound ends: by so much it may be short."""


@dataclass(frozen=True)
class WholeSound:
    """Packets that can be copied: packet ``n`` begins at sample ``first`` + 1,024 ``n`` of the film."""

    clip: Path
    first: int
    samples: int
    hashes: tuple[int, ...]
    is_work: bool = False

    def add_to(self, container: OutputContainer) -> AudioStream:
        """A sound stream described as that of the clip."""
        with opened(self.clip) as source:
            stream = audio_stream(source)
            assert stream is not None
            return container.add_stream_from_template(stream)

    def packets(self, stream: AudioStream) -> Iterator[Packet[AudioStream]]:
        """The packets for the film; the last one ends where the film does."""
        with opened(self.clip) as container:
            at = self.first
            for packet, _ in _timed(container, self.clip):
                if at >= self.samples:
                    return
                packet.stream = stream
                packet.time_base = Fraction(1, RATE)
                packet.pts = packet.dts = at
                packet.duration = min(AAC_FRAME, self.samples - at)
                at += AAC_FRAME
                yield packet


def whole_sound(source: Source) -> WholeSound | None:
    """The sound of the one clip that a film is; None where it has to be encoded anew.

    It is copied when it is AAC-LC, 48 kHz stereo, without a gap, and there from the first frame to the last.
    """
    samples = source.frames * FRAME_SAMPLES
    with opened(source.path) as container:
        stream = audio_stream(container)
        if stream is None or not _is_ours(stream):
            return None
        places, hashes = [], []
        for packet, place in _timed(container, source.path):
            places.append(place)
            hashes.append(hash(bytes(packet)))
    if (
        not places
        or places[0] > 0
        or places[0].denominator > 1
        or places[-1] + AAC_FRAME + _MILLISECOND < samples
    ):
        return None
    if any(after - before != AAC_FRAME for before, after in pairwise(places)):
        return None
    first = int(places[0])
    needed = -(-(samples - first) // AAC_FRAME)
    return WholeSound(source.path, first, samples, tuple(hashes[:needed]))


def _is_ours(stream: AudioStream) -> bool:
    context = stream.codec_context
    kind = (context.name, context.profile, context.sample_rate, context.layout.name)
    return kind == ("aac", "LC", RATE, "stereo")


def _timed(container: InputContainer, clip: Path) -> Iterator[tuple[Packet[AudioStream], Fraction]]:
    """The sound packets of a clip, each with its place in samples, counted from the first video frame."""
    stream = audio_stream(container)
    if stream is None:
        return
    picture = video_stream(container, clip)
    zero = Fraction(picture.start_time or 0) * Fraction(picture.time_base or 1) * RATE
    ticks = Fraction(stream.time_base or 1) * RATE
    for packet in container.demux(stream):
        if packet.pts is not None and packet.size:
            yield packet, packet.pts * ticks - zero
