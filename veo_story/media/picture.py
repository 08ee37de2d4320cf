"""The picture of a film: for every stretch the packets that are copied and the frames that are encoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from veo_story.errors import MediaError
from veo_story.media.cut import Copy, plan_pieces
from veo_story.media.encode import REORDER, Settings, parameter_sets
from veo_story.media.opened import opened, video_stream
from veo_story.media.packets import is_shown
from veo_story.media.shown import Material, shown
from veo_story.media.source import PROFILES, Colour, copyable_group
from veo_story.media.spans import Blend, Hold, Shade, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    import av
    from av.packet import Packet
    from av.video.frame import VideoFrame

    from veo_story.media.h264 import ParameterSets
    from veo_story.media.source import Source
    from veo_story.media.spans import Stretch

_BT709 = Colour(range=1, primaries=1, transfer=1, matrix=1)


@dataclass(frozen=True, slots=True)
class Copied:
    """Packets of a clip that go into the film as they are."""

    clip: Path
    piece: Copy

    @property
    def frames(self) -> int:
        """Length in frames."""
        return self.piece.end - self.piece.start


@dataclass(frozen=True, slots=True)
class Encoded:
    """Stretches in a row that go through one run of the encoder."""

    stretches: tuple[Stretch, ...]

    @property
    def frames(self) -> int:
        """Length in frames."""
        return sum(stretch.frames for stretch in self.stretches)


Part = Copied | Encoded


@dataclass(frozen=True)
class Picture:
    """How the picture of a whole film is made.

    ``template`` is a clip whose stream description the film takes over, with ``sets`` as its parameter
    sets; both are None when all is encoded. ``delay`` is by how many frames the film is decoded ahead.
    """

    parts: tuple[Part, ...]
    material: Material
    template: Path | None
    sets: ParameterSets | None
    settings: Settings
    delay: int

    @property
    def frames(self) -> int:
        """Length in frames."""
        return sum(part.frames for part in self.parts)

    @property
    def copied_frames(self) -> int:
        """Frames whose packets are copied."""
        return sum(part.frames for part in self.parts if isinstance(part, Copied))

    def packets(self) -> Iterator[Packet[av.VideoStream]]:
        """All packets of the film as decoded; ``pts`` and ``dts`` count frames from the film's start."""
        count = offset = 0
        for part in self.parts:
            for packet in self._part(part):
                if packet.pts is None or packet.pts + offset < count - self.delay:
                    raise MediaError(f"{_name(part)}: its frames come in an order that cannot be kept")
                packet.pts += offset
                packet.dts = count - self.delay
                count += 1
                yield packet
            offset += part.frames

    def _part(self, part: Part) -> Iterator[Packet[av.VideoStream]]:
        match part:
            case Copied(clip=clip, piece=piece):
                return _copied(self.material.sources[clip], piece)
            case Encoded(stretches=stretches):
                return self.settings.encode(_numbered(shown(stretches, self.material)))
            case _:
                assert_never(part)


def _name(part: Part) -> str:
    return str(part.clip) if isinstance(part, Copied) else "the encoded picture"


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


def plan_picture(
    stretches: Iterable[Stretch], sources: Mapping[Path, Source], size: tuple[int, int]
) -> Picture:
    """Decide what is copied. Raises MediaError when a clip is shorter than what a stretch wants of it."""
    stretches = tuple(stretches)
    wanted = dict.fromkeys(sources, 0)
    for stretch in stretches:
        _check(stretch, sources)
        if isinstance(stretch, Span):
            wanted[stretch.clip] += stretch.frames
    group = copyable_group([(sources[clip], frames) for clip, frames in wanted.items()], size)
    parts = tuple(_joined(part for stretch in stretches for part in _parts(stretch, sources, group)))
    template = next((sources[clip] for clip in group), None)
    if template is None:
        settings = Settings(size, "high", _BT709, 0)
        return Picture(parts, Material(sources, frozenset(), size, _BT709), None, None, settings, REORDER)
    sets = group[template.path]
    settings = Settings(size, PROFILES[sets.profile], template.colour, sets.free_id(), sets.length_size)
    delays = [part.piece.delay for part in parts if isinstance(part, Copied)]
    if any(isinstance(part, Encoded) for part in parts):
        sets = sets.with_sets(*parameter_sets(settings))
        delays.append(0 if settings.profile == "baseline" else REORDER)
    material = Material(sources, frozenset(group), size, template.colour)
    return Picture(parts, material, template.path, sets, settings, max(delays))


def _check(stretch: Stretch, sources: Mapping[Path, Source]) -> None:
    """Raise MediaError when a clip does not have the frames that a stretch wants."""
    match stretch:
        case (Span() as side) | (Hold() as side) | Shade(span=side):
            wanted = [_read(side)]
        case Blend(before=before, after=after):
            wanted = [_read(before), after]
            if before.frames != after.frames:
                raise MediaError(
                    f"{after.clip}: a transition of {after.frames} frames follows on {before.frames}"
                )
        case _:
            wanted = []
    for span in wanted:
        available = sources[span.clip].frames
        if not 0 <= span.start < span.end <= available:
            raise MediaError(
                f"{span.clip}: the film wants its frames {span.start} to {span.end}, it has {available}"
            )
    if stretch.frames < 1:
        raise MediaError(f"the film wants {stretch.frames} frames of black or of a picture that stands still")


def _read(side: Span | Hold) -> Span:
    """The frames of a clip that are read for it."""
    return Span(side.clip, side.frame, side.frame + 1) if isinstance(side, Hold) else side


def _parts(
    stretch: Stretch, sources: Mapping[Path, Source], group: Mapping[Path, ParameterSets]
) -> Iterator[Part]:
    if not isinstance(stretch, Span) or stretch.clip not in group:
        yield Encoded((stretch,))
        return
    source = sources[stretch.clip]
    for piece in plan_pieces(source.table.displays, source.fresh, stretch.start, stretch.end):
        if isinstance(piece, Copy):
            yield Copied(stretch.clip, piece)
        else:
            yield Encoded((Span(stretch.clip, piece.start, piece.end),))


def _joined(parts: Iterable[Part]) -> Iterator[Part]:
    """The same with neighbours that are both encoded taken together."""
    run: tuple[Stretch, ...] = ()
    for part in parts:
        if isinstance(part, Encoded):
            run += part.stretches
            continue
        if run:
            yield Encoded(run)
            run = ()
        yield part
    if run:
        yield Encoded(run)
