"""One file out of a chain's clips, packet by packet: nothing is decoded, nothing is encoded again."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av

from veo_story.backends.local.state import read_state
from veo_story.backends.local.writer import AAC_FRAME, MP4_OPTIONS, first_aac_frame
from veo_story.errors import MediaError
from veo_story.media.sound import FRAME_SAMPLES, RATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Part:
    """A clip that shows the chain's frames ``first`` to ``next`` (exclusive)."""

    path: Path
    first: int
    next: int


def parts_of(lineage: Sequence[Path]) -> list[Part]:
    """The fewest clips of ``lineage`` (parent last) that hold the chain whole, first to last.

    Raises :class:`MediaError` when a piece of the chain is missing.
    """
    parts: list[Part] = []
    begin: int | None = None
    for path in reversed(lineage):
        state = read_state(comment_of(path), path)
        if begin is None or state.next == begin:
            parts.insert(0, Part(path, state.first, state.next))
            begin = state.first
        if begin == 0:
            return parts
    raise MediaError(
        f"{lineage[-1]} cannot be answered with one file: frames 0 to {begin} of its chain are missing",
        hint="render the chain from its first scene, or ask for tails",
    )


def join(parts: Sequence[Part], into: Path, comment: str) -> None:
    """Write the whole chain to the file ``into``, the clips' packets copied bit for bit.

    Raises :class:`MediaError` when the clips were not encoded alike or cannot be read.
    """
    try:
        with av.open(str(into), "w", format="mp4", options=MP4_OPTIONS) as out:
            out.metadata["comment"] = comment
            streams: list[Any] = []
            for index, part in enumerate(parts):
                with av.open(str(part.path), options={"ignore_editlist": "1"}) as source:
                    inputs = [source.streams.video[0], source.streams.audio[0]]
                    if not streams:
                        streams = [out.add_stream_from_template(s) for s in inputs]
                    _check_alike(streams[0], inputs[0], part.path)
                    for packet in _packets(source, inputs, part, last=index == len(parts) - 1):
                        packet.stream = streams[int(packet.stream.type == "audio")]
                        out.mux(packet)
    except (av.FFmpegError, OSError, IndexError) as error:
        names = ", ".join(str(part.path) for part in parts)
        raise MediaError(f"{names}: cannot be joined: {error}") from error


def comment_of(path: Path) -> str | None:
    """The ``comment`` tag of a clip. Raises :class:`MediaError` when it cannot be read."""
    try:
        with av.open(str(path), metadata_errors="replace") as container:
            return container.metadata.get("comment")
    except (av.FFmpegError, OSError) as error:
        raise MediaError(
            f"{path} cannot be read: {error}", hint="render the scene before it again"
        ) from error


def _packets(source: Any, inputs: list[Any], part: Part, *, last: bool) -> Iterator[Any]:
    """The packets of one part, with the chain's times: frames and samples."""
    seam = part.first * FRAME_SAMPLES
    # Our clips carry one AAC frame before the one that holds their first sample.
    heard = first_aac_frame(part.first) - 1
    keep_from = heard if part.first == 0 else heard + 1
    end = first_aac_frame(part.next)
    for packet in source.demux(inputs):
        if packet.dts is None:
            continue
        if packet.stream.type == "video":
            number = part.first + round(packet.pts * packet.time_base * 24)
            packet.time_base = Fraction(1, 24)
            packet.pts = packet.dts = number
            packet.duration = 1
            yield packet
            continue
        at, heard = heard, heard + 1
        if at < keep_from or (at >= end and not last):
            continue
        packet.time_base = Fraction(1, RATE)
        packet.pts = packet.dts = at * AAC_FRAME
        packet.duration = min(AAC_FRAME, part.next * FRAME_SAMPLES - packet.pts) if last else AAC_FRAME
        yield packet
    if heard * AAC_FRAME < seam:
        raise MediaError(f"{part.path} has less sound than picture")


def _check_alike(stream: Any, other: Any, path: Path) -> None:
    ours, theirs = stream.codec_context, other.codec_context
    if bytes(ours.extradata or b"") != bytes(theirs.extradata or b""):
        raise MediaError(
            f"{path} was encoded with other settings than the chain's first clip",
            hint="render the chain again, or ask for tails",
        )
