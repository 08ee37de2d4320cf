"""The sound of a film out of its clips' own AAC packets: next to nothing to do, right to half a packet.

Clips of one chain stand on one grid of packets, so between them it is exact. Elsewhere a clip's sound may
be up to 10.7 ms off its picture, and a cut is a soft one of 21 ms: fit to judge a film by, not to deliver.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from veo_story.errors import MediaError
from veo_story.media.grid import AAC_FRAME, FRAME_SAMPLES, RATE
from veo_story.media.opened import audio_stream, opened, video_stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.packet import Packet

    from veo_story.media.spans import Span


def add_copied(container: OutputContainer, spans: Sequence[tuple[int, Span]]) -> AudioStream:
    """A sound stream described as that of the first span's clip. Raises MediaError when it has no AAC."""
    if not spans:
        raise MediaError("the film has no clip whose sound could be copied")
    clip = spans[0][1].clip
    with opened(clip) as source:
        stream = audio_stream(source)
        if stream is None or stream.codec_context.name != "aac" or stream.codec_context.sample_rate != RATE:
            raise MediaError(f"{clip}: has no sound that could be copied")
        return container.add_stream_from_template(stream)


def copied_sound(stream: AudioStream, spans: Sequence[tuple[int, Span]]) -> Iterator[Packet[AudioStream]]:
    """The packets of the film, one every 1,024 samples, for spans that begin at frames of the film.

    Where a clip has none, and between spans, the film is silent.
    """
    before: dict[int, Packet[AudioStream]] = {}
    for frame, span in spans:
        now = _placed(span, frame * FRAME_SAMPLES)
        # What sounds over a seam is in both clips; the later one knows how it goes on.
        first = min(now, default=None)
        yield from (_set(before[slot], slot, stream) for slot in before if first is None or slot < first)
        before = now
    yield from (_set(packet, slot, stream) for slot, packet in before.items())


def _placed(span: Span, begins: int) -> dict[int, Packet[AudioStream]]:
    """The packets that sound in a span, by their place in the film: packet ``n`` begins at sample 1,024 n.

    At the very beginning the one before goes along, for the decoder to warm up on.
    """
    found: dict[int, Packet[AudioStream]] = {}
    start, end = span.start * FRAME_SAMPLES, span.end * FRAME_SAMPLES
    early = AAC_FRAME * (1 if begins else 2)
    with opened(span.clip) as container:
        stream = audio_stream(container)
        if stream is None:
            return found
        picture = video_stream(container, span.clip)
        zero = round(Fraction(picture.start_time or 0) * Fraction(picture.time_base or 1) * RATE)
        base = Fraction(stream.time_base or Fraction(1, RATE))
        for packet in container.demux(stream):
            if packet.pts is None or not packet.size:
                continue
            at = round(packet.pts * base * RATE) - zero
            if at + early > start and at < end:
                found[(begins + at - start + AAC_FRAME // 2) // AAC_FRAME] = packet
    return found


def _set(packet: Packet[AudioStream], slot: int, stream: AudioStream) -> Packet[AudioStream]:
    packet.stream = stream
    packet.time_base = Fraction(1, RATE)
    packet.pts = packet.dts = slot * AAC_FRAME
    packet.duration = AAC_FRAME
    return packet
