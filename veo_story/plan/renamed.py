"""Takes of scenes that got another name: the same content under a new id is not paid for again. Pure.

Ids of unnamed scenes count by position, so a scene that is put in between renames all behind it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from veo_story.plan.changes import changed, own_parts
from veo_story.plan.takes import Attempt, AttemptState, Pin, Take

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from veo_story.plan.model import Plan, Step

M = TypeVar("M", Take, Attempt)

_OPEN = frozenset({AttemptState.SENT, AttemptState.ANSWERED, AttemptState.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Move:
    """What was made for ``old`` with this fingerprint serves the scene ``new``."""

    old: str
    new: str
    fingerprint: str


def moves(
    plan: Plan, takes: Sequence[Take], attempts: Sequence[Attempt], pins: Mapping[str, Pin]
) -> tuple[Move, ...]:
    """What goes over to another scene, in film order.

    A scene that has nothing of its own with its fingerprint gets the takes and open requests that have it and
    whose own scene is gone or says something else by now. A pinned take goes by its own words: its
    fingerprint is that of another past.
    """
    steps = {step.scene_id: step for step in plan.steps()}
    made = {(take.scene_id, take.fingerprint) for take in takes}
    made |= {(a.scene_id, a.fingerprint) for a in attempts if a.state in _OPEN}
    free = sorted(found for found in made if not _is_of(steps.get(found[0]), found[1]))
    pinned = {p.take_id for p in pins.values() if p.scene_id not in steps}
    found: list[Move] = []
    for placement in plan.placements:
        step = steps[placement.scene_id]
        if (step.scene_id, step.fingerprint) in made:
            continue
        fitting = [one for one in free if one[1] == step.fingerprint]
        fitting += [(t.scene_id, t.fingerprint) for t in takes if t.id in pinned and _says(step, t)]
        fitting = [one for one in fitting if one in free]
        if fitting:
            old, fingerprint = fitting[0]
            free.remove(fitting[0])
            found.append(Move(old, step.scene_id, fingerprint))
    return tuple(found)


def follow(moved: Sequence[Move], made: Iterable[M]) -> tuple[M, ...]:
    """Takes or attempts with the scenes that they serve now. A take keeps its id."""
    new = {(move.old, move.fingerprint): move.new for move in moved}
    return tuple(_follow(one, new.get((one.scene_id, one.fingerprint))) for one in made)


def follow_choices(
    moved: Sequence[Move], takes: Iterable[Take], picks: Mapping[str, str], pins: Mapping[str, Pin]
) -> tuple[dict[str, str], dict[str, Pin]]:
    """Picks and pins with the scenes that their takes serve now; ``takes`` have followed already."""
    scene_of = {take.id: take.scene_id for take in takes}
    if not moved:
        return dict(picks), dict(pins)
    now = {scene_of.get(take_id, scene): take_id for scene, take_id in picks.items()}
    placed = (replace(pin, scene_id=scene_of.get(pin.take_id, pin.scene_id)) for pin in pins.values())
    return now, {pin.scene_id: pin for pin in placed}


def _follow(one: M, scene_id: str | None) -> M:
    if scene_id is None:
        return one
    if isinstance(one, Take):
        named = one.named or one.scene_id
        return replace(one, scene_id=scene_id, named=None if named == scene_id else named)
    return replace(one, scene_id=scene_id)


def _is_of(step: Step | None, fingerprint: str) -> bool:
    return step is not None and step.fingerprint == fingerprint


def _says(step: Step, take: Take) -> bool:
    return not changed(own_parts(step.parts), own_parts(take.parts))
