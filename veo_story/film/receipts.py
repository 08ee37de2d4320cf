"""What a film's record says of its money: every request that was paid, used in the film or not. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

from veo_story.ledger.cost import word_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from veo_story.plan.takes import Attempt, Take

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Receipt:
    """One request that was paid. ``takes`` are all it gave, also those whose clips are gone by now."""

    attempt: Attempt
    takes: tuple[Take, ...] = ()

    def as_data(self, used: frozenset[str]) -> dict[str, Any]:
        """For the record; ``used`` are the takes that the film is cut from."""
        attempt = self.attempt
        return {
            "attempt": attempt.id,
            "scene": attempt.scene_id,
            "state": attempt.state.value,
            "error": attempt.error,
            "takes": [take.id for take in self.takes],
            "in_film": [take.id for take in self.takes if take.id in used],
            "backend": attempt.backend,
            "model": attempt.model,
            "operation": attempt.operation,
            "samples": attempt.samples,
            "expected_usd": f"{attempt.expected_usd:f}",
            "settled_usd": f"{attempt.settled_usd or _ZERO:f}",
            "settled_by": word_of(attempt),
            "usage": _usage(attempt.usage),
            "sent_at": _moment(attempt.sent_at),
            "answered_at": _moment(attempt.answered_at),
            "ended_at": _moment(attempt.ended_at),
        }


def receipts(attempts: Iterable[Attempt], takes: Iterable[Take]) -> tuple[Receipt, ...]:
    """One for each request that cost something, oldest first; ``takes`` are all there ever were."""
    given: dict[str, list[Take]] = {}
    for take in takes:
        given.setdefault(take.attempt_id, []).append(take)
    return tuple(Receipt(a, tuple(given.get(a.id, ()))) for a in attempts if a.settled_usd)


def paid_usd(found: Iterable[Receipt]) -> Decimal:
    """What the film has cost in all."""
    with localcontext() as exact:
        exact.prec = 60
        return sum((receipt.attempt.settled_usd or _ZERO for receipt in found), _ZERO)


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _usage(text: str | None) -> Any:
    """The service's own word: the JSON it is, or the text where it is none."""
    if text is None:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text
