"""The door every renderer stands behind: a few verbs and a closed set of answers.

A backend turns one :class:`~veo_story.plan.model.Step` into one clip. It does not know the ledger, the film
or the other steps; the engine calls the verbs, and repeats ``status`` and ``fetch`` as often as it needs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal
    from pathlib import Path

    from veo_story.errors import VeoStoryError
    from veo_story.plan.model import Step
    from veo_story.plan.takes import Attempt

_NOTHING: Mapping[Path, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ParentClip:
    """What an extension builds on.

    ``path`` is the parent's clip on this disk, ``frames`` its length, ``handle`` the service's own name
    for it (None when it has none) and ``expires_at`` when the service drops it, ``lineage`` the clips of the
    whole chain so far with the frames each adds, first to last, parent included.
    """

    path: Path
    frames: int
    handle: str | None = None
    lineage: tuple[ClipRange, ...] = ()
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClipRange:
    """Frames ``start`` to ``end`` (exclusive) of a clip."""

    path: Path
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files a step needs, found and ready on this disk.

    ``sent`` maps files of this disk to the service's names of their copies there, as ``prepare`` made them.
    """

    first_frame: Path | None = None
    last_frame: Path | None = None
    references: tuple[Path, ...] = ()
    image: Path | None = None
    clip: Path | None = None
    parent: ParentClip | None = None
    sent: Mapping[Path, str] = field(default_factory=lambda: _NOTHING)


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
    """Finished. ``handles`` name the results at the service, one a sample.

    ``withheld`` are a filter's reasons for samples that are missing among several; they cost nothing.
    ``usage`` is what the service itself says of its use, as JSON text. ``samples`` are the handles' own
    numbers, all different, where the backend knows them otherwise than by their order (None: 0, 1, 2 ...).
    """

    handles: tuple[str, ...]
    billed_usd: Decimal | None = None
    expires_at: datetime | None = None
    withheld: tuple[str, ...] = ()
    usage: str | None = None
    samples: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An operation of the service that may be the answer to a request that was lost.

    ``about`` is what the service tells of it, in words for a person.
    """

    name: str
    is_done: bool
    about: str = ""


@dataclass(frozen=True, slots=True)
class Filtered:
    """Withheld by a filter; ``reasons`` in the service's words. Reported as not charged."""

    reasons: tuple[str, ...]
    category: str | None = None
    retry_may_pass: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """Ended without a result. ``lost``: the backend no longer knows the operation and it cost nothing.

    ``may_have_cost``: it was accepted, and nobody can say what it cost; all of its price counts then.
    ``retry_after_s``: a passing hiccup that cost nothing; asking again after so many seconds should pass.
    """

    error: VeoStoryError
    lost: bool = False
    billed_usd: Decimal | None = None
    retry_after_s: float | None = None
    may_have_cost: bool = False


Status = Running | Done | Filtered | Failed


class Backend(Protocol):
    """A renderer. One instance serves one run; all verbs may be called concurrently.

    ``admit``, ``prepare`` and ``recall`` do nothing unless a backend has something to do there: whoever
    inherits from this class gets them.

    ``submit`` raises :class:`~veo_story.errors.OutcomeUnknown` when it cannot tell whether the service took
    the request; any other :class:`~veo_story.errors.VeoStoryError` means that it did not.
    ``fetch`` writes the clip to ``into`` whole or raises; it may be repeated.
    """

    name: str
    storage: str | None = None
    """The place in Cloud Storage that clips of this run go below; written down with every attempt."""

    def admit(self, steps: Sequence[Step]) -> None:
        """Look at all that this run will ask for, before anything is asked.

        Raises ConfigError for what is known to be refused: a retired model, a setting that is missing.
        """
        return

    async def prepare(self, step: Step, inputs: Inputs) -> Inputs:
        """Do what costs nothing and may be repeated, so that ``submit`` is one request.

        Uploads files, waits until the parent can be extended. Returns the inputs with ``sent`` filled in.
        Whatever it raises means that nothing was asked for; ExpiredError when the service dropped the parent.
        """
        return inputs

    async def submit(self, step: Step, inputs: Inputs, *, attempt_id: str, samples: int = 1) -> Operation:
        """Ask for ``samples`` clips of one step, at most what its model allows. Called once an attempt."""
        ...

    async def status(self, operation: Operation) -> Status:
        """Look at an accepted request. May wait a little for news; never raises for a mere delay.

        A raised error means that looking failed or took too long; the request stays accepted.
        """
        ...

    async def fetch(self, done: Done, into: Path, *, sample: int = 0) -> Path:
        """Write the clip of a finished request to the file ``into`` and return it."""
        ...

    async def recall(self, attempt: Attempt) -> Operation | None:
        """Look for a request whose answer was lost, where it can be proven to be that very one.

        None says nothing about whether it was accepted.
        """
        return None

    async def candidates(self, attempt: Attempt, known: Collection[str]) -> tuple[Candidate, ...]:
        """Operations that might be the answer to a lost request, for a person to choose from.

        ``known`` are the operations that some ledger of this user knows already; they are left out. Nothing
        proves that a candidate is the one. Raises what looking may raise.
        """
        return ()

    async def aclose(self) -> None:
        """Let go of everything held. Accepted requests go on where the service runs them."""
        ...
