"""Which chains a run should begin with: those that a service is about to make dearer. Pure.

What is paid and lies at the service is lost when its time is over; so is the copy that an extension needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from veo_story.plan.takes import AttemptState
from veo_story.storyboard.model import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from veo_story.plan.model import Chain, Plan, Step
    from veo_story.plan.takes import Attempt, SceneStatus

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class AtService:
    """A request that is paid, or will be, and whose clips are still at the service until ``expires_at``.

    ``fits``: it is of a scene as it is written now, else a run brings it home as a take of the old words.
    """

    scene_id: str
    attempt_id: str
    usd: Decimal
    expires_at: datetime
    fits: bool
    is_past: bool


@dataclass(frozen=True, slots=True)
class OnCopy:
    """Scenes still to be rendered that go on from the service's copy of the clip of ``parent``.

    ``usd`` is what they are expected to cost. ``expires_at`` is when the service drops that copy.
    """

    scenes: tuple[str, ...]
    parent: str
    usd: Decimal
    expires_at: datetime
    is_past: bool


def in_order(
    plan: Plan, statuses: Mapping[str, SceneStatus], attempts: Sequence[Attempt], now: datetime
) -> tuple[Chain, ...]:
    """The plan's chains as a run should begin them.

    First those with something to bring home, the one that is dropped soonest first; then those that extend a
    copy that the service drops soonest; then the others, in the order of the film. A copy that is gone
    already hurries nobody: that its chain cannot go on is said when its turn comes.
    """

    def rank(chain: Chain) -> tuple[int, datetime]:
        if to_bring := _to_bring(chain, attempts):
            return 0, min(attempt.expires_at or _NEVER for attempt in to_bring)
        copies = [copy for copy in _copies(chain, statuses, now) if not copy.is_past]
        if copies:
            return 1, min(copy.expires_at for copy in copies)
        return 2, _NEVER  # sorting is stable: the plan's chains stand in the order of the film

    return tuple(sorted(plan.chains, key=rank))


def at_service(plan: Plan, attempts: Sequence[Attempt], now: datetime) -> tuple[AtService, ...]:
    """What is paid and not on this disk, of any scene there ever was, the most urgent first."""
    wanted = {(step.scene_id, step.fingerprint) for step in plan.steps()}
    found = (
        AtService(
            attempt.scene_id,
            attempt.id,
            attempt.reserved_usd,
            attempt.expires_at,
            fits=(attempt.scene_id, attempt.fingerprint) in wanted,
            is_past=attempt.expires_at <= now,
        )
        for attempt in attempts
        if attempt.state is AttemptState.ANSWERED and not attempt.is_free and attempt.expires_at is not None
    )
    return tuple(sorted(found, key=lambda one: one.expires_at))


def on_copies(plan: Plan, statuses: Mapping[str, SceneStatus], now: datetime) -> tuple[OnCopy, ...]:
    """What goes on from copies at the service, the most urgent first."""
    found = (copy for chain in plan.chains for copy in _copies(chain, statuses, now))
    return tuple(sorted(found, key=lambda one: one.expires_at))


def _to_bring(chain: Chain, attempts: Sequence[Attempt]) -> list[Attempt]:
    """Answered and paid requests for the steps of a chain as they are now."""
    wanted = {(step.scene_id, step.fingerprint) for step in chain.steps}
    return [
        attempt
        for attempt in attempts
        if attempt.state is AttemptState.ANSWERED
        and not attempt.is_free
        and (attempt.scene_id, attempt.fingerprint) in wanted
    ]


def _copies(chain: Chain, statuses: Mapping[str, SceneStatus], now: datetime) -> Iterator[OnCopy]:
    """The copies that a chain's missing extensions stand on, each with all of the chain that hangs on it."""
    for at, step in enumerate(chain.steps):
        moment = copy_needed(step, statuses)
        if moment is None or step.parent is None:
            continue
        hang = _hanging(chain.steps[at:], statuses)
        price = sum((s.expected_usd * statuses[s.scene_id].missing_takes for s in hang), Decimal(0))
        yield OnCopy(tuple(s.scene_id for s in hang), step.parent, price, moment, moment <= now)


def copy_needed(step: Step, statuses: Mapping[str, SceneStatus]) -> datetime | None:
    """When the service drops the copy that a missing take of this step has to extend.

    None: nothing is missing, or it is made from this disk (a picture, or a tail), or nobody knows.
    """
    if step.mode is not Mode.EXTEND or step.parent is None or step.window_frames is not None:
        return None
    take = statuses[step.parent].take
    return take.expires_at if take is not None and statuses[step.scene_id].missing_takes else None


def _hanging(steps: Sequence[Step], statuses: Mapping[str, SceneStatus]) -> list[Step]:
    """The first of these steps and those after it that can only be made when it is."""
    found = [steps[0]]
    if statuses[steps[0].scene_id].take is not None:  # a further take: the others go on from the one there
        return found
    for step in steps[1:]:
        if statuses[step.scene_id].take is not None or not statuses[step.scene_id].missing_takes:
            break
        found.append(step)
    return found
