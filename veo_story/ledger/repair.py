"""A damaged or lost ledger, made anew from all that still knows something of the film.

Three sources are put together: what can be read of the damaged file, the user's account (its requests, with
the service's names for them), and the takes on the disk. Where they disagree the dearer word counts, so that
nothing that was paid is forgotten and nothing under way is asked for twice.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from veo_story.errors import LedgerError
from veo_story.ledger import rows
from veo_story.ledger.account_rows import counted
from veo_story.ledger.connect import connect, explained, transaction
from veo_story.ledger.salvage import Salvaged, salvage
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.ledger.writing import insert_row, take_up, write_attempt, write_take
from veo_story.media.files import fsync_folder
from veo_story.plan.takes import AttemptState as S

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from veo_story.ledger.account import Account
    from veo_story.plan.takes import Attempt, Take

_FAR = {S.RELEASED: 0, S.INTENDED: 1, S.SENT: 2, S.UNKNOWN: 3, S.ANSWERED: 4, S.FAILED: 5, S.STORED: 6}
"""How much a state tells, of two that cost the same."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """A ledger that was made anew. ``kept`` is where the damaged file is now (None: there was none).

    ``attempts`` and ``takes`` are all that is in it; the others say where they came from beside the damaged
    file, and ``choices`` counts picks, pins, promotions and retakes. ``is_whole``: nothing of the damaged
    file was beyond reading.
    """

    kept: Path | None
    attempts: tuple[Attempt, ...]
    takes: tuple[Take, ...]
    from_account: int
    from_disk: int
    choices: int
    is_whole: bool


def damage(path: Path) -> str | None:
    """What is wrong with a ledger, in words that follow its name; None when it is sound.

    Raises LedgerError for what no repair helps: a newer version, another program's file, one that is in use
    or cannot be written.
    """
    if not path.exists():
        return "is missing"
    if path.stat().st_size == 0:
        return "is empty"
    try:
        with closing(connect(path)) as connection, explained(path):
            told = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
            told += [f"a row of {row[0]} has lost what it belongs to"
                     for row in connection.execute("PRAGMA foreign_key_check")]  # fmt: skip
        with SqliteLedger(path) as ledger:
            for read in (ledger.attempts, ledger.takes, ledger.picks, ledger.pins, ledger.orders):
                read()
            _ = ledger.film_id
    except LedgerError as error:
        cause = error.__cause__
        if cause is None or isinstance(cause, OSError | sqlite3.OperationalError):
            raise
        return f"is damaged: {cause}"
    except LookupError:
        return "is damaged: it has no name for its film"
    return None if told == ["ok"] else f"is damaged: {told[0]}"


def repair(
    path: Path, account: Account | None, takes: Sequence[tuple[Take, int]], *, now: datetime
) -> Repaired:
    """Make the ledger at ``path`` anew; the damaged file is kept beside it. Only the lock's holder may.

    ``takes`` are those on the disk, with the number of clips that each one's request asked for. Raises
    LedgerError and OSError; the damaged file is where it was then.
    """
    salvaged = salvage(path)
    film_id = _film_id(salvaged, account, path.parent, takes)
    told = account.attempts_of(film_id) if account is not None and film_id is not None else ()
    part = path.with_name(f".{path.name}.part")
    for old in (part, part.with_name(f"{part.name}-journal")):
        old.unlink(missing_ok=True)
    with closing(connect(part)) as connection, transaction(connection, part):
        connection.execute("PRAGMA defer_foreign_keys = ON")  # a take may be readable and its request not
        _write_attempts(connection, salvaged, told, film_id)
        seen = _write_takes(connection, salvaged, path.parent, now)
        new = [(take, samples) for take, samples in takes if (take.attempt_id, take.sample) not in seen]
        for take, samples in new:
            take_up(connection, take, samples, path.parent, now=now)
        choices = _write_choices(connection, salvaged)
    with SqliteLedger(part) as ledger:
        attempts, there = ledger.attempts(), ledger.takes(gone=True)
    known = {row.get("id") for row in salvaged.of("attempts")}
    return Repaired(
        kept=_exchange(path, part, now),
        attempts=attempts,
        takes=there,
        from_account=sum(attempt.id not in known for attempt in told),
        from_disk=len(new),
        choices=choices,
        is_whole=salvaged.is_whole,
    )


def dearer(one: Attempt, other: Attempt) -> Attempt:
    """Of two words on one attempt the one that counts more, with all that only the other one knows."""
    first, second = (one, other) if _weight(one) >= _weight(other) else (other, one)
    return replace(
        first,
        operation=first.operation or second.operation,
        storage=first.storage or second.storage,
        usage=first.usage or second.usage,
        sent_at=first.sent_at or second.sent_at,
        answered_at=first.answered_at or second.answered_at,
        expires_at=first.expires_at or second.expires_at,
    )


def _weight(attempt: Attempt) -> tuple[object, ...]:
    return counted(attempt), _FAR[attempt.state], attempt.operation is not None


def _film_id(
    salvaged: Salvaged, account: Account | None, folder: Path, takes: Sequence[tuple[Take, int]]
) -> str | None:
    """The film's own name: that of its ledger, unless the account knows the film by another one.

    So it does when a new ledger was begun where the old one had been deleted.
    """
    own = next((str(row["value"]) for row in salvaged.of("film") if row.get("key") == "id"), None)
    bookings = () if account is None else account.bookings()
    if any(booking.film.id == own for booking in bookings):
        return own
    ours = {row.get("id") for row in salvaged.of("attempts")} | {take.attempt_id for take, _ in takes}
    by_request = [booking.film.id for booking in bookings if booking.attempt.id in ours]
    by_folder = [booking.film.id for booking in bookings if booking.film.folder == folder.resolve()]
    return next(iter(reversed(by_request or by_folder)), own)


def _write_attempts(
    connection: sqlite3.Connection, salvaged: Salvaged, mirror: Sequence[Attempt], film_id: str | None
) -> None:
    if film_id is not None:
        connection.execute("UPDATE film SET value = ? WHERE key = 'id'", (film_id,))
    for row in salvaged.of("attempts"):
        insert_row(connection, "attempts", row, rows.attempt_from)
    here = {found.id: found for found in map(rows.attempt_from, connection.execute("SELECT * FROM attempts"))}
    for attempt in mirror:
        known = here.get(attempt.id)
        write_attempt(connection, attempt if known is None else dearer(known, attempt))


def _write_takes(
    connection: sqlite3.Connection, salvaged: Salvaged, folder: Path, now: datetime
) -> set[tuple[str, int]]:
    for row in salvaged.of("takes"):
        write_take(connection, row, folder, now=now)
    return {(row[0], row[1]) for row in connection.execute("SELECT attempt_id, sample FROM takes")}


def _write_choices(connection: sqlite3.Connection, salvaged: Salvaged) -> int:
    """Write picks, pins, promotions and retakes; returns how many there are."""
    tables = ("picks", "pins", "tiers", "retakes")
    return sum(insert_row(connection, table, row) for table in tables for row in salvaged.of(table))


def _exchange(path: Path, part: Path, now: datetime) -> Path | None:
    """Put the new ledger in its place; at no moment is there none. Returns where the old one is."""
    kept = None
    if path.exists():
        kept = path.with_name(f"ledger.damaged-{now:%Y%m%dT%H%M%SZ}.sqlite")
        kept.unlink(missing_ok=True)
        try:
            os.link(path, kept)
        except OSError:  # a file system without links
            shutil.copyfile(path, kept)
        journal = path.with_name(f"{path.name}-journal")
        if journal.exists():  # SQLite would roll it back into the new file
            journal.rename(kept.with_name(f"{kept.name}-journal"))
        fsync_folder(path.parent)
    part.replace(path)
    fsync_folder(path.parent)
    return kept
