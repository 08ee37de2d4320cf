"""Opening the ledger's file, its version, and SQLite's errors in our words."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from veo_story.errors import LedgerError
from veo_story.ledger.schema import APPLICATION_ID, MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Kind:
    """What sort of file it is: how it is marked, its versions, and what to do when it is no good."""

    name: str
    application_id: int
    migrations: Sequence[str]
    if_damaged: str
    if_not_ours: str
    if_read_only: str


FILM = Kind(
    name="a veo-story ledger",
    application_id=APPLICATION_ID,
    migrations=MIGRATIONS,
    if_damaged="Repair it with veo-story doctor --repair {film}.yaml, or put a copy back.",
    if_not_ours="Move it away, or give another folder for the renders.",
    if_read_only="Make the film's folder and the ledger writable for you, or copy the folder.",
)
"""The ledger of one film."""


def connect(
    path: Path, *, busy_s: float = 10.0, kind: Kind = FILM, migrations: Sequence[str] | None = None
) -> sqlite3.Connection:
    """Open a ledger, made new where there is none, and bring it to the newest version.

    ``busy_s`` is how long to wait for another process that writes; ``migrations`` take the place of the
    kind's own. Raises LedgerError.
    """
    with explained(path, kind):
        connection = sqlite3.connect(path, timeout=busy_s, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            # A rollback journal keeps the ledger one file that can be copied when nobody writes, and that
            # can be read where nothing may be written. EXTRA also syncs the folder when the journal goes:
            # without it a power cut could take the last commit back, after the request that it announced.
            connection.execute("PRAGMA synchronous = EXTRA")
            connection.execute("PRAGMA foreign_keys = ON")
            _migrate(connection, path, kind, kind.migrations if migrations is None else migrations)
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def explained(path: Path, kind: Kind = FILM) -> Iterator[None]:
    """Turn SQLite's and the system's errors into LedgerError with what to do."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise _in_our_words(path, kind, error) from error


@contextmanager
def transaction(connection: sqlite3.Connection, path: Path, kind: Kind = FILM) -> Iterator[None]:
    """Write under the write lock from the first statement on; all of it is durable at the end, or none is."""
    with explained(path, kind):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _migrate(connection: sqlite3.Connection, path: Path, kind: Kind, migrations: Sequence[str]) -> None:
    newest = len(migrations)
    if _version(connection, path, kind, newest) == newest:
        return
    connection.execute("PRAGMA journal_mode = DELETE")
    with transaction(connection, path, kind):
        version = _version(connection, path, kind, newest)  # again: another process may have been quicker
        for script in migrations[version:]:
            for statement in filter(str.strip, script.split(";\n")):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {kind.application_id}")
        connection.execute(f"PRAGMA user_version = {newest}")


def _version(connection: sqlite3.Connection, path: Path, kind: Kind, newest: int) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = int(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    if application != kind.application_id and (tables or version or application):
        raise LedgerError(
            f"{path} is an SQLite file, but not {kind.name}.",
            hint=kind.if_not_ours,
        )
    if version > newest:
        raise LedgerError(
            f"{path} has version {version}; this veo-story knows versions up to {newest}.",
            hint="Update veo-story: pip install --upgrade veo-story.",
        )
    return version


def _in_our_words(path: Path, kind: Kind, error: sqlite3.Error | OSError) -> LedgerError:
    text = str(error)
    if "locked" in text or "busy" in text:
        return LedgerError(
            f"{path} is in use by another process for longer than this one waits.",
            hint="Wait until the other veo-story has ended, then try again; nothing is lost.",
        )
    if "readonly" in text:
        return LedgerError(
            f"{path} cannot be written: {text}.",
            hint=kind.if_read_only,
        )
    if "full" in text:
        return LedgerError(
            f"{path} cannot be written: the disk is full.",
            hint="Free some space and render again; it goes on where it stopped.",
        )
    if "malformed" in text or "not a database" in text:
        return LedgerError(
            f"{path} is damaged: {text}.",
            hint=kind.if_damaged.format(film=path.parent.name),
        )
    return LedgerError(
        f"{path} cannot be opened or used: {text}.",
        hint="See that its folder exists, is yours and can be written.",
    )
