"""Which approvals a step waits for: by hand, and for any film."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.engine.fakes import START, capabilities, chain_of, plan_of, step
from veo_story.plan.gate import Gate, is_paid, stands_behind, wants_in_the_end
from veo_story.plan.model import Chain, Plan, Step
from veo_story.plan.takes import Take


def take_of(made: Step, *, approved: bool = False) -> Take:
    return Take(
        scene_id=made.scene_id,
        fingerprint=made.fingerprint,
        number=1,
        clip=Path("clip.mp4"),
        sha256="",
        frames=48,
        new_start=0,
        new_end=48,
        faithful=True,
        backend="fake",
        model="fake-1",
        cost_usd=made.expected_usd,
        stored_at=START,
        parts=made.parts,
        approved=approved,
    )


@st.composite
def films(draw: st.DrawFn) -> Plan:
    """Chains that may begin on a frame of any earlier scene and lie within each other; some scenes free."""
    chains: list[list[Step]] = []
    order: list[Step] = []
    for n in range(draw(st.integers(1, 12))):
        at = draw(st.integers(0, len(chains)))
        if at == len(chains):
            source = draw(st.sampled_from([None, *order]))
            frames = () if source is None else (("first_frame", source, None),)
            made = step(f"s{n:02}", frames=frames)
            chains.append([made])
        else:
            made = step(f"s{n:02}", parent=chains[at][-1])
            chains[at].append(made)
        order.append(made)
    plan = plan_of(*(Chain(f"c{n}", tuple(steps)) for n, steps in enumerate(chains)))
    places = {placement.scene_id: placement for placement in plan.placements}
    caps = {s.scene_id: capabilities(free=draw(st.booleans())) for s in order}
    return replace(plan, placements=tuple(places[s.scene_id] for s in order), capabilities=caps)


def waits_for(plan: Plan, gate: Gate, scene_id: str, serving: Mapping[str, Take]) -> tuple[Take, ...]:
    """The takes that a person has to approve before a scene may be sent, in film order."""
    behind = (serving.get(before) for before in stands_behind(plan, gate, scene_id))
    return tuple(take for take in behind if take is not None and not take.approved)


def test_a_scene_waits_for_what_it_is_made_from() -> None:
    plan = plan_of(chain_of(3), free=False)
    takes = {s.scene_id: take_of(s) for s in plan.steps()}
    assert waits_for(plan, Gate.SCENE, "s01", takes) == ()
    assert waits_for(plan, Gate.SCENE, "s03", takes) == (takes["s02"],)
    takes["s02"] = replace(takes["s02"], approved=True)
    assert waits_for(plan, Gate.SCENE, "s03", takes) == ()
    assert stands_behind(plan, Gate.SCENE, "s03") == ("s02",)


def test_a_chain_waits_for_the_chains_before_it() -> None:
    plan = plan_of(chain_of(2, prefix="a"), chain_of(2, prefix="b"), chain_of(1, prefix="c"), free=False)
    takes = {s.scene_id: take_of(s, approved=s.scene_id != "a02") for s in plan.steps()}
    assert stands_behind(plan, Gate.CHAIN, "a02") == ()
    assert stands_behind(plan, Gate.CHAIN, "b02") == ("a01", "a02")
    assert stands_behind(plan, Gate.CHAIN, "c01") == ("a01", "a02", "b01", "b02")
    assert [t.scene_id for t in waits_for(plan, Gate.CHAIN, "c01", takes)] == ["a02"]


def test_a_film_is_approved_in_the_end() -> None:
    plan = plan_of(chain_of(3), free=False)
    takes = {s.scene_id: take_of(s, approved=s.scene_id == "s02") for s in plan.steps()}
    assert [t.scene_id for t in wants_in_the_end(plan, Gate.FILM, takes)] == ["s01", "s03"]
    assert all(stands_behind(plan, Gate.FILM, s.scene_id) == () for s in plan.steps())
    assert wants_in_the_end(plan, Gate.SCENE, takes) == ()
    assert wants_in_the_end(plan_of(chain_of(3)), Gate.FILM, takes) == ()


@given(films(), st.sampled_from(Gate))
def test_no_two_scenes_wait_for_each_other(plan: Plan, gate: Gate) -> None:
    """What a step stands behind and what it needs comes before it in the film: so a run always ends."""
    at = {placement.scene_id: n for n, placement in enumerate(plan.placements)}
    for one in plan.steps():
        for other in (*stands_behind(plan, gate, one.scene_id), *one.needs):
            assert at[other] < at[one.scene_id]


@given(films(), st.sampled_from(Gate), st.data())
def test_free_scenes_neither_wait_nor_are_waited_for(plan: Plan, gate: Gate, data: st.DataObject) -> None:
    takes = {s.scene_id: take_of(s, approved=data.draw(st.booleans())) for s in plan.steps()}
    for one in plan.steps():
        waits = waits_for(plan, gate, one.scene_id, takes)
        assert all(is_paid(plan, take.scene_id) and not take.approved for take in waits)
        assert is_paid(plan, one.scene_id) or not waits


@given(films(), st.data())
def test_the_gates_as_they_are_told(plan: Plan, data: st.DataObject) -> None:
    """Against the rules written down a second way, scene by scene."""
    takes = {s.scene_id: take_of(s) for s in plan.steps()}
    order = [placement.scene_id for placement in plan.placements]
    chain_of_scene = {s.scene_id: chain for chain in plan.chains for s in chain.steps}
    scene_id = data.draw(st.sampled_from(order))
    if plan.capabilities[scene_id].is_free:
        return
    paid = [s for s in order if not plan.capabilities[s].is_free]
    by_scene = {t.scene_id for t in waits_for(plan, Gate.SCENE, scene_id, takes)}
    assert by_scene == set(plan.step(scene_id).needs) & set(paid)
    mine = chain_of_scene[scene_id]
    before = order[: order.index(mine.steps[0].scene_id)]
    whole = {
        s for s in paid if chain_of_scene[s] is not mine and chain_of_scene[s].steps[0].scene_id in before
    }
    by_chain = [t.scene_id for t in waits_for(plan, Gate.CHAIN, scene_id, takes)]
    assert by_chain == [s for s in order if s in whole and order.index(s) < order.index(scene_id)]
