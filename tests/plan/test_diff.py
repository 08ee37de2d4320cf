"""A plan against what exists."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.plan.boards import board, plan_of, run, scene
from veo_story.plan.diff import diff
from veo_story.plan.model import Plan
from veo_story.plan.takes import Attempt, AttemptState, SceneState, SceneStatus, Take
from veo_story.storyboard.model import Camera, FrameOf, Mode, Scene

NOW = datetime(2026, 11, 22, tzinfo=UTC)
KEPT, STALE, TO_RENDER = SceneState.KEPT, SceneState.STALE, SceneState.TO_RENDER


def take(plan: Plan, scene_id: str, number: int = 1, parents: tuple[str, ...] = (), **given: object) -> Take:
    """A take of a plan's scene, as the engine would have stored it."""
    step = plan.step(scene_id)
    made = Take(
        scene_id=scene_id,
        fingerprint=step.fingerprint,
        number=number,
        clip=Path("clip.mp4"),
        sha256="0",
        frames=step.new_frames,
        new_start=0,
        new_end=step.new_frames,
        faithful=False,
        backend=step.backend,
        model=step.model,
        cost_usd=Decimal(0),
        stored_at=NOW + timedelta(seconds=number),
        parts=step.parts,
        parents=parents,
    )
    return replace(made, **given)


def rendered(plan: Plan) -> list[Take]:
    """One take of every scene, each made from those before it."""
    made: dict[str, Take] = {}
    for placed in plan.placements:
        needs = plan.step(placed.scene_id).needs
        made[placed.scene_id] = take(plan, placed.scene_id, parents=tuple(made[n].id for n in needs))
    return list(made.values())


def attempt(plan: Plan, scene_id: str, state: AttemptState, parents: tuple[str, ...] = ()) -> Attempt:
    step = plan.step(scene_id)
    return Attempt(
        "a1", scene_id, step.fingerprint, step.backend, step.model, state, Decimal(0), NOW, parents=parents
    )


def states(found: dict[str, SceneStatus]) -> dict[str, str]:
    return {k: f"{s.state}: {s.reason}" if s.reason else str(s.state) for k, s in found.items()}


def edited(scenes: list[Scene], at: int, **new: object) -> list[Scene]:
    return [replace(s, **new) if i == at else s for i, s in enumerate(scenes)]


def test_nothing_exists() -> None:
    found = diff(plan_of(board(*run(2))), [], [], {})
    assert states(found) == {"s01": "to render", "s02": "to render"}
    assert [s.missing_takes for s in found.values()] == [1, 1]
    assert [s.take for s in found.values()] == [None, None]


def test_everything_exists() -> None:
    plan = plan_of(board(*run(3), scene("t", Mode.ANIMATE, first_frame=FrameOf("s02"))))
    takes = rendered(plan)
    found = diff(plan, takes, [], {})
    assert states(found) == dict.fromkeys(["s01", "s02", "s03", "t"], "kept")
    assert [s.take for s in found.values()] == takes


def test_an_edit_in_the_middle() -> None:
    scenes = run(9)
    takes = rendered(plan_of(board(*scenes)))
    plan = plan_of(board(*edited(scenes, 4, action="Another thing happens")))
    assert states(diff(plan, takes, [], {})) == {
        **dict.fromkeys(["s01", "s02", "s03", "s04"], "kept"),
        "s05": "stale: prompt changed",
        "s06": "stale: follows s05",
        "s07": "stale: follows s06",
        "s08": "stale: follows s07",
        "s09": "stale: follows s08",
    }


def test_several_reasons() -> None:
    scenes = run(2)
    takes = rendered(plan_of(board(*scenes), "vertex"))
    changed = edited(edited(scenes, 0, action="Else"), 1, action="More", seed=4, avoid=("text",))
    found = diff(plan_of(board(*changed, tier="standard"), "vertex"), takes, [], {})
    assert states(found) == {
        "s01": "stale: model, prompt changed",
        "s02": "stale: model, prompt, negative prompt, seed changed, follows s01",
    }


def test_what_only_the_local_renderer_is_told_is_named_when_nothing_else_changed() -> None:
    one, other = (scene("s01", prompt="A boat.", camera=Camera(lens=lens)) for lens in ("50mm", "100mm"))
    found = diff(plan_of(board(other)), rendered(plan_of(board(one))), [], {})
    assert states(found) == {"s01": "stale: camera.lens changed"}


