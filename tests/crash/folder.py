"""What lies in a film's folder when its process is dead, read without touching it."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

LEDGER = "ledger.sqlite"
WHOLE = {"clip.mp4", "request.json", "probe.json"}


@dataclass(frozen=True)
class Snapshot:
    """The ledger's rows (``orders`` are of retakes), and each take folder's digest by its name."""

    attempts: tuple[Mapping[str, Any], ...]
    takes: tuple[Mapping[str, Any], ...]
    orders: tuple[Mapping[str, Any], ...]
    folders: Mapping[str, str]

    def in_state(self, *states: str) -> list[Mapping[str, Any]]:
        """The paid attempts in these states."""
        return [a for a in self.attempts if a["state"] in states and not a["is_free"]]

    @property
    def unknown(self) -> list[Mapping[str, Any]]:
        """Paid attempts that nobody knows the outcome of, and about which nothing was said yet."""
        return [a for a in self.in_state("unknown") if not a.get("again_at")]

    @property
    def is_open(self) -> bool:
        """Whether a paid request is under way, or nobody knows what became of it."""
        return bool(self.in_state("intended", "sent", "answered") or self.unknown)

    @property
    def settled_usd(self) -> Decimal:
        return sum((Decimal(a["settled_usd"] or 0) for a in self.attempts), Decimal(0))

    @property
    def stand(self) -> list[tuple[str, str, bool]]:
        """How far each attempt is."""
        return [(a["id"], a["state"], bool(a.get("again_at"))) for a in self.attempts]

    def count(self, scene_id: str | None) -> int:
        """How many takes there are of a scene."""
        return sum(take["scene_id"] == scene_id for take in self.takes)

    def prompt(self, attempt: Mapping[str, Any]) -> str:
        return str(json.loads(attempt["request"])["prompt"])


def take_snapshot(film: Path, known: Mapping[str, str]) -> Snapshot:
    """Look into a film's folder; take folders that are ``known`` are not read again."""
    attempts, takes, orders = _rows(film)
    folders = {}
    for folder in film.glob("takes/*/*"):
        name = str(folder.relative_to(film))
        if not folder.name.startswith((".", "rejected-")):
            folders[name] = known.get(name) or digest_of(folder)
    return Snapshot(attempts, takes, orders, folders)


def digest_of(folder: Path) -> str:
    """The names and bytes of all files of a take. Raises AssertionError when one is missing."""
    files = sorted(folder.iterdir())
    missing = WHOLE - {file.name for file in files}
    assert not missing, f"{folder} has no {', '.join(sorted(missing))}"
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.name}:{hashlib.sha256(file.read_bytes()).hexdigest()};".encode())
    return digest.hexdigest()


def _rows(film: Path) -> tuple[tuple[Mapping[str, Any], ...], ...]:
    """All attempts, takes and orders. A copy is read: who opens the file itself tidies up after the dead."""
    if not (film / LEDGER).exists():
        return (), (), ()
    with tempfile.TemporaryDirectory() as scratch:
        for name in (LEDGER, f"{LEDGER}-journal"):
            if (film / name).exists():
                shutil.copy(film / name, scratch)
        with closing(sqlite3.connect(Path(scratch) / LEDGER)) as db:
            db.row_factory = sqlite3.Row
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'attempts'").fetchall():
                return (), (), ()  # killed before the tables were made
            attempts, takes, orders = (
                tuple(map(dict, db.execute(f"SELECT * FROM {table} ORDER BY rowid")))
                for table in ("attempts", "takes", "retakes")
            )
            return attempts, takes, orders
