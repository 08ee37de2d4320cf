"""Moving what was made for one scene to another one, in the tables of a film's ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection

    from veo_story.plan.renamed import Move


def move_rows(connection: sqlite3.Connection, moved: Collection[Move]) -> None:
    """Give takes, requests and orders their new scenes; picks and pins follow their takes.

    Ids of takes and their folders stay as they are, so that what was made from them still knows them.
    """
    # All at once: one scene's old name may be another one's new name.
    ids: dict[str, list[tuple[str, str]]] = {}
    for table, key in (("takes", "id"), ("attempts", "id"), ("retakes", "scene_id")):
        ids[table] = [
            (move.new, str(row[0]))
            for move in moved
            for row in connection.execute(
                f"SELECT {key} FROM {table} WHERE scene_id = ? AND fingerprint = ?",  # noqa: S608 - ours
                (move.old, move.fingerprint),
            )
        ]
    connection.executemany("UPDATE takes SET scene_id = ? WHERE id = ?", ids["takes"])
    connection.executemany("UPDATE attempts SET scene_id = ? WHERE id = ?", ids["attempts"])
    _move_orders(connection, ids["retakes"])
    for table, more in (("picks", "picked_at"), ("pins", "seam, pinned_at")):
        _follow_takes(connection, table, more)


def _move_orders(connection: sqlite3.Connection, moved: list[tuple[str, str]]) -> None:
    rows = []
    for new, old in moved:
        rows += [
            (new, *row)
            for row in connection.execute(
                "SELECT fingerprint, target, seam, why, ordered_at FROM retakes WHERE scene_id = ?", (old,)
            )
        ]
        connection.execute("DELETE FROM retakes WHERE scene_id = ?", (old,))
    connection.executemany(
        "INSERT OR IGNORE INTO retakes (scene_id, fingerprint, target, seam, why, ordered_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        rows,
    )


def _follow_takes(connection: sqlite3.Connection, table: str, more: str) -> None:
    found = connection.execute(
        f"SELECT takes.scene_id, take_id, {more} FROM {table} JOIN takes ON takes.id = take_id"  # noqa: S608 - ours
        f" WHERE takes.scene_id <> {table}.scene_id"
    ).fetchall()
    connection.executemany(
        f"DELETE FROM {table} WHERE take_id = ?",  # noqa: S608 - ours
        [(row[1],) for row in found],
    )
    places = ", ".join("?" * (2 + len(more.split(", "))))
    connection.executemany(
        f"INSERT OR IGNORE INTO {table} (scene_id, take_id, {more}) VALUES ({places})",  # noqa: S608 - ours
        [tuple(row) for row in found],
    )
