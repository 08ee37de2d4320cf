from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from veo_story.media.cut import Copy, Encode, plan_pieces


@dataclass(frozen=True)
class Coded:
    """Frame numbers in decoding order, and which packets are IDR."""

    displays: tuple[int, ...]
    fresh: tuple[bool, ...]


def _pyramid(first: int, count: int) -> list[int]:
    """``count`` B-frames from ``first``, the middle one decoded first as x264 does."""
    middle = first + count // 2
    return sorted(range(first, first + count), key=lambda frame: (frame != middle, frame))


@st.composite
def coded(draw: st.DrawFn) -> Coded:
    """Groups of an IDR (or another key frame when open) and mini-groups of B-frames behind their P-frame."""
    displays: list[int] = []
    fresh: list[bool] = []
    at = 0
    for group in range(draw(st.integers(1, 4))):
        is_open = group > 0 and draw(st.booleans())
        leading = draw(st.integers(0, 3)) if is_open else 0
        # Leading B-frames of an open group show before its key frame and are decoded after it.
        displays += [at + leading, *range(at, at + leading)]
        fresh += [not is_open, *[False] * leading]
        at += leading + 1
        for _ in range(draw(st.integers(0, 5))):
            between = draw(st.integers(0, 4))
            displays += [at + between, *_pyramid(at, between)]
            fresh += [False] * (between + 1)
            at += between + 1
    return Coded(tuple(displays), tuple(fresh))


@given(coded(), st.data())
def test_pieces_are_exactly_the_range_and_decodable(clip: Coded, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(clip.displays) - 1))
    end = data.draw(st.integers(start + 1, len(clip.displays)))
    pieces = plan_pieces(clip.displays, clip.fresh, start, end)
    at = start
    for piece in pieces:
        assert (piece.start, piece.end > piece.start) == (at, True)
        at = piece.end
        if isinstance(piece, Copy):
            shown = clip.displays[piece.first : piece.last]
            assert clip.fresh[piece.first]
            assert sorted(shown) == list(range(piece.start, piece.end))
            late = max(index - (frame - piece.start) for index, frame in enumerate(shown))
            assert piece.delay == max(late, 0)
    assert at == end
    assert len([piece for piece in pieces if isinstance(piece, Copy)]) <= 1


@given(coded(), st.data())
def test_as_much_as_possible_is_copied(clip: Coded, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(clip.displays) - 1))
    end = data.draw(st.integers(start + 1, len(clip.displays)))
    pieces = plan_pieces(clip.displays, clip.fresh, start, end)
    copied = sum(piece.end - piece.start for piece in pieces if isinstance(piece, Copy))
    most = 0
    for first, is_fresh in enumerate(clip.fresh):
        for last in range(first + 1, len(clip.displays) + 1):
            shown = clip.displays[first:last]
            whole = sorted(shown) == list(range(min(shown), min(shown) + len(shown)))
            if is_fresh and whole and min(shown) >= start and max(shown) < end:
                most = max(most, len(shown))
    assert copied == most


def test_a_whole_clip_is_one_copy() -> None:
    assert plan_pieces((0, 3, 1, 2, 4), (True, False, False, False, False), 0, 5) == (Copy(0, 5, 0, 5, 1),)


def test_leaving_inside_a_group_of_b_frames() -> None:
    pieces = plan_pieces((0, 3, 1, 2, 4), (True, False, False, False, False), 0, 3)
    assert pieces == (Copy(0, 1, 0, 1, 0), Encode(1, 3))


def test_without_a_place_to_start_all_is_encoded() -> None:
    assert plan_pieces((0, 1, 2, 3), (True, False, False, False), 1, 4) == (Encode(1, 4),)
