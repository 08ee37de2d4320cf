"""What a media file holds, measured without decoding it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from veo_story.media.mp4 import moov_first
from veo_story.media.opened import audio_stream, opened, video_stream
from veo_story.media.packets import is_shown, row_of, table_of

if TYPE_CHECKING:
    from pathlib import Path

    from av.audio.stream import AudioStream
    from av.container import InputContainer

    from veo_story.media.packets import PacketTable, Row


@dataclass(frozen=True, slots=True)
class AudioProbe:
    """The sound of a clip. ``samples`` is what plays, a channel, encoder delay not counted."""

    samples: int
    rate: int
    channels: int
    codec: str
    start_s: Fraction


@dataclass(frozen=True, slots=True)
class Probe:
    """The picture of a clip, and its sound if it has any.

    ``fps`` is exact when ``constant``, else the average. ``duration_s`` is that of the picture.
    ``moov_first`` is False for anything but an MP4 with its index in front.
    """

    frames: int
    fps: Fraction
    constant: bool
    width: int
    height: int
    video_codec: str
    pix_fmt: str
    start_s: Fraction
    duration_s: Fraction
    key_frames: int
    moov_first: bool
    audio: AudioProbe | None


def probe(path: Path) -> Probe:
    """Measure a file by reading its packets. Raises MediaError when it is not a readable video."""
    with opened(path) as container:
        stream = video_stream(container, path)
        sound = audio_stream(container)
        wanted = [stream] if sound is None else [stream, sound]
        picture: list[Row] = []
        heard: list[tuple[int, int]] = []
        for packet in container.demux(wanted):
            if not is_shown(packet):
                continue
            if packet.stream_index == stream.index:
                picture.append(row_of(packet))
            elif packet.pts is not None:
                heard.append((packet.pts, packet.pts + (packet.duration or 0)))
        table = table_of(path, stream, picture)
        fps, constant = _rate(table, stream.average_rate)
        return Probe(
            frames=len(table),
            fps=fps,
            constant=constant,
            width=stream.codec_context.width,
            height=stream.codec_context.height,
            video_codec=stream.codec_context.name,
            pix_fmt=stream.codec_context.pix_fmt or "",
            start_s=table.start_s,
            duration_s=len(table) / fps,
            key_frames=sum(table.keys),
            moov_first=moov_first(path),
            audio=None if sound is None else _audio(container, sound, heard),
        )


def _rate(table: PacketTable, average: Fraction | None) -> tuple[Fraction, bool]:
    """Frames a second, and whether every frame is shown equally long."""
    if table.step is not None:
        return 1 / (table.step * table.time_base), True
    if len(table) == 1:
        return average or Fraction(24), True
    span = (table.shown[-1] - table.shown[0]) * table.time_base
    return Fraction(len(table) - 1) / span, False


def _audio(container: InputContainer, stream: AudioStream, heard: list[tuple[int, int]]) -> AudioProbe:
    base = Fraction(stream.time_base or 1)
    start = max(min((first for first, _ in heard), default=0), stream.start_time or 0)
    end = max((last for _, last in heard), default=0)
    # The edit list of an MP4 ends the sound inside its last packet; the stream's duration knows that.
    if stream.duration is not None and container.format.name.startswith("mov"):
        end = min(end, start + stream.duration)
    context = stream.codec_context
    rate = context.sample_rate
    return AudioProbe(
        samples=max(round((end - start) * base * rate), 0),
        rate=rate,
        channels=context.channels,
        codec=context.name,
        start_s=start * base,
    )
