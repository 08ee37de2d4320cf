"""The way to a film's ledger for everybody who writes, with the user's account beside it."""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

from veo_story.errors import LedgerError
from veo_story.ledger.account import Account
from veo_story.ledger.accounted import AccountedLedger
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.takes import AttemptState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from veo_story.ledger.model import Ledger

LEDGER = "ledger.sqlite"
"""The ledger's name in the film's folder."""

ACCOUNT = "account.sqlite"
"""The account's name in the user's state folder."""

_UNDER_WAY = frozenset({AttemptState.SENT, AttemptState.ANSWERED, AttemptState.UNKNOWN})


@contextmanager
def open_ledger(folder: Path, account: Path | None, *, is_alone: bool = False) -> Iterator[Ledger]:
    """Open a film's ledger; the folder must exist. ``account`` is the user's, None where none is kept.

    ``is_alone``: the caller holds the film's lock, and what a crash left in the account is put right first.
    Whoever moves attempts (sends, settles, adopts) must hold the lock. Raises LedgerError.
    """
    if is_alone and account is not None:
        _refuse_lost(folder, account)
    owner = f"{os.getpid()}@{socket.gethostname()}"
    with ExitStack() as stack:
        film = stack.enter_context(SqliteLedger(folder / LEDGER, owner=owner))
        if account is None:
            yield film
            return
        ledger = AccountedLedger(film, stack.enter_context(Account(account)), folder)
        if is_alone:
            ledger.sync()
        yield ledger


def _refuse_lost(folder: Path, account: Path) -> None:
    """Raise LedgerError when the ledger is gone and only the account knows of requests that are under way.

    They would be paid for again. Without such requests a new ledger takes up the takes on the disk.
    """
    path = folder / LEDGER
    if (path.exists() and path.stat().st_size) or not account.exists():
        return
    lost: set[str] = set()
    with suppress(LedgerError), Account(account) as book:  # a damaged account lets free work go on
        mine = [b.attempt for b in book.bookings() if b.is_confirmed and b.film.folder == folder.resolve()]
        lost = {attempt.scene_id for attempt in mine if attempt.state in _UNDER_WAY}
    if lost:
        raise LedgerError(
            f"{path} is gone, and requests for {', '.join(sorted(lost))} were under way.",
            hint=f"Get them back with veo-story doctor --repair {folder.name}.yaml; nothing was sent.",
        )
