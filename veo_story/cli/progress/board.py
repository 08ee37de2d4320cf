"""The state of a run as its events tell it: what each chain is at, how far, and how long still."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, assert_never

from veo_story.engine.events import (
    Event,
    RunEnded,
    RunStarted,
    StepFailed,
    StepKept,
    StepProgress,
    StepRemark,
    StepRetried,
    StepSkipped,
    StepStarted,
    StepStored,
)

if TYPE_CHECKING:
    from datetime import datetime

_TELLING_S = 2.0
"""An estimate from less time than this says nothing."""


@dataclass(slots=True)
class ChainRow:
    """One chain: ``doing`` is the scene under way, ``fraction`` how far that is (0..1)."""

    film: str
    chain_id: str
    steps: int
    stored: set[str] = field(default_factory=set)
    failed: int = 0
    skipped: int = 0
    doing: str | None = None
    mode: str = ""
    since: datetime | None = None
    fraction: float = 0.0

    @property
    def done(self) -> int:
        """Scenes that have all the takes asked for so far; one that is at a further take is not done."""
        return len(self.stored)

    @property
    def over(self) -> bool:
        """Whether nothing more comes."""
        return self.done + self.failed + self.skipped >= self.steps

    @property
    def progress(self) -> float:
        """Steps done, the one under way counted in part."""
        return min(self.done + self.fraction, float(self.steps))


@dataclass(slots=True)
class Board:
    """All chains of all films of a run."""

    rows: dict[tuple[str, str], ChainRow] = field(default_factory=dict)
    costs: dict[str, Decimal] = field(default_factory=dict)
    started: datetime | None = None

    def take(self, event: Event) -> None:
        """Take an event into the picture."""
        self.costs[event.film] = event.cost_usd
        match event:
            case RunStarted():
                self.started = self.started or event.at
                for chain_id, steps in event.chains:
                    if steps:
                        self.rows[event.film, chain_id] = ChainRow(event.film, chain_id, steps)
            case StepStarted():
                row = self._row(event.film, event.chain_id)
                row.doing, row.mode, row.since = event.scene_id, str(event.mode), event.at
                row.fraction = 0.0
                row.stored.discard(event.scene_id)
            case StepProgress():
                row = self._row(event.film, event.chain_id)
                row.fraction = max(row.fraction, min(event.progress or 0.0, 1.0))
            case StepStored():
                self._end(event.film, event.chain_id).stored.add(event.scene_id)
            case StepFailed():
                row = self._end(event.film, event.chain_id)
                row.stored.discard(event.scene_id)
                row.failed += 1
            case StepSkipped():
                row = self._end(event.film, event.chain_id)
                row.stored.discard(event.scene_id)
                row.skipped += 1
            case StepKept() | StepRetried() | StepRemark() | RunEnded():
                pass
            case _:
                assert_never(event)

    @property
    def cost_usd(self) -> Decimal:
        """What all films have cost so far."""
        return sum(self.costs.values(), Decimal(0))

    @property
    def steps(self) -> int:
        """Steps that were to be done."""
        return sum(row.steps for row in self.rows.values())

    @property
    def done(self) -> int:
        """Steps that are done."""
        return sum(row.done for row in self.rows.values())

    def elapsed_s(self, now: datetime) -> float:
        """Seconds since the first event."""
        return 0.0 if self.started is None else max((now - self.started).total_seconds(), 0.0)

    def left_s(self, now: datetime) -> float | None:
        """Seconds that the rest will take at the pace so far; None while nobody can tell."""
        progress = sum(row.progress for row in self.rows.values())
        rest = sum(row.steps - row.progress for row in self.rows.values() if not row.over)
        elapsed = self.elapsed_s(now)
        if elapsed < _TELLING_S or progress < 0.5:
            return None
        return elapsed * rest / progress

    def _row(self, film: str, chain_id: str) -> ChainRow:
        return self.rows.setdefault((film, chain_id), ChainRow(film, chain_id, 1))

    def _end(self, film: str, chain_id: str) -> ChainRow:
        row = self._row(film, chain_id)
        row.doing, row.since, row.fraction = None, None, 0.0
        return row


def duration(length_s: float) -> str:
    """``2.4 s``, ``48 s``, ``3:05``, ``1:02:03``. A whole number stays whole: ``2 s``."""
    if length_s < 10 and isinstance(length_s, float):
        return f"{length_s:.1f} s"
    whole = round(length_s)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
