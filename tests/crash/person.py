"""The person who answers for requests of unknown outcome: what they look at, and what they decide."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from tests.crash.folder import LEDGER, Snapshot
from veo_story.ledger.sqlite import SqliteLedger

Answer = Literal["found again", "adopted", "sent again", "settled"]


@dataclass(frozen=True)
class Unknown:
    """A request of unknown outcome, and what became of it."""

    scene: str
    attempt: str
    answer: Answer
    accepted: bool

    def __str__(self) -> str:
        accepted = "was accepted" if self.accepted else "never came there"
        return f"{self.scene} ({self.attempt[:8]}) {accepted}: {self.answer}"


@dataclass
class Person:
    """Looks at the service's bill, as people would at their account's."""

    film: Path
    choice: random.Random
    answers: list[Unknown] = field(default_factory=list)
    consents: Counter[str] = field(default_factory=Counter)

    def answer(self, left: Snapshot, charges: Sequence[Mapping[str, Any]]) -> None:
        """Say something about every request of unknown outcome."""
        now = datetime.now(UTC)
        with SqliteLedger(self.film / LEDGER) as ledger:
            for attempt in left.unknown:
                lost = lost_operation(left, attempt, charges)
                if lost is not None:
                    ledger.answered(attempt["id"], lost["operation"], now=now)
                else:
                    ledger.release(attempt["id"], error="settled", now=now)
                answer: Answer = "adopted" if lost else "settled"
                self.answers.append(Unknown(attempt["scene_id"], attempt["id"], answer, lost is not None))


def lost_operation(
    left: Snapshot, attempt: Mapping[str, Any], charges: Sequence[Mapping[str, Any]]
) -> Mapping[str, Any] | None:
    """The charge of an attempt whose answer was lost, if the service accepted it: the first one of its prompt
    that no attempt knows."""
    known = {a["operation"] for a in left.attempts}
    prompt = left.prompt(attempt)
    lost = [c for c in charges if c["prompt"] == prompt and c["operation"] not in known]
    same = [a["id"] for a in left.in_state("unknown") if left.prompt(a) == prompt]
    place = same.index(attempt["id"])
    return lost[place] if place < len(lost) else None


def usd(charges: Sequence[Mapping[str, Any]]) -> Decimal:
    """What a bill comes to."""
    return sum((Decimal(charge["usd"]) for charge in charges), Decimal(0))