def test_a_part_that_went_away() -> None:
    takes = rendered(plan_of(board(scene("s01", seed=3))))
    assert states(diff(plan_of(board(scene("s01"))), takes, [], {})) == {"s01": "stale: seed changed"}


def test_the_newest_take_tells_why() -> None:
    old = take(plan_of(board(scene("s01", seed=1))), "s01", 9, stored_at=NOW)
    new = take(plan_of(board(scene("s01", action="Else"))), "s01", 1, stored_at=NOW + timedelta(hours=1))
    assert states(diff(plan_of(board(scene("s01"))), [new, old], [], {})) == {"s01": "stale: prompt changed"}


def test_back_again_is_kept_again() -> None:
    scenes = run(3)
    first = plan_of(board(*scenes))
    second = plan_of(board(*edited(scenes, 1, action="Else")))
    old = rendered(first)
    new = [replace(t, stored_at=NOW + timedelta(hours=1)) for t in rendered(second)[1:]]
    assert set(states(diff(first, [*old, *new], [], {})).values()) == {"kept"}
    assert set(states(diff(second, [*old, *new], [], {})).values()) == {"kept"}


def test_a_renamed_scene_that_others_follow_is_no_reason() -> None:
    a, b = run(2)
    takes = rendered(plan_of(board(a, b)))
    renamed = [replace(a, id="first"), replace(b, action="Else")]
    takes[0] = replace(takes[0], scene_id="first")
    takes[1] = replace(takes[1], parents=(takes[0].id,))
    assert states(diff(plan_of(board(*renamed)), takes, [], {})) == {
        "first": "kept",
        "s02": "stale: prompt changed",
    }


def test_another_take_of_what_it_follows() -> None:
    plan = plan_of(board(*run(2)))
    one, child = rendered(plan)
    two = take(plan, "s01", 2)
    found = diff(plan, [one, two, child], [], {"s01": two.id})
    assert found["s01"].take == two
    assert states(found)["s02"] == "stale: s01 has another take now"


def test_a_further_take_makes_nothing_stale_by_itself() -> None:
    plan = plan_of(board(*run(2)))
    one, child = rendered(plan)
    two = take(plan, "s01", 2)
    found = diff(plan, [one, two, child], [], {})
    assert found["s01"].take == one
    assert set(states(found).values()) == {"kept"}
    assert diff(plan, [one, two], [], {})["s01"].take == two
    approved = replace(two, approved=True)
    assert states(diff(plan, [one, approved, child], [], {}))["s02"] == "stale: s01 has another take now"


def test_which_take_serves() -> None:
    plan = plan_of(board(scene("s01")))
    takes = [take(plan, "s01", n, approved=n == 2) for n in (1, 2, 3)]
    plain = [replace(t, approved=False) for t in takes]
    assert diff(plan, plain, [], {})["s01"].take == plain[2]
    assert diff(plan, takes, [], {})["s01"].take == takes[1]
    assert diff(plan, takes, [], {"s01": takes[0].id})["s01"].take == takes[0]
    assert diff(plan, list(reversed(takes)), [], {})["s01"].take == takes[1]


def test_the_pick_of_the_storyboard_comes_first() -> None:
    plan = plan_of(board(scene("s01", pick=1)))
    takes = [take(plan, "s01", n) for n in (1, 2, 3)]
    assert diff(plan, takes, [], {"s01": takes[1].id})["s01"].take == takes[0]


def test_a_pick_that_does_not_fit_is_told() -> None:
    plan = plan_of(board(scene("s01")))
    found = diff(plan, [take(plan, "s01")], [], {"s01": "s01/00000000-1"})
    assert states(found) == {"s01": "kept: take s01/00000000-1 is picked, but it does not fit"}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (AttemptState.INTENDED, "to render"),
        (AttemptState.SENT, "in flight: sent, not stored yet"),
        (AttemptState.ANSWERED, "in flight: sent, not stored yet"),
        (AttemptState.UNKNOWN, "unknown: sent, the answer was lost"),
        (AttemptState.STORED, "to render"),
        (AttemptState.RELEASED, "to render"),
        (AttemptState.FAILED, "to render"),
    ],
)
def test_attempts(state: AttemptState, expected: str) -> None:
    plan = plan_of(board(*run(2)))
    found = diff(plan, [], [attempt(plan, "s01", state)], {})
    assert states(found) == {"s01": expected, "s02": "to render"}
    assert found["s01"].missing_takes == (1 if expected == "to render" else 0)


