from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from tests.ledger.making import DOLLAR, NOW, a_step
from veo_story.errors import LedgerError
from veo_story.ledger.connect import connect, explained
from veo_story.ledger.model import Caps
from veo_story.ledger.schema import MIGRATIONS
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.takes import AttemptState


def test_a_new_ledger_has_the_newest_version_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    connect(path).close()
    connection = connect(path)
    assert connection.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)
    assert connection.execute("PRAGMA synchronous").fetchone()[0] == 3  # EXTRA
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
    assert [p.name for p in tmp_path.iterdir()] == ["ledger.sqlite"]


def test_an_older_ledger_is_brought_up_and_keeps_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with SqliteLedger(path) as ledger:
        ledger.intend(a_step(), expected=DOLLAR, worst=DOLLAR, caps=Caps(), now=NOW)
    newer = (*MIGRATIONS, "CREATE TABLE more (x);\nALTER TABLE attempts ADD COLUMN y DEFAULT 7;\n")
    connection = connect(path, migrations=newer)
    assert connection.execute("SELECT y FROM attempts").fetchall()[0][0] == 7
    assert connection.execute("PRAGMA user_version").fetchone()[0] == len(newer)


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    connect(path).close()
    with pytest.raises(LedgerError, match="syntax error"):
        connect(path, migrations=(*MIGRATIONS, "CREATE TABLE more (x);\nNONSENSE;\n"))
    connection = connect(path)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master")]
    assert "more" not in names


def test_a_newer_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    connect(path, migrations=(*MIGRATIONS, "CREATE TABLE more (x);\n")).close()
    with pytest.raises(LedgerError, match=r"has version 4; this veo-story knows versions up to 3") as caught:
        SqliteLedger(path)
    assert "Update" in (caught.value.hint or "")


def test_somebody_elses_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE photos (x)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="not a veo-story ledger"):
        SqliteLedger(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"storyboard: no\n" * 200)
    with pytest.raises(LedgerError, match="is damaged") as caught:
        SqliteLedger(path)
    assert "doctor --repair" in (caught.value.hint or "")


def test_a_damaged_page_is_said(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with SqliteLedger(path) as ledger:
        for n in range(60):
            ledger.intend(a_step(f"s{n}"), expected=DOLLAR, worst=DOLLAR, caps=Caps(), now=NOW)
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    with SqliteLedger(path) as ledger, pytest.raises(LedgerError, match="damaged"):
        ledger.attempts()


def test_a_row_that_makes_no_sense_is_said(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with SqliteLedger(path) as ledger:
        ledger.intend(a_step(), expected=DOLLAR, worst=DOLLAR, caps=Caps(), now=NOW)
        other = sqlite3.connect(path)
        other.execute("UPDATE attempts SET created_at = 'yesterday'")
        other.commit()
        with pytest.raises(LedgerError, match="makes no sense"):
            ledger.attempts()


@pytest.mark.parametrize("kind", ["folder", "missing"])
def test_a_path_that_cannot_be_opened(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "gone" / "ledger.sqlite" if kind == "missing" else tmp_path
    with pytest.raises(LedgerError, match="cannot be opened") as caught:
        SqliteLedger(path)
    assert str(path) in caught.value.message


def test_a_held_ledger_is_waited_for_and_then_said(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with SqliteLedger(path, busy_s=0.0) as ledger:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerError, match="in use by another process"):
            ledger.intend(a_step(), expected=DOLLAR, worst=DOLLAR, caps=Caps(), now=NOW)
        assert ledger.attempts() == ()  # reading goes on
        other.execute("ROLLBACK")
        ledger.intend(a_step(), expected=DOLLAR, worst=DOLLAR, caps=Caps(), now=NOW)


@pytest.mark.parametrize(
    ("pragma", "words"),
    [("query_only = ON", "cannot be written: attempt"), ("max_page_count = 1", "the disk is full")],
)
def test_a_ledger_that_cannot_be_written(tmp_path: Path, pragma: str, words: str) -> None:
    path = tmp_path / "ledger.sqlite"
    connect(path).close()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA {pragma}")
    with pytest.raises(LedgerError, match=words), explained(path):
        connection.execute("CREATE TABLE much AS SELECT zeroblob(1000000)")


def test_an_error_in_a_transaction_writes_nothing(tmp_path: Path) -> None:
    with SqliteLedger(tmp_path / "ledger.sqlite", new_id=lambda: "same") as ledger:
        ledger.intend(a_step(), expected=DOLLAR, worst=DOLLAR, caps=Caps(), now=NOW)
        with pytest.raises(LedgerError, match="UNIQUE"):
            ledger.intend(a_step("s02"), expected=DOLLAR, worst=DOLLAR, caps=Caps(), now=NOW)
        ledger.sent("same", now=NOW)  # the ledger goes on working
        assert [a.state for a in ledger.attempts()] == [AttemptState.SENT]


ROOT = Path(__file__).parents[2]

_DIES = """
import os, signal, sys
from decimal import Decimal
from pathlib import Path
from tests.ledger.making import NOW, a_step
from veo_story.ledger.model import Caps
from veo_story.ledger.sqlite import SqliteLedger
ledger = SqliteLedger(Path(sys.argv[1]))
one = ledger.intend(a_step(), expected=Decimal(1), worst=Decimal(1), caps=Caps(), now=NOW)
ledger._connection.execute("BEGIN IMMEDIATE")
ledger._connection.execute("UPDATE attempts SET state = 'sent'")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_writer_leaves_what_it_committed_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    ended = subprocess.run([sys.executable, "-c", _DIES, str(path)], cwd=ROOT, check=False)
    assert ended.returncode == -9
    with SqliteLedger(path) as ledger:
        assert [a.state for a in ledger.attempts()] == [AttemptState.INTENDED]


def test_the_file_alone_can_be_copied_and_gone_on_from(tmp_path: Path) -> None:
    with SqliteLedger(tmp_path / "ledger.sqlite") as ledger:
        ledger.intend(a_step(), expected=DOLLAR, worst=DOLLAR, caps=Caps(), now=NOW)
        (tmp_path / "copy").mkdir()
        shutil.copy(ledger.path, tmp_path / "copy")
    with SqliteLedger(tmp_path / "copy" / "ledger.sqlite") as copy:
        assert copy.spent().reserved_usd == Decimal(1)
