"""Between the account's rows and the attempts of films, and which of two words on one attempt counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from veo_story.ledger import rows
from veo_story.plan.takes import AttemptState as S

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal

    from veo_story.plan.takes import Attempt

_FIXED = (
    "fingerprint", "backend", "model", "expected_usd", "worst_usd", "samples", "is_free",
    "parents", "picked_frames", "created_at",
)  # fmt: skip
_MOVING = (
    "film_id", "film", "folder", "is_confirmed", "scene_id", "state", "reserved_usd", "settled_usd",
    "operation", "storage", "error", "usage", "owner", "why", "sent_at", "answered_at", "ended_at",
    "expires_at", "again_at",
)  # fmt: skip
_COLUMNS = ("id", *_FIXED, *_MOVING)

WRITE = " ".join(
    (
        f"INSERT INTO attempts ({', '.join(_COLUMNS)})",
        f"VALUES ({', '.join(f':{column}' for column in _COLUMNS)})",
        f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{column} = excluded.{column}' for column in _MOVING)}",
    )
)
"""Writes a row by name. What was asked and when stays as it was first written."""


@dataclass(frozen=True, slots=True)
class FilmRef:
    """A film as the account knows it: ``id`` stays when the ``folder`` is copied or renamed."""

    id: str
    name: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Booking:
    """One attempt of one film. ``is_confirmed``: the film's own ledger has it too, for all anybody knows."""

    attempt: Attempt
    film: FilmRef
    is_confirmed: bool


def row_of(booking: Booking) -> Mapping[str, object]:
    """The values of :data:`WRITE`. Raises ValueError for amounts and times that are none."""
    a = booking.attempt
    return {
        "id": a.id,
        "film_id": booking.film.id,
        "film": booking.film.name,
        "folder": str(booking.film.folder),
        "is_confirmed": int(booking.is_confirmed),
        "scene_id": a.scene_id,
        "fingerprint": a.fingerprint,
        "backend": a.backend,
        "model": a.model,
        "state": a.state.value,
        "expected_usd": rows.as_decimal_text(a.expected_usd),
        "reserved_usd": rows.as_decimal_text(a.reserved_usd),
        "worst_usd": rows.as_decimal_text(a.worst_usd),
        "settled_usd": None if a.settled_usd is None else rows.as_decimal_text(a.settled_usd),
        "samples": a.samples,
        "is_free": int(a.is_free),
        "parents": rows.as_json(a.parents),
        "picked_frames": rows.as_json(dict(a.picked_frames)),
        "operation": a.operation,
        "storage": a.storage,
        "error": a.error,
        "usage": a.usage,
        "owner": a.owner,
        "why": a.why,
        "created_at": rows.as_time(a.created_at),
        "sent_at": _time(a.sent_at),
        "answered_at": _time(a.answered_at),
        "ended_at": _time(a.ended_at),
        "expires_at": _time(a.expires_at),
        "again_at": _time(a.again_at),
    }


def booking_from(row: sqlite3.Row) -> Booking:
    """A booking from its row. Raises ValueError or LookupError where the row makes no sense."""
    film = FilmRef(row["film_id"], row["film"], Path(row["folder"]))
    return Booking(rows.attempt_from(row), film, bool(row["is_confirmed"]))


def counted(attempt: Attempt) -> Decimal:
    """What an attempt counts against the caps, in USD."""
    return attempt.reserved_usd if attempt.settled_usd is None else attempt.settled_usd


def is_paid(attempt: Attempt) -> bool:
    """Whether an attempt belongs into the account: not a free one, nor a free take that was found again."""
    was_found = attempt.state is S.STORED and attempt.operation is None
    return not attempt.is_free and not (was_found and attempt.reserved_usd == 0 == counted(attempt))


def merged(known: Attempt | None, told: Attempt) -> Attempt:
    """What ``told`` says now, and what only the account still knows: a rebuilt ledger knows less."""
    if known is None:
        return told
    return replace(
        known,
        scene_id=told.scene_id,
        state=told.state,
        reserved_usd=told.reserved_usd,
        settled_usd=told.settled_usd,
        error=told.error,
        operation=told.operation or known.operation,
        storage=told.storage or known.storage,
        usage=told.usage or known.usage,
        owner=told.owner or known.owner,
        why=told.why or known.why,
        sent_at=told.sent_at or known.sent_at,
        answered_at=told.answered_at or known.answered_at,
        ended_at=told.ended_at,
        expires_at=told.expires_at or known.expires_at,
        again_at=told.again_at or known.again_at,
    )


def replaces(told: Attempt, known: Attempt) -> bool:
    """Whether a film's word takes the place of the account's when they are compared after a crash.

    The dearer word does. Else an end beats what is under way, and the later end the earlier: of two copies of
    a folder one may know how a request ended, and the other not yet.
    """
    if counted(told) > counted(known) or known.ended_at is None:
        return True
    return told.ended_at is not None and told.ended_at >= known.ended_at


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else rows.as_time(moment)
