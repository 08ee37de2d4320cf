"""What holds for every plan with kept scenes, whatever the storyboard."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.plan.boards import compiled
from tests.plan.test_diff import rendered
from tests.plan.test_properties import BACKENDS, sound, storyboards
from veo_story.plan.bridge import bridged_scene
from veo_story.plan.diff import diff
from veo_story.plan.fingerprint import fingerprint_of
from veo_story.plan.model import Plan
from veo_story.plan.splice import splice
from veo_story.plan.takes import Pin, SceneState, Take
from veo_story.storyboard.model import Storyboard

FILMS = st.tuples(storyboards().map(sound), BACKENDS)


def planned(film: tuple[Storyboard, str]) -> Plan:
    plan = compiled(*film).plan
    assert plan is not None
    return plan


@st.composite
def pinned(draw: st.DrawFn, plan: Plan, takes: list[Take]) -> dict[str, Pin]:
    chosen = draw(st.lists(st.sampled_from(takes), min_size=1, max_size=4, unique_by=lambda t: t.scene_id))
    seams: Any = st.sampled_from(["cut", "bridge"])
    return {t.scene_id: Pin(t.scene_id, t.id, draw(seams)) for t in chosen}


def older(takes: list[Take], scene_id: str) -> list[Take]:
    """The takes as if that scene had had other words when they were made."""
    return [
        replace(t, fingerprint=f"{n:08x}" + t.fingerprint[8:]) if t.scene_id == scene_id else t
        for n, t in enumerate(takes)
    ]


@settings(max_examples=60, deadline=None)
@given(FILMS, st.data())
def test_a_film_with_kept_scenes_is_still_a_film(film: tuple[Storyboard, str], data: st.DataObject) -> None:
    plan = planned(film)
    takes = rendered(plan)
    assert splice(plan, {}, takes) is plan
    pins = data.draw(pinned(plan, takes))
    spliced = splice(plan, pins, takes)
    start = 0
    for place in spliced.placements:
        assert place.start_frame == start
        assert 0 <= place.in_frame < place.out_frame <= spliced.step(place.scene_id).new_frames
        start = place.end_frame
    own = [p.scene_id for p in spliced.placements if bridged_scene(p.scene_id) is None]
    assert own == [p.scene_id for p in plan.placements]
    for step in spliced.steps():
        assert step.scene_id in spliced.capabilities
        if step.kept is not None:
            assert step.needs == ()
            continue
        before = [spliced.step(need).fingerprint for need in step.needs]
        assert fingerprint_of(step.parts, before) == step.fingerprint
        assert [step.parts[f"after {need}"] for need in step.needs] == before
    assert {s.scene_id for s in spliced.steps() if s.kept} == set(pins)


@settings(max_examples=60, deadline=None)
@given(FILMS, st.data())
def test_the_totals_are_those_of_the_steps_and_a_cut_costs_nothing(
    film: tuple[Storyboard, str], data: st.DataObject
) -> None:
    plan = planned(film)
    takes = rendered(plan)
    pins = data.draw(pinned(plan, takes))
    spliced = splice(plan, pins, takes)
    for total, each in (("expected_usd", "expected_usd"), ("worst_usd", "worst_usd")):
        summed = sum((getattr(s, each) * s.takes for s in spliced.steps()), Decimal(0))
        assert getattr(spliced, total) == summed
    cuts = splice(plan, {s: replace(p, seam="cut") for s, p in pins.items()}, takes)
    for total in ("expected_usd", "worst_usd", "other_basis_usd"):
        assert getattr(cuts, total) <= min(getattr(plan, total), getattr(spliced, total))
    assert spliced.worst_usd >= spliced.expected_usd


@settings(max_examples=60, deadline=None)
@given(FILMS, st.data())
def test_what_was_made_after_a_kept_take_is_kept_whatever_came_before_it(
    film: tuple[Storyboard, str], data: st.DataObject
) -> None:
    plan = planned(film)
    following = [s for s in plan.steps() if s.needs]
    assume(following)
    kept = data.draw(st.sampled_from(following))
    # The scenes that the kept one was made from had other words then.
    before = rendered(plan)
    old = older(before, kept.needs[0])
    moved = {a.id: b.id for a, b in zip(before, old, strict=True)}
    old = [replace(t, parents=tuple(moved[p] for p in t.parents)) for t in old]
    stayed = next(t for t in old if t.scene_id == kept.scene_id)
    spliced = splice(plan, {kept.scene_id: Pin(kept.scene_id, stayed.id, "cut")}, old)
    found = diff(spliced, old, [], {})
    assert found[kept.scene_id].take == stayed
    hanging = {kept.scene_id}
    for place in spliced.placements:
        step = spliced.step(place.scene_id)
        if step.kept is None and step.needs and set(step.needs) <= hanging:
            hanging.add(step.scene_id)
            assert found[step.scene_id].state is SceneState.KEPT
