"""Scenes that stay on the take they have."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.plan.boards import board, plan_of, run, scene
from tests.plan.test_diff import edited, rendered, states, take
from veo_story.catalog.catalog import load_catalog
from veo_story.plan.bridge import bridge_of
from veo_story.plan.diff import diff
from veo_story.plan.model import FrameInput, Plan, Step
from veo_story.plan.splice import splice
from veo_story.plan.takes import Pin, SceneState, Take
from veo_story.storyboard.model import Budget, FrameOf, Mode, Scene, Storyboard, Trim

SCENES = run(9)


def film(scenes: list[Scene] = SCENES, **given: Any) -> Storyboard:
    return board(*scenes, tier="fast", **given)


def pin(made: Take, seam: Any = "cut") -> dict[str, Pin]:
    return {made.scene_id: Pin(made.scene_id, made.id, seam)}


def of(takes: list[Take], scene_id: str) -> Take:
    return next(t for t in takes if t.scene_id == scene_id)


def to_pay(plan: Plan, takes: list[Take], picks: dict[str, str] | None = None) -> Decimal:
    found = diff(plan, takes, [], picks or {})
    return sum((plan.step(s.scene_id).expected_usd * s.missing_takes for s in found.values()), Decimal(0))


def places(plan: Plan) -> list[tuple[str, int, int, int]]:
    return [(p.scene_id, p.start_frame, p.in_frame, p.out_frame) for p in plan.placements]


def frames(step: Step) -> list[tuple[str, FrameOf]]:
    return [(i.role, i.frame) for i in step.inputs if isinstance(i, FrameInput)]


def told(plan: Plan, before: Plan) -> list[str]:
    return list(plan.warnings[len(before.warnings) :])


def test_without_pins_nothing_changes() -> None:
    plan = plan_of(film(), "gemini")
    assert splice(plan, {}, rendered(plan)) is plan


def test_a_retaken_scene_leaves_what_follows_as_it_is() -> None:
    plan = plan_of(film(), "gemini")
    takes = rendered(plan)
    new = take(plan, "s04", 2, (of(takes, "s03").id,))
    picks = {"s04": new.id}
    assert to_pay(plan, [*takes, new], picks) == Decimal("3.50")  # s05 to s09 again
    cut = splice(plan, pin(of(takes, "s05")), takes)
    found = diff(cut, [*takes, new], [], picks)
    assert [found[s].take for s in ("s04", "s05", "s06")] == [new, of(takes, "s05"), of(takes, "s06")]
    assert set(states(found).values()) == {"kept"}
    assert to_pay(cut, [*takes, new], picks) == 0
    assert cut.expected_usd == plan.expected_usd
    assert cut.step("s05").kept == of(takes, "s05").id
    assert cut.step("s05").needs == ()
    assert (cut.step("s05").mode, cut.step("s05").parent) == (Mode.EXTEND, "s04")
    assert cut.placements == plan.placements


@pytest.mark.parametrize("new", [{"action": "Another thing"}, {"tier": "standard"}, {"seed": 1}])
def test_what_was_made_after_other_words_fits_again(new: dict[str, Any]) -> None:
    takes = rendered(plan_of(film(), "vertex"))
    plan = plan_of(film(edited(SCENES, 3, **new)), "vertex")
    assert states(diff(plan, takes, [], {}))["s05"].startswith("stale")
    cut = splice(plan, pin(of(takes, "s05")), takes)
    found = states(diff(cut, takes, [], {}))
    assert found.pop("s04").startswith("stale: ")
    assert set(found.values()) == {"kept"}


def test_what_is_edited_after_a_kept_scene_goes_on_from_it() -> None:
    takes = rendered(plan_of(film()))
    both = edited(edited(SCENES, 3, action="Another thing"), 5, action="A third thing")
    plan = plan_of(film(both))
    cut = splice(plan, pin(of(takes, "s05")), takes)
    step = cut.step("s06")
    assert step.needs == ("s05",)
    assert step.parts["after s05"] == of(takes, "s05").fingerprint
    found = diff(cut, takes, [], {})
    assert states(found)["s06"] == "stale: prompt changed"
    new = take(cut, "s06", 1, (of(takes, "s05").id,))
    assert diff(cut, [*takes, new], [], {})["s06"].take == new


def test_a_frame_of_a_kept_scene_counts_as_its_takes() -> None:
    scenes = [*run(3), scene("t", Mode.ANIMATE, first_frame=FrameOf("s03"))]
    takes = rendered(plan_of(board(*scenes)))
    plan = plan_of(board(*edited(scenes, 1, action="Another thing")))
    cut = splice(plan, pin(of(takes, "s03")), takes)
    assert states(diff(cut, takes, [], {}))["t"] == "kept"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"gone": True}, "there is no such take"),
        ({"rejected": ""}, "it was rejected"),
        ({"words": {"action": "Another thing"}}, "prompt changed"),
        ({"words": {"action": "Another thing", "seed": 9}}, "prompt, seed changed"),
        ({"scene": "s10"}, "the film has no such scene"),
    ],
)
def test_a_pin_that_does_not_apply_is_told(change: dict[str, Any], why: str) -> None:
    takes = rendered(plan_of(film()))
    kept = of(takes, "s05")
    if "rejected" in change:
        takes = [replace(t, rejected="") if t is kept else t for t in takes]
    pins = {change.get("scene", "s05"): Pin(change.get("scene", "s05"), kept.id, "cut")}
    plan = plan_of(film(edited(SCENES, 4, **change.get("words", {}))))
    cut = splice(plan, pins, [] if "gone" in change else takes)
    assert told(cut, plan) == [f"{next(iter(pins))} no longer stays on {kept.id}: {why}"]
    assert replace(cut, warnings=plan.warnings) == plan


def test_a_bridge_joins_the_new_take_to_the_old_one() -> None:
    plan = plan_of(film(), "gemini")
    takes = rendered(plan)
    new = take(plan, "s04", 2, (of(takes, "s03").id,))
    spliced = splice(plan, pin(of(takes, "s05"), "bridge"), [*takes, new])
    bridge = spliced.step(bridge_of("s05"))
    assert (bridge.mode, bridge.new_frames, bridge.parent) == (Mode.INTERPOLATE, 192, None)
    assert frames(bridge) == [("first_frame", FrameOf("s04")), ("last_frame", FrameOf("s05", Decimal(0)))]
    assert (bridge.expected_usd, bridge.worst_usd) == (Decimal("0.80"), Decimal("0.80"))
    assert places(spliced)[3:6] == [
        ("s04", 528, 0, 167),
        ("s05+bridge", 695, 0, 191),
        ("s05", 886, 0, 168),
    ]
    assert [len(chain.steps) for chain in spliced.chains] == [9, 1]
    assert spliced.capabilities["s05+bridge"] == spliced.capabilities["s05"]
    assert spliced.expected_usd - plan.expected_usd == Decimal("0.80")
    assert spliced.worst_usd - plan.worst_usd == Decimal("0.80")
    assert spliced.other_basis_usd - plan.other_basis_usd == Decimal("0.80")
    assert to_pay(spliced, [*takes, new], {"s04": new.id}) == Decimal("0.80")
    made = take(spliced, "s05+bridge", 1, (new.id, of(takes, "s05").id))
    found = diff(spliced, [*takes, new, made], [], {"s04": new.id})
    assert set(states(found).values()) == {"kept"}
    assert list(found) == [p.scene_id for p in spliced.placements]
    # Another take of the scene before wants another bridge.
    back = diff(spliced, [*takes, new, made], [], {"s04": of(takes, "s04").id})
    assert states(back)["s05+bridge"] == "stale: s04 has another take now"


def test_a_bridge_has_the_words_and_settings_that_an_interpolation_takes() -> None:
    plan = plan_of(film(avoid_nothing := edited(SCENES, 4, seed=7), resolution="720p"), "vertex")
    takes = rendered(plan)
    bridge = splice(plan, pin(of(takes, "s05"), "bridge"), takes).step("s05+bridge")
    assert bridge.prompt == "The same continuous shot moves on. Maintain the style of the image."
    assert bridge.parameters.seed == avoid_nothing[4].seed
    assert (bridge.backend, bridge.hints) == ("vertex", None)
    local = plan_of(film(edited(SCENES, 4, ambient="wind")))
    takes = rendered(local)
    bridge = splice(local, pin(of(takes, "s05"), "bridge"), takes).step("s05+bridge")
    assert bridge.hints == {"ambient": "wind"}
    assert bridge.expected_usd == 0


def test_a_bridge_starts_where_the_film_leaves_and_ends_where_it_enters() -> None:
    scenes = edited(edited(SCENES, 3, trim=Trim(out_s=Decimal(1))), 4, trim=Trim(in_s=Decimal("0.5")))
    plan = plan_of(film(scenes))
    takes = rendered(plan)
    spliced = splice(plan, pin(of(takes, "s05"), "bridge"), takes)
    leaves, enters = (frame for _, frame in frames(spliced.step("s05+bridge")))
    assert leaves.at_s is not None
    assert (leaves.scene_id, int(leaves.at_s * 24)) == ("s04", 143)
    assert enters == FrameOf("s05", Decimal("0.500"))
    assert [place[2:] for place in places(spliced)[3:6]] == [(0, 143), (0, 191), (12, 168)]


def test_a_scene_that_began_on_the_frame_before_shows_it_no_more() -> None:
    scenes = [*run(2), scene("t", Mode.ANIMATE, first_frame=FrameOf("s02"))]
    plan = plan_of(board(*scenes))
    takes = rendered(plan)
    assert places(plan)[1:] == [("s02", 192, 0, 167), ("t", 359, 0, 192)]
    cut = splice(plan, pin(of(takes, "t")), takes)
    assert places(cut)[1:] == [("s02", 192, 0, 168), ("t", 360, 0, 192)]
    bridged = splice(plan, pin(of(takes, "t"), "bridge"), takes)
    assert places(bridged)[1:] == [("s02", 192, 0, 167), ("t+bridge", 359, 0, 191), ("t", 550, 0, 192)]
    assert frames(bridged.step("t+bridge"))[0] == ("first_frame", FrameOf("s02"))


@pytest.mark.parametrize(
    ("scenes", "scene_id", "why"),
    [
        (run(2), "s01", "nothing comes before it in the film"),
        ([scene("a"), scene("b")], "b", "it does not go on from a"),
        (
            [scene("a"), scene("b"), scene("c", Mode.ANIMATE, first_frame=FrameOf("a"))],
            "c",
            "it does not go on from b",
        ),
    ],
)
def test_where_no_bridge_can_be_the_film_cuts(scenes: list[Scene], scene_id: str, why: str) -> None:
    plan = plan_of(board(*scenes))
    takes = rendered(plan)
    spliced = splice(plan, pin(of(takes, scene_id), "bridge"), takes)
    assert told(spliced, plan) == [f"no bridge leads to {scene_id}: {why}; the film cuts there"]
    assert spliced == replace(splice(plan, pin(of(takes, scene_id), "cut"), takes), warnings=spliced.warnings)


def test_a_model_that_cannot_interpolate_makes_no_bridge() -> None:
    caps = load_catalog().capabilities("gemini", "fast")
    poor = replace(caps, modes=caps.modes - {Mode.INTERPOLATE})
    plan = plan_of(film(), "gemini", catalog=load_catalog().with_capabilities(poor))
    takes = rendered(plan)
    spliced = splice(plan, pin(of(takes, "s05"), "bridge"), takes)
    why = f"gemini: {caps.model} cannot interpolate between two frames"
    assert told(spliced, plan) == [f"no bridge leads to s05: {why}; the film cuts there"]
    assert places(spliced) == places(plan)


def test_a_bridge_at_1080p_has_the_length_that_is_forced() -> None:
    scenes = [scene("a"), scene("b", Mode.ANIMATE, first_frame=FrameOf("a"))]
    plan = plan_of(board(*scenes, resolution="1080p"), "vertex")
    takes = rendered(plan)
    assert splice(plan, pin(of(takes, "b"), "bridge"), takes).step("b+bridge").new_s == 8


def test_a_kept_scene_wants_its_one_take() -> None:
    scenes = edited(SCENES, 4, takes=3, pick=2)
    plan = plan_of(film(scenes), "gemini")
    takes = rendered(plan)
    cut = splice(plan, pin(of(takes, "s05")), takes)
    assert (cut.step("s05").takes, cut.step("s05").pick) == (1, None)
    assert plan.expected_usd - cut.expected_usd == 2 * cut.step("s05").expected_usd
    assert diff(cut, takes, [], {})["s05"].missing_takes == 0


def test_the_other_reading_of_a_film_that_counts_whole_clips() -> None:
    plan = plan_of(film(edited(SCENES, 4, takes=2), budget=Budget(basis="assembled")), "gemini")
    takes = rendered(plan)
    cut = splice(plan, pin(of(takes, "s05"), "bridge"), takes)
    new = sum((s.new_s * Decimal("0.10") * s.takes for s in cut.steps()), Decimal(0))
    assert cut.other_basis_usd == new
    assert cut.expected_usd == sum((s.expected_usd * s.takes for s in cut.steps()), Decimal(0))


def test_a_kept_take_that_went_after_the_plan_was_made_is_told() -> None:
    plan = plan_of(film())
    takes = rendered(plan)
    cut = splice(plan, pin(of(takes, "s05")), takes)
    without = [t for t in takes if t.scene_id != "s05"]
    status = diff(cut, without, [], {})["s05"]
    assert (status.state, status.missing_takes) == (SceneState.STALE, 0)
    assert status.reason == f"{of(takes, 's05').id} is gone"
