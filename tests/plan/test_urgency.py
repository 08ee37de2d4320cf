"""Which chains a run begins with, and what is lost when it begins too late."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from tests.plan.boards import board, plan_of, run, scene
from tests.plan.test_diff import NOW, attempt, rendered, take
from veo_story.plan.diff import diff
from veo_story.plan.model import Plan
from veo_story.plan.takes import Attempt, AttemptState, SceneStatus, Take
from veo_story.plan.urgency import at_service, in_order, on_copies
from veo_story.storyboard.model import FrameOf, Mode

PLAN = plan_of(board(*run(3), *run(3, 4), *run(2, 7)), "gemini")
"""Three chains: s01..s03, s04..s06, s07 and s08."""


def hours(number: float) -> datetime:
    return NOW + timedelta(hours=number)


def kept(plan: Plan, **expires_at: datetime | None) -> list[Take]:
    """Takes of these scenes, each made from those before it."""
    takes = [made for made in rendered(plan) if made.scene_id in expires_at]
    return [replace(made, expires_at=expires_at[made.scene_id]) for made in takes]


def looked_at(
    plan: Plan, takes: list[Take], attempts: tuple[Attempt, ...] = ()
) -> tuple[dict[str, SceneStatus], list[str]]:
    """The statuses, and the first scenes of the chains in the order of a run."""
    statuses = diff(plan, takes, attempts, {})
    return statuses, [chain.steps[0].scene_id for chain in in_order(plan, statuses, attempts, NOW)]


def order(takes: list[Take], *attempts: Attempt) -> list[str]:
    return looked_at(PLAN, takes, attempts)[1]


def answered(scene_id: str, expires_at: datetime | None, **more: object) -> Attempt:
    made = attempt(PLAN, scene_id, AttemptState.ANSWERED)
    made = replace(made, expires_at=expires_at, reserved_usd=Decimal("0.8"), id=scene_id)
    return replace(made, **more)


def test_nothing_at_the_service_is_the_order_of_the_film() -> None:
    assert order([]) == ["s01", "s04", "s07"]
    assert order(kept(PLAN, s01=None, s04=None)) == ["s01", "s04", "s07"]


def test_first_what_is_to_be_brought_home_then_the_copy_that_goes_first() -> None:
    takes = kept(PLAN, s01=hours(40), s04=hours(30))
    assert order(takes) == ["s04", "s01", "s07"]
    assert order(takes, answered("s07", hours(45))) == ["s07", "s04", "s01"]
    both = answered("s07", hours(45)), answered("s04", hours(44))
    assert order(takes, *both) == ["s04", "s07", "s01"]
    # Nobody knows for how long: after those whose end is known, before all that can wait.
    assert order(takes, answered("s07", None), answered("s04", hours(44))) == ["s04", "s07", "s01"]


def test_what_was_edited_since_is_not_brought_home_and_hurries_nobody() -> None:
    assert order([], answered("s07", hours(1), fingerprint="0" * 64)) == ["s01", "s04", "s07"]
    assert order([], answered("s07", hours(1), state=AttemptState.UNKNOWN)) == ["s01", "s04", "s07"]


def test_what_is_free_can_be_made_again_and_hurries_nobody() -> None:
    assert order([], answered("s07", hours(1), is_free=True)) == ["s01", "s04", "s07"]


def test_a_copy_hurries_only_while_it_is_there_and_needed() -> None:
    assert order(kept(PLAN, s04=hours(-1))) == ["s01", "s04", "s07"]
    whole = kept(PLAN, s04=hours(1), s05=hours(1), s06=hours(1))
    assert order(whole) == ["s01", "s04", "s07"]


def test_a_picture_and_a_tail_are_made_from_this_disk() -> None:
    animated = board(scene("s00"), scene("s01"), scene("t", Mode.ANIMATE, first_frame=FrameOf("s01")))
    plan = plan_of(animated, "gemini")
    statuses, first = looked_at(plan, kept(plan, s01=hours(1)))
    assert first == [chain.steps[0].scene_id for chain in plan.chains]
    assert on_copies(plan, statuses, NOW) == ()
    windowed = plan_of(board(*run(7), over_limit="window"), "vertex")
    cut = next(step for step in windowed.steps() if step.window_frames is not None)
    before = [p.scene_id for p in windowed.placements]
    there = dict.fromkeys(before[: before.index(cut.scene_id)], hours(1))
    assert on_copies(windowed, looked_at(windowed, kept(windowed, **there))[0], NOW) == ()


def test_what_is_paid_and_not_here() -> None:
    attempts = [
        answered("s04", hours(40)),
        answered("s01", hours(30), fingerprint="0" * 64),
        answered("s07", hours(-1)),
        answered("s02", None),
        answered("s03", hours(2), is_free=True),
        answered("s05", hours(2), state=AttemptState.STORED),
    ]
    found = [(one.scene_id, one.usd, one.fits, one.is_past) for one in at_service(PLAN, attempts, NOW)]
    price = Decimal("0.8")
    assert found == [("s07", price, True, True), ("s01", price, False, False), ("s04", price, True, False)]


def test_all_that_hangs_on_a_copy() -> None:
    statuses, _ = looked_at(PLAN, kept(PLAN, s01=hours(40), s04=hours(-2), s05=hours(-1)))
    gone, going = on_copies(PLAN, statuses, NOW)
    assert (gone.scenes, gone.parent, gone.is_past) == (("s06",), "s05", True)
    assert (going.scenes, going.parent, going.expires_at) == (("s02", "s03"), "s01", hours(40))
    assert going.usd == PLAN.step("s02").expected_usd + PLAN.step("s03").expected_usd > 0


def test_a_further_take_hangs_alone() -> None:
    scenes = [replace(one, takes=2) if one.id == "s02" else one for one in run(3)]
    plan = plan_of(board(*scenes), "gemini")
    first = take(plan, "s01", expires_at=hours(9))
    second = take(plan, "s02", parents=(first.id,), expires_at=hours(8))
    statuses, _ = looked_at(plan, [first, second])
    assert [(one.scenes, one.parent) for one in on_copies(plan, statuses, NOW)] == [
        (("s03",), "s02"),
        (("s02",), "s01"),
    ]
