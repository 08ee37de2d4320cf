"""Scenes become chains, and chains stay within what a platform extends."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.plan.boards import board, compiled, plan_of, run, scene, told
from veo_story.catalog.catalog import load_catalog
from veo_story.plan.model import FrameInput
from veo_story.storyboard.model import FrameOf, Handoff, Mode, Storyboard


def chains(storyboard: Storyboard, backend: str | None = None, **given: object) -> list[list[str]]:
    return [[s.scene_id for s in c.steps] for c in plan_of(storyboard, backend, **given).chains]


def test_a_chain_is_an_opening_and_its_extensions() -> None:
    plan = plan_of(board(*run(3)))
    assert [(c.id, [s.scene_id for s in c.steps]) for c in plan.chains] == [("c1", ["s01", "s02", "s03"])]
    assert [s.parent for s in plan.steps()] == [None, "s01", "s02"]
    assert [s.new_frames for s in plan.steps()] == [192, 168, 168]


def test_local_scenes_are_chains_of_their_own_by_the_local_backend() -> None:
    film = board(scene("card", Mode.SLATE, card="Hello"), *run(2), scene("end", Mode.SLATE, card="Bye"))
    plan = plan_of(film, "vertex")
    assert [[s.scene_id for s in c.steps] for c in plan.chains] == [["card"], ["s01", "s02"], ["end"]]
    assert [s.backend for s in plan.steps()] == ["local", "vertex", "vertex", "local"]
    assert plan.capabilities["card"].backend == "local"
    assert plan.capabilities["s01"].backend == "vertex"


def test_a_sequence_starts_a_new_chain() -> None:
    film = board(sequences=[run(2), run(2, start=3)])
    assert chains(film) == [["s01", "s02"], ["s03", "s04"]]


def test_scenes_that_start_on_pictures_start_chains_too() -> None:
    film = board(
        *run(2),
        scene("a", Mode.ANIMATE, first_frame=Path("a.png")),
        scene("b", Mode.EXTEND),
        scene("c", Mode.INTERPOLATE, first_frame=Path("a.png"), last_frame=Path("b.png")),
        scene("d", Mode.EXTEND),
    )
    assert chains(film) == [["s01", "s02"], ["a", "b"], ["c", "d"]]


def test_skipped_scenes_are_not_there() -> None:
    s01, s02, s03 = run(3)
    film = board(s01, replace(s02, skip=True), s03)
    assert chains(film) == [["s01", "s03"]]
    assert [p.scene_id for p in plan_of(film).placements] == ["s01", "s03"]


def test_an_extension_needs_generated_footage_right_before_it() -> None:
    film = board(
        scene("card", Mode.SLATE, card="Hello"), scene("s01", Mode.EXTEND), scene("s02", Mode.EXTEND)
    )
    assert told(film) == [("VS034", ("scenes", "s01"))]
    film = board(*run(2), scene("card", Mode.SLATE, card="Later"), scene("s03", Mode.EXTEND))
    assert told(film) == [("VS034", ("scenes", "s03"))]


@pytest.mark.parametrize("backend", ["local", "gemini"])
def test_twenty_extensions_are_the_most(backend: str) -> None:
    assert len(chains(board(*run(21), over_limit="error"), backend)) == 1
    over = compiled(board(*run(24), over_limit="error"), backend).problems
    (problem,) = (p for p in over if p.code == "VS104")
    assert problem.message == (
        f"{backend}: this extension needs a 148 s input, the limit is 141 s (a chain ends at 148 s)"
    )
    assert problem.hint == "start a new sequence here, or set render.chain.over_limit: split"


def test_vertex_ends_a_chain_at_37_s() -> None:
    film = board(*run(9), over_limit="error")
    (problem,) = (p for p in compiled(film, "vertex").problems if p.code == "VS104")
    assert problem.message == (
        "vertex: this extension needs a 36 s input, the limit is 30 s (a chain ends at 37 s)"
    )
    assert told(film, "vertex") == [("VS104", ("scenes", "s06"))]
    assert compiled(film, "vertex").plan is None


def test_a_split_goes_on_from_the_last_frame() -> None:
    plan = plan_of(board(*run(9), over_limit="split"), "vertex")
    first, second = plan.chains
    assert [s.scene_id for s in second.steps] == ["s06", "s07", "s08", "s09"]
    assert (first.split_from, second.split_from) == (None, "s05")
    s06 = plan.step("s06")
    assert (s06.mode, s06.new_frames, s06.parent) == (Mode.ANIMATE, 192, None)
    assert s06.inputs == (FrameInput("first_frame", FrameOf("s05")),)
    assert s06.needs == ("s05",)
    # The film shows the frame that both have once.
    assert [p.out_frame - p.in_frame for p in plan.placements] == [192, *[168] * 3, 167, 192, *[168] * 3]
    assert s06.prompt.endswith("In the last second, everything holds still.")
    assert "last second" not in plan.step("s05").prompt


def test_a_split_is_noted_and_a_voice_that_it_cuts_off_is_a_warning() -> None:
    scenes = run(7)
    scenes[4] = replace(scenes[4], handoff=Handoff(voice="through"))
    film = board(*scenes)
    assert told(film, "vertex") == [("VS350", ("scenes", "s06")), ("VS253", ("scenes", "s06"))]
    assert any("a new one of 8 s starts here" in w for w in plan_of(film, "vertex").warnings)


def test_a_chain_is_split_as_often_as_it_takes() -> None:
    plan = plan_of(board(*run(13)), "vertex")
    assert [len(c.steps) for c in plan.chains] == [5, 5, 3]
    assert [c.split_from for c in plan.chains] == [None, "s05", "s10"]


def test_a_window_sends_a_tail_and_keeps_the_chain() -> None:
    plan = plan_of(board(*run(11), over_limit="window"), "vertex")
    assert len(plan.chains) == 1
    windows = {s.scene_id: s.window_frames for s in plan.steps() if s.window_frames is not None}
    # 8 s are sent, 15 s come back: that clip is extended whole until it is too long again.
    assert windows == {"s06": 192, "s10": 192}
    assert plan.frames == 192 + 10 * 168
    assert told(board(*run(7), over_limit="window"), "vertex") == [("VS351", ("scenes", "s06"))]


def test_extensions_are_counted_anew_from_a_window_on() -> None:
    vertex = load_catalog().capabilities("vertex")
    assert vertex.chain is not None
    four = replace(vertex, chain=replace(vertex.chain, most_extensions=4, longest_input_s=Decimal(60)))
    roomy = replace(four, chain=replace(four.chain, longest_result_s=Decimal(90)))
    plan = plan_of(
        board(*run(10), over_limit="window"), "vertex", catalog=load_catalog().with_capabilities(roomy)
    )
    assert [s.scene_id for s in plan.steps() if s.window_frames is not None] == ["s06", "s10"]


def test_no_window_where_the_platform_takes_none() -> None:
    (problem,) = compiled(board(*run(22), over_limit="window"), "local").problems
    assert problem.code == "VS104"
    assert problem.hint is not None
    assert "over_limit: split (local takes no window here)" in problem.hint


def test_a_split_is_impossible_where_nothing_starts_on_a_frame() -> None:
    local = load_catalog().capabilities("local")
    without = replace(local, modes=local.modes - {Mode.ANIMATE})
    catalog = load_catalog().with_capabilities(without)
    (problem,) = compiled(board(*run(22)), catalog=catalog).problems
    assert problem.code == "VS104"
    assert problem.hint == (
        "start a new sequence here (animatic-1 cannot start on a frame, so nothing can be split)"
    )


def test_lite_on_gemini_cannot_extend_and_says_so_once() -> None:
    film = board(*run(4), tier="lite")
    problems = [p for p in compiled(film, "gemini").problems if p.code != "VS250"]
    assert told(film, "gemini") == [("VS101", ("scenes", "s02"))]
    assert problems[0].hint == "use mode: animate with first_frame: s01.last_frame, or another tier"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"longest_result_s": Decimal(20)}, "local: this extension makes 22 s (a chain ends at 20 s)"),
        ({"most_extensions": 1}, "local: this is extension 2 of its chain, the limit is 1"),
        ({"shortest_input_s": Decimal(9)}, "local: an extension needs at least 9 s to go on from"),
    ],
)
def test_every_limit_of_a_chain_counts(changed: dict[str, Decimal], message: str) -> None:
    local = load_catalog().capabilities("local")
    assert local.chain is not None
    catalog = load_catalog().with_capabilities(replace(local, chain=replace(local.chain, **changed)))
    problems = compiled(board(*run(3), over_limit="error"), catalog=catalog).problems
    assert [p.message for p in problems] == [message]


def test_a_window_must_fit_the_limits_itself() -> None:
    local = load_catalog().capabilities("local")
    assert local.chain is not None
    tight = replace(local.chain, longest_input_s=Decimal(7), longest_result_s=Decimal(15))
    catalog = load_catalog().with_capabilities(replace(local, chain=tight, windows=True))
    problems = compiled(board(*run(2), over_limit="window"), catalog=catalog).problems
    assert [p.code for p in problems] == ["VS104"]


def test_a_handover_only_before_an_extension() -> None:
    plan = plan_of(board(sequences=[run(2), run(1, start=3)]))
    holds = ["In the last second" in s.prompt for s in plan.steps()]
    assert holds == [True, False, False]


def test_tails_or_combined_where_there_is_a_choice() -> None:
    film = board(*run(2))
    assert plan_of(film).capabilities["s02"].returns == "tail"
    combined = plan_of(film, returns="combined")
    assert combined.capabilities["s02"].returns == "combined"
    assert combined.step("s01").fingerprint == plan_of(film).step("s01").fingerprint
    assert combined.step("s02").fingerprint != plan_of(film).step("s02").fingerprint
