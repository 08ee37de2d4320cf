"""The bill: every accepted generation, what it was charged, and when its end was noticed."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from veo_story.emulator.clock import rfc3339
from veo_story.emulator.model import Charge

if TYPE_CHECKING:
    from collections.abc import Iterable

    from veo_story.catalog.model import Capabilities
    from veo_story.emulator.ask import Ask
    from veo_story.emulator.records import Operation

Outcome = Literal["running", "done", "filtered", "failed"]


def price_of(ask: Ask, model: Capabilities) -> Decimal:
    """USD for one sample: its new seconds at the table's price. 0 where the catalog knows no price."""
    silent = ask.audio is False and (ask.video is None or model.silent_extensions)
    try:
        each = model.usd_per_s(ask.made_resolution, audio=not silent)
    except KeyError:
        return Decimal(0)
    return each * ask.new_seconds


def charge_of(operation: Operation, now: float) -> Charge:
    """One line of the bill, as it stands at ``now``."""
    outcome = _outcome(operation, now)
    paid = 0 if outcome in ("filtered", "failed") else max(0, operation.samples - operation.withheld)
    over = outcome != "running" and operation.done_at is not None
    return Charge(
        operation=operation.name,
        platform=operation.platform,
        model=operation.model,
        mode=operation.mode,
        seconds=operation.seconds,
        samples=operation.samples,
        usd=Decimal(operation.usd) * paid,
        prompt=operation.prompt,
        outcome=outcome,
        accepted_at=rfc3339(operation.accepted_at),
        done_at=rfc3339(operation.done_at) if over and operation.done_at is not None else None,
        noticed_at=rfc3339(operation.noticed_at) if operation.noticed_at is not None else None,
    )


def _outcome(operation: Operation, now: float) -> Outcome:
    if operation.fate == "never" or not operation.is_done(now):
        return "running"
    return operation.fate


def bill_of(operations: Iterable[Operation], now: float) -> dict[str, Any]:
    """The whole bill in JSON's types; money as decimal text, times as RFC 3339 text."""
    charges = [charge_of(operation, now) for operation in operations]
    models = sorted({charge.model for charge in charges})
    return {
        "charges": [{**asdict(charge), "usd": str(charge.usd)} for charge in charges],
        "by_model": {model: _total([c for c in charges if c.model == model]) for model in models},
        "total": _total(charges),
    }


def _total(charges: list[Charge]) -> dict[str, Any]:
    return {
        "generations": len(charges),
        "seconds": sum(c.seconds * c.samples for c in charges if c.usd),
        "usd": str(sum((c.usd for c in charges), Decimal(0))),
    }
