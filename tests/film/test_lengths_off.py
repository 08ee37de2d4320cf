"""Clips that came a few frames longer or shorter than asked, as services do."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.fakes import capabilities
from tests.film.test_make_edit import _plan, _ranges, _step, _take
from veo_story.errors import MediaError
from veo_story.film.make_edit import make_edit
from veo_story.plan.model import Placement, Plan, Step
from veo_story.plan.takes import Take
from veo_story.storyboard.model import FrameOf


def _off(step: Step, frames: int, before: int = 0, parent: Take | None = None) -> Take:
    """A take of ``step`` that came ``frames`` longer than asked."""
    return _take(replace(step, new_frames=step.new_frames + frames), before, parent, faithful=True)


def _slack(plan: Plan, frames: int = 6) -> Plan:
    return replace(plan, capabilities={s.scene_id: capabilities(slack=frames) for s in plan.steps()})


@pytest.mark.parametrize("off", [-6, -1, 3])
def test_a_chain_is_shown_to_the_end_of_each_clip(off: int) -> None:
    a, b = _step("a", 192), _step("b", 168, "a")
    ta = _off(a, off)
    tb = _off(b, 1, ta.frames, ta)
    edit = make_edit(_slack(_plan((a, b))), {"a": ta, "b": tb})
    assert _ranges(edit) == [("b", 0, 192 + off, False), ("b", 192 + off, 361 + off, True)]
    assert edit.frames == 361 + off


@pytest.mark.parametrize("off", [-2, 0, 5])
def test_a_split_leaves_at_the_last_frame_there_is(off: int) -> None:
    a, b = _step("a", 192), _step("b", 192, starts_on=FrameOf("a", None))
    plan = _plan((a,), (b,), placements=(Placement("a", 0, 0, 191), Placement("b", 191, 0, 192)))
    takes = {"a": _off(a, off), "b": replace(_take(b), picked_frames={"first_frame": 191 + off})}
    assert _ranges(make_edit(_slack(plan), takes)) == [("a", 0, 191 + off, False), ("b", 0, 192, False)]
    takes["b"] = replace(takes["b"], picked_frames={"first_frame": 180})
    assert _ranges(make_edit(_slack(plan), takes))[0] == ("a", 0, 180, False)


def test_a_trim_of_the_authors_holds_as_far_as_the_clip_goes() -> None:
    a, b = _step("a", 192), _step("b", 192, starts_on=FrameOf("a", Decimal(1)))
    for out, shown in ((150, 150), (190, 188), (191, 188)):
        plan = _plan((a,), (b,), placements=(Placement("a", 0, 4, out), Placement("b", out - 4, 0, 192)))
        edit = make_edit(_slack(plan), {"a": _off(a, -4), "b": _take(b)})
        assert _ranges(edit)[0] == ("a", 4, shown, False)


@pytest.mark.parametrize(("off", "slack"), [(-7, 6), (-1, 0)])
def test_a_clip_that_is_further_off_is_refused(off: int, slack: int) -> None:
    a = _step("a", 192)
    with pytest.raises(MediaError, match="new frames, the film wants 192"):
        make_edit(_slack(_plan((a,)), slack), {"a": _off(a, off)})


def test_a_trim_past_the_end_of_a_short_clip_is_refused() -> None:
    a = _step("a", 24)
    plan = _plan((a,), placements=(Placement("a", 0, 20, 23),))
    with pytest.raises(MediaError, match="has 18 new frames"):
        make_edit(_slack(plan), {"a": _off(a, -6)})


@given(st.lists(st.tuples(st.integers(12, 60), st.integers(-6, 6)), min_size=1, max_size=8))
def test_every_frame_of_an_untrimmed_chain_is_shown_once(scenes: list[tuple[int, int]]) -> None:
    steps: list[Step] = []
    takes: dict[str, Take] = {}
    for number, (frames, off) in enumerate(scenes):
        parent = takes[steps[-1].scene_id] if steps else None
        step = _step(f"s{number}", frames, steps[-1].scene_id if steps else None)
        takes[step.scene_id] = _off(step, off, 0 if parent is None else parent.frames, parent)
        steps.append(step)
    edit = make_edit(_slack(_plan(tuple(steps))), takes)
    last = takes[steps[-1].scene_id]
    shown = [(c.clip, f) for c in edit.cuts for f in range(c.in_frame, c.out_frame)]
    assert shown == [(last.clip, f) for f in range(last.frames)]
