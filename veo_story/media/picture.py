"""The picture of a film: for every span the packets that are copied and the frames that are encoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from veo_story.errors import MediaError
from veo_story.media.conform import conformed_frames, own_frames
from veo_story.media.cut import Copy, Encode, plan_pieces
from veo_story.media.encode import REORDER, Settings, parameter_sets
from veo_story.media.opened import opened, video_stream
from veo_story.media.packets import is_shown
from veo_story.media.source import PROFILES, Colour, copyable_group

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    import av
    from av.packet import Packet
    from av.video.frame import VideoFrame

    from veo_story.media.cut import Piece
    from veo_story.media.h264 import ParameterSets
    from veo_story.media.source import Source
    from veo_story.media.spans import Span

_BT709 = Colour(range=1, primaries=1, transfer=1, matrix=1)


@dataclass(frozen=True)
class Part:
    """One span with its clip and its pieces. ``copied``: its packets can be the clip's own."""

    source: Source
    pieces: tuple[Piece, ...]
    copied: bool


@dataclass(frozen=True)
class Picture:
    """How the picture of a whole film is made.

    ``template`` is a clip whose stream description the film takes over, with ``sets`` as its parameter
    sets; both are None when all is encoded. ``delay`` is by how many frames the film is decoded ahead.
    """

    parts: tuple[Part, ...]
    template: Path | None
    sets: ParameterSets | None
    settings: Settings
    delay: int

    @property
    def copied_frames(self) -> int:
        """Frames whose packets are copied."""
        pieces = (piece for part in self.parts for piece in part.pieces)
        return sum(piece.end - piece.start for piece in pieces if isinstance(piece, Copy))

    def packets(self) -> Iterator[Packet[av.VideoStream]]:
        """All packets of the film as decoded; ``pts`` and ``dts`` count frames from the film's start."""
        count = offset = 0
        for part in self.parts:
            for piece in part.pieces:
                for packet in self._piece(part, piece):
                    if packet.pts is None or packet.pts + offset < count - self.delay:
                        raise MediaError(
                            f"{part.source.path}: its frames come in an order that cannot be kept"
                        )
                    packet.pts += offset
                    packet.dts = count - self.delay
                    count += 1
                    yield packet
                offset += piece.end - piece.start

    def _piece(self, part: Part, piece: Piece) -> Iterator[Packet[av.VideoStream]]:
        match piece:
            case Copy():
                return _copied(part.source, piece)
            case Encode():
                return self.settings.encode(_numbered(self._frames(part, piece)))
            case _:
                assert_never(piece)

    def _frames(self, part: Part, piece: Encode) -> Iterator[VideoFrame]:
        if part.copied:
            return own_frames(part.source, piece.start, piece.end)
        size, colour = self.settings.size, self.settings.colour
        return conformed_frames(part.source, piece.start, piece.end, size, colour)


def _numbered(frames: Iterable[VideoFrame]) -> Iterator[VideoFrame]:
    for number, frame in enumerate(frames):
        frame.pts = number
        yield frame


def _copied(source: Source, piece: Copy) -> Iterator[Packet[av.VideoStream]]:
    """The packets of a piece, their ``pts`` counted in frames from its start."""
    displays = source.table.displays
    at = piece.first
    with opened(source.path) as container:
        stream = video_stream(container, source.path)
        container.seek(source.table.dts[at], stream=stream)
        for packet in container.demux(stream):
            if not is_shown(packet) or (at == piece.first and packet.pts != source.table.pts[at]):
                continue
            if packet.pts != source.table.pts[at]:
                break
            packet.pts = displays[at] - piece.start
            yield packet
            at += 1
            if at == piece.last:
                return
    raise MediaError(f"{source.path}: changed while it was read, or cannot be searched")


def plan_picture(spans: Iterable[Span], sources: Mapping[Path, Source], size: tuple[int, int]) -> Picture:
    """Decide what is copied. Raises MediaError when a clip is shorter than what a span wants of it."""
    spans = tuple(spans)
    wanted: dict[Path, int] = {}
    for span in spans:
        available = sources[span.clip].frames
        if not 0 <= span.start < span.end <= available:
            raise MediaError(
                f"{span.clip}: the film wants its frames {span.start} to {span.end}, it has {available}"
            )
        wanted[span.clip] = wanted.get(span.clip, 0) + span.frames
    group = copyable_group([(sources[clip], frames) for clip, frames in wanted.items()], size)
    parts = tuple(_part(span, sources[span.clip], span.clip in group) for span in spans)
    encodes = any(isinstance(piece, Encode) for part in parts for piece in part.pieces)
    delays = [piece.delay for part in parts for piece in part.pieces if isinstance(piece, Copy)]
    template = next((part.source for part in parts if part.copied), None)
    if template is None:
        settings = Settings(size, "high", _BT709, 0)
        return Picture(parts, None, None, settings, REORDER)
    sets = group[template.path]
    settings = Settings(size, PROFILES[sets.profile], template.colour, sets.free_id(), sets.length_size)
    if encodes:
        sets = sets.with_sets(*parameter_sets(settings))
        delays.append(0 if settings.profile == "baseline" else REORDER)
    return Picture(parts, template.path, sets, settings, max(delays))


def _part(span: Span, source: Source, copied: bool) -> Part:
    if not copied:
        return Part(source, (Encode(span.start, span.end),), False)
    return Part(source, plan_pieces(source.table.displays, source.fresh, span.start, span.end), True)
