"""What is really in a film: found by decoding it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import av
import numpy as np

from veo_story.backends.local.framecode import read_frame_code

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SAMPLES_A_FRAME = 2000


@dataclass(frozen=True)
class Decoded:
    """The frame counters burnt into each picture, the times of the frames, and the sound.

    ``digests`` tell pictures apart; they are there when they were asked for.
    """

    codes: list[int]
    times: list[float]
    size: tuple[int, int]
    video_start: float
    audio_start: float
    sound: np.ndarray
    chapters: list[str]
    title: str
    taken: list[int] | None

    @property
    def digests(self) -> list[int]:
        assert self.taken is not None, "decode(..., digests=True) takes them"
        return self.taken


def lit(codes: Sequence[int], fade_in: int = 24, fade_out: int = 36) -> list[int]:
    """The counters of a film that comes out of black and goes into it (the keeper's), where they can be read.

    They are white: where less than half of the light is left nobody sees them.
    """
    return list(codes)[fade_in // 2 : len(codes) - fade_out // 2]


def decode(path: Path, *, digests: bool = False) -> Decoded:
    """Decode a whole file. ``sound`` has the shape (channels, samples), float32."""
    codes, times = [], []
    taken: list[int] | None = [] if digests else None
    with av.open(str(path)) as file:
        video = file.streams.video[0]
        video.thread_type = "AUTO"
        for frame in file.decode(video):
            plane = frame.planes[0]
            rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
            luma = rows[: frame.height, : frame.width]
            codes.append(read_frame_code(luma))
            times.append(float(frame.time))
            if taken is not None:
                taken.append(hash(luma.tobytes()))
        size = (video.width, video.height)
        video_start = float((video.start_time or 0) * video.time_base)
        chapters = [chapter["metadata"].get("title", "") for chapter in file.chapters()]
        title = file.metadata.get("title", "")
        audio = file.streams.audio[0]
        audio_start = float((audio.start_time or 0) * audio.time_base)
    return Decoded(codes, times, size, video_start, audio_start, heard(path), chapters, title, taken)


def heard(path: Path) -> np.ndarray:
    """The whole sound of a file, (channels, samples), float32. The picture is not decoded."""
    with av.open(str(path)) as file:
        return np.concatenate([frame.to_ndarray() for frame in file.decode(audio=0)], axis=1)


def moov_first(path: Path) -> bool:
    """Whether the index stands before the media data."""
    at, order = 0, []
    size = path.stat().st_size
    with path.open("rb") as file:
        while at < size:
            file.seek(at)
            head = file.read(16)
            length, name = int.from_bytes(head[:4], "big"), head[4:8]
            if length == 1:
                length = int.from_bytes(head[8:16], "big")
            order.append(name)
            at += length or size
    return order.index(b"moov") < order.index(b"mdat")
