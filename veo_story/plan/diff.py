"""Compare a plan with what exists: what is kept, stale and why, under way, to render."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from veo_story.plan.changes import changed, listed
from veo_story.plan.fingerprint import AFTER
from veo_story.plan.takes import AttemptState, SceneState, SceneStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from veo_story.plan.model import Plan, Step
    from veo_story.plan.takes import Attempt, Take

_UNDER_WAY = frozenset({AttemptState.SENT, AttemptState.ANSWERED})
_HOLDING = _UNDER_WAY | {AttemptState.UNKNOWN}


def diff(
    plan: Plan, takes: Sequence[Take], attempts: Sequence[Attempt], picks: Mapping[str, str]
) -> dict[str, SceneStatus]:
    """The state of every scene, in film order.

    A take serves when its fingerprint is the step's and it was made from the takes chosen for the scenes
    that the step needs. Of several, the picked one is chosen (the storyboard's pick before that of ``picks``,
    which maps scene ids to take ids), else the latest approved, else the latest that other scenes were made
    from already (a further take must not make paid work stale by itself), else the latest. A rejected take
    never serves. A step that is ``kept`` is served by exactly that take and wants nothing more.

    ``attempts`` are those of the ledger after it has settled what a dead run left: an intent that was never
    sent is no obstacle; one sent and not answered is under way here, and ``unknown`` once its run is gone.
    """
    by_scene: defaultdict[str, list[Take]] = defaultdict(list)
    for take in takes:
        by_scene[take.scene_id].append(take)
    open_by_scene: defaultdict[str, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        open_by_scene[attempt.scene_id].append(attempt)
    steps = {step.scene_id: step for step in plan.steps()}
    built_on = _built_on(takes, attempts)
    found = {s.scene_id: _pinned(s, by_scene[s.scene_id]) for s in steps.values() if s.kept is not None}
    # In film order what a scene needs has been looked at before it; only a bridge needs what comes after it,
    # and that is kept.
    for placement in plan.placements:
        step = steps[placement.scene_id]
        if step.kept is not None:
            continue
        pick = picks.get(step.scene_id)
        if step.pick is not None:
            pick = _by_number(step, by_scene[step.scene_id])
        found[step.scene_id] = _status(
            step, by_scene[step.scene_id], open_by_scene[step.scene_id], pick, built_on, found
        )
    return {placement.scene_id: found[placement.scene_id] for placement in plan.placements}


def in_vain(plan: Plan, attempts: Sequence[Attempt]) -> dict[str, Decimal]:
    """USD that requests for the plan's present steps have cost and that gave no take, by scene."""
    wanted = {(step.scene_id, step.fingerprint) for step in plan.steps()}
    found: dict[str, Decimal] = {}
    for attempt in attempts:
        cost = attempt.settled_usd or Decimal(0)
        ended = attempt.state is AttemptState.FAILED and (attempt.scene_id, attempt.fingerprint) in wanted
        if ended and cost > 0:
            found[attempt.scene_id] = found.get(attempt.scene_id, Decimal(0)) + cost
    return found


def _by_number(step: Step, takes: Sequence[Take]) -> str:
    """The id of the take that the storyboard picks."""
    there = [t.id for t in takes if t.fingerprint == step.fingerprint and t.number == step.pick]
    return there[0] if there else f"{step.scene_id}/{step.fingerprint[:8]}-{step.pick}"


def _pinned(step: Step, takes: Sequence[Take]) -> SceneStatus:
    for take in takes:
        if take.id == step.kept and take.rejected is None:
            return SceneStatus(step.scene_id, SceneState.KEPT, "", take, 0)
    # It went after the plan was made; only a new plan says what is to be made instead.
    return SceneStatus(step.scene_id, SceneState.STALE, f"{step.kept} is gone", None, 0)


