"""Lines go to where somebody is heard, if that is clear."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.soak import runs
from veo_story.film.matching import matched

spans = st.lists(st.floats(0, 190), unique=True, max_size=12).map(
    lambda ends: list(zip(sorted(ends)[::2], sorted(ends)[1::2], strict=False))
)


@settings(max_examples=runs(500, in_suite=60), deadline=None)
@given(spans, spans)
def test_lines_stay_in_order_and_near(
    lines: list[tuple[float, float]], heard: list[tuple[float, float]]
) -> None:
    found = matched(lines, heard)
    assert len(found) == len(lines)
    if found != lines:
        starts, ends = {start for start, _ in heard}, {end for _, end in heard}
        assert all(start in starts and end in ends for start, end in found)
        assert all(before[1] < after[0] for before, after in pairwise(found))
        assert all(abs(at - start) <= 96 for (at, _), (start, _) in zip(found, lines, strict=True))


@pytest.mark.parametrize(
    ("heard", "found"),
    [
        ([], None),
        ([(20.0, 60.0)], [(20.0, 60.0)]),
        ([(20.0, 30.0), (34.0, 61.0)], [(20.0, 61.0)]),
        ([(20.0, 26.0)], None),
        ([(180.0, 220.0)], None),
        # A gull.
        ([(20.0, 60.0), (90.0, 96.0)], [(20.0, 60.0)]),
        ([(20.0, 44.0), (58.0, 64.0)], [(20.0, 64.0)]),
        # The end of what was said before.
        ([(0.0, 9.0), (22.0, 66.0)], [(22.0, 66.0)]),
    ],
)
def test_one_line(heard: list[tuple[float, float]], found: list[tuple[float, float]] | None) -> None:
    guessed = [(19.2, 67.2)]
    assert matched(guessed, heard) == (guessed if found is None else found)


def test_the_long_pause_parts_two_lines() -> None:
    guessed = [(19.0, 60.0), (68.0, 100.0)]
    heard = [(24.0, 40.0), (44.0, 76.0), (96.0, 104.0), (108.0, 124.0)]
    assert matched(guessed, heard) == [(24.0, 76.0), (96.0, 124.0)]


def test_a_cry_is_a_line_where_nothing_else_is() -> None:
    assert matched([(19.0, 29.0)], [(40.0, 46.0)]) == [(40.0, 46.0)]


def test_a_long_babble_is_left_alone() -> None:
    guessed = [(float(n), n + 5.0) for n in range(0, 100, 10)]
    assert matched(guessed, [(n + 0.5, n + 3.0) for n in range(0, 120, 4)]) == guessed
