"""Write a film: packets copied where they can be, the rest encoded, sound exact to the sample."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from heapq import merge
from typing import TYPE_CHECKING, Any, Literal

import av

from veo_story.errors import MediaError
from veo_story.media.ahead import ahead
from veo_story.media.encode import add_picture
from veo_story.media.files import MAKE_ROOM
from veo_story.media.grid import RATE
from veo_story.media.heard import Anew, Heard, heard_in
from veo_story.media.join import Joined
from veo_story.media.mp4 import switch_off
from veo_story.media.picture import plan_picture
from veo_story.media.source import FPS, read_source
from veo_story.media.spans import clips_of, merged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from av.container import OutputContainer
    from av.container.core import Chapter as MuxedChapter
    from av.packet import Packet
    from av.video.stream import VideoStream

    from veo_story.media.labels import Labels
    from veo_story.media.mix import Mix
    from veo_story.media.picture import Picture
    from veo_story.media.spans import Chapter, Stretch

_AHEAD = 64
"""Packets of sound (1.4 s) that are made ahead of the picture."""


@dataclass(frozen=True)
class Layout:
    """A film that is planned, not written yet: what is copied, what is encoded, whence its sound."""

    picture: Picture
    heard: Heard

    @property
    def frames(self) -> int:
        """Length in frames."""
        return self.picture.frames

    @property
    def joined(self) -> Joined:
        """What goes into the film; its remarks are complete when that is written."""
        copied = self.picture.copied_frames
        return Joined(self.frames, copied, self.frames - copied, self.remarks)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a person should know of the film, as soon as it is written."""
        return tuple(self.heard.remarks) if isinstance(self.heard, Anew) else ()


def lay_out(
    stretches: Sequence[Stretch],
    size: tuple[int, int],
    sound: Mix | Literal["own", "quick"] = "own",
    folder: Path | None = None,
) -> Layout:
    """Read the clips and decide how the film is made. Raises MediaError as ``join`` does.

    ``folder`` is where a long mix may lie until its loudness is known: 23 MB a minute.
    """
    if not stretches:
        raise MediaError("the film is empty: there is nothing to join")
    whole = merged(stretches)
    sources = {clip: read_source(clip) for clip in clips_of(whole)}
    picture = plan_picture(whole, sources, size)
    return Layout(picture, heard_in(whole, picture, sound, folder))


def write(layout: Layout, into: Path, labels: Labels) -> None:
    """Write a film that is laid out; see :func:`veo_story.media.join.join`."""
    # Without it an MP4 says in milliseconds where its sound ends, and can lose the last samples.
    options = {"movflags": "faststart", "movie_timescale": str(RATE)}
    try:
        with av.open(str(into), "w", format="mp4", options=options) as container, ExitStack() as threads:
            for packet in _packets(container, layout, labels, threads):
                container.mux(packet)
        if labels.captions:
            switch_off(into, b"sbtl")
    except (av.FFmpegError, OSError) as error:
        raise MediaError(f"{into}: cannot be written: {error}", hint=MAKE_ROOM) from error


def _packets(
    container: OutputContainer, layout: Layout, labels: Labels, threads: ExitStack
) -> Iterator[Packet[Any]]:
    """All packets in the order of their times, so that the muxer holds back next to nothing."""
    picture = layout.picture
    video = add_picture(container, picture.settings, picture.template, picture.sets)
    audio = layout.heard.add_to(container)
    words: Iterator[Packet[Any]] = iter(())
    if labels.captions:
        # Only here, for most films have none.
        from veo_story.media.captions import add_captions, caption_packets

        subtitles = add_captions(container, labels.language)
        words = caption_packets(subtitles, labels.captions, layout.frames)
    container.metadata.update({name: text for name, text in labels.notes.items() if text})
    container.set_chapters([_chapter(number, chapter) for number, chapter in enumerate(labels.chapters)])
    # Opens the encoders, before there is a thread to use them.
    container.start_encoding()
    heard = layout.heard.packets(audio)
    if layout.heard.is_work:
        heard = threads.enter_context(ahead(heard, _AHEAD))
    streams = (_picture_packets(picture, video), _timed(heard, RATE), _timed(words, FPS))
    return (packet for _, packet in merge(*streams, key=lambda timed: timed[0]))


def _chapter(number: int, chapter: Chapter) -> MuxedChapter:
    return {
        "id": number,
        "start": chapter.start,
        "end": chapter.end,
        "time_base": Fraction(1, FPS),
        "metadata": {"title": chapter.title},
    }


def _picture_packets(picture: Picture, stream: VideoStream) -> Iterator[tuple[float, Packet[Any]]]:
    for packet in picture.packets():
        packet.stream = stream
        packet.time_base = Fraction(1, FPS)
        packet.duration = 1
        yield (packet.dts or 0) / FPS, packet


def _timed(packets: Iterable[Packet[Any]], rate: int) -> Iterator[tuple[float, Packet[Any]]]:
    for packet in packets:
        yield (packet.dts or 0) / rate, packet
