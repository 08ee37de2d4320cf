"""A film's SQLite file: opening, closing, one durable transaction a verb, rows read in our words."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from veo_story.errors import LedgerError
from veo_story.ledger.connect import FILM, connect, explained, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path


class Store:
    """What all verbs of a ledger stand on. One object belongs to one thread."""

    def __init__(self, path: Path, *, busy_s: float = 10.0) -> None:
        """Open or make the ledger at ``path``; clips are kept relative to its folder. Raises LedgerError."""
        self.path = path
        self._connection = connect(path, busy_s=busy_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    @property
    def film_id(self) -> str:
        """What tells this film from all others, also after its folder was copied or renamed."""
        with self._read("SELECT value FROM film WHERE key = 'id'") as found:
            return str(found[0]["value"])

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with transaction(self._connection, self.path):
            yield self._connection

    @contextmanager
    def _read(self, query: str) -> Iterator[list[sqlite3.Row]]:
        with explained(self.path):
            found = self._connection.execute(query).fetchall()
        try:
            yield found
        except (ValueError, TypeError, ArithmeticError, LookupError) as error:
            raise LedgerError(
                f"{self.path} holds a row that makes no sense: {error}.",
                hint=FILM.if_damaged.format(film=self.path.parent.name),
            ) from error
