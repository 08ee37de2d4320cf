"""Requests of unknown outcome: looking for them again, and writing down what a person decides.

Nothing here prints or asks, and nothing is sent that could cost: the service is only looked at. Whoever calls
these verbs holds the film's lock (:func:`veo_story.engine.lock.held`) and has called :func:`take_stock`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from veo_story.backends.base import Failed, Operation
from veo_story.engine.recover import recover
from veo_story.engine.retention import Retention
from veo_story.errors import ConfigError, ExpiredError, LedgerError
from veo_story.plan.takes import AttemptState

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from decimal import Decimal
    from pathlib import Path

    from veo_story.backends.base import Backend, Candidate
    from veo_story.catalog.catalog import Catalog
    from veo_story.ledger.model import Ledger
    from veo_story.plan.takes import Attempt


_REMEMBERED = timedelta(days=2)
"""A service that says nothing of it forgets what it made after so long."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of looking for a lost request.

    ``operation``: it was found, proven to be that very one, and is written down as answered. ``candidates``:
    operations that might be it; nothing proves that any of them is, even if there is only one.
    """

    attempt: Attempt
    operation: Operation | None = None
    candidates: tuple[Candidate, ...] = ()


def take_stock(ledger: Ledger, film: Path, now: datetime) -> None:
    """Put the film's folder in order as a run does, so that what a dead run had sent is unknown here.

    Raises LedgerError.
    """
    recover(ledger, film, None, now)


def unsettled(ledger: Ledger) -> tuple[Attempt, ...]:
    """The paid requests of unknown outcome, oldest first: open questions, and those sent again by consent."""
    return tuple(a for a in ledger.attempts() if a.state is AttemptState.UNKNOWN)


def under_way(ledger: Ledger) -> tuple[Attempt, ...]:
    """The paid requests that were answered and are not home yet, oldest first: a render brings them home.

    Should that never work, a person may :func:`settle` one of them.
    """
    return tuple(a for a in ledger.attempts() if a.state is AttemptState.ANSWERED and not a.is_free)


def is_overdue(attempt: Attempt, now: datetime) -> bool:
    """Whether a request under way is past the time that the service keeps what it makes of it."""
    return now >= (attempt.expires_at or attempt.created_at + _REMEMBERED)


async def check_again(
    ledger: Ledger,
    backend: Backend,
    attempt: Attempt,
    *,
    known: Collection[str] = (),
    retention: Retention | None = None,
    now: datetime,
) -> Checked:
    """Look for a lost request where it can prove itself, else for what might be it.

    ``known`` are the operations that other films know; this film's are left out anyhow. What is found is
    written down as answered, and the next render brings it home. Raises what looking may raise.
    """
    operation = await backend.recall(attempt)
    if operation is not None:
        _answered(ledger, attempt, operation.name, retention, now)
        return Checked(attempt, operation)
    return Checked(attempt, None, await backend.candidates(attempt, {*known, *_operations(ledger)}))


async def adopt(
    ledger: Ledger,
    backend: Backend,
    attempt: Attempt,
    operation: str,
    *,
    known: Collection[str] = (),
    retention: Retention | None = None,
    now: datetime,
) -> None:
    """Take ``operation`` for the answer to a lost request because a person says so.

    ``known`` are the operations that any film knows. Raises LedgerError when one of them is this one, and
    ConfigError or ExpiredError when the service knows no such operation; nothing is written then.
    """
    if "://" in operation:
        raise ConfigError(
            f"'{operation[:100]}' is a place and not the name of an operation.",
            hint="What lies in Cloud Storage proves itself: look for it with --check.",
        )
    for other in ledger.attempts():
        if other.operation == operation:
            raise LedgerError(
                f"The operation {operation} is known already: it answered attempt {other.id} of scene "
                f"{other.scene_id}, which is {other.state.value}.",
                hint="Each operation answers one request: name another.",
            )
    if operation in known:
        raise LedgerError(
            f"The operation {operation} is known already: it answered a request of another film.",
            hint="Each operation answers one request: name another.",
        )
    await _exists(backend, operation)
    _answered(ledger, attempt, operation, retention, now)


def again(ledger: Ledger, attempt: Attempt, *, now: datetime) -> None:
    """Let the step of a lost request be sent again, which may pay twice. It stays counted.

    Raises LedgerError.
    """
    ledger.again(attempt.id, now=now)


def settle(ledger: Ledger, attempt: Attempt, cost: Decimal, *, now: datetime) -> None:
    """Write down what a lost request was billed, as a person has seen it (0: nothing). Raises LedgerError.

    One that is :func:`under_way` may be given up so, too: what it made is not fetched any more.
    """
    found = next((other.state for other in ledger.attempts() if other.id == attempt.id), None)
    if found is not attempt.state:  # whoever decided saw another state than what stands there now
        raise LedgerError(
            f"The request {attempt.id[:8]} of scene {attempt.scene_id} is {found or 'not known'} by now.",
            hint="Look again with veo-story reconcile FILE.",
        )
    ledger.settle(attempt.id, cost=cost, now=now)


def retention_of(attempt: Attempt, catalog: Catalog) -> Retention:
    """How long the service keeps what it made of a request; nobody knows of a model that has gone."""
    found = (m for m in catalog.models(attempt.backend) if m.model == attempt.model)
    return next(map(Retention.of, found), Retention())


def _answered(
    ledger: Ledger, attempt: Attempt, operation: str, retention: Retention | None, now: datetime
) -> None:
    # It was made soon after it was sent, however late it is found.
    until = None if retention is None else retention.until(attempt.sent_at or attempt.created_at)
    ledger.answered(attempt.id, operation, now=now, expires_at=until)


def _operations(ledger: Ledger) -> set[str]:
    return {attempt.operation for attempt in ledger.attempts() if attempt.operation is not None}


async def _exists(backend: Backend, operation: str) -> None:
    """Return when the service knows the operation, running or ended in whatever way."""
    status = await backend.status(Operation(operation))
    if isinstance(status, Failed) and (status.lost or status.may_have_cost):
        raise ExpiredError(
            f"The service knows no operation {operation[:200]!r} here: {status.error.message}",
            hint="Look at its name, and whether key and project are those that sent the request.",
        ) from status.error
