"""Writing rows that come from elsewhere into a new ledger: as they were, when they make sense."""

from __future__ import annotations

import sqlite3
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from veo_story.ledger import rows
from veo_story.ledger.account_rows import Booking, FilmRef, row_of
from veo_story.plan.takes import AttemptState as S

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from veo_story.plan.takes import Attempt, Take

_NONSENSE = (sqlite3.Error, ValueError, TypeError, LookupError, ArithmeticError)
_NOT_HERE = ("film_id", "film", "folder", "is_confirmed")


def insert_row(
    connection: sqlite3.Connection,
    table: str,
    row: Mapping[str, object],
    read: Callable[[sqlite3.Row], object] = lambda row: row,
) -> bool:
    """Insert a row by its columns' names, unless ``read`` or the table's own rules say it makes no sense."""
    known = {found[1] for found in connection.execute(f"PRAGMA table_info({table})")}
    values = {name: value for name, value in row.items() if name in known}
    if table == "attempts":
        values.setdefault("worst_usd", row.get("reserved_usd"))  # of a ledger before version 3
    names, places = ", ".join(values), ", ".join("?" for _ in values)
    connection.execute("SAVEPOINT one_row")
    try:
        done = connection.execute(
            f"INSERT INTO {table} ({names}) VALUES ({places})",  # noqa: S608 - the names are ours
            tuple(values.values()),
        )
        query = f"SELECT * FROM {table} WHERE rowid = ?"  # noqa: S608 - the names are ours
        read(connection.execute(query, (done.lastrowid,)).fetchone())
        is_good = "take_id" not in values or _has_take(connection, values["take_id"])
    except _NONSENSE:
        is_good = False
    if not is_good:
        connection.execute("ROLLBACK TO one_row")
    connection.execute("RELEASE one_row")
    return is_good


def write_attempt(connection: sqlite3.Connection, attempt: Attempt) -> None:
    """Write an attempt as it is, over what is known of it."""
    told = row_of(Booking(attempt, FilmRef("", "", Path()), is_confirmed=True))
    values = {name: value for name, value in told.items() if name not in _NOT_HERE}
    ends = (attempt.ended_at, attempt.answered_at, attempt.sent_at, attempt.created_at)
    values["changed_at"] = rows.as_time(next(moment for moment in ends if moment is not None))
    names = ", ".join(values)
    connection.execute(
        f"INSERT INTO attempts ({names}, request) VALUES ({', '.join(f':{n}' for n in values)}, '{{}}')"  # noqa: S608 - the names are ours
        f" ON CONFLICT (id) DO UPDATE SET {', '.join(f'{n} = excluded.{n}' for n in values)}",
        values,
    )


def write_take(
    connection: sqlite3.Connection, row: Mapping[str, object], folder: Path, *, now: datetime
) -> bool:
    """Write the row of a take of a damaged ledger; its request too, when that could not be read."""
    read: list[Take] = []
    if not insert_row(connection, "takes", row, lambda found: read.append(rows.take_from(found, folder))):
        return False
    take = read[0]
    if _attempt(connection, take.attempt_id) is None:
        _end(connection, take, take.sample + 1, take.cost_usd, now)
    return True


def take_up(connection: sqlite3.Connection, take: Take, samples: int, folder: Path, *, now: datetime) -> None:
    """Write down a take of the disk, which proves how its request ended.

    Only where the service may have more clips of the same request does that stay open. What the request is
    known to have cost does not become less.
    """
    known = _attempt(connection, take.attempt_id)
    connection.execute(rows.INSERT_TAKE, rows.take_row(take, take.attempt_id, folder))
    if known is not None and known["state"] == S.ANSWERED.value and known["samples"] > 1:
        return
    costs = connection.execute("SELECT cost_usd FROM takes WHERE attempt_id = ?", (take.attempt_id,))
    cost = sum((Decimal(found[0]) for found in costs), Decimal(0))
    if known is not None and known["settled_usd"] is not None:
        cost = max(cost, Decimal(known["settled_usd"]))
    _end(connection, take, samples, cost, now)


def _end(connection: sqlite3.Connection, take: Take, samples: int, cost: Decimal, now: datetime) -> None:
    values = rows.adopted_row(take, take.attempt_id, samples=samples, cost=cost, now=now)
    connection.execute(rows.ADOPT_ATTEMPT, values)


def _attempt(connection: sqlite3.Connection, attempt_id: str) -> sqlite3.Row | None:
    found: sqlite3.Row | None = connection.execute(
        "SELECT state, samples, settled_usd FROM attempts WHERE id = ?", (attempt_id,)
    ).fetchone()
    return found


def _has_take(connection: sqlite3.Connection, take_id: object) -> bool:
    return connection.execute("SELECT 1 FROM takes WHERE id = ?", (take_id,)).fetchone() is not None
