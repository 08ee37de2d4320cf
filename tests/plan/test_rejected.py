"""Takes that a person has rejected serve nobody."""

from __future__ import annotations

from dataclasses import replace

from tests.plan.boards import board, plan_of, run, scene
from tests.plan.test_diff import attempt, rendered, states, take
from veo_story.plan.diff import diff
from veo_story.plan.takes import AttemptState


def test_a_rejected_take_is_rendered_again() -> None:
    plan = plan_of(board(scene("s01")))
    one = take(plan, "s01", rejected="her hands")
    found = diff(plan, [one], [], {})["s01"]
    assert (str(found.state), found.reason, found.missing_takes) == ("stale", "take 1 was rejected", 1)
    two = take(plan, "s01", 2, rejected="")
    assert diff(plan, [one, two], [], {})["s01"].reason == "takes 1, 2 were rejected"


def test_another_take_serves_in_its_place() -> None:
    plan = plan_of(board(scene("s01")))
    one, two = take(plan, "s01", 1), take(plan, "s01", 2, rejected="")
    assert diff(plan, [one, two], [], {})["s01"].take == one
    found = diff(plan, [one, two], [], {"s01": two.id})["s01"]
    assert found.take == one
    assert found.reason == f"take {two.id} is picked, but it was rejected"


def test_the_pick_of_the_storyboard_does_not_bring_it_back() -> None:
    plan = plan_of(board(scene("s01", pick=2)))
    one, two = take(plan, "s01", 1), take(plan, "s01", 2, rejected="")
    assert diff(plan, [one, two], [], {})["s01"].take == one


def test_it_counts_for_none_of_the_takes_that_are_wanted() -> None:
    plan = plan_of(board(scene("s01", takes=2)))
    one, two = take(plan, "s01", 1), take(plan, "s01", 2, rejected="")
    found = diff(plan, [one, two], [], {})["s01"]
    assert (found.missing_takes, found.reason) == (1, "1 more to render")


def test_it_has_come_all_the_same() -> None:
    """A request for two clips that gave a rejected one gives one more, not two."""
    plan = plan_of(board(scene("s01", takes=2)))
    asked = replace(attempt(plan, "s01", AttemptState.ANSWERED), samples=2)
    one = take(plan, "s01", 1, rejected="", attempt_id=asked.id)
    found = diff(plan, [one], [asked], {})["s01"]
    assert (str(found.state), found.missing_takes) == ("in flight", 1)


def test_what_was_made_from_it_is_stale() -> None:
    plan = plan_of(board(*run(2)))
    one, child = rendered(plan)
    two = take(plan, "s01", 2)
    found = diff(plan, [replace(one, rejected=""), two, child], [], {})
    assert found["s01"].take == two
    assert states(found)["s02"] == "stale: s01 has another take now"


def test_a_rejected_child_holds_no_scene_to_its_parent() -> None:
    plan = plan_of(board(*run(2)))
    one, child = rendered(plan)
    two = take(plan, "s01", 2)
    assert diff(plan, [one, two, child], [], {})["s01"].take == one
    assert diff(plan, [one, two, replace(child, rejected="")], [], {})["s01"].take == two


def test_what_changed_since_is_told_of_the_takes_that_are_wanted() -> None:
    old, new = (plan_of(board(scene("s01", action=text))) for text in ("One", "Two"))
    seeded = plan_of(board(scene("s01", action="Two", seed=3)))
    takes = [take(old, "s01", 1), take(seeded, "s01", 2, rejected="")]
    assert diff(new, takes, [], {})["s01"].reason == "prompt changed"
