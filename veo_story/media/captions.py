"""Captions as a track of an MP4 (``mov_text``, which MP4 calls ``tx3g``)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av

from veo_story.errors import MediaError
from veo_story.media.opened import opened
from veo_story.media.source import FPS
from veo_story.media.spans import Caption

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from av.container import OutputContainer
    from av.packet import Packet
    from av.subtitles.stream import SubtitleStream


_STYLE = {
    "Name": "Default",
    "Fontname": "Arial",
    "Fontsize": "16",
    "PrimaryColour": "&Hffffff",
    "SecondaryColour": "&Hffffff",
    "OutlineColour": "&H0",
    "BackColour": "&H0",
    **dict.fromkeys(("Bold", "Italic", "Underline", "StrikeOut"), "0"),
    **dict.fromkeys(("ScaleX", "ScaleY"), "100"),
    **dict.fromkeys(("Spacing", "Angle"), "0"),
    "BorderStyle": "1",
    "Outline": "1",
    "Shadow": "0",
    "Alignment": "2",
    **dict.fromkeys(("MarginL", "MarginR", "MarginV"), "10"),
    "Encoding": "0",
}
# FFmpeg makes the track's description (default style, fonts) out of this.
_HEADER = f"""[Script Info]
ScriptType: v4.00+
PlayResX: 384
PlayResY: 288

[V4+ Styles]
Format: {", ".join(_STYLE)}
Style: {",".join(_STYLE.values())}

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def add_captions(container: OutputContainer, language: str) -> SubtitleStream:
    """A track of captions. ``language`` is a code of three letters (ISO 639-2), "und" if not known."""
    stream = container.add_stream("mov_text")
    stream.codec_context.subtitle_header = _HEADER.encode()
    stream.codec_context.time_base = Fraction(1, FPS)
    stream.time_base = Fraction(1, FPS)
    stream.metadata["language"] = language
    return stream


def caption_packets(
    stream: SubtitleStream, captions: Sequence[Caption], frames: int
) -> Iterator[Packet[SubtitleStream]]:
    """The packets of the track, as long as the film: empty ones where nothing is said.

    Raises MediaError when captions overlap, come out of order or end after the film.
    """
    at = 0
    for caption in captions:
        if not at <= caption.start < caption.end <= frames:
            raise MediaError(f"a caption cannot stand from frame {caption.start} to {caption.end}")
        if at < caption.start:
            yield _packet(stream, at, caption.start, "")
        yield _packet(stream, caption.start, caption.end, caption.text)
        at = caption.end
    if at < frames:
        yield _packet(stream, at, frames, "")


def read_captions(path: Path) -> tuple[Caption, ...]:
    """The captions of a file's first track of them; none when it has no such track."""
    found = []
    with opened(path) as container:
        for stream in container.streams.subtitles[:1]:
            for packet in container.demux(stream):
                text = bytes(packet)[2:].decode(errors="replace")
                if text and packet.pts is not None:
                    base = Fraction(stream.time_base or 1) * FPS
                    ends = packet.pts + (packet.duration or 0)
                    found.append(Caption(round(packet.pts * base), round(ends * base), text))
    return tuple(found)


def _packet(stream: SubtitleStream, start: int, end: int, text: str) -> Packet[SubtitleStream]:
    data = text.encode()[:0xFFFF].decode(errors="ignore").encode()
    packet: Packet[Any] = av.Packet(len(data).to_bytes(2, "big") + data)
    packet.stream = stream
    packet.time_base = Fraction(1, FPS)
    packet.pts = packet.dts = start
    packet.duration = end - start
    packet.is_keyframe = True
    return packet
