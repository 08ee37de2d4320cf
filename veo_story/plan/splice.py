"""Scenes that stay on the take they have, whatever becomes of the scenes before them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from veo_story.plan.bridge import make_bridge, no_bridge
from veo_story.plan.changes import changed, listed, own_parts
from veo_story.plan.fingerprint import AFTER, fingerprint_of
from veo_story.plan.model import Chain, FrameInput, Placement
from veo_story.plan.placement import laid_out
from veo_story.plan.price import other_usd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from veo_story.plan.model import Plan, Step
    from veo_story.plan.takes import Pin, Take


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Pins that apply, with their takes, and a sentence for each that does not."""

    pins: Mapping[str, Pin]
    takes: Mapping[str, Take]
    refused: tuple[str, ...]


def splice(plan: Plan, pins: Mapping[str, Pin], takes: Iterable[Take]) -> Plan:
    """The plan in which every scene with a pin keeps the pinned take and needs nothing.

    A pin applies while its take is there, is not rejected, and was made from the words that the scene still
    has; what came before the scene does not count. What goes on from a kept take is planned as its
    continuation, so takes that were made from it fit again. A ``bridge`` adds a step of its own before the
    kept scene; where none can be made, the film cuts there. What does not apply is told in
    :attr:`Plan.warnings`. Without pins the plan comes back as it is.
    """
    if not pins:
        return plan
    sorted_out = _sort_out(plan, pins, takes)
    if not sorted_out.pins:
        return replace(plan, warnings=(*plan.warnings, *sorted_out.refused))
    made = _steps(plan, sorted_out.takes)
    bridges, placements, told = _join(plan, made, sorted_out.pins)
    chains = [replace(c, steps=tuple(made[s.scene_id] for s in c.steps)) for c in plan.chains]
    further = [Chain(f"c{n}", (step,)) for n, step in enumerate(bridges.values(), len(chains) + 1)]
    caps = {step.scene_id: plan.capabilities[scene_id] for scene_id, step in bridges.items()}
    spliced = replace(
        plan,
        chains=(*chains, *further),
        placements=placements,
        capabilities=MappingProxyType({**plan.capabilities, **caps}),
        warnings=(*plan.warnings, *sorted_out.refused, *told),
    )
    return _priced(spliced, plan)


def _sort_out(plan: Plan, pins: Mapping[str, Pin], takes: Iterable[Take]) -> _Sorted:
    known = {take.id: take for take in takes}
    steps = {step.scene_id: step for step in plan.steps()}
    fitting: dict[str, Pin] = {}
    refused = []
    for scene_id, pin in pins.items():
        why = _why_not(steps.get(scene_id), known.get(pin.take_id))
        if why is None:
            fitting[scene_id] = pin
        else:
            refused.append(f"{scene_id} no longer stays on {pin.take_id}: {why}")
    return _Sorted(fitting, {s: known[pin.take_id] for s, pin in fitting.items()}, tuple(refused))


def _why_not(step: Step | None, take: Take | None) -> str | None:
    if step is None:
        return "the film has no such scene"
    if take is None or take.scene_id != step.scene_id:
        return "there is no such take"
    if take.rejected is not None:
        return "it was rejected"
    other = changed(own_parts(step.parts), own_parts(take.parts))
    return f"{listed(other)} changed" if other else None


def _steps(plan: Plan, kept: Mapping[str, Take]) -> dict[str, Step]:
    """All steps by scene, with the fingerprints they have after the kept ones."""
    steps = {step.scene_id: step for step in plan.steps()}
    made: dict[str, Step] = {}
    # In film order what a scene needs comes before it.
    for placed in plan.placements:
        step, take = steps[placed.scene_id], kept.get(placed.scene_id)
        made[step.scene_id] = _following(step, made) if take is None else _kept(step, take)
    return made


def _kept(step: Step, take: Take) -> Step:
    return replace(step, kept=take.id, fingerprint=take.fingerprint, parts=take.parts, takes=1, pick=None)


def _following(step: Step, made: Mapping[str, Step]) -> Step:
    before = {f"{AFTER}{need}": made[need].fingerprint for need in step.needs}
    if all(step.parts.get(name) == fingerprint for name, fingerprint in before.items()):
        return step
    own = own_parts(step.parts)
    fingerprint = fingerprint_of(own, list(before.values()))
    return replace(step, fingerprint=fingerprint, parts=MappingProxyType(own | before))


def _join(
    plan: Plan, made: Mapping[str, Step], pins: Mapping[str, Pin]
) -> tuple[dict[str, Step], tuple[Placement, ...], tuple[str, ...]]:
    """The bridges by the scene they lead to, where everything goes in the film now, and what cannot be."""
    bridges: dict[str, Step] = {}
    told: list[str] = []
    placed: list[Placement] = []
    for place in plan.placements:
        pin, caps = pins.get(place.scene_id), plan.capabilities[place.scene_id]
        if pin is not None and placed:
            placed[-1] = _given_back(placed[-1], place, made)
        if pin is not None and pin.seam == "bridge":
            before = made[placed[-1].scene_id] if placed else None
            why = no_bridge(before, plan.step(place.scene_id), caps)
            if why is not None:
                told.append(f"no bridge leads to {place.scene_id}: {why}; the film cuts there")
            elif before is not None:
                bridge = make_bridge(before, placed[-1], made[place.scene_id], place, caps)
                placed[-1] = _without_last(placed[-1])
                placed.append(_without_last(Placement(bridge.scene_id, 0, 0, bridge.new_frames)))
                bridges[place.scene_id] = bridge
        placed.append(place)
    return bridges, laid_out(placed), tuple(told)


def _given_back(before: Placement, kept: Placement, made: Mapping[str, Step]) -> Placement:
    """The scene before, with the last frame that it gave to the kept one: that one begins on another now."""
    step = made[before.scene_id]
    begins_on_it = any(
        isinstance(source, FrameInput)
        and source.role == "first_frame"
        and source.frame.scene_id == before.scene_id
        for source in made[kept.scene_id].inputs
    )
    if begins_on_it and kept.in_frame == 0 and before.out_frame == step.new_frames - 1:
        return replace(before, out_frame=step.new_frames)
    return before


def _without_last(place: Placement) -> Placement:
    """A scene whose last frame is the first of what follows shows it there."""
    return replace(place, out_frame=max(place.out_frame - 1, place.in_frame + 1))


def _priced(spliced: Plan, plan: Plan) -> Plan:
    """With the totals of its own steps: a kept scene wants one take, a bridge is one more request."""
    before = {step.scene_id: step.takes for step in plan.steps()}
    expected = worst = other = Decimal(0)
    for step in spliced.steps():
        more = step.takes - before.get(step.scene_id, 0)
        expected += step.expected_usd * more
        worst += step.worst_usd * more
        other += other_usd(step, spliced) * more
    return replace(
        spliced,
        expected_usd=plan.expected_usd + expected,
        worst_usd=plan.worst_usd + worst,
        other_basis_usd=plan.other_basis_usd + other,
    )
