"""What holds for every plan of every storyboard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plan.boards import LENGTHS, board, compiled, scene
from veo_story.catalog.model import ChainLimits
from veo_story.errors import Severity
from veo_story.plan.compile import Compiled
from veo_story.plan.fingerprint import AFTER, fingerprint_of
from veo_story.plan.model import Chain, FileInput, FrameInput, Plan, Step
from veo_story.storyboard.model import (
    FPS,
    Budget,
    CastMember,
    FrameOf,
    Location,
    Mode,
    Reference,
    Scene,
    Storyboard,
    Trim,
)

PICTURES = [Path("a.png"), Path("b.png")]
CAST = {name: CastMember(name, f"somebody called {name}") for name in ("mira", "tomas", "yann")}
PLACES = {name: Location(name, f"the {name}") for name in ("pier", "room")}


@st.composite
def scenes(draw: st.DrawFn, scene_id: str, before: list[Scene], earlier: list[Scene]) -> Scene:
    """A scene that may follow ``before`` in its sequence and use frames of any of ``earlier``."""
    extends = bool(before) and before[-1].mode.is_generated
    heavy = [Mode.EXTEND] * 6 if extends else []
    mode = draw(st.sampled_from([*heavy, *(m for m in Mode if m is not Mode.EXTEND)]))
    frames = [FrameOf(s.id) for s in earlier] + [FrameOf(s.id, Decimal("1.5")) for s in earlier]
    sources = st.sampled_from([*PICTURES, *frames])
    given: dict[str, Any] = {}
    if mode in (Mode.ANIMATE, Mode.INTERPOLATE):
        given["first_frame"] = draw(sources)
    if mode is Mode.INTERPOLATE:
        given["last_frame"] = draw(sources)
    if mode is Mode.OPEN:
        given["refs"] = tuple(
            Reference(draw(st.sampled_from(PICTURES))) for _ in range(draw(st.integers(0, 4)))
        )
    if mode.is_generated:
        given |= {"cast": tuple(draw(st.sets(st.sampled_from(sorted(CAST))))), "location": "pier"}
    given["trim"] = Trim(*(draw(st.sampled_from([Decimal(0), Decimal("0.125"), Decimal(1)])) for _ in "io"))
    lengths = [LENGTHS.get(mode, 8)] * 4 + ([4, 6, 5] if mode.is_generated else ["0.5", "2.3", 61])
    if draw(st.booleans()):
        given["duration"] = draw(st.sampled_from(lengths))
    given["takes"] = draw(st.sampled_from([1, 1, 1, 2, 4]))
    given["tier"] = draw(st.sampled_from([None, None, None, "standard", "lite"]))
    return scene(scene_id, mode, **given)


@st.composite
def storyboards(draw: st.DrawFn) -> Storyboard:
    sequences: list[list[Scene]] = []
    earlier: list[Scene] = []
    for _ in range(draw(st.integers(1, 3))):
        sequence: list[Scene] = []
        for _ in range(draw(st.integers(1, 14))):
            made = draw(scenes(f"x{len(earlier)}", sequence, earlier))
            sequence.append(made)
            earlier.append(made)
        sequences.append(sequence)
    return board(
        sequences=sequences,
        cast=CAST,
        locations=PLACES,
        over_limit=draw(st.sampled_from(["split", "window", "error"])),
        resolution=draw(st.sampled_from(["720p", "720p", "1080p"])),
        audio=draw(st.sampled_from([True, True, False])),
        tier=draw(st.sampled_from(["fast", "standard"])),
        budget=Budget(basis=draw(st.sampled_from(["new", "assembled"]))),
    )


def sound(storyboard: Storyboard) -> Storyboard:
    """The storyboard without what makes most of them fail: odd lengths, too many takes or references."""
    made = [
        [
            scene(
                s.id, s.mode, takes=min(s.takes, 2), first_frame=s.first_frame, last_frame=s.last_frame,
                cast=s.cast, tier=None if s.tier == "lite" else s.tier, refs=s.refs[:1], trim=s.trim,
            )
            for s in sequence.scenes
        ]
        for sequence in storyboard.sequences
    ]  # fmt: skip
    kept = {"over_limit": "split", "tier": storyboard.render.tier, "budget": storyboard.budget}
    return board(sequences=made, cast=CAST, **kept)


BACKENDS = st.sampled_from(["local", "gemini", "vertex"])


@settings(max_examples=150)
@given(storyboards(), BACKENDS)
def test_any_storyboard_gives_a_plan_or_says_why_not(film: Storyboard, backend: str) -> None:
    result = compiled(film, backend)
    errors = [p for p in result.problems if p.severity is Severity.ERROR]
    assert (result.plan is None) == bool(errors)
    places = [(p.code, p.where) for p in result.problems]
    assert len(places) == len(set(places))
    assert all(p.message and not p.message.endswith(".") for p in result.problems)
    if result.plan is not None:
        holds(film, result.plan)


@settings(max_examples=150)
@given(storyboards().map(sound), BACKENDS)
def test_a_sound_storyboard_is_always_planned_within_every_limit(film: Storyboard, backend: str) -> None:
    result = compiled(film, backend)
    assert result.plan is not None, result.problems
    holds(film, result.plan)


@settings(max_examples=40)
@given(storyboards().map(sound), BACKENDS)
def test_plans_do_not_depend_on_chance_or_order(film: Storyboard, backend: str) -> None:
    digests = dict(zip(PICTURES, ("1", "2"), strict=True))
    first = compiled(film, backend, digests=digests)
    assert compiled(film, backend, digests=digests) == first
    turned = turned_round(film)
    assert fingerprints(compiled(turned, backend, digests=dict(reversed(digests.items())))) == fingerprints(
        first
    )


def turned_round(film: Storyboard) -> Storyboard:
    """The same film with every mapping in the other order."""
    return replace(film, cast=around(film.cast), locations=around(film.locations))


def around(mapping: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(reversed(list(mapping.items()))))


def fingerprints(result: Compiled) -> list[str]:
    assert result.plan is not None
    return [step.fingerprint for step in result.plan.steps()]


def holds(film: Storyboard, plan: Plan) -> None:
    every_scene_once_and_in_order(film, plan)
    for chain in plan.chains:
        a_chain_within_limits(plan, chain)
    for step in plan.steps():
        a_step_that_can_be_sent(plan, step)
    frames_add_up(plan)
    money_adds_up(plan)


def every_scene_once_and_in_order(film: Storyboard, plan: Plan) -> None:
    ids = [s.id for s in film.scenes()]
    assert [p.scene_id for p in plan.placements] == ids
    assert sorted(s.scene_id for s in plan.steps()) == sorted(ids)
    assert [c.id for c in plan.chains] == [f"c{i}" for i in range(1, len(plan.chains) + 1)]
    firsts = [ids.index(c.steps[0].scene_id) for c in plan.chains]
    assert firsts == sorted(firsts)
    made = set()
    for chain in plan.chains:
        order = [ids.index(s.scene_id) for s in chain.steps]
        assert order == list(range(order[0], order[0] + len(order)))
        for before, step in zip((None, *chain.steps), chain.steps, strict=False):
            assert step.parent == (before.scene_id if before else None)
            assert set(step.needs) <= made
            made.add(step.scene_id)
        if chain.split_from is not None:
            first = chain.steps[0]
            assert first.mode is Mode.ANIMATE
            assert first.inputs == (FrameInput("first_frame", FrameOf(chain.split_from)),)
            assert ids[order[0] - 1] == chain.split_from


def a_chain_within_limits(plan: Plan, chain: Chain) -> None:
    clip_s, extensions = chain.steps[0].new_s, 0
    for step in chain.steps[1:]:
        caps = plan.capabilities[step.scene_id]
        limits = caps.chain
        assert isinstance(limits, ChainLimits)
        if step.window_frames is not None:
            assert caps.windows
            assert Decimal(step.window_frames) / FPS <= clip_s
            clip_s, extensions = Decimal(step.window_frames) / FPS, 0
        assert limits.shortest_input_s <= clip_s <= limits.longest_input_s
        clip_s, extensions = clip_s + step.new_s, extensions + 1
        assert clip_s <= limits.longest_result_s
        assert extensions <= limits.most_extensions


def a_step_that_can_be_sent(plan: Plan, step: Step) -> None:
    caps = plan.capabilities[step.scene_id]
    render = step.parameters
    assert (step.backend, step.model) == (caps.backend, caps.model)
    assert step.mode in caps.modes
    assert step.parameters.duration_s in caps.durations_s.get(step.mode, (step.parameters.duration_s,))
    assert step.new_frames == step.parameters.duration_s * FPS > 0
    references = [i for i in step.inputs if i.role == "reference"]
    assert len(references) <= caps.references
    assert not references or step.mode is Mode.OPEN
    if step.mode.is_generated:
        assert render.resolution in caps.resolutions
        assert step.mode is not Mode.EXTEND or render.resolution in caps.extend_resolutions
        assert render.audio or caps.silent
        forced = {"references"} if references else set()
        if step.mode is not Mode.EXTEND and (forced | {render.resolution}) & caps.fixed_8s:
            assert render.duration_s == 8
    assert render.seed is None or caps.seed
    assert (step.hints is None) == (not caps.hints)
    parents = [plan.step(need).fingerprint for need in step.needs]
    assert step.fingerprint == fingerprint_of(step.parts, parents)
    assert [step.parts[f"{AFTER}{need}"] for need in step.needs] == parents
    assert {type(i) for i in step.inputs} <= {FileInput, FrameInput}


def frames_add_up(plan: Plan) -> None:
    start = 0
    for placed in plan.placements:
        assert placed.start_frame == start
        assert 0 <= placed.in_frame < placed.out_frame <= plan.step(placed.scene_id).new_frames
        start = placed.end_frame
    assert plan.frames == start


def money_adds_up(plan: Plan) -> None:
    steps = list(plan.steps())
    assert plan.expected_usd == sum(s.expected_usd * s.takes for s in steps)
    assert plan.worst_usd == sum(s.worst_usd * s.takes for s in steps)
    assert plan.worst_usd == max(plan.expected_usd, plan.other_basis_usd)
    for step in steps:
        free = plan.capabilities[step.scene_id].is_free
        assert free == (step.expected_usd == 0)
        assert step.worst_usd >= step.expected_usd
