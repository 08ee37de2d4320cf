"""Join ranges of clips into one film: packets copied where they can be, sound exact to the sample."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from heapq import merge
from typing import TYPE_CHECKING, Any, Literal

import av

from veo_story.errors import MediaError
from veo_story.media.aac import add_sound, encode_sound, film_sound
from veo_story.media.copied import add_copied, copied_sound
from veo_story.media.files import MAKE_ROOM
from veo_story.media.opened import opened, video_stream
from veo_story.media.picture import plan_picture
from veo_story.media.sound import RATE
from veo_story.media.source import FPS, read_source
from veo_story.media.spans import merged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.container.core import Chapter as MuxedChapter
    from av.packet import Packet
    from av.video.stream import VideoStream

    from veo_story.media.picture import Picture
    from veo_story.media.spans import Chapter, Span


@dataclass(frozen=True, slots=True)
class Joined:
    """What went into a film, in frames."""

    frames: int
    copied_frames: int
    encoded_frames: int


def join(
    spans: Sequence[Span],
    into: Path,
    *,
    size: tuple[int, int],
    title: str = "",
    chapters: Sequence[Chapter] = (),
    sound: Literal["exact", "quick"] = "exact",
) -> Joined:
    """Write the spans, in order, as an MP4 at 24 frames a second with 48 kHz stereo sound.

    ``size`` is width and height in pixels. ``quick`` sound is the clips' own, copied: see
    :mod:`veo_story.media.copied`. Memory does not grow with the film's length. Raises MediaError when a clip
    cannot be read or is shorter than its span; ``into`` is then left half written.
    """
    if not spans:
        raise MediaError("the film is empty: there is nothing to join")
    whole = merged(spans)
    sources = {clip: read_source(clip) for clip in dict.fromkeys(span.clip for span in whole)}
    picture = plan_picture(whole, sources, size)
    frames = sum(span.frames for span in whole)
    # Without it an MP4 says in milliseconds where its sound ends, and can lose the last samples.
    options = {"movflags": "faststart", "movie_timescale": str(RATE)}
    try:
        with av.open(str(into), "w", format="mp4", options=options) as container:
            video = _add_picture(container, picture)
            audio = add_sound(container) if sound == "exact" else add_copied(container, whole)
            container.metadata["title"] = title
            container.set_chapters([_chapter(number, chapter) for number, chapter in enumerate(chapters)])
            heard = encode_sound(audio, film_sound(whole)) if sound == "exact" else copied_sound(audio, whole)
            for packet in _interleaved(_picture_packets(picture, video), _sound_packets(heard)):
                container.mux(packet)
    except (av.FFmpegError, OSError) as error:
        raise MediaError(f"{into}: cannot be written: {error}", hint=MAKE_ROOM) from error
    return Joined(frames, picture.copied_frames, frames - picture.copied_frames)


def _add_picture(container: OutputContainer, picture: Picture) -> VideoStream:
    """The picture's stream, described so that copied and encoded packets both decode."""
    if picture.template is None or picture.sets is None:
        stream = container.add_stream("libx264", rate=FPS)
        picture.settings.configure(stream.codec_context)
    else:
        with opened(picture.template) as source:
            stream = container.add_stream_from_template(video_stream(source, picture.template))
        stream.codec_context.extradata = picture.sets.to_avcc()
    stream.time_base = Fraction(1, FPS)
    return stream


def _chapter(number: int, chapter: Chapter) -> MuxedChapter:
    return {
        "id": number,
        "start": chapter.start,
        "end": chapter.end,
        "time_base": Fraction(1, FPS),
        "metadata": {"title": chapter.title},
    }


def _interleaved(*streams: Iterator[tuple[float, Packet[Any]]]) -> Iterator[Packet[Any]]:
    """Picture and sound in the order of their times, so that the muxer holds back next to nothing."""
    return (packet for _, packet in merge(*streams, key=lambda timed: timed[0]))


def _picture_packets(picture: Picture, stream: VideoStream) -> Iterator[tuple[float, Packet[Any]]]:
    for packet in picture.packets():
        packet.stream = stream
        packet.time_base = Fraction(1, FPS)
        packet.duration = 1
        yield (packet.dts or 0) / FPS, packet


def _sound_packets(packets: Iterable[Packet[AudioStream]]) -> Iterator[tuple[float, Packet[Any]]]:
    for packet in packets:
        yield (packet.dts or 0) / RATE, packet
