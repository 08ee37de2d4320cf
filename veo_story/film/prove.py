"""Proof that a film is what was planned: what was copied is compared, what was encoded is decoded.

Packets that were copied are read back: they are those of the clips, each at its time, with the parameter
sets that they need. They begin anew at an IDR picture, so they decode as they do in their clip; that is tried
once for every clip and remembered (:mod:`veo_story.film.proofs`). All that was encoded is decoded from the
film, and so is one join of every kind, where the decoder goes from one set of parameters to another.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from veo_story.errors import MediaError
from veo_story.film.verify import (
    chapter_differences,
    decoded,
    picture_differences,
    sound_differences,
)
from veo_story.media.captions import read_captions
from veo_story.media.conform import own_frames
from veo_story.media.mp4 import moov_first
from veo_story.media.opened import opened
from veo_story.media.picture import Copied, Encoded
from veo_story.media.source import read_source
from veo_story.media.spans import Span
from veo_story.media.whole_sound import WholeSound, whole_sound

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from veo_story.media.labels import Labels
    from veo_story.media.picture import Part, Picture
    from veo_story.media.source import Source
    from veo_story.media.spans import Stretch
    from veo_story.media.writing import Layout

_PORTION = 240
_BEFORE, _AFTER = 48, 4
"""Frames around a join that are decoded: from the last IDR picture among so many before, to so many after."""


def prove(
    film: Path,
    stretches: Sequence[Stretch],
    layout: Layout,
    labels: Labels,
    size: tuple[int, int],
    decoders: Executor,
) -> None:
    """Compare a written film with the plan. Raises MediaError with all that is wrong."""
    wrong = list(_differences(film, stretches, layout, labels, size, decoders))
    if wrong:
        raise MediaError(f"{film}: the film came out wrong: {'; '.join(wrong)}")


def prove_clip(source: Source, start: int, end: int) -> None:
    """Decode frames ``start`` to ``end`` (exclusive) of a clip. Raises MediaError when one is damaged."""
    damaged = sum(frame.is_corrupt for frame in own_frames(source, start, end))
    if damaged:
        raise MediaError(f"{source.path}: {damaged} of its frames are damaged")


def _differences(
    film: Path,
    stretches: Sequence[Stretch],
    layout: Layout,
    labels: Labels,
    size: tuple[int, int],
    decoders: Executor,
) -> Iterator[str]:
    if not moov_first(film):
        yield "its index is not in front"
    with opened(film) as container:
        if len(container.streams.video) != 1 or len(container.streams.audio) != 1:
            yield "it has not one picture and one sound"
            return
        yield from chapter_differences(container, labels.chapters)
    heard = decoders.submit(_sound_differences, film, layout)
    written = read_source(film)
    if written.size != size:
        yield f"it is {written.size[0]}x{written.size[1]}, not {size[0]}x{size[1]}"
    if read_captions(film) != labels.captions:
        yield f"its captions are not the {len(labels.captions)} planned"
    unlike = list(_packet_differences(written, layout.picture)) or _unplanned(layout.picture, stretches)
    yield from unlike
    if not unlike:
        ranges = to_decode(layout.picture, written)
        seen = decoders.map(lambda each: decoded(film, *each), ranges)
        for (first, last), part in zip(ranges, seen, strict=True):
            yield from picture_differences([part], last - first, first)
    yield from heard.result()


def _sound_differences(film: Path, layout: Layout) -> list[str]:
    if not isinstance(layout.heard, WholeSound):
        return sound_differences(film, layout.frames)
    found, planned = whole_sound(read_source(film)), layout.heard
    if found is None or (found.first, found.hashes) != (planned.first, planned.hashes):
        return ["its sound is not that of the clip"]
    return []


def _packet_differences(written: Source, picture: Picture) -> Iterator[str]:
    """Whether the film holds the packets of every part, in order, at their times, and can decode them."""
    table = written.table
    if len(table) != picture.frames:
        yield f"it has {len(table)} frames, not {picture.frames}"
        return
    if written.sets is None or table.start_s != 0:
        yield "its frames are not on the grid of 24 a second from 0"
        return
    at = 0
    for part in picture.parts:
        end = at + part.frames
        displays = table.displays[at:end]
        if not written.fresh[at] or sorted(displays) != list(range(at, end)):
            yield f"frames {at} to {end} do not stand by themselves"
        elif isinstance(part, Copied):
            source, piece = picture.material.sources[part.clip], part.piece
            moved = tuple(
                frame - piece.start + at for frame in source.table.displays[piece.first : piece.last]
            )
            if displays != moved or written.hashes[at:end] != source.hashes[piece.first : piece.last]:
                yield f"frames {at} to {end} are not those of {part.clip}"
            if not _has_sets(written, source):
                yield f"it lacks parameter sets of {part.clip}"
        at = end


def _has_sets(written: Source, source: Source) -> bool:
    if written.sets is None or source.sets is None:
        return False
    known, needed = written.sets, source.sets
    inside = {*needed.sps} <= {*known.sps} and {*needed.pps} <= {*known.pps}
    return inside and known.length_size == needed.length_size


def _unplanned(picture: Picture, stretches: Sequence[Stretch]) -> list[str]:
    """Parts that show other frames than the stretches ask for at their place in the film."""
    asked = [frame for stretch in stretches for frame in _shown_as_is(stretch)]
    wrong = []
    at = 0
    for part in picture.parts:
        if isinstance(part, Copied):
            frames = range(part.piece.start, part.piece.end)
            if asked[at : at + part.frames] != [(part.clip, frame) for frame in frames]:
                wrong.append(f"frames {at} to {at + part.frames} were not to be copied from {part.clip}")
        at += part.frames
    if at != len(asked):
        wrong.append(f"it has {at} frames, not {len(asked)}")
    return wrong


def _shown_as_is(stretch: Stretch) -> list[tuple[Path, int] | None]:
    """The clip's frame that each frame of a stretch is, None where it is made."""
    if isinstance(stretch, Span):
        return [(stretch.clip, frame) for frame in range(stretch.start, stretch.end)]
    return [None] * stretch.frames


