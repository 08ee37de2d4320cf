"""Encode a clip: H.264 and AAC in MP4, drawing and encoding side by side.

All settings are constant, so that clips of one size share their parameter sets and can be joined packet by
packet. AAC frames stand on one grid for the whole chain: an extension begins its sound with the frame its
seam falls into (an edit list hides what lies before the seam), so sound can be joined that way too.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol

import av
import cv2
import numpy as np

from veo_story.backends.local.window import Scratch, split_planes
from veo_story.errors import MediaError
from veo_story.media.files import MAKE_ROOM
from veo_story.media.sound import FRAME_SAMPLES, RATE
from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from veo_story.backends.local.window import Planes

AAC_FRAME = 1024
GOP = 24
_LEAD_FRAMES = 4
_DRAWERS = 2
_AHEAD = 8
_BT709, _TV_RANGE = 1, 1
_VIDEO = {
    "preset": "ultrafast",
    # Constant: to find the rate for every frame is a good part of all the work, and drawn pictures need none.
    # Key frames are no finer than the rest, and all so fine that a seam, which is one, is not seen.
    "qp": "19",
    "sc_threshold": "0",
    "x264-params": f"keyint={GOP}:min-keyint={GOP}:scenecut=0:open-gop=0:bframes=0:ipratio=1.0",
}
# Ambience is noise: the quick coder is as good for it and takes less than half the time.
_AUDIO = {"aac_coder": "fast"}
MP4_OPTIONS = {"movflags": "+faststart", "movie_timescale": str(RATE)}


class Sound(Protocol):
    """Anything that knows a chain's samples by their number."""

    def samples(self, start: int, end: int) -> NDArray[np.float32]:
        """Samples ``start`` to ``end`` (exclusive) as 2 x n."""
        ...


class Silence:
    """The sound of a clip without any."""

    def samples(self, start: int, end: int) -> NDArray[np.float32]:
        """See :class:`Sound`."""
        return np.zeros((2, end - start), np.float32)


@dataclass(frozen=True, slots=True)
class Clip:
    """What to encode. ``draw`` gets the clip's frame number and the planes to fill, from several threads.

    ``first`` is the chain's number of the clip's first frame.
    """

    size: tuple[int, int]
    frames: int
    first: int
    draw: Callable[[int, Planes, Scratch], None]
    sound: Sound
    comment: str | None = None


def write_clip(clip: Clip, into: Path, progress: Callable[[float], None] = lambda share: None) -> None:
    """Write ``clip`` to the file ``into``. ``progress`` gets the share that is done, 0..1, now and then.

    Raises :class:`MediaError` when FFmpeg cannot write it.
    """
    cv2.setNumThreads(1)
    try:
        with av.open(str(into), "w", format="mp4", options=MP4_OPTIONS) as container:
            _encode(clip, container, progress)
    except (av.FFmpegError, OSError) as error:
        raise MediaError(f"{into} cannot be written: {error}", hint=MAKE_ROOM) from error


def _encode(clip: Clip, container: Any, progress: Callable[[float], None]) -> None:
    if clip.comment is not None:
        container.metadata["comment"] = clip.comment
    video = container.add_stream("libx264", rate=FPS, options=_VIDEO)
    video.width, video.height = clip.size
    video.pix_fmt = "yuv420p"
    context = video.codec_context
    context.time_base = Fraction(1, FPS)
    context.gop_size, context.max_b_frames = GOP, 0
    # Drawing keeps the other cores busy; more threads would only wait for each other.
    context.thread_count = 1
    context.color_range = _TV_RANGE
    context.colorspace = context.color_primaries = context.color_trc = _BT709
    audio = container.add_stream("aac", rate=RATE, layout="stereo", options=_AUDIO)
    audio.bit_rate = 128_000
    heard = _audio_packets(clip, audio)
    for number, picture in enumerate(_pictures(clip)):
        if number % GOP == 0:
            container.mux(next(heard))
            progress(number / clip.frames)
        frame = av.VideoFrame.from_numpy_buffer(picture, "yuv420p")
        frame.pts, frame.time_base = number, context.time_base
        container.mux(video.encode(frame))
    container.mux(video.encode(None))
    for packets in heard:
        container.mux(packets)
    progress(1.0)


def _pictures(clip: Clip) -> Iterator[NDArray[np.uint8]]:
    """The frames in order, drawn a few ahead by several threads."""
    width, height = clip.size
    scratches: SimpleQueue[Scratch] = SimpleQueue()
    for _ in range(_DRAWERS):
        scratches.put(Scratch(width, height))

    def draw(first: int) -> list[NDArray[np.uint8]]:
        """Two pictures by one hand: the second is often the first again."""
        pictures = []
        scratch = scratches.get()
        try:
            for number in range(first, min(first + 2, clip.frames)):
                picture = np.empty((height * 3 // 2, width), np.uint8)
                clip.draw(number, split_planes(picture), scratch)
                pictures.append(picture)
        finally:
            scratches.put(scratch)
        return pictures

    starts = iter(range(0, clip.frames, 2))
    with ThreadPoolExecutor(_DRAWERS) as drawers:
        waiting = deque(drawers.submit(draw, first) for first in islice(starts, _AHEAD // 2))
        while waiting:
            yield from waiting.popleft().result()
            waiting.extend(drawers.submit(draw, first) for first in islice(starts, 1))


def first_aac_frame(frame: int) -> int:
    """The chain's AAC frame that the beginning of its picture ``frame`` falls into."""
    return frame * FRAME_SAMPLES // AAC_FRAME


def _audio_packets(clip: Clip, stream: Any) -> Iterator[list[Any]]:
    """Packets of about a second at a time; the last one holds the rest.

    The encoder runs in before the clip's first sample and out beyond its last, always on the chain's own
    sound, so that packets of neighbouring clips fit together.
    """
    seam, length = clip.first * FRAME_SAMPLES, clip.frames * FRAME_SAMPLES
    grid = first_aac_frame(clip.first) * AAC_FRAME
    start = grid - _LEAD_FRAMES * AAC_FRAME if clip.first else 0
    # The window of an AAC frame reaches one frame further than the sound it ends.
    end = (-(-(seam + length) // AAC_FRAME) + 1) * AAC_FRAME
    chunk = AAC_FRAME * (RATE // AAC_FRAME)

    def fitting(packets: list[Any]) -> list[Any]:
        kept = []
        for packet in packets:
            at = packet.pts + start
            # One frame before the first is kept for the decoder to warm up on.
            if at >= grid - AAC_FRAME and at < seam + length:
                packet.pts = packet.dts = at - seam
                packet.duration = min(AAC_FRAME, length - packet.pts)
                kept.append(packet)
        return kept

    for at in range(start, end, chunk):
        samples = np.ascontiguousarray(clip.sound.samples(at, min(end, at + chunk)))
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = RATE, at - start
        yield fitting(stream.encode(frame))
    yield fitting(stream.encode(None))
