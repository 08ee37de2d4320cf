"""Requests of unknown outcome, as people and programs are told of them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from veo_story.cli.output import say
from veo_story.cli.text import count, visible
from veo_story.making import read_stored
from veo_story.money import usd

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from veo_story.backends.base import Candidate
    from veo_story.plan.takes import Attempt

_ID_DIGITS = 8


def question(attempt: Attempt) -> str:
    """``s04: sent 12:03:11 (22 Nov), no confirmation, may have cost 3.20 USD``."""
    sent = f"{attempt.scene_id}: sent {_moment(attempt.sent_at or attempt.created_at)}, no confirmation"
    words = f"{sent}, may have cost {usd(attempt.reserved_usd)} USD"
    if attempt.again_at is not None:
        words += f"; agreed to send it again {_moment(attempt.again_at)}"
    return words


def under_way_line(attempt: Attempt) -> str:
    """``s04: answered 12:03:14 (22 Nov), not home yet, 3.20 USD``."""
    answered = _moment(attempt.answered_at or attempt.created_at)
    return f"{attempt.scene_id}: answered {answered}, not home yet, {usd(attempt.reserved_usd)} USD"


def short_id(attempt: Attempt) -> str:
    """As much of an attempt's id as a person needs to name it."""
    return attempt.id[:_ID_DIGITS]


def total(attempts: Iterable[Attempt]) -> Decimal:
    """USD that these requests may have cost together."""
    return sum((attempt.reserved_usd for attempt in attempts), Decimal(0))


def hint_of(file: Path, variant: str | None = None) -> str:
    """What to do about open questions of a film, or of its variant."""
    return f"veo-story reconcile {file}" + (f" --variant {variant}" if variant else "")


def remind(film: str, folder: Path, file: Path, variant: str | None = None) -> None:
    """Say the way on where answers were lost and nobody decided yet."""
    lost = [attempt for attempt in read_stored(folder).attempts if attempt.is_open_question]
    if lost:
        answers = "an answer was" if len(lost) == 1 else f"{len(lost)} answers were"
        say(f"{film}: {answers} lost; go on with: {hint_of(file, variant)}")


def candidate_lines(candidates: Sequence[Candidate]) -> list[str]:
    """The operations that might be the lost one, by number."""
    digits = len(str(len(candidates)))
    return [
        f"  {number:>{digits}}  {visible(candidate.name)}: {visible(candidate.about) or _state(candidate)}"
        for number, candidate in enumerate(candidates, 1)
    ]


def heading(attempts: Sequence[Attempt]) -> str:
    """How many requests there are, and what they may have cost."""
    asked = count(len(attempts), "request")
    has = "has" if len(attempts) == 1 else "have"
    return f"{asked} {has} no known outcome, and may have cost {usd(total(attempts))} USD"


def attempt_data(attempt: Attempt) -> dict[str, Any]:
    """One of them for programs; money is a decimal string in USD."""
    return {
        "attempt": attempt.id,
        "scene": attempt.scene_id,
        "backend": attempt.backend,
        "model": attempt.model,
        "sent_at": (attempt.sent_at or attempt.created_at).isoformat(),
        "may_have_cost_usd": f"{attempt.reserved_usd:f}",
        "again_at": None if attempt.again_at is None else attempt.again_at.isoformat(),
        "error": attempt.error,
    }


def candidate_data(candidate: Candidate) -> dict[str, Any]:
    """An operation that might be the lost one, for programs."""
    return {"operation": candidate.name, "done": candidate.is_done, "about": candidate.about}


def _moment(moment: datetime) -> str:
    here = moment.astimezone()
    return f"{here:%H:%M:%S} ({here.day} {here:%b})"


def _state(candidate: Candidate) -> str:
    return "finished" if candidate.is_done else "still running"
