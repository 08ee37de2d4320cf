"""A film with another picture: its sound, captions, chapters and words about it are copied as they are."""

from __future__ import annotations

from heapq import merge
from typing import TYPE_CHECKING, Any

import av

from veo_story.errors import MediaError
from veo_story.media.files import MAKE_ROOM
from veo_story.media.grid import RATE
from veo_story.media.mp4 import switch_off
from veo_story.media.opened import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from av.container import InputContainer, OutputContainer
    from av.packet import Packet
    from av.stream import Stream
    from av.video.stream import VideoStream

_OF_THE_FILE = frozenset({"major_brand", "minor_version", "compatible_brands", "encoder"})
"""What an MP4 says about itself, not about the film."""


def repictured(
    film: Path,
    into: Path,
    stream_of: Callable[[OutputContainer], VideoStream],
    packets_of: Callable[[VideoStream], Iterator[Packet[Any]]],
) -> None:
    """Write an MP4 with the picture of ``packets_of`` and all else of ``film``, packet for packet.

    ``stream_of`` adds the picture's stream to the file, ``packets_of`` gives its packets as decoded. Raises
    MediaError when the film cannot be read or ``into`` not be written.
    """
    # Without it an MP4 says in milliseconds where its sound ends, and can lose the last samples.
    options = {"movflags": "faststart", "movie_timescale": str(RATE)}
    with opened(film) as source:
        besides = [stream for stream in source.streams if stream.type in ("audio", "subtitle")]
        try:
            with av.open(str(into), "w", format="mp4", options=options) as container:
                picture = stream_of(container)
                copies = {stream.index: _copy(container, stream) for stream in besides}
                container.metadata.update(
                    {key: value for key, value in source.metadata.items() if key not in _OF_THE_FILE}
                )
                container.set_chapters(source.chapters())
                ordered = merge(
                    _timed(packets_of(picture)), _timed(_copied(source, besides, copies)), key=lambda p: p[0]
                )
                for _, packet in ordered:
                    container.mux(packet)
            if any(stream.type == "subtitle" for stream in besides):
                switch_off(into, b"sbtl")
        except (av.FFmpegError, OSError) as error:
            raise MediaError(f"{into}: cannot be written: {error}", hint=MAKE_ROOM) from error


def _copy(container: OutputContainer, stream: Stream) -> Stream:
    copy: Stream = container.add_stream_from_template(stream)
    copy.metadata.update(stream.metadata)
    copy.time_base = stream.time_base
    copy.disposition = stream.disposition
    return copy


def _copied(
    source: InputContainer, streams: list[Stream], copies: dict[int, Stream]
) -> Iterator[Packet[Any]]:
    for packet in source.demux(streams) if streams else ():
        if packet.size and packet.dts is not None:
            packet.stream = copies[packet.stream_index]
            yield packet


def _timed(packets: Iterator[Packet[Any]]) -> Iterator[tuple[float, Packet[Any]]]:
    for packet in packets:
        yield float((packet.dts or 0) * packet.time_base), packet
