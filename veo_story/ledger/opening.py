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

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from veo_story.ledger.model import Ledger

LEDGER = "ledger.sqlite"
"""The ledger's name in the film's folder."""

ACCOUNT = "account.sqlite"
"""The account's name in the user's state folder."""


@contextmanager
def open_ledger(folder: Path, account: Path | None, *, is_alone: bool = False) -> Iterator[Ledger]:
    """Open a film's ledger; the folder must exist. ``account`` is the user's, None where none is kept.

    ``is_alone``: the caller holds the film's lock, and what a crash left in the account is put right first.
    Whoever moves attempts (sends, settles, adopts) must hold the lock. Raises LedgerError.
    """
    owner = f"{os.getpid()}@{socket.gethostname()}"
    with ExitStack() as stack:
        film = stack.enter_context(SqliteLedger(folder / LEDGER, owner=owner))
        if account is None:
            yield film
            return
        if is_alone:
            _refuse_lost(film, account)
        ledger = AccountedLedger(film, stack.enter_context(Account(account)), folder)
        if is_alone:
            ledger.sync()
        yield ledger


def _refuse_lost(film: SqliteLedger, account: Path) -> None:
    """Raise LedgerError when the account knows of requests under way that this film's ledger has lost.

    They would be paid for again: the ledger was deleted, or an old copy was put back.
    """
    lost: tuple[str, ...] = ()
    with suppress(LedgerError), Account(account) as book:  # a damaged account lets free work go on
        lost = forgotten(film, book)
    if lost:
        name = film.path.parent.name
        raise LedgerError(
            f"{film.path} does not know the requests for {', '.join(lost)} that are under way.",
            hint=f"Get them back with veo-story doctor --repair {name}.yaml; nothing was sent.",
        )


def forgotten(film: SqliteLedger, account: Account) -> tuple[str, ...]:
    """The scenes of which only the account knows requests that are under way. Raises LedgerError."""
    under_way = account.under_way_in(film.path.parent)
    known = {attempt.id for attempt in film.attempts()} if under_way else set()
    return tuple(sorted({attempt.scene_id for attempt in under_way if attempt.id not in known}))