def test_an_attempt_of_another_lineage_does_not_count() -> None:
    plan = plan_of(board(*run(2)))
    parent = take(plan, "s01")
    mine = attempt(plan, "s02", AttemptState.ANSWERED, (parent.id,))
    other = attempt(plan, "s02", AttemptState.ANSWERED, ("s01/00000000-9",))
    assert diff(plan, [parent], [mine], {})["s02"].state is SceneState.IN_FLIGHT
    assert diff(plan, [parent], [other], {})["s02"].state is TO_RENDER


def test_an_attempt_of_an_older_text_does_not_count() -> None:
    old = plan_of(board(scene("s01", action="One")))
    new = plan_of(board(scene("s01", action="Two")))
    assert diff(new, [], [attempt(old, "s01", AttemptState.UNKNOWN)], {})["s01"].state is TO_RENDER


@pytest.mark.parametrize(
    ("have", "attempts", "missing", "reason"),
    [
        (1, [], 2, "2 more to render"),
        (2, [AttemptState.ANSWERED], 0, "1 more under way"),
        (1, [AttemptState.SENT, AttemptState.UNKNOWN], 0, "1 more under way, 1 with a lost answer"),
        (3, [], 0, ""),
        (5, [], 0, ""),
    ],
)
def test_several_takes(have: int, attempts: list[AttemptState], missing: int, reason: str) -> None:
    plan = plan_of(board(scene("s01", takes=3)))
    takes = [take(plan, "s01", n + 1) for n in range(have)]
    status = diff(plan, takes, [attempt(plan, "s01", state) for state in attempts], {})["s01"]
    assert (status.state, status.missing_takes, status.reason) == (KEPT, missing, reason)


def test_what_a_request_has_given_already_is_not_under_way() -> None:
    plan = plan_of(board(scene("s01", takes=3)))
    asked = replace(attempt(plan, "s01", AttemptState.ANSWERED), samples=2)
    given = [replace(take(plan, "s01", 1), attempt_id=asked.id), take(plan, "s01", 2)]
    status = diff(plan, given, [asked], {})["s01"]
    assert (status.missing_takes, status.reason) == (0, "1 more under way")
    status = diff(plan, given[:1], [replace(asked, state=AttemptState.UNKNOWN)], {})["s01"]
    assert (status.missing_takes, status.reason) == (1, "1 with a lost answer, 1 more to render")
    assert diff(plan, [], [asked], {})["s01"].missing_takes == 1


@pytest.mark.parametrize("state", [AttemptState.ANSWERED, AttemptState.UNKNOWN])
def test_a_scene_stays_on_the_take_that_a_paid_request_was_built_on(state: AttemptState) -> None:
    plan = plan_of(board(*run(2)))
    first, second = take(plan, "s01", 1), take(plan, "s01", 2)
    built = attempt(plan, "s02", state, (first.id,))
    assert diff(plan, [first, second], [built], {})["s01"].take == first
    assert diff(plan, [first, second], [], {})["s01"].take == second


def test_what_waits_for_a_scene_under_way_is_not_sent_yet() -> None:
    plan = plan_of(board(*run(2)))
    _one, two = rendered(plan)
    found = diff(plan, [two], [attempt(plan, "s01", AttemptState.ANSWERED)], {})
    assert found["s01"].state is SceneState.IN_FLIGHT
    assert states(found)["s02"] == "stale: follows s01"


def test_takes_of_scenes_that_left_the_film_are_nobodys() -> None:
    plan = plan_of(board(*run(2)))
    assert set(diff(plan_of(board(*run(1))), rendered(plan), [], {})) == {"s01"}


def test_only_what_sends_something_is_to_do() -> None:
    scenes = run(3)
    takes = rendered(plan_of(board(*scenes)))
    found = diff(plan_of(board(*edited(scenes, 2, seed=1))), takes, [], {})
    assert [s.state for s in found.values()] == [KEPT, KEPT, STALE]
    assert found["s03"].take is None
