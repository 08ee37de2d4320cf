"""Errors of a step in full: what was asked, what it cost, what to do next."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from veo_story.errors import (
    ExpiredError,
    FilteredError,
    GenerationError,
    OutcomeUnknown,
    QuotaError,
    VeoStoryError,
)
from veo_story.ledger.caps import usd

if TYPE_CHECKING:
    from datetime import datetime

    from veo_story.backends.base import Filtered
    from veo_story.plan.model import Step

E = TypeVar("E", bound=VeoStoryError)

# The first that fits: branches stand before their root.
_NEXT: tuple[tuple[type[VeoStoryError], str], ...] = (
    (
        OutcomeUnknown,
        "It is never sent again by itself: veo-story reconcile FILE looks for it, and shows the ways on.",
    ),
    (ExpiredError, "Render again: the scene is made anew."),
    (GenerationError, "Render again; if it fails again, change the scene."),
    (QuotaError, "Nothing was accepted. Wait and render again; what is stored is kept."),
    (FilteredError, "Change what the scene asks for, then render again."),
)


def explain(error: E, step: Step, *, cost: Decimal | None = None, is_certain: bool = True) -> E:
    """Complete an error in place: ``cost`` in USD is said where it is known; a hint that is there stays.

    ``is_certain`` False: it may have cost so much, and counts as if it had.
    """
    asked = f"Scene {step.scene_id} ({step.mode.value}, {step.model})"
    paid = "" if cost is None else _cost(cost, is_certain=is_certain)
    error.message = f"{asked}: {_followed_by(error.message, paid)}"
    error.args = (error.message,)
    if error.hint is None:
        error.hint = next((hint for kind, hint in _NEXT if isinstance(error, kind)), None)
    return error


def unasked(error: E, step: Step) -> E:
    """Complete an error from before a request: nothing was asked for, so nothing can have been paid."""
    error.message = _followed_by(error.message, "Nothing was asked for.")
    if error.hint is None and isinstance(error, ExpiredError):
        error.hint = "What it builds on is gone from the service: let the plan split the chain there."
    return explain(error, step)


def still_open(error: E, step: Step) -> E:
    """Complete an error of looking after an accepted request, which goes on without us."""
    error.hint = f"{error.hint.rstrip('.')}. " if error.hint else ""
    error.hint += "The request was accepted and stays in the ledger: render again to bring it home."
    return explain(error, step)


def not_found(error: E, step: Step, *, until: datetime) -> E:
    """Complete an error about a request of another run that the service does not know here."""
    error.hint = (
        "It may have been sent with another key, project or base URL: render again with those. It "
        f"stays in the ledger; from {until.astimezone(UTC):%Y-%m-%d %H:%M} UTC on it counts as spent and "
        "the scene is asked for anew."
    )
    return explain(error, step)


def filtered(status: Filtered, step: Step) -> FilteredError:
    """The error of a result that a filter withheld, in the service's own words."""
    reasons = "; ".join(status.reasons) or "no reason given"
    category = "" if status.category is None else f" [{status.category}]"
    hint = "Render again: such a refusal often passes the second time." if status.retry_may_pass else None
    error = FilteredError(f"The service's filter withheld the result{category}: {reasons}.", hint=hint)
    return explain(error, step, cost=Decimal(0))


def _followed_by(message: str, more: str) -> str:
    """Two sentences, however the first one ends; an empty second one is none."""
    if not more:
        return message
    return f"{message} {more}" if message.endswith((".", "!", "?", ")")) else f"{message}. {more}"


def _cost(cost: Decimal, *, is_certain: bool) -> str:
    if cost == 0:
        return "Nothing was charged."
    return f"It cost {usd(cost)}." if is_certain else f"It may have cost {usd(cost)}, which counts as spent."
