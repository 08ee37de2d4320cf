"""Which approvals a paid step waits for. Pure.

Only what was paid for is shown to a person: free steps wait for nothing, and their takes need no approval.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veo_story.plan.model import Plan
    from veo_story.plan.takes import Take


class Gate(StrEnum):
    """How far a run goes before a person has approved what it made.

    ``scene``: a step is sent when the takes it is made from are approved. ``chain``: when all takes of the
    chains before its own are. ``film``: everything is made, and wants approval in the end.
    """

    NONE = "none"
    SCENE = "scene"
    CHAIN = "chain"
    FILM = "film"


def is_paid(plan: Plan, scene_id: str) -> bool:
    """Whether takes of a scene cost money."""
    return not plan.capabilities[scene_id].is_free


def stands_behind(plan: Plan, gate: Gate, scene_id: str) -> tuple[str, ...]:
    """The scenes whose takes must be there and be approved before ``scene_id`` is sent, in film order.

    They all come before the scene in the film or are among what it needs, so no two scenes wait for each
    other.
    """
    if not is_paid(plan, scene_id):
        return ()
    if gate is Gate.SCENE:
        wanted = frozenset(plan.step(scene_id).needs)
    elif gate is Gate.CHAIN:
        wanted = _earlier(plan, scene_id)
    else:
        wanted = frozenset()
    return tuple(p.scene_id for p in plan.placements if p.scene_id in wanted and is_paid(plan, p.scene_id))


def wants_in_the_end(plan: Plan, gate: Gate, serving: Mapping[str, Take]) -> tuple[Take, ...]:
    """The takes of a finished film that a person has to approve still, in film order."""
    if gate is not Gate.FILM:
        return ()
    found = (serving.get(p.scene_id) for p in plan.placements if is_paid(plan, p.scene_id))
    return tuple(take for take in found if take is not None and not take.approved)


def _earlier(plan: Plan, scene_id: str) -> frozenset[str]:
    """The scenes before this one in the film whose chains begin before its own."""
    at = {placement.scene_id: n for n, placement in enumerate(plan.placements)}
    begins = {
        step.scene_id: min(at[other.scene_id] for other in chain.steps)
        for chain in plan.chains
        for step in chain.steps
    }
    return frozenset(other for other in at if begins[other] < begins[scene_id] and at[other] < at[scene_id])
