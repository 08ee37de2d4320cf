"""What films have cost, summed by scene, day, model or film. Pure: sums over attempts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Literal

from veo_story.ledger.account_rows import is_paid
from veo_story.ledger.model import Spent
from veo_story.plan.takes import AttemptState as S

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from veo_story.plan.takes import Attempt, Take

By = Literal["scene", "day", "model", "film"]
Word = Literal["the service", "the price list", "a person"]
"""Whose word it is that a request cost what it cost."""

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Entry:
    """One request as money. ``asked_at`` is when it was written down, just before it was sent.

    ``takes`` counts the takes it gave (None: nobody counted). ``in_vain_usd`` is the part of what it cost
    that gave none: it failed, or its clip was put aside; ``error`` says why, where the ledger does. ``word``
    is None where nothing was settled or nothing was paid.
    """

    film: str
    scene_id: str
    model: str
    asked_at: datetime
    expected_usd: Decimal
    spent: Spent
    takes: int | None = None
    in_vain_usd: Decimal = _ZERO
    error: str | None = None
    word: Word | None = None
    is_free: bool = False

    @property
    def day(self) -> date:
        """The day it was asked on, UTC."""
        return self.asked_at.astimezone(UTC).date()


@dataclass(frozen=True, slots=True)
class Cost:
    """A row: the requests of one scene, day, model or film together. ``words`` say who told what was paid.

    ``takes`` is None where that of a request is.
    """

    key: str
    requests: int
    takes: int | None
    expected_usd: Decimal
    spent: Spent
    in_vain_usd: Decimal
    words: tuple[Word, ...]
    is_free: bool


def entries(film: str, attempts: Iterable[Attempt], takes: Iterable[Take] | None = None) -> tuple[Entry, ...]:
    """The requests of a film; those that were never accepted are left out, as they cost nothing.

    ``takes`` are all there ever were: one whose clip was deleted was not paid in vain. Where they are not
    known (None), only what failed counts as paid in vain.
    """
    given: dict[str, list[Decimal]] = {}
    for take in takes or ():
        given.setdefault(take.attempt_id, []).append(take.cost_usd)
    with localcontext() as exact:
        exact.prec = 60
        return tuple(
            _entry(film, attempt, None if takes is None else given.get(attempt.id, []))
            for attempt in attempts
            if attempt.state is not S.RELEASED
        )


def word_of(attempt: Attempt) -> Word | None:
    """Whose word the cost of an attempt is; None for what is not settled, and for what cost nothing."""
    if not attempt.settled_usd:
        return None
    if attempt.usage is not None:
        return "the service"
    # Only a person ends a request as failed whose answer never came.
    if attempt.state is S.FAILED and attempt.operation is None:
        return "a person"
    return "the price list"


def _entry(film: str, attempt: Attempt, worth: list[Decimal] | None) -> Entry:
    settled = attempt.settled_usd or _ZERO
    given = (_ZERO if attempt.state is S.FAILED else settled) if worth is None else sum(worth, _ZERO)
    return Entry(
        film=film,
        scene_id=attempt.scene_id,
        model=attempt.model,
        asked_at=attempt.created_at,
        expected_usd=attempt.expected_usd,
        spent=spent_on(attempt),
        takes=None if worth is None else len(worth),
        in_vain_usd=max(_ZERO, settled - given),
        error=attempt.error,
        word=word_of(attempt),
        is_free=not is_paid(attempt),
    )


def spent_on(attempt: Attempt) -> Spent:
    """The money of one attempt, as the ledger counts it."""
    if attempt.settled_usd is not None:
        return Spent(settled_usd=attempt.settled_usd)
    if attempt.state is S.UNKNOWN:
        return Spent(unknown_usd=attempt.reserved_usd)
    return Spent(reserved_usd=attempt.reserved_usd)


def since(found: Iterable[Entry], day: date) -> tuple[Entry, ...]:
    """Those asked on a day (UTC) or later."""
    return tuple(entry for entry in found if entry.day >= day)


def costs(found: Iterable[Entry], by: By) -> tuple[Cost, ...]:
    """A row for each scene, day, model or film: days in their order, all else as it was first asked for."""
    groups: dict[str, list[Entry]] = {}
    for entry in found:
        groups.setdefault(_key(entry, by), []).append(entry)
    names = sorted(groups) if by == "day" else groups
    return tuple(total(groups[name], name) for name in names)


def total(found: Iterable[Entry], key: str = "total") -> Cost:
    """All of them in one row."""
    summed = tuple(found)
    counts = [entry.takes for entry in summed]
    words: dict[Word, None] = {}
    expected = settled = reserved = unknown = in_vain = _ZERO
    with localcontext() as exact:
        exact.prec = 60
        for entry in summed:
            expected += entry.expected_usd
            settled += entry.spent.settled_usd
            reserved += entry.spent.reserved_usd
            unknown += entry.spent.unknown_usd
            in_vain += entry.in_vain_usd
            if entry.word is not None:
                words[entry.word] = None
    return Cost(
        key=key,
        requests=len(summed),
        takes=None if None in counts else sum(count or 0 for count in counts),
        expected_usd=expected,
        spent=Spent(settled, reserved, unknown),
        in_vain_usd=in_vain,
        words=tuple(sorted(words)),
        is_free=all(entry.is_free for entry in summed),
    )


def _key(entry: Entry, by: By) -> str:
    match by:
        case "scene":
            return entry.scene_id
        case "day":
            return entry.day.isoformat()
        case "model":
            return entry.model
        case "film":
            return entry.film
