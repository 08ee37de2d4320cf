"""Which packets of a film are copied, and which frames go through the encoder together."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.errors import MediaError
from veo_story.media.encode import Settings, parameter_sets
from veo_story.media.h264 import ParameterSets
from veo_story.media.packets import PacketTable
from veo_story.media.picture import Copied, Encoded, plan_picture
from veo_story.media.source import Colour, Source
from veo_story.media.spans import Black, Blend, Hold, Shade, Span, Stretch, clips_of, heard, merged

_SIZE = (64, 36)
_COLOUR = Colour(1, 1, 1, 1)
_LENGTH = 30


def _source(name: str, *, every: int = 6, size: tuple[int, int] = _SIZE) -> Source:
    """A clip of frames in the order they are shown, with an IDR picture at every sixth."""
    path = Path(f"{name}.mp4")
    numbers = tuple(range(_LENGTH))
    keys = tuple(frame % every == 0 for frame in numbers)
    table = PacketTable(path, Fraction(1, 24), numbers, numbers, keys, (100,) * _LENGTH)
    sps, pps = parameter_sets(Settings(_SIZE, "high", _COLOUR, 3))
    sets = ParameterSets(100, 0, 30, 4, sps, pps)
    return Source(path, table, keys, numbers, size, _COLOUR, sets, True, _LENGTH)


_SOURCES = {
    source.path: source
    for source in (_source("a"), _source("b"), _source("other", size=(32, 18)), _source("one", every=99))
}


@st.composite
def spans(draw: st.DrawFn, frames: int | None = None) -> Span:
    clip = draw(st.sampled_from(sorted(_SOURCES)))
    length = draw(st.integers(1, 20)) if frames is None else frames
    start = draw(st.integers(0, _LENGTH - length))
    return Span(clip, start, start + length)


@st.composite
def stretches(draw: st.DrawFn) -> Stretch:
    match draw(st.integers(0, 6)):
        case 0:
            frames = draw(st.integers(1, 8))
            return Blend(draw(spans(frames)), draw(spans(frames)))
        case 1:
            span = draw(spans())
            return Shade(span, 0, span.frames, draw(st.booleans()))
        case 2:
            return Black(draw(st.integers(1, 9)))
        case 3:
            return Hold(
                draw(st.sampled_from(sorted(_SOURCES))), draw(st.integers(0, 29)), draw(st.integers(1, 9))
            )
        case _:
            return draw(spans())


def _frames(stretch: Stretch) -> list[object]:
    """A name for every frame of a stretch."""
    if isinstance(stretch, Span):
        return [(stretch.clip, frame) for frame in range(stretch.start, stretch.end)]
    return [(stretch, frame) for frame in range(stretch.frames)]


@given(st.lists(stretches(), min_size=1, max_size=6))
def test_the_parts_are_the_stretches_in_order(film: list[Stretch]) -> None:
    whole = merged(film)
    picture = plan_picture(whole, _SOURCES, _SIZE)
    found: list[object] = []
    for part in picture.parts:
        if isinstance(part, Copied):
            assert part.clip in picture.material.own
            assert part.piece.start % 6 == 0  # it begins with an IDR picture
            found += _frames(Span(part.clip, part.piece.start, part.piece.end))
        else:
            found += [name for stretch in part.stretches for name in _frames(stretch)]
    assert found == [name for stretch in whole for name in _frames(stretch)]
    assert picture.frames == sum(stretch.frames for stretch in film)


@given(st.lists(stretches(), min_size=1, max_size=6))
def test_what_is_encoded_side_by_side_is_one_run(film: list[Stretch]) -> None:
    parts = plan_picture(merged(film), _SOURCES, _SIZE).parts
    for before, after in pairwise(parts):
        assert not (isinstance(before, Encoded) and isinstance(after, Encoded))


@given(st.lists(stretches(), min_size=1, max_size=6))
def test_merging_keeps_every_frame(film: list[Stretch]) -> None:
    whole = merged(film)
    assert [n for stretch in whole for n in _frames(stretch)] == [n for s in film for n in _frames(s)]
    assert merged(whole) == whole


@given(st.lists(stretches(), min_size=1, max_size=6))
def test_what_is_heard_is_in_order_and_never_two(film: list[Stretch]) -> None:
    found = heard(film)
    ends = [begins + span.frames for begins, span in found]
    assert all(end <= begins for end, (begins, _) in zip(ends[:-1], found[1:], strict=True))
    assert all(span.frames > 0 for _, span in found)
    assert {span.clip for _, span in found} <= set(clips_of(film))


def test_a_dissolve_costs_no_more_than_its_groups() -> None:
    a, b = sorted(_SOURCES)[:2]
    film = (Span(a, 0, 20), Blend(Span(a, 20, 24), Span(b, 2, 6)), Span(b, 6, 30))
    parts = plan_picture(film, _SOURCES, _SIZE).parts
    assert [(type(part), part.frames) for part in parts] == [(Copied, 20), (Encoded, 4), (Copied, 24)]
    film = (Span(a, 0, 20), Blend(Span(a, 20, 24), Span(b, 4, 8)), Span(b, 8, 30))
    parts = plan_picture(film, _SOURCES, _SIZE).parts
    assert [(type(part), part.frames) for part in parts] == [(Copied, 20), (Encoded, 8), (Copied, 18)]


@pytest.mark.parametrize(
    ("stretch", "complaint"),
    [
        (Hold(Path("a.mp4"), 30, 4), "frames 30 to 31, it has 30"),
        (Hold(Path("a.mp4"), 3, 0), "wants 0 frames"),
        (Black(0), "wants 0 frames"),
        (Shade(Span(Path("a.mp4"), 20, 31), 0, 11), "it has 30"),
        (Blend(Span(Path("a.mp4"), 28, 32), Span(Path("b.mp4"), 0, 4)), r"a\.mp4.*it has 30"),
        (Blend(Span(Path("a.mp4"), 20, 24), Span(Path("b.mp4"), 0, 5)), "5 frames follows on 4"),
    ],
)
def test_what_cannot_be_had(stretch: Stretch, complaint: str) -> None:
    with pytest.raises(MediaError, match=complaint):
        plan_picture((stretch,), _SOURCES, _SIZE)
