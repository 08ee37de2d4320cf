"""How much a client may ask in how short a time."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from veo_story.emulator.refusals import exhausted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from veo_story.catalog.model import Capabilities
    from veo_story.emulator.records import Operation

_MINUTE_S = 60.0
_SPEND_WINDOW_S = 600.0
SPEND_CAP_USD = Decimal(200)


def check_rate(operations: Iterable[Operation], model: Capabilities, region: str, now: float) -> None:
    """Vertex: so many submits a minute, for each model and region. Raises Refused (429)."""
    if model.requests_per_minute is None:
        return
    recent = sorted(
        o.accepted_at
        for o in operations
        if o.model == model.model and o.region == region and now - o.accepted_at < _MINUTE_S
    )
    if len(recent) >= model.requests_per_minute:
        oldest = recent[-model.requests_per_minute]
        raise exhausted(
            "Quota exceeded for "
            "aiplatform.googleapis.com/long_running_online_prediction_requests_per_base_model "
            f"with base model: {model.model}. Please submit a quota increase request.",
            oldest + _MINUTE_S - now,
        )


def check_spend(operations: Iterable[Operation], usd: Decimal, now: float) -> None:
    """Gemini: so many dollars in ten minutes. Raises Refused (429)."""
    recent = [o for o in operations if o.platform == "gemini" and now - o.accepted_at < _SPEND_WINDOW_S]
    spent = sum((Decimal(o.usd) for o in recent if o.fate in ("done", "never")), Decimal(0))
    if spent + usd > SPEND_CAP_USD and recent:
        first = min(o.accepted_at for o in recent)
        raise exhausted(
            f"You exceeded your current spend cap of {SPEND_CAP_USD} USD per 10 minutes. Please check your "
            "plan and billing details.",
            first + _SPEND_WINDOW_S - now,
        )
