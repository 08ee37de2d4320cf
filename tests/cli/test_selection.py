"""Scenes by id and by range, there and back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.plan.boards import board, plan_of, run
from veo_story.cli.selection import ranges, select

ORDER = [f"s{n:02}" for n in range(1, 10)]


def test_ranges() -> None:
    assert ranges(ORDER, ["s05", "s06", "s07", "s08", "s09"]) == "s05..s09"
    assert ranges(ORDER, {"s09", "s01", "s02", "s04"}) == "s01..s02, s04, s09"
    assert (ranges(ORDER, []), ranges(["s01", "s02+bridge", "s02"], ["s01", "s02"])) == ("", "s01, s02")


@given(st.sets(st.sampled_from(ORDER), min_size=1))
def test_what_ranges_say_select_reads(scenes: set[str]) -> None:
    assert select(plan_of(board(*run(9))), [ranges(ORDER, scenes)]) == scenes
