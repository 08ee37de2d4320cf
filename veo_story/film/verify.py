"""The hard way to prove a film file: all of it is decoded and counted. See ``prove`` for the quick one."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from veo_story.errors import MediaError
from veo_story.media.grid import AAC_FRAME, FRAME_SAMPLES, RATE
from veo_story.media.mp4 import moov_first
from veo_story.media.opened import opened
from veo_story.media.source import FPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import av
    from av.container import InputContainer

    from veo_story.media.spans import Chapter


def verify(
    film: Path,
    *,
    frames: int,
    size: tuple[int, int],
    chapters: Sequence[Chapter] = (),
    cuts: Sequence[int] = (),
) -> None:
    """Decode a film and compare it with the plan.

    Every frame at its time on the 24 fps grid from 0, sound of 2,000 samples a frame from 0 (to one AAC
    frame at the end), index in front, chapters in place. At the frames ``cuts`` another clip begins: there
    the film is divided among the cores. Raises MediaError with all that is wrong.
    """
    wrong = list(_differences(film, frames, size, chapters, cuts))
    if wrong:
        raise MediaError(f"{film}: the film came out wrong: {'; '.join(wrong)}")


def _differences(
    film: Path, frames: int, size: tuple[int, int], chapters: Sequence[Chapter], cuts: Sequence[int]
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
        yield from chapter_differences(container, chapters)
    parts = list(pairwise((0, *divided(frames, cuts, os.cpu_count() or 1), None)))
    with ThreadPoolExecutor(len(parts) + 1) as decoders:
        heard = decoders.submit(sound_differences, film, frames)
        seen = list(decoders.map(lambda part: decoded(film, *part), parts))
    yield from picture_differences(seen, frames)
    yield from heard.result()


def chapter_differences(container: InputContainer, chapters: Sequence[Chapter]) -> Iterator[str]:
    """What is wrong with the chapters of an open film."""
    found = [
        (chapter["metadata"].get("title"), round(chapter["start"] * (chapter["time_base"] or 0) * FPS))
        for chapter in container.chapters()
    ]
    if found != [(chapter.title, chapter.start) for chapter in chapters]:
        yield f"its chapters are not the {len(chapters)} planned"


def divided(frames: int, cuts: Sequence[int], parts: int) -> list[int]:
    """The cuts inside that lie nearest to where so many equal parts would end."""
    inside = [cut for cut in cuts if 0 < cut < frames]
    wanted = [frames * number // parts for number in range(1, parts)]
    return sorted({min(inside, key=lambda cut: abs(cut - place)) for place in wanted}) if inside else []


@dataclass(slots=True)
class Decoded:
    """What came out of a decoder: frames, how many are damaged, and the first that is not at its time."""

    first: int
    count: int = 0
    damaged: int = 0
    off: int | None = None


def decoded(film: Path, first: int, last: int | None) -> Decoded:
    """Decode a film from the frame ``first``, which needs none before it, to ``last`` or to its end."""
    found = Decoded(first)
    with opened(film) as container:
        video = container.streams.video[0]
        base = Fraction(video.time_base or 1) * FPS
        # The other cores have parts of their own, and threads of one decoder mostly wait for each other.
        video.codec_context.thread_count = 1
        if first:
            container.seek(round(first / base), stream=video)
        for packet in container.demux(video):
            # A later clip's pictures may be decoded before the last of this part are shown.
            if last is not None and packet.dts is not None and packet.dts * base >= last:
                break
            for frame in packet.decode():
                _count(found, frame, base, last)
        else:
            return found
        for frame in video.decode(None):
            _count(found, frame, base, last)
    return found


def _count(found: Decoded, frame: av.VideoFrame, base: Fraction, last: int | None) -> None:
    place = None if frame.pts is None else frame.pts * base
    if place is not None and last is not None and place >= last:
        return
    if found.off is None and place != found.first + found.count:
        found.off = found.first + found.count
    found.count += 1
    found.damaged += frame.is_corrupt


def picture_differences(parts: Sequence[Decoded], frames: int, first: int = 0) -> Iterator[str]:
    """What is wrong with the ``frames`` of a film from ``first`` on, decoded in parts."""
    count = sum(part.count for part in parts)
    off = next((part.off for part in parts if part.off is not None), None)
    if off is not None:
        yield f"frame {off} is not at {off}/24 s"
    if damaged := sum(part.damaged for part in parts):
        yield f"{damaged} of its frames are damaged"
    if count != frames:
        yield f"it has {count} frames, not {frames}{f' from {first} on' if first else ''}"


def sound_differences(film: Path, frames: int) -> list[str]:
    """What is wrong with the sound of a film of so many ``frames``: all of it is decoded."""
    samples, begin = 0, 0.0
    with opened(film) as container:
        for frame in container.decode(container.streams.audio[0]):
            begin = begin if samples else frame.time or 0.0
            samples += frame.samples
    wrong = [f"its sound starts at {begin} s"] if begin else []
    due = frames * FRAME_SAMPLES
    if not due <= samples < due + AAC_FRAME:
        wrong.append(f"it has {samples} samples of sound ({RATE} a second), not {due}")
    return wrong
