"""A finished scene as files: its picture as an MP4 that a film can copy, its sound as a WAV."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from veo_story.errors import MediaError
from veo_story.media.encode import REORDER, add_picture
from veo_story.media.files import MAKE_ROOM
from veo_story.media.sound import RATE
from veo_story.media.source import FPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

    from veo_story.film.finish.family import Family


def write_clip(frames: Iterable[VideoFrame], family: Family, into: Path) -> int:
    """Encode frames (yuv420p, in the family's size) as an MP4 without sound; how many there were.

    Raises MediaError when the file cannot be written.
    """
    count = 0
    settings = family.settings
    delay = 0 if settings.profile == "baseline" else REORDER

    def numbered() -> Iterator[VideoFrame]:
        nonlocal count
        for frame in frames:
            frame.pts = count
            count += 1
            yield frame

    try:
        with av.open(str(into), "w", format="mp4", options={"movflags": "faststart"}) as container:
            stream = add_picture(container, settings, family.template, family.sets)
            container.start_encoding()
            for number, packet in enumerate(settings.encode(numbered())):
                container.mux(_placed(packet, stream, number - delay))
    except (av.FFmpegError, OSError) as error:
        raise MediaError(f"{into}: cannot be written: {error}", hint=MAKE_ROOM) from error
    return count


def write_sound(chunks: Iterable[NDArray[np.float32]], into: Path) -> None:
    """Write ``(2, n)`` float32 chunks as a WAV of 48 kHz stereo floats. Raises MediaError."""
    try:
        with av.open(str(into), "w", format="wav") as container:
            stream = container.add_stream("pcm_f32le", rate=RATE, layout="stereo")
            at = 0
            for chunk in chunks:
                interleaved = np.ascontiguousarray(chunk.T, np.float32).reshape(1, -1)
                frame = av.AudioFrame.from_ndarray(interleaved, "flt", "stereo")
                frame.sample_rate, frame.pts = RATE, at
                at += chunk.shape[1]
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    except (av.FFmpegError, OSError) as error:
        raise MediaError(f"{into}: cannot be written: {error}", hint=MAKE_ROOM) from error


def _placed(packet: Packet[Any], stream: VideoStream, dts: int) -> Packet[Any]:
    packet.stream = stream
    packet.time_base = Fraction(1, FPS)
    packet.dts = dts
    packet.duration = 1
    return packet
