"""``veo-story doctor --repair``: a film's ledger looked at, and made anew when it is damaged or lost."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from veo_story.cli.text import count
from veo_story.errors import LedgerError
from veo_story.plan.takes import AttemptState as S

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from veo_story.ledger.account import Account
    from veo_story.ledger.repair import Repaired
    from veo_story.plan.takes import Take

_OPEN = frozenset({S.SENT, S.ANSWERED, S.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one film's ledger. ``damage`` None: it was sound and is as it was."""

    film: str
    ledger: str
    damage: str | None
    repaired: Repaired | None
    left_out: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """What to print."""
        if self.repaired is None:
            yield f"{self.film}: {self.ledger} is sound; nothing was changed"
            return
        done = self.repaired
        yield f"{self.film}: {self.ledger} {self.damage}; it was made anew"
        if done.kept is not None:
            yield f"  the damaged file is kept as {done.kept}"
        requests = count(len(done.attempts), "request")
        if done.from_account:
            requests += f" ({done.from_account} of them only from the account)"
        takes = count(len(done.takes), "take")
        if done.from_disk:
            takes += f" ({done.from_disk} of them only from the disk)"
        choices = f"{count(done.choices, 'choice')} (picks, pins, tiers, retakes)"
        yield f"  came back: {requests}, {takes}, {choices}"
        for attempt in done.attempts:
            if attempt.state in _OPEN:
                name = f" as {attempt.operation}" if attempt.operation else ""
                yield f"  under way: {attempt.scene_id}, {attempt.state.value}{name}"
        if not done.is_whole:
            yield "  did not come back: what stood only where nothing can be read, such as approvals, picks"
        for reason in self.left_out:
            yield f"  left out: {reason}"
        yield "  look at it with veo-story status, go on with veo-story render"

    def data(self) -> dict[str, object]:
        """The same for programs."""
        done = self.repaired
        return {
            "film": self.film,
            "ledger": self.ledger,
            "damage": self.damage,
            "kept": None if done is None or done.kept is None else str(done.kept),
            "requests": None if done is None else len(done.attempts),
            "requests_from_account": None if done is None else done.from_account,
            "takes": None if done is None else len(done.takes),
            "takes_from_disk": None if done is None else done.from_disk,
            "choices": None if done is None else done.choices,
            "is_whole": done is None or done.is_whole,
            "left_out": list(self.left_out),
        }


def repair_film(file: Path, renders: Path, account: Path, now: datetime) -> Told:
    """Repair the ledger of one film, holding its lock. Of ``file`` only the name is used.

    Raises LedgerError for a film that was never rendered, one that a run holds, and a ledger that no repair
    helps; OSError when the disk fails.
    """
    from veo_story.engine.lock import held
    from veo_story.ledger.opening import LEDGER
    from veo_story.ledger.repair import damage, repair

    folder = renders / file.stem
    if not folder.is_dir():
        raise LedgerError(
            f"There is no folder {folder}.",
            hint="Nothing was rendered there; give another with --renders DIR.",
        )
    path = folder / LEDGER
    with held(folder):
        left_out: list[str] = []
        with _opened(account, left_out) as book:
            found = damage(path) or (None if book is None else _forgotten(path, book))
            if found is None:
                return Told(file.stem, str(path), None, None)
            takes = list(_takes(folder, left_out))
            done = repair(path, book, takes, now=now)
        return Told(file.stem, str(path), found, done, tuple(left_out))


def _forgotten(path: Path, account: Account) -> str | None:
    """What to say of a sound ledger that does not know what is under way: an old copy, or a new one."""
    from veo_story.ledger.opening import forgotten
    from veo_story.ledger.sqlite import SqliteLedger

    with SqliteLedger(path) as ledger:
        scenes = forgotten(ledger, account)
    return f"does not know the requests for {', '.join(scenes)} that are under way" if scenes else None


def _takes(folder: Path, left_out: list[str]) -> Iterator[tuple[Take, int]]:
    """The takes on the disk whose clips are what was stored; the others are named in ``left_out``."""
    from veo_story.engine import takes_on_disk

    for place in takes_on_disk.found_on_disk(folder):
        try:
            take, samples = takes_on_disk.read_take(place)
            takes_on_disk.check_clip(take)
        except LedgerError as error:
            left_out.append(error.message)
            continue
        yield take, samples


@contextmanager
def _opened(path: Path, left_out: list[str]) -> Iterator[Account | None]:
    """The user's account, None when it cannot be read: the film is repaired without it then."""
    from veo_story.ledger.account import Account

    with Account(path) as account:
        try:
            account.bookings()
        except LedgerError as error:
            left_out.append(f"{error.message} What only the account knows is missing.")
            yield None
            return
        yield account