def _status(
    step: Step,
    takes: Sequence[Take],
    attempts: Sequence[Attempt],
    pick: str | None,
    built_on: frozenset[str],
    found: Mapping[str, SceneStatus],
) -> SceneStatus:
    chosen = [found[need].take for need in step.needs]
    parents = tuple(take.id for take in chosen if take is not None)
    if len(parents) < len(chosen):
        # Nothing can serve or be sent before the scenes it needs have takes.
        return _to_do(step, takes, found)
    made = [t for t in takes if t.fingerprint == step.fingerprint and t.parents == parents]
    serving = [t for t in made if t.rejected is None]
    fitting = [a for a in attempts if a.fingerprint == step.fingerprint and a.parents == parents]
    under_way = sum(a.takes_to_come(made) for a in fitting if a.state in _UNDER_WAY)
    unknown = sum(a.takes_to_come(made) for a in fitting if a.is_open_question)
    missing = max(0, step.takes - len(serving) - under_way - unknown)
    if serving:
        reason = _kept(serving, made, pick, under_way, unknown, missing)
        take = _choose(serving, pick, built_on)
        return SceneStatus(step.scene_id, SceneState.KEPT, reason, take, missing)
    if under_way:
        return SceneStatus(step.scene_id, SceneState.IN_FLIGHT, "sent, not stored yet", None, missing)
    if unknown:
        return SceneStatus(step.scene_id, SceneState.UNKNOWN, "sent, the answer was lost", None, missing)
    return _to_do(step, takes, found, rejected=made)


def _to_do(
    step: Step, takes: Sequence[Take], found: Mapping[str, SceneStatus], rejected: Sequence[Take] = ()
) -> SceneStatus:
    """What has no take that serves. ``rejected`` would fit if nobody had rejected them."""
    if not takes:
        return SceneStatus(step.scene_id, SceneState.TO_RENDER, "", None, step.takes)
    if rejected:
        reason = _rejected(rejected)
    else:
        wanted = [take for take in takes if take.rejected is None]
        reason = why_stale(step, _latest(wanted or takes), found)
    return SceneStatus(step.scene_id, SceneState.STALE, reason, None, step.takes)


def _rejected(takes: Sequence[Take]) -> str:
    if len(takes) == 1:
        return f"take {takes[0].number} was rejected"
    return f"takes {', '.join(str(take.number) for take in takes)} were rejected"


def why_stale(step: Step, take: Take, found: Mapping[str, SceneStatus]) -> str:
    """Why a take no longer fits its step: ``prompt changed``, ``follows s05``, or both."""
    own = [n for n in changed(step.parts, take.parts) if not n.startswith(AFTER)]
    reasons = [f"{listed(own)} changed"] if own else []
    followed = {digest for name, digest in take.parts.items() if name.startswith(AFTER)}
    follows = [
        need
        for need in step.needs
        if step.parts[f"{AFTER}{need}"] not in followed or found[need].take is None
    ]
    if follows:
        reasons.append(f"follows {listed(follows)}")
    if not reasons:
        others = [n for n in step.needs if (now := found[n].take) is None or now.id not in take.parents]
        reasons.append(f"{listed(others or step.needs)} has another take now")
    return ", ".join(reasons)


def _kept(
    serving: Sequence[Take],
    made: Sequence[Take],
    pick: str | None,
    under_way: int,
    unknown: int,
    missing: int,
) -> str:
    told = []
    if pick is not None and all(t.id != pick for t in serving):
        told.append(f"take {pick} is picked, but {_unfit(pick, made)}")
    if under_way:
        told.append(f"{under_way} more under way")
    if unknown:
        told.append(f"{unknown} with a lost answer")
    if missing:
        told.append(f"{missing} more to render")
    return ", ".join(told)


def _unfit(pick: str, made: Sequence[Take]) -> str:
    return "it was rejected" if any(take.id == pick for take in made) else "it does not fit"


def _built_on(takes: Sequence[Take], attempts: Sequence[Attempt]) -> frozenset[str]:
    """The ids of takes that others were made from, are being made from, or may have been made from."""
    made = (parent for take in takes if take.rejected is None for parent in take.parents)
    under_way = (parent for a in attempts if a.state in _HOLDING for parent in a.parents)
    return frozenset((*made, *under_way))


def _choose(serving: Sequence[Take], pick: str | None, built_on: frozenset[str]) -> Take:
    picked = [t for t in serving if t.id == pick]
    approved = [t for t in serving if t.approved]
    used = [t for t in serving if t.id in built_on]
    return _latest(picked or approved or used or serving)


def _latest(takes: Sequence[Take]) -> Take:
    return max(takes, key=lambda t: (t.stored_at, t.number))