def to_decode(picture: Picture, written: Source) -> list[tuple[int, int]]:
    """Frames of the film to decode, from IDR pictures on: what was encoded, and each kind of join."""
    fresh = sorted(frame for frame, new in zip(written.table.displays, written.fresh, strict=True) if new)
    ranges = []
    kinds = set()
    at = 0
    for part in picture.parts:
        if isinstance(part, Encoded):
            ranges.append((at, at + part.frames))
        at += part.frames
    at = 0
    for before, after in pairwise(picture.parts):
        at += before.frames
        kind = (_kind(before, picture), _kind(after, picture))
        if kind not in kinds:
            kinds.add(kind)
            first = max((frame for frame in fresh if at - _BEFORE <= frame < at), default=at)
            ranges.append((first, min(at + _AFTER, picture.frames)))
    return [part for whole in _together(ranges) for part in divided_at(fresh, *whole)]


def divided_at(fresh: Sequence[int], first: int, last: int) -> list[tuple[int, int]]:
    """A range of frames in portions that several cores can share, each from a frame of ``fresh`` on."""
    starts = [first]
    for frame in fresh:
        if starts[-1] + _PORTION <= frame < last:
            starts.append(frame)
    return list(pairwise([*starts, last]))


def _kind(part: Part, picture: Picture) -> object:
    """What a decoder has to do with a part: parts of one kind share their parameter sets."""
    if isinstance(part, Encoded):
        return None
    sets = picture.material.sources[part.clip].sets
    return None if sets is None else (sets.sps, sets.pps)


def _together(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges that overlap as one."""
    whole: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if whole and first < whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], last))
        else:
            whole.append((first, last))
    return whole
