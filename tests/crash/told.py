"""What a history came to, as values that workers hand over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tests.crash.phases import Phase

Answer = Literal["found by itself", "found again", "adopted", "sent again", "settled"]


@dataclass(frozen=True)
class Death:
    """A kill: what was aimed at, and what the process was about when it died."""

    moment: str
    phase: Phase


@dataclass(frozen=True)
class Unknown:
    """A request of unknown outcome, and what a person answered when asked about it."""

    scene: str
    attempt: str
    answer: Answer
    accepted: bool

    def __str__(self) -> str:
        accepted = "was accepted" if self.accepted else "never came there"
        return f"{self.scene} ({self.attempt[:8]}) {accepted}: {self.answer}"


@dataclass
class Told:
    """``wrong`` is empty when all is as it should be; ``consented`` were paid again as a person agreed."""

    history: str
    deaths: list[Death] = field(default_factory=list)
    unknowns: list[Unknown] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    retakes: int = 0
    paid_twice: int = 0
    consented: int = 0
    clips_lost: int = 0
    other_film: bool = False
    other_cost: bool = False
    bill_usd: str = ""
    runs: int = 0
    seconds: float = 0.0
