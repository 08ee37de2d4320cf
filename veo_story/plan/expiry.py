"""Clips that a service is about to drop, or has dropped, while a scene still has to be extended from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from veo_story.plan.urgency import copy_needed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from veo_story.plan.model import Plan
    from veo_story.plan.takes import SceneStatus

SOON = timedelta(hours=6)
"""How long before it is gone a clip is worth a word: a chain of twenty extensions takes about an hour."""


@dataclass(frozen=True, slots=True)
class Expiry:
    """The take of ``parent`` that ``scene_id`` is to extend; ``is_past`` when the service has dropped it."""

    scene_id: str
    parent: str
    expires_at: datetime
    is_past: bool

    @property
    def offer(self) -> str:
        """What to write to go on without the clip: a new chain from its last frame."""
        return f"write 'mode: animate' and 'first_frame: {self.parent}.last_frame' in {self.scene_id}"

    def __str__(self) -> str:
        """One sentence for people."""
        day = f"{self.expires_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        if self.is_past:
            happened = (
                f"{self.parent}'s clip expired at the service on {day}: {self.scene_id} cannot extend it"
            )
            return f"{happened}; {self.offer} to start a new chain there"
        happens = f"{self.parent}'s clip expires at the service on {day}: render {self.scene_id} before then"
        return f"{happens}, or {self.offer}"


def expiries(plan: Plan, statuses: Mapping[str, SceneStatus], now: datetime) -> Iterator[Expiry]:
    """What the extensions that are still to be rendered stand on and will lose, in the plan's order.

    A step that sends only a tail cuts it from the clip on this disk, so it loses nothing.
    """
    for step in plan.steps():
        moment = copy_needed(step, statuses)
        if moment is not None and step.parent is not None and moment <= now + SOON:
            yield Expiry(step.scene_id, step.parent, moment, moment <= now)
