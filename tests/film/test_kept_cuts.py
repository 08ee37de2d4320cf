"""The cut list around scenes that stayed on older takes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.film.test_make_edit import _chain_of_three, _plan, _ranges, _step, _take
from tests.plan.boards import scene
from veo_story.film.make_edit import make_edit
from veo_story.plan.model import FrameInput, Placement, Plan, Step
from veo_story.plan.takes import Take
from veo_story.storyboard.model import FrameOf, Mode


def test_the_last_file_of_the_old_chain_serves_for_none_of_the_scenes_before() -> None:
    a, b, c = _chain_of_three()
    ta = _take(a)
    old = _take(b, 192, ta, faithful=True)
    tc = _take(c, 360, old, faithful=True)
    new = replace(old, number=2, clip=old.clip.with_name("new.mp4"), sha256="sha-new")
    kept = replace(c, kept=tc.id)
    edit = make_edit(_plan((a, b, kept)), {"a": ta, "b": new, "c": tc})
    assert _ranges(edit) == [("new", 0, 192, False), ("new", 192, 360, True), ("c", 360, 528, False)]


def _beginning_on_the_frame_before(out_frame: int) -> tuple[Plan, dict[str, Take]]:
    """``b`` is kept and begins on the end of a take of ``a``, which the plan shows up to ``out_frame``."""
    a, b = _step("a", 192), _step("b", 192, starts_on=FrameOf("a"))
    old = _take(a)
    tb = replace(_take(b, 0, old), picked_frames={"first_frame": 180})
    placements = (Placement("a", 0, 0, out_frame), Placement("b", out_frame, 0, 192))
    plan = _plan((a,), (replace(b, kept=tb.id),), placements=placements)
    return plan, {"a": old, "b": tb}


@pytest.mark.parametrize("out_frame", [191, 192])
def test_a_kept_scene_that_fits_after_all_begins_where_the_film_leaves(out_frame: int) -> None:
    plan, takes = _beginning_on_the_frame_before(out_frame)
    assert _ranges(make_edit(plan, takes)) == [("a", 0, 180, False), ("b", 0, 192, False)]


def test_another_take_is_shown_whole_before_it() -> None:
    plan, takes = _beginning_on_the_frame_before(192)
    takes["a"] = replace(takes["a"], number=2)
    assert _ranges(make_edit(plan, takes)) == [("a", 0, 192, False), ("b", 0, 192, False)]


@pytest.mark.parametrize(("came", "shown"), [(192, 191), (195, 194), (189, 188)])
def test_a_bridge_ends_before_the_frame_that_it_leads_to(came: int, shown: int) -> None:
    a, b = _step("a", 168), replace(_step("b", 168), kept="b/1")
    bridge = _bridge(a, b)
    placements = (
        Placement("a", 0, 0, 167),
        Placement("b+bridge", 167, 0, 191),
        Placement("b", 358, 0, 168),
    )
    plan = _plan((a,), (b,), (bridge,), placements=placements)
    plan = replace(plan, capabilities={"b+bridge": _Slack()})
    made = replace(_take(bridge), frames=came, new_end=came, picked_frames={"first_frame": 160})
    edit = make_edit(plan, {"a": _take(a), "b": _take(b), "b+bridge": made}, {"b": scene("b", title="Night")})
    assert _ranges(edit) == [
        ("a", 0, 160, False),
        ("b+bridge", 0, shown, False),
        ("b", 0, 168, False),
    ]
    assert [chapter.title for chapter in edit.chapters] == ["a", "Night (bridge)", "Night"]


class _Slack:
    length_slack_frames = 6


def _bridge(before: Step, kept: Step) -> Step:
    inputs = (
        FrameInput("first_frame", FrameOf(before.scene_id)),
        FrameInput("last_frame", FrameOf(kept.scene_id, Decimal(0))),
    )
    return replace(_step("b+bridge", 192), mode=Mode.INTERPOLATE, inputs=inputs)
