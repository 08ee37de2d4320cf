"""A film with another picture: its sound, captions, chapters and words about it are copied as they are."""

from __future__ import annotations

from contextlib import ExitStack, closing
from heapq import merge
from typing import TYPE_CHECKING, Any

import av

from veo_story.errors import MediaError
from veo_story.media.files import MAKE_ROOM
from veo_story.media.grid import RATE
from veo_story.media.mp4 import switch_off
from veo_story.media.opened import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from av.container import InputContainer, OutputContainer
    from av.packet import Packet
    from av.stream import Stream
    from av.video.stream import VideoStream

Tracks = tuple["Generator[Packet[Any]]", ...]
_OF_THE_FILE = frozenset({"major_brand", "minor_version", "compatible_brands", "encoder"})
"""What an MP4 says about itself, not about the film."""


def repictured(
    film: Path,
    into: Path,
    stream_of: Callable[[OutputContainer], VideoStream],
    packets_of: Callable[[VideoStream], Generator[Packet[Any]]],
) -> None:
    """Write an MP4 with the picture of ``packets_of`` and all else of ``film``, packet for packet.

    ``stream_of`` adds the picture's stream to the file, ``packets_of`` gives its packets as decoded; it is
    closed, whatever happens. Raises MediaError when the film cannot be read or ``into`` not be written.
    """

    def tracks(container: OutputContainer, source: InputContainer) -> Tracks:
        picture = stream_of(container)
        besides = _copied(container, source, ("audio", "subtitle"))
        return packets_of(picture), besides

    _write(film, into, tracks)


def reworded(material: Path, film: Path, into: Path) -> None:
    """Write an MP4 with picture and sound of ``material`` and the words of ``film``: captions and all."""
    with opened(material) as given:

        def tracks(container: OutputContainer, source: InputContainer) -> Tracks:
            return _copied(container, given, ("video", "audio")), _copied(container, source, ("subtitle",))

        _write(film, into, tracks)


def _write(film: Path, into: Path, tracks: Callable[[OutputContainer, InputContainer], Tracks]) -> None:
    """Write what ``tracks`` gives, in the order of its times, with chapters and metadata of ``film``."""
    # Without it an MP4 says in milliseconds where its sound ends, and can lose the last samples.
    options = {"movflags": "faststart", "movie_timescale": str(RATE)}
    with opened(film) as source:
        try:
            with av.open(str(into), "w", format="mp4", options=options) as container, ExitStack() as begun:
                # Closed by hand: whoever keeps the error would keep the threads that make a picture, too.
                given = [begun.enter_context(closing(track)) for track in tracks(container, source)]
                notes = {key: text for key, text in source.metadata.items() if key not in _OF_THE_FILE}
                container.metadata.update(notes)
                container.set_chapters(source.chapters())
                for _, packet in merge(*map(_timed, given), key=lambda timed: timed[0]):
                    container.mux(packet)
            if source.streams.subtitles:
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
    container: OutputContainer, source: InputContainer, kinds: tuple[str, ...]
) -> Generator[Packet[Any]]:
    """The packets of all tracks of these kinds; the tracks are added to the file at once."""
    streams = [stream for stream in source.streams if stream.type in kinds]
    copies = {stream.index: _copy(container, stream) for stream in streams}
    return _set(source, streams, copies)


def _set(source: InputContainer, streams: list[Stream], copies: dict[int, Stream]) -> Generator[Packet[Any]]:
    for packet in source.demux(streams) if streams else ():
        if packet.size and packet.dts is not None:
            packet.stream = copies[packet.stream_index]
            yield packet


def _timed(packets: Iterator[Packet[Any]]) -> Iterator[tuple[float, Packet[Any]]]:
    for packet in packets:
        yield float((packet.dts or 0) * packet.time_base), packet
