"""Proof that a film file is what was planned: all of it is decoded and counted."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av

from veo_story.errors import MediaError
from veo_story.media.mp4 import moov_first
from veo_story.media.opened import opened
from veo_story.media.sound import FRAME_SAMPLES, RATE
from veo_story.media.source import FPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from av.container import InputContainer

    from veo_story.media.spans import Chapter

_AAC_FRAME = 1024


def verify(film: Path, *, frames: int, size: tuple[int, int], chapters: Sequence[Chapter] = ()) -> None:
    """Decode a film and compare it with the plan.

    Every frame at its time on the 24 fps grid from 0, sound of 2,000 samples a frame from 0 (to one AAC
    frame at the end), index in front, chapters in place. Raises MediaError with all that is wrong.
    """
    wrong = list(_differences(film, frames, size, chapters))
    if wrong:
        raise MediaError(f"{film}: the film came out wrong: {'; '.join(wrong)}")


def _differences(
    film: Path, frames: int, size: tuple[int, int], chapters: Sequence[Chapter]
) -> Iterator[str]:
    if not moov_first(film):
        yield "its index is not in front"
    with opened(film) as container:
        if len(container.streams.video) != 1 or len(container.streams.audio) != 1:
            yield "it has not one picture and one sound"
            return
        context = container.streams.video[0].codec_context
        if (context.width, context.height) != size:
            yield f"it is {context.width}x{context.height}, not {size[0]}x{size[1]}"
        yield from _chapter_differences(container, chapters)
        yield from _decoded_differences(container, frames)


def _chapter_differences(container: InputContainer, chapters: Sequence[Chapter]) -> Iterator[str]:
    found = [
        (chapter["metadata"].get("title"), round(chapter["start"] * (chapter["time_base"] or 0) * FPS))
        for chapter in container.chapters()
    ]
    if found != [(chapter.title, chapter.start) for chapter in chapters]:
        yield f"its chapters are not the {len(chapters)} planned"


def _decoded_differences(container: InputContainer, frames: int) -> Iterator[str]:
    video, audio = container.streams.video[0], container.streams.audio[0]
    # Frame threads are the fastest; nothing looks at the pixels.
    video.thread_type = "FRAME"
    count = samples = damaged = 0
    off: int | None = None
    for packet in container.demux(video, audio):
        for frame in packet.decode():
            if isinstance(frame, av.AudioFrame):
                if samples == 0 and frame.pts != 0:
                    yield f"its sound starts at {frame.time} s"
                samples += frame.samples
            elif isinstance(frame, av.VideoFrame):
                if off is None and _grid(frame) != count:
                    off = count
                count += 1
                damaged += frame.is_corrupt
    if off is not None:
        yield f"frame {off} is not at {off}/24 s"
    if damaged:
        yield f"{damaged} of its frames are damaged"
    if count != frames:
        yield f"it has {count} frames, not {frames}"
    due = frames * FRAME_SAMPLES
    if not due <= samples < due + _AAC_FRAME:
        yield f"it has {samples} samples of sound ({RATE} a second), not {due}"


def _grid(frame: av.VideoFrame) -> Fraction | None:
    """A frame's time in frames."""
    if frame.pts is None or frame.time_base is None:
        return None
    return frame.pts * Fraction(frame.time_base) * FPS
