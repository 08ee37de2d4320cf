"""A small film whose parts can be told apart: quadrants of four greys, its number in bars across."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np

from tests.support.clips import noise
from veo_story.media.captions import add_captions, caption_packets
from veo_story.media.spans import Caption

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

WIDE = (320, 180)
BITS = 6
GREYS = (60, 100, 140, 180)
"""Top left, top right, bottom left, bottom right."""

CAPTIONS = (Caption(2, 20, "Hello there"),)

Planes = np.ndarray


def quadrants(index: int, size: tuple[int, int] = WIDE) -> Planes:
    """A frame of four greys. Its number stands in the bars of its upper half."""
    width, height = size
    planes = np.full((height * 3 // 2, width), 128, np.uint8)
    for part, grey in enumerate(GREYS):
        rows = slice(height // 2, height) if part > 1 else slice(0, height // 2)
        columns = slice(width // 2, width) if part % 2 else slice(0, width // 2)
        planes[rows, columns] = grey
    for bit in range(BITS):
        top = height * (2 + bit) // 20
        planes[top : top + height // 20] = 235 if index >> bit & 1 else 16
    return planes


def square(left: float, top: float = 70, size: tuple[int, int] = WIDE, side: int = 36) -> Planes:
    """A bright square on a dull ground."""
    width, height = size
    planes = np.full((height * 3 // 2, width), 128, np.uint8)
    planes[:height] = 70 + (np.add.outer(np.arange(height), np.arange(width)) // 8 % 2) * 4
    planes[int(top) : int(top) + side, int(left) : int(left) + side] = 220
    return planes


def film(
    path: Path,
    frames: int,
    picture: Callable[[int], Planes] = quadrants,
    *,
    words: bool = False,
    seed: int = 1,
) -> Path:
    """Write a film of ours in small: two chapters, noise as its sound, with ``words`` a caption."""
    first = picture(0)
    height, width = first.shape[0] * 2 // 3, first.shape[1]
    with av.open(str(path), "w", options={"movflags": "faststart", "movie_timescale": "48000"}) as file:
        video = file.add_stream("libx264", rate=24)
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        video.options = {"preset": "veryfast", "crf": "14"}
        audio = file.add_stream("aac", rate=48_000, layout="stereo")
        audio.bit_rate = 192_000
        caption = add_captions(file, "eng") if words else None
        file.metadata.update({"title": "A small film", "comment": "made for a test"})
        file.set_chapters([_chapter(0, "one", 0, frames // 2), _chapter(1, "two", frames // 2, frames)])
        for index in range(frames):
            frame = av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(picture(index)), "yuv420p")
            frame.pts, frame.time_base = index, Fraction(1, 24)
            file.mux(video.encode(frame))
        file.mux(video.encode(None))
        heard = av.AudioFrame.from_ndarray(noise(seed, frames * 2_000), "fltp", "stereo")
        heard.sample_rate, heard.pts = 48_000, 0
        file.mux(audio.encode(heard))
        file.mux(audio.encode(None))
        if caption is not None:
            file.mux(list(caption_packets(caption, CAPTIONS, frames)))
    return path


def _chapter(number: int, title: str, start: int, end: int) -> dict:
    return {
        "id": number,
        "start": start,
        "end": end,
        "time_base": Fraction(1, 24),
        "metadata": {"title": title},
    }


def lumas(path: Path) -> Iterator[np.ndarray]:
    """Luma of every frame."""
    with av.open(str(path)) as file:
        for frame in file.decode(video=0):
            plane = frame.planes[0]
            yield (
                np.frombuffer(plane, np.uint8)
                .reshape(-1, plane.line_size)[: frame.height, : frame.width]
                .copy()
            )


def numbers(path: Path, height: int = 180) -> list[int]:
    """The number of every frame, of a film whose frames are as high as they were (or enlarged)."""
    found = []
    for luma in lumas(path):
        scale = luma.shape[0] / height
        middles = [round((height * (2 + bit) / 20 + height / 40) * scale) for bit in range(BITS)]
        found.append(sum(1 << bit for bit, row in enumerate(middles) if luma[row].mean() > 128))
    return found


def sound_packets(path: Path) -> list[tuple[int, bytes]]:
    """Times and bytes of the packets of a film's sound."""
    with av.open(str(path)) as file:
        return [(packet.pts, bytes(packet)) for packet in file.demux(audio=0) if packet.size]
