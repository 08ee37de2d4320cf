"""The door every renderer stands behind: four verbs and a closed set of answers.

A backend turns one :class:`~veo_story.plan.model.Step` into one clip. It does not know the ledger, the film
or the other steps; the engine calls the verbs, and repeats ``status`` and ``fetch`` as often as it needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from pathlib import Path

    from veo_story.errors import VeoStoryError
    from veo_story.plan.model import Step


@dataclass(frozen=True, slots=True)
class ParentClip:
    """What an extension builds on.

    ``path`` is the parent's clip on this disk, ``frames`` its length, ``handle`` the service's own name
    for it (None when it has none), ``lineage`` the clips of the whole chain so far with the frames each
    adds, first to last, parent included.
    """

    path: Path
    frames: int
    handle: str | None = None
    lineage: tuple[ClipRange, ...] = ()


@dataclass(frozen=True, slots=True)
class ClipRange:
    """Frames ``start`` to ``end`` (exclusive) of a clip."""

    path: Path
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files a step needs, found and ready on this disk."""

    first_frame: Path | None = None
    last_frame: Path | None = None
    references: tuple[Path, ...] = ()
    image: Path | None = None
    clip: Path | None = None
    parent: ParentClip | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """An accepted request. ``name`` is all a backend needs to ask for it again, in another process too."""

    name: str


@dataclass(frozen=True, slots=True)
class Running:
    """Not finished. ``look_again_s`` is when another look is worth it; ``progress`` is 0..1 where known."""

    look_again_s: float
    progress: float | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """Finished. ``handles`` name the results at the service, one a sample."""

    handles: tuple[str, ...]
    billed_usd: Decimal | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Filtered:
    """Withheld by a filter; ``reasons`` in the service's words. Reported as not charged."""

    reasons: tuple[str, ...]
    category: str | None = None
    retry_may_pass: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """Ended without a result. ``lost``: the backend no longer knows the operation and it cost nothing."""

    error: VeoStoryError
    lost: bool = False
    billed_usd: Decimal | None = None


Status = Running | Done | Filtered | Failed


class Backend(Protocol):
    """A renderer. One instance serves one run; all verbs may be called concurrently.

    ``submit`` raises :class:`~veo_story.errors.OutcomeUnknown` when it cannot tell whether the service took
    the request; any other :class:`~veo_story.errors.VeoStoryError` means that it did not.
    ``fetch`` writes the clip to ``into`` whole or raises; it may be repeated.
    """

    name: str

    async def submit(self, step: Step, inputs: Inputs, *, attempt_id: str) -> Operation:
        """Ask for one step. Called exactly once for an attempt."""
        ...

    async def status(self, operation: Operation) -> Status:
        """Look at an accepted request. May wait a little for news; never raises for a mere delay."""
        ...

    async def fetch(self, done: Done, into: Path, *, sample: int = 0) -> Path:
        """Write the clip of a finished request to the file ``into`` and return it."""
        ...

    async def aclose(self) -> None:
        """Let go of everything held. Accepted requests go on where the service runs them."""
        ...
