"""A clip as material for a film: its packets, its parameter sets, and whether it may be copied."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from veo_story.errors import MediaError
from veo_story.media.h264 import (
    COPYABLE,
    PPS,
    SPS,
    ParameterSets,
    is_idr,
    parse_avcc,
    split_packet,
    unit_type,
)
from veo_story.media.mp4 import is_upright
from veo_story.media.opened import opened, video_stream
from veo_story.media.packets import is_shown, row_of, table_of

if TYPE_CHECKING:
    from pathlib import Path

    from av.video.stream import VideoStream

    from veo_story.media.packets import PacketTable

FPS = 24
PROFILES = COPYABLE


@dataclass(frozen=True, slots=True)
class Colour:
    """How numbers mean colours, in FFmpeg's codes (2: not said)."""

    range: int
    primaries: int
    transfer: int
    matrix: int


@dataclass(frozen=True)
class Source:
    """A clip. ``sets`` is None when its packets cannot stand in a film; ``fresh`` marks the IDR packets,
    ``hashes`` tell the packets apart (within this process, and only where there are ``sets``).

    ``frames`` counts frames of a film at 24 fps, which are the clip's own when ``is_film_rate``.
    """

    path: Path
    table: PacketTable
    fresh: tuple[bool, ...]
    hashes: tuple[int, ...]
    size: tuple[int, int]
    colour: Colour
    sets: ParameterSets | None
    is_film_rate: bool
    frames: int

    def source_frame(self, frame: int) -> int:
        """The clip's own frame that is on the screen at a film frame."""
        if self.is_film_rate:
            return frame
        # A quarter of a frame of tolerance: times rounded to milliseconds must not repeat a frame.
        return self.table.frame_at(Fraction(4 * frame + 1, 4 * FPS))


def read_source(path: Path) -> Source:
    """Read a clip's packets once. Raises MediaError when it is not a readable video."""
    with opened(path) as container:
        stream = video_stream(container, path)
        sets = _copyable_sets(stream) if is_upright(path) else None
        rows, fresh, hashes = [], [], []
        for packet in container.demux(stream):
            if not is_shown(packet):
                continue
            rows.append(row_of(packet))
            data = b"" if sets is None else bytes(packet)
            is_fresh = False
            if sets is not None and packet.is_keyframe:
                try:
                    is_fresh = is_idr(data, sets.length_size)
                    brings_others = _brings_other_sets(data, sets)
                except MediaError as error:
                    raise MediaError(f"{path}: {error}") from error
                if brings_others:
                    sets = None
            fresh.append(is_fresh)
            # Python's own hash (64 bits, salted) is as good as any here, and next to free.
            hashes.append(hash(data))
        table = table_of(path, stream, rows)
        context = stream.codec_context
        is_film_rate = table.step is not None and table.step * table.time_base == Fraction(1, FPS)
        is_film_rate = is_film_rate or len(table) == 1
        return Source(
            path=path,
            table=table,
            fresh=tuple(fresh),
            hashes=tuple(hashes),
            size=(context.width, context.height),
            colour=Colour(
                context.color_range, context.color_primaries, context.color_trc, context.colorspace
            ),
            sets=sets if is_film_rate else None,
            is_film_rate=is_film_rate,
            frames=len(table) if is_film_rate else _film_frames(table),
        )


def _copyable_sets(stream: VideoStream) -> ParameterSets | None:
    context = stream.codec_context
    aspect = stream.sample_aspect_ratio
    if context.name != "h264" or context.pix_fmt != "yuv420p" or aspect not in (None, 0, 1):
        return None
    try:
        sets = parse_avcc(context.extradata or b"")
    except MediaError:
        return None
    return sets if sets.profile in PROFILES else None


def _brings_other_sets(packet: bytes, sets: ParameterSets) -> bool:
    """Whether a packet carries parameter sets of its own that the file's record does not have."""
    known = {*sets.sps, *sets.pps}
    return any(
        unit_type(unit) in (SPS, PPS) and unit not in known for unit in split_packet(packet, sets.length_size)
    )


def _film_frames(table: PacketTable) -> int:
    """Length at 24 fps of a clip at another rate, its last frame shown as long as the average one."""
    span = (table.shown[-1] - table.shown[0]) * table.time_base
    return max(round(span * FPS * len(table) / (len(table) - 1)), 1)


def copyable_group(sources: list[tuple[Source, int]], size: tuple[int, int]) -> dict[Path, ParameterSets]:
    """The clips whose packets can share one stream, with the parameter sets of all of them for each.

    ``sources`` pairs each clip with its frames in the film. Where clips exclude each other (one number,
    two parameter sets), those with the most frames win. Empty when none can be copied.
    """
    best: dict[Path, ParameterSets] = {}
    best_frames = 0
    open_ = [
        (source, frames) for source, frames in sources if source.sets is not None and source.size == size
    ]
    for seed, _ in open_:
        group: dict[Path, ParameterSets] = {}
        union = seed.sets
        frames_in = 0
        for source, frames in open_:
            merged = None if union is None else _merge(union, source, seed)
            if merged is not None:
                union = merged
                group[source.path] = merged
                frames_in += frames
        if frames_in > best_frames and union is not None:
            best, best_frames = dict.fromkeys(group, union), frames_in
    return best


def _merge(union: ParameterSets, source: Source, seed: Source) -> ParameterSets | None:
    """``union`` with the sets of one more clip, or None when they do not go together."""
    sets = source.sets
    if sets is None or source.colour != seed.colour:
        return None
    if (sets.profile, sets.length_size, sets.tail) != (union.profile, union.length_size, union.tail):
        return None
    try:
        return union.with_sets(
            tuple(unit for unit in sets.sps if unit not in union.sps),
            tuple(unit for unit in sets.pps if unit not in union.pps),
        )
    except MediaError:
        return None
