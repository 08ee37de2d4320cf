"""What a run tells while it goes on. Reporters take these and draw, write or swallow them.

``cost_usd`` is what the film has cost so far, over all its runs; ``at`` is the engine's clock. One film's
events come in order; several films that run side by side are told apart by ``film``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from veo_story.errors import VeoStoryError
    from veo_story.plan.takes import Take
    from veo_story.storyboard.model import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """The first event. ``scenes`` are all of the plan, ``to_do`` those not kept that were asked for.

    ``chains`` maps each chain's id to the number of its steps that are to be done.
    """

    film: str
    at: datetime
    cost_usd: Decimal
    scenes: int
    to_do: int
    expected_usd: Decimal
    chains: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepKept:
    """A take that fits is there already; nothing is sent."""

    film: str
    at: datetime
    cost_usd: Decimal
    chain_id: str
    scene_id: str
    take: Take


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStarted:
    """A request is about to be sent, or (``resumed``) one of an earlier run is picked up again."""

    film: str
    at: datetime
    cost_usd: Decimal
    chain_id: str
    scene_id: str
    mode: Mode
    new_frames: int
    expected_usd: Decimal
    resumed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepProgress:
    """The backend is at it. ``progress`` is 0..1 where it knows."""

    film: str
    at: datetime
    cost_usd: Decimal
    chain_id: str
    scene_id: str
    progress: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStored:
    """A new take is on the disk and in the ledger."""

    film: str
    at: datetime
    cost_usd: Decimal
    chain_id: str
    scene_id: str
    take: Take


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFailed:
    """A step ended without a take. Its chain ends here; other chains go on."""

    film: str
    at: datetime
    cost_usd: Decimal
    chain_id: str
    scene_id: str
    error: VeoStoryError


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSkipped:
    """A step was not tried. ``because`` says why in words: what it needs failed, or the run was stopped."""

    film: str
    at: datetime
    cost_usd: Decimal
    chain_id: str
    scene_id: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRetried:
    """A request ended without a take and cost nothing; the step is asked for again in ``after_s`` seconds.

    ``because`` says in words why the first one failed.
    """

    film: str
    at: datetime
    cost_usd: Decimal
    chain_id: str
    scene_id: str
    because: str
    after_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRemark:
    """Something worth knowing about a step that has its take: ``text`` is one sentence for people."""

    film: str
    at: datetime
    cost_usd: Decimal
    chain_id: str
    scene_id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    """The last event.

    ``sent`` counts requests of this run, ``cost_usd`` is the film's, ``run_usd`` this run's.
    """

    film: str
    at: datetime
    cost_usd: Decimal
    run_usd: Decimal
    stored: int
    kept: int
    failed: int
    skipped: int
    sent: int
    stopped: bool


Event = (
    RunStarted
    | StepKept
    | StepStarted
    | StepProgress
    | StepRetried
    | StepRemark
    | StepStored
    | StepFailed
    | StepSkipped
    | RunEnded
)
