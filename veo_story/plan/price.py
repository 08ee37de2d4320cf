"""What a step costs, by both readings of what an extension bills.

``new``: the seconds of new footage. ``assembled``: the whole clip that comes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from veo_story.plan.draft import Draft
    from veo_story.plan.model import Plan, Step
    from veo_story.storyboard.model import RenderSettings


@dataclass(frozen=True, slots=True)
class Cost:
    """USD for one take of a step, by either basis."""

    new_usd: Decimal
    assembled_usd: Decimal

    def by(self, basis: str) -> Decimal:
        """The reading that the budget goes by."""
        return self.assembled_usd if basis == "assembled" else self.new_usd

    def other_than(self, basis: str) -> Decimal:
        """The other reading."""
        return self.new_usd if basis == "assembled" else self.assembled_usd

    @property
    def worst_usd(self) -> Decimal:
        """The dearer reading."""
        return max(self.new_usd, self.assembled_usd)


def cost_of(draft: Draft, render: RenderSettings) -> Cost:
    """The price of one take of a step that has passed the checks."""
    caps = draft.capabilities
    if caps.is_free:
        return Cost(Decimal(0), Decimal(0))
    each = caps.usd_per_s(render.resolution, audio=render.audio)
    return Cost(each * draft.duration_s, each * draft.clip_s)


def other_usd(step: Step, plan: Plan) -> Decimal:
    """The price of a take of a step by the reading that the budget does not go by."""
    caps = plan.capabilities[step.scene_id]
    if plan.basis == "new" or caps.is_free:
        return step.worst_usd
    asked = step.parameters
    return caps.usd_per_s(asked.resolution, audio=asked.audio) * asked.duration_s
