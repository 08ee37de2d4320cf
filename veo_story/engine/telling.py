"""Telling what happens, and counting it for the result."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from veo_story.engine import events

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from decimal import Decimal

    from veo_story.errors import VeoStoryError
    from veo_story.ledger.model import Ledger
    from veo_story.plan.model import Step
    from veo_story.plan.takes import Take


@dataclass(frozen=True, slots=True)
class Failure:
    """A scene that ended without the take it should have, and why."""

    scene_id: str
    error: VeoStoryError


@dataclass(slots=True)
class Teller:
    """One film's events and counts. ``cost_usd`` is what the film has cost so far, over all its runs."""

    film: str
    ledger: Ledger
    clock: Callable[[], datetime]
    on_event: Callable[[events.Event], None]
    cost_usd: Decimal
    began_usd: Decimal
    sent: int = 0
    stored: list[Take] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    @property
    def run_usd(self) -> Decimal:
        """What this run has cost so far."""
        return self.cost_usd - self.began_usd

    def started(
        self, *, scenes: int, to_do: int, expected_usd: Decimal, chains: tuple[tuple[str, int], ...]
    ) -> None:
        """The run begins."""
        self._tell(events.RunStarted, scenes=scenes, to_do=to_do, expected_usd=expected_usd, chains=chains)

    def step_kept(self, chain_id: str, take: Take) -> None:
        """A take is there already."""
        self.kept.append(take.scene_id)
        self._tell(events.StepKept, chain_id=chain_id, scene_id=take.scene_id, take=take)

    def step_started(self, chain_id: str, step: Step, samples: int = 1, *, resumed: bool) -> None:
        """A request for ``samples`` takes leaves, or one of an earlier run is picked up."""
        self.sent += not resumed
        self._tell(
            events.StepStarted,
            chain_id=chain_id,
            scene_id=step.scene_id,
            mode=step.mode,
            new_frames=step.new_frames,
            expected_usd=step.expected_usd * samples,
            resumed=resumed,
        )

    def step_progress(self, chain_id: str, step: Step, progress: float | None) -> None:
        """The backend was looked at."""
        self._tell(events.StepProgress, chain_id=chain_id, scene_id=step.scene_id, progress=progress)

    def step_retried(self, chain_id: str, step: Step, because: str, after_s: float) -> None:
        """A request failed for free and is made again."""
        self._tell(
            events.StepRetried,
            chain_id=chain_id,
            scene_id=step.scene_id,
            because=because,
            after_s=after_s,
        )

    def step_remark(self, chain_id: str, step: Step, text: str) -> None:
        """Something worth knowing."""
        self._tell(events.StepRemark, chain_id=chain_id, scene_id=step.scene_id, text=text)

    def aside(self, chain_id: str, scene_id: str, text: str) -> None:
        """Something worth knowing of a scene that may not be in the plan, and may have cost something."""
        self.cost_usd = self.ledger.spent().settled_usd
        self._tell(events.StepRemark, chain_id=chain_id, scene_id=scene_id, text=text)

    def step_stored(self, chain_id: str, take: Take) -> None:
        """A take was made."""
        self.cost_usd = self.ledger.spent().settled_usd
        self.stored.append(take)
        self._tell(events.StepStored, chain_id=chain_id, scene_id=take.scene_id, take=take)

    def step_failed(self, chain_id: str, step: Step, error: VeoStoryError) -> None:
        """A step ended without a take."""
        self.cost_usd = self.ledger.spent().settled_usd
        self.failures.append(Failure(step.scene_id, error))
        self._tell(events.StepFailed, chain_id=chain_id, scene_id=step.scene_id, error=error)

    def step_skipped(self, chain_id: str, step: Step, because: str) -> None:
        """A step was not tried, or was left where it stands."""
        self.skipped.append(step.scene_id)
        self._tell(events.StepSkipped, chain_id=chain_id, scene_id=step.scene_id, because=because)

    def ended(self, *, stopped: bool) -> None:
        """The run is over."""
        self._tell(
            events.RunEnded,
            run_usd=self.run_usd,
            stored=len(self.stored),
            kept=len(self.kept),
            failed=len(self.failures),
            skipped=len(self.skipped),
            sent=self.sent,
            stopped=stopped,
        )

    def _tell(self, kind: Callable[..., events.Event], **more: object) -> None:
        self.on_event(kind(film=self.film, at=self.clock(), cost_usd=self.cost_usd, **more))
