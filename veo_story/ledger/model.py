"""The ledger's verbs and the legal arrows between the states of an attempt.

:class:`Ledger` is a protocol: the engine needs these verbs and nothing of how they are kept.
:mod:`veo_story.ledger.sqlite` is the store of a film's folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from veo_story.plan.takes import AttemptState as S

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from veo_story.plan.model import Step
    from veo_story.plan.renamed import Move
    from veo_story.plan.takes import Attempt, AttemptState, Pin, Retake, Take

ARROWS: Mapping[AttemptState, frozenset[AttemptState]] = MappingProxyType(
    {
        S.INTENDED: frozenset({S.SENT, S.RELEASED}),
        S.SENT: frozenset({S.ANSWERED, S.RELEASED, S.UNKNOWN}),
        S.ANSWERED: frozenset({S.STORED, S.FAILED, S.RELEASED}),
        # Out of unknown leads a backend that finds the lost request again (answered), or a person.
        S.UNKNOWN: frozenset({S.ANSWERED, S.STORED, S.FAILED, S.RELEASED}),
        S.STORED: frozenset(),
        S.RELEASED: frozenset(),
        S.FAILED: frozenset(),
    }
)
"""From each state to the states it may go to. A state without arrows is the end."""


@dataclass(frozen=True, slots=True)
class Caps:
    """What may be spent on one film and on each of its scenes, in USD; None is no cap."""

    film_usd: Decimal | None = None
    scene_usd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class UserCaps:
    """What a user may spend on all films together in a day and in a month (UTC), in USD; None is no cap."""

    day_usd: Decimal | None = None
    month_usd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """Money in USD: ``settled`` was billed, ``reserved`` is under way, ``unknown`` may have been billed.

    All three count against a cap.
    """

    settled_usd: Decimal = Decimal(0)
    reserved_usd: Decimal = Decimal(0)
    unknown_usd: Decimal = Decimal(0)

    @property
    def counted_usd(self) -> Decimal:
        """What counts against a cap."""
        return self.settled_usd + self.reserved_usd + self.unknown_usd


_NO_PICKS: Mapping[str, str | None] = MappingProxyType({})
_NO_PINS: Mapping[str, Pin | None] = MappingProxyType({})


class Ledger(Protocol):
    """The memory of a film's money and takes. Every verb is durable when it returns.

    ``now`` is an aware datetime. All verbs raise :class:`~veo_story.errors.LedgerError` when the store
    cannot be read or written, when an attempt is not known, and when :data:`ARROWS` has no such arrow.
    """

    @property
    def film_id(self) -> str:
        """What tells this film from all others, also after its folder was copied or renamed."""
        ...

    def intend(
        self,
        step: Step,
        *,
        expected: Decimal,
        worst: Decimal,
        caps: Caps,
        parents: tuple[str, ...] = (),
        picked_frames: Mapping[str, int] | None = None,
        is_free: bool = False,
        samples: int = 1,
        storage: str | None = None,
        why: str | None = None,
        attempt_id: str | None = None,
        now: datetime,
    ) -> Attempt:
        """Reserve ``expected`` against every cap and write down what is to be asked, in one transaction.

        ``expected`` and ``worst`` are the price of all ``samples`` clips together, by the budget's reading
        and by the dearer one. ``attempt_id`` is what to call the attempt, where it has a name already. Raises
        BudgetError when a cap would be passed; nothing is reserved then. Raises OutcomeUnknown when an
        attempt at the very same request has an unknown outcome and nobody agreed to send it :meth:`again`.
        """
        ...

    def hold(
        self, step: Step, *, price: Decimal, caps: Caps, parents: tuple[str, ...] = (), now: datetime
    ) -> None:
        """Raise what :meth:`intend` would raise now. Writes nothing and reserves nothing."""
        ...

    def sent(self, attempt_id: str, *, now: datetime) -> None:
        """The request leaves now. Called before the socket opens."""
        ...

    def answered(
        self, attempt_id: str, operation: str, *, now: datetime, expires_at: datetime | None = None
    ) -> None:
        """The service took it; ``operation`` is the name to ask for it again.

        ``expires_at`` is when the service drops what it makes of it.
        """
        ...

    def kept(self, attempt_id: str, take: Take) -> None:
        """One of several takes of an answered request is on the disk; the request stays answered."""
        ...

    def stored(
        self,
        attempt_id: str,
        take: Take | None,
        *,
        cost: Decimal,
        usage: str | None = None,
        now: datetime,
    ) -> None:
        """Its (last) take is on the disk, and it cost ``cost`` in all.

        The clip must lie in the film's folder. ``take`` None: all its takes are written down already.
        ``usage`` is the service's own word on what was used, as JSON.
        """
        ...

    def adopt(self, attempt_id: str, take: Take, *, samples: int = 1, now: datetime) -> None:
        """Write down a take found on the disk.

        Its attempt ends as stored with what its takes cost, and is written too if not known. Only one that is
        answered and asked for several ``samples`` stays as it is: more may come.
        """
        ...

    def release(self, attempt_id: str, *, error: str, now: datetime) -> None:
        """It was never accepted, or is gone and cost nothing: the reservation ends."""
        ...

    def fail(self, attempt_id: str, *, error: str, billed: Decimal, now: datetime) -> None:
        """It was accepted and gave no take; ``billed`` is what it cost all the same."""
        ...

    def lose(self, attempt_id: str, *, error: str, now: datetime) -> None:
        """Nobody knows whether it was accepted. The reservation stays counted until somebody settles it."""
        ...

    def again(self, attempt_id: str, *, now: datetime) -> None:
        """A person agreed that the step of an unknown attempt is sent again, though that may pay twice.

        The attempt stays unknown and counted: a late success still overwrites it.
        """
        ...

    def settle(self, attempt_id: str, *, cost: Decimal, now: datetime) -> None:
        """A person has seen what an unknown or answered attempt was billed.

        It ends as failed with ``cost``, or released at 0; as stored where it gave takes before.
        """
        ...

    def renew(self, take_id: str, expires_at: datetime) -> None:
        """The service keeps its copy of a take longer: it was used in an extension."""
        ...

    def spent(self, scene_id: str | None = None) -> Spent:
        """The money of the film, or of one scene."""
        ...

    def takes(self, *, gone: bool = False) -> tuple[Take, ...]:
        """The takes whose clips are there, by scene and then oldest first.

        With ``gone`` those without a clip too.
        """
        ...

    def attempts(self) -> tuple[Attempt, ...]:
        """All attempts, oldest first."""
        ...

    def request(self, attempt_id: str) -> Mapping[str, Any]:
        """What an attempt asked for, as in its take's ``request.json``; empty where nobody wrote it down."""
        ...

    def pick(self, scene_id: str, take_id: str | None, *, now: datetime) -> None:
        """Let ``take_id`` serve for its scene from now on; None takes the pick back."""
        ...

    def approve(self, take_id: str, *, approved: bool = True) -> None:
        """Mark a take as approved, or no longer."""
        ...

    def reject(self, take_id: str, reason: str | None) -> None:
        """Let a take serve no longer, for a ``reason`` (``""``: none given); None takes that back.

        A rejected take is no longer approved, and no pick or pin of it stays.
        """
        ...

    def picks(self) -> dict[str, str]:
        """The picked take id of each scene that has one."""
        ...

    def pins(self) -> dict[str, Pin]:
        """The pin of each scene that has one."""
        ...

    def tiers(self) -> dict[str, str]:
        """The tier that each promoted scene was promoted to."""
        ...

    def promote(self, scene_ids: Collection[str], tier: str | None, *, now: datetime) -> None:
        """Put scenes on a tier whatever the storyboard says; None takes that back."""
        ...

    def order(self, retake: Retake) -> None:
        """Write down a retake before anything of it is sent; one of the same scene is overwritten."""
        ...

    def orders(self) -> dict[str, Retake]:
        """The retakes that are not finished, by scene."""
        ...

    def choose(
        self,
        *,
        picks: Mapping[str, str | None] = _NO_PICKS,
        pins: Mapping[str, Pin | None] = _NO_PINS,
        done: Collection[str] = (),
        now: datetime,
    ) -> None:
        """Set (None: take back) picks and pins by scene and end the orders of scenes, in one transaction."""
        ...

    def move(self, moved: Collection[Move]) -> None:
        """Let what was made for scenes serve others, with the picks, pins and retakes of it."""
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...
