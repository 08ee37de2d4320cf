"""How a request ends in the ledger when it gives no (more) takes."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from veo_story.ledger.model import Ledger
    from veo_story.plan.takes import Attempt, Take

_SHARE = Decimal("0.000001")


def lose(ledger: Ledger, attempt: Attempt, *, error: str, now: datetime) -> None:
    """Nobody knows whether it was accepted: a free request is released, a paid one stays counted."""
    if attempt.is_free:
        ledger.release(attempt.id, error=f"{error}; it was free", now=now)
    else:
        ledger.lose(attempt.id, error=error, now=now)


def end(ledger: Ledger, attempt: Attempt, *, error: str, billed: Decimal | None, now: datetime) -> None:
    """An accepted request gives no more takes; ``billed`` None: it is gone and cost nothing.

    One that gave takes before is stored, with what those cost at least.
    """
    there = takes_of(ledger, attempt)
    if there:
        cost = max(billed or Decimal(0), sum((take.cost_usd for take in there), Decimal(0)))
        ledger.stored(attempt.id, None, cost=cost, now=now)
    elif billed is None:
        ledger.release(attempt.id, error=error, now=now)
    else:
        ledger.fail(attempt.id, error=error, billed=billed, now=now)


def takes_of(ledger: Ledger, attempt: Attempt) -> tuple[Take, ...]:
    """What an open request has given already; the clips may be gone."""
    if attempt.samples == 1:  # its one take would have ended it
        return ()
    return tuple(take for take in ledger.takes(gone=True) if take.attempt_id == attempt.id)


def shares(cost: Decimal, count: int) -> tuple[Decimal, ...]:
    """``cost`` in ``count`` parts, equal to a millionth of a dollar, that sum to it exactly."""
    if count < 2:
        return (cost,) * count
    each = (cost / count).quantize(_SHARE, ROUND_DOWN)
    return (*[each] * (count - 1), cost - each * (count - 1))
