"""What can still be read of a damaged ledger, row by row, from a copy of the file."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from veo_story.ledger.connect import connect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Row = dict[str, object]

TABLES = ("film", "attempts", "takes", "picks", "pins", "tiers", "retakes")
_HEADER, _PAGES_AT, _FREE_AT, _VALID_AT = 100, 28, 32, 92
_SMALLEST_ROW = 16


@dataclass(frozen=True, slots=True)
class Salvaged:
    """The rows of each table, by column. ``is_whole``: every table was read to its end without an error."""

    rows: Mapping[str, tuple[Row, ...]]
    is_whole: bool

    def of(self, table: str) -> tuple[Row, ...]:
        """The rows of one table."""
        return self.rows.get(table, ())


def salvage(path: Path) -> Salvaged:
    """Read what can be read of a ledger; the file itself is not touched. Raises OSError.

    When its beginning is destroyed, that of a new ledger takes its place: the tables of one that was made by
    this version stand where a new one has them.
    """
    nothing = Salvaged({}, is_whole=False)
    if not path.exists() or not path.stat().st_size:
        return nothing
    with tempfile.TemporaryDirectory() as folder:
        for copy in _copies(path, Path(folder)):
            found = _read(copy)
            if found.of("attempts") or found.of("takes"):
                return found
    return nothing


def _copies(path: Path, folder: Path) -> Iterator[Path]:
    copy = folder / path.name
    shutil.copyfile(path, copy)
    journal = path.with_name(f"{path.name}-journal")
    if journal.exists():
        shutil.copyfile(journal, folder / journal.name)
    yield copy
    fresh = folder / "fresh.sqlite"
    connect(fresh).close()
    first, whole = fresh.read_bytes(), path.read_bytes()
    page = int.from_bytes(first[16:18], "big")
    for number, size in enumerate((_HEADER, page)):
        mended = folder / f"mended{number}.sqlite"
        mended.write_bytes(_beginning(first, len(whole) // page, size) + whole[size:])
        yield mended


def _beginning(fresh: bytes, pages: int, size: int) -> bytes:
    """The first ``size`` bytes of a new ledger, for a file of so many pages."""
    head = bytearray(fresh[:size])
    head[_PAGES_AT : _PAGES_AT + 4] = pages.to_bytes(4, "big")
    head[_FREE_AT : _FREE_AT + 8] = bytes(8)
    head[_VALID_AT : _VALID_AT + 4] = head[24:28]  # the number of pages holds for this very change
    return bytes(head)


def _read(path: Path) -> Salvaged:
    found: dict[str, tuple[Row, ...]] = {}
    is_whole = True
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.text_factory = lambda text: text.decode("utf-8", "replace")
        for table in TABLES:
            try:
                rows, is_read = _rows(connection, table, path.stat().st_size // _SMALLEST_ROW)
            except sqlite3.Error:
                rows, is_read = (), False
            found[table] = rows
            is_whole = is_whole and is_read
    return Salvaged(found, is_whole)


def _rows(connection: sqlite3.Connection, table: str, most: int) -> tuple[tuple[Row, ...], bool]:
    """The rows of a table: from its beginning, from its end, and one by one where neither gets through."""
    names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    found: dict[int, Row] = {}
    is_whole = True
    for order in ("ASC", "DESC"):
        try:
            for rowid, *values in connection.execute(
                f"SELECT rowid, * FROM {table} ORDER BY rowid {order}"  # noqa: S608 - the names are ours
            ):
                found[rowid] = dict(zip(names, values, strict=True))
        except sqlite3.Error:
            is_whole = False
    if not is_whole:
        query = f"SELECT * FROM {table} WHERE rowid = ?"  # noqa: S608 - the names are ours
        for rowid in range(1, most):
            if rowid not in found and (row := _row(connection, query, rowid)) is not None:
                found[rowid] = dict(zip(names, row, strict=True))
    return tuple(found[rowid] for rowid in sorted(found)), is_whole


def _row(connection: sqlite3.Connection, query: str, rowid: int) -> tuple[object, ...] | None:
    try:
        found: tuple[object, ...] | None = connection.execute(query, (rowid,)).fetchone()
    except sqlite3.Error:
        return None
    return found
