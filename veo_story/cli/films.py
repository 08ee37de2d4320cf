"""A film's folder and its ledger, as commands look at them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from veo_story.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from veo_story.ledger.model import Spent
    from veo_story.ledger.sqlite import SqliteLedger
    from veo_story.plan.model import Plan
    from veo_story.plan.takes import Attempt, SceneStatus, Take

LEDGER = "ledger.sqlite"


@dataclass(frozen=True, slots=True)
class Stored:
    """What a film's folder knows; empty where nothing was rendered yet."""

    takes: tuple[Take, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    picks: Mapping[str, str] | None = None
    spent: Spent | None = None

    def statuses(self, plan: Plan) -> dict[str, SceneStatus]:
        """What each scene of the plan needs."""
        from veo_story.plan.diff import diff

        return diff(plan, self.takes, self.attempts, self.picks or {})


def read_stored(folder: Path) -> Stored:
    """Read a film's ledger; folder and ledger need not exist, and neither is made."""
    if not (folder / LEDGER).exists():
        return Stored()
    with open_ledger(folder) as ledger:
        return Stored(ledger.takes(), ledger.attempts(), ledger.picks(), ledger.spent())


@contextmanager
def open_ledger(folder: Path) -> Iterator[SqliteLedger]:
    """The ledger of a film that was rendered before. Raises LedgerError where there is none."""
    path = folder / LEDGER
    if not path.exists():
        raise LedgerError(f"nothing was rendered yet in {folder}", hint="veo-story render makes the film")
    from veo_story.ledger.sqlite import SqliteLedger

    with SqliteLedger(path) as ledger:
        yield ledger
