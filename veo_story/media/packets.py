"""The table of a clip's video packets: what can be known about the frames without decoding one."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from veo_story.errors import MediaError
from veo_story.media.opened import video_stream

if TYPE_CHECKING:
    from pathlib import Path

    from av.container import InputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream


@dataclass(frozen=True)
class PacketTable:
    """Video packets in decoding order. ``pts`` and ``dts`` count in ``time_base`` seconds, ``sizes`` bytes.

    Frames are numbered from 0 in the order they are shown; packets hidden by the file's edit list are
    not in the table.
    """

    path: Path
    time_base: Fraction
    pts: tuple[int, ...]
    dts: tuple[int, ...]
    keys: tuple[bool, ...]
    sizes: tuple[int, ...]

    @cached_property
    def shown(self) -> tuple[int, ...]:
        """Presentation times in the order the frames are shown."""
        return tuple(sorted(self.pts))

    @cached_property
    def frame_of(self) -> dict[int, int]:
        """Frame number by presentation time."""
        return {pts: frame for frame, pts in enumerate(self.shown)}

    @cached_property
    def displays(self) -> tuple[int, ...]:
        """Frame number of each packet, in decoding order."""
        return tuple(self.frame_of[pts] for pts in self.pts)

    def __len__(self) -> int:
        return len(self.pts)

    def sizes_of(self, start: int, end: int) -> list[int]:
        """Bytes of the packets of the frames ``start`` to ``end`` (exclusive), as they are shown."""
        by_frame = sorted(zip(self.displays, self.sizes, strict=True))
        return [size for _, size in by_frame[start:end]]

    @cached_property
    def step(self) -> int | None:
        """Time between frames when it is always the same, else None (also for a single frame)."""
        gaps = {b - a for a, b in zip(self.shown, self.shown[1:], strict=False)}
        return gaps.pop() if len(gaps) == 1 else None

    @property
    def start_s(self) -> Fraction:
        """When the first frame is shown."""
        return self.shown[0] * self.time_base

    def key_before(self, frame: int) -> int:
        """Index of the packet to start decoding from to get ``frame``: the last key at or before it."""
        best = 0
        for index, (display, key) in enumerate(zip(self.displays, self.keys, strict=True)):
            if key and display <= frame and display >= self.displays[best]:
                best = index
        return best

    def frame_at(self, seconds: Fraction) -> int:
        """The frame on the screen ``seconds`` after the first one appeared."""
        pts = self.shown[0] + seconds / self.time_base
        return min(max(bisect_left(self.shown, pts + Fraction(1, 1000)) - 1, 0), len(self) - 1)


class Row(NamedTuple):
    """What the table keeps of a packet; not the packet, which would keep its data."""

    pts: int | None
    dts: int | None
    key: bool
    size: int


def row_of(packet: Packet[Any]) -> Row:
    """The row of a packet."""
    return Row(packet.pts, packet.dts, packet.is_keyframe, packet.size)


def table_of(path: Path, stream: VideoStream, rows: list[Row]) -> PacketTable:
    """The table of the packets of one stream. Raises MediaError when they carry no usable times."""
    pts = tuple(row.pts for row in rows if row.pts is not None)
    if not pts or stream.time_base is None:
        raise MediaError(f"{path}: has no video frames")
    if len(set(pts)) != len(rows):
        raise MediaError(f"{path}: its video frames have no clear times", hint="Re-encode the clip.")
    return PacketTable(
        path,
        Fraction(stream.time_base),
        pts,
        tuple(shown if row.dts is None else row.dts for row, shown in zip(rows, pts, strict=True)),
        tuple(row.key for row in rows),
        tuple(row.size for row in rows),
    )


def scan(container: InputContainer, path: Path) -> PacketTable:
    """Read the packet table of an open file, leaving it at its end. Raises MediaError without frames."""
    stream = video_stream(container, path)
    return table_of(path, stream, [row_of(packet) for packet in container.demux(stream) if is_shown(packet)])


def is_shown(packet: Packet[Any]) -> bool:
    """Whether a packet carries a frame that the file shows (no end marker, not hidden by an edit list)."""
    return packet.size > 0 and not packet.is_discard
