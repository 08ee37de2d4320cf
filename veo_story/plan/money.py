"""The budget's caps against what the plan expects to pay."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from veo_story.plan.wording import usd
from veo_story.storyboard.codes import problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from veo_story.errors import Problem
    from veo_story.plan.steps import Made
    from veo_story.storyboard.model import Storyboard


def check_caps(storyboard: Storyboard, made: Mapping[str, Made]) -> Iterator[Problem]:
    """A scene that can never be paid is an error; a whole film over its cap is a warning, takes may exist."""
    budget = storyboard.budget
    for scene in storyboard.scenes():
        if scene.id not in made or budget.per_scene_usd is None:
            continue
        expected = made[scene.id].cost.by(budget.basis) * scene.takes
        if expected > budget.per_scene_usd:
            message = (
                f"{scene.id} costs {usd(expected)}, but budget.per_scene_usd is {usd(budget.per_scene_usd)}"
            )
            hint = "raise per_scene_usd, or choose fewer takes, a cheaper tier or a shorter scene"
            yield problem("VS123", storyboard.where(scene), message, hint)
    total = sum((m.cost.by(budget.basis) * m.step.takes for m in made.values()), Decimal(0))
    if budget.max_usd is not None and total > budget.max_usd:
        where = storyboard.source.where(("budget", "max_usd"))
        message = (
            f"the whole film is expected to cost {usd(total)}, but budget.max_usd is {usd(budget.max_usd)}"
        )
        yield problem("VS252", where, message, "raise max_usd, or render on a cheaper tier")
