"""The frames of stretches that have to be encoded: decoded, conformed, blended, shaded, held."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, assert_never

from veo_story.media.conform import FULL_RANGE, conformed_frames, own_frames
from veo_story.media.spans import Black, Blend, Hold, Shade, Span

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping
    from pathlib import Path

    from av.video.frame import VideoFrame

    from veo_story.media.source import Colour, Source
    from veo_story.media.spans import Stretch

_MOST_OPEN = 2


@dataclass(frozen=True)
class Material:
    """What a film is made of: its clips, which of them can be used as they are, and how the film looks."""

    sources: Mapping[Path, Source]
    own: frozenset[Path]
    size: tuple[int, int]
    colour: Colour

    def frames(self, clip: Path, start: int, end: int) -> Generator[VideoFrame]:
        """Film frames ``start`` to ``end`` (exclusive) of a clip as the film shows them, yuv420p."""
        source = self.sources[clip]
        if clip in self.own:
            return own_frames(source, start, end)
        return conformed_frames(source, start, end, self.size, self.colour)


def shown(stretches: Iterable[Stretch], material: Material) -> Iterator[VideoFrame]:
    """The frames of the stretches, in order. A frame that stands still comes again and again."""
    with closing(_Decoders(material)) as decoders:
        for stretch in stretches:
            yield from _shown(stretch, decoders, material)


def _shown(stretch: Stretch, decoders: _Decoders, material: Material) -> Iterator[VideoFrame]:
    match stretch:
        case Span():
            yield from decoders.frames(stretch)
        case Blend():
            yield from _blended(stretch, decoders)
        case Shade():
            yield from _shaded(stretch, decoders, material)
        case Black():
            from veo_story.media.blend import black

            yield from [black(material.size, full_range=_is_full(material))] * stretch.frames
        case Hold():
            yield from decoders.held(stretch)
        case _:
            assert_never(stretch)


def _blended(blend: Blend, decoders: _Decoders) -> Iterator[VideoFrame]:
    # OpenCV takes its time to load, and most films have no blend.
    from veo_story.media.blend import dissolved, planes_of, wiped

    over = wiped if blend.kind == "wipe" else dissolved
    pairs = zip(_side(blend.before, decoders), decoders.frames(blend.after), strict=True)
    for number, (before, after) in enumerate(pairs):
        yield over(planes_of(before), planes_of(after), blend.share(number))


def _side(side: Span | Hold, decoders: _Decoders) -> Iterator[VideoFrame]:
    return decoders.held(side) if isinstance(side, Hold) else decoders.frames(side)


def _shaded(shade: Shade, decoders: _Decoders, material: Material) -> Iterator[VideoFrame]:
    from veo_story.media.blend import planes_of, shaded

    for number, frame in enumerate(_side(shade.span, decoders)):
        way = (shade.first + number + 1) / (shade.of + 1)
        light = 1 - way if shade.darkens else way
        yield shaded(planes_of(frame), light, full_range=_is_full(material))


def _is_full(material: Material) -> bool:
    return material.colour.range == FULL_RANGE


class _Decoders:
    """Clips that are being decoded. What goes on where it was left need not begin at a key frame again."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self._left: OrderedDict[tuple[Path, int], Generator[VideoFrame]] = OrderedDict()

    def frames(self, span: Span) -> Iterator[VideoFrame]:
        frames = self._left.pop((span.clip, span.start), None)
        if frames is None:
            end = self._material.sources[span.clip].frames
            frames = self._material.frames(span.clip, span.start, end)
        yield from islice(frames, span.frames)
        self._left[span.clip, span.end] = frames
        while len(self._left) > _MOST_OPEN:
            self._left.popitem(last=False)[1].close()

    def held(self, hold: Hold) -> Iterator[VideoFrame]:
        """One frame, again and again."""
        still = list(self._material.frames(hold.clip, hold.frame, hold.frame + 1))
        yield from still * hold.frames

    def close(self) -> None:
        for frames in self._left.values():
            frames.close()
