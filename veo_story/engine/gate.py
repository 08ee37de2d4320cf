"""What must hold before anything is sent."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from veo_story.errors import ApprovalNeeded, BudgetError, ConfigError
from veo_story.ledger.caps import usd
from veo_story.plan.takes import SceneState
from veo_story.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from collections.abc import Set as AbstractSet

    from veo_story.plan.model import Plan, Step
    from veo_story.plan.takes import SceneStatus
    from veo_story.storyboard.model import Budget


def hold_cap(plan: Plan, to_do: Collection[Step], budget: Budget) -> None:
    """Raise BudgetError when something paid is to be done and the film has no cap."""
    if budget.max_usd is not None:
        return
    paid = [step for step in to_do if not plan.capabilities[step.scene_id].is_free]
    if paid:
        price = sum((step.expected_usd * step.takes for step in paid), Decimal(0))
        raise BudgetError(
            f"{len(paid)} scenes of {plan.film} are to be paid for, {usd(price)}, and there is no cap.",
            hint="Nothing was sent. Write budget: {max_usd: ...} in the storyboard, or pass "
            f"--max-usd {price:f}.",
        )


def hold_agreed(
    to_do: Collection[Step], statuses: Mapping[str, SceneStatus], agreed_usd: Decimal | None
) -> None:
    """Raise ApprovalNeeded when more would be paid than a person agreed to; None: nobody was asked.

    Between the question and the film's lock another program may have picked or rejected a take.
    """
    price = sum((step.expected_usd * statuses[step.scene_id].missing_takes for step in to_do), Decimal(0))
    if agreed_usd is not None and price > agreed_usd:
        raise ApprovalNeeded(
            f"The film has changed meanwhile: this would cost {usd(price)}, and {usd(agreed_usd)} was shown.",
            hint="Nothing was sent. Run it again to see the price of today.",
        )


def hold_only(plan: Plan, statuses: Mapping[str, SceneStatus], only: AbstractSet[str] | None) -> None:
    """Raise ConfigError when ``only`` names no scene of the plan, or leaves out what one is made from."""
    if only is None:
        return
    known = {step.scene_id for step in plan.steps()}
    for scene_id in sorted(only - known):
        near = nearest(scene_id, known)
        raise ConfigError(
            f"{plan.film} has no scene {scene_id!r}.", hint=f"Did you mean {near}?" if near else None
        )
    for step in plan.steps():
        if step.scene_id not in only or statuses[step.scene_id].state is SceneState.KEPT:
            continue
        for needed in step.needs:
            if needed not in only and statuses[needed].state is not SceneState.KEPT:
                raise ConfigError(
                    f"{step.scene_id} is made from {needed}, which has no take that fits and is not "
                    "among the scenes asked for.",
                    hint=f"Nothing was sent. Ask for {needed} too.",
                )
