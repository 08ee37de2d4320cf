from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.making import DOLLAR, NOW, a_step, a_take
from veo_story.errors import LedgerError
from veo_story.ledger.account import Account
from veo_story.ledger.account_rows import FilmRef, counted
from veo_story.ledger.model import Caps
from veo_story.ledger.repair import damage, dearer, repair
from veo_story.ledger.schema import APPLICATION_ID, MIGRATIONS
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.takes import Attempt
from veo_story.plan.takes import AttemptState as S

_SETTLED = {S.STORED, S.FAILED, S.RELEASED}


def an_attempt(state: S, cost: str = "1", operation: str | None = None) -> Attempt:
    settled = (Decimal(0) if state is S.RELEASED else Decimal(cost)) if state in _SETTLED else None
    return Attempt(
        id="one", scene_id="s01", fingerprint="ab", backend="fake", model="fake-1", state=state,
        reserved_usd=DOLLAR, created_at=NOW, operation=operation, settled_usd=settled,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "counts"),
    [
        (S.ANSWERED, S.UNKNOWN, S.ANSWERED),
        (S.STORED, S.ANSWERED, S.STORED),
        (S.RELEASED, S.ANSWERED, S.ANSWERED),
        (S.SENT, S.UNKNOWN, S.UNKNOWN),
        (S.INTENDED, S.RELEASED, S.INTENDED),
    ],
)
def test_of_two_words_the_dearer_one_counts(one: S, other: S, counts: S) -> None:
    first, second = an_attempt(one, operation="operations/1"), an_attempt(other)
    assert dearer(first, second).state is counts
    assert dearer(second, first).state is counts
    assert dearer(second, first).operation == "operations/1"


ATTEMPTS = st.builds(an_attempt, st.sampled_from(S), st.sampled_from(["0.5", "1", "3"]), st.none())


@given(ATTEMPTS, ATTEMPTS)
def test_no_word_makes_an_attempt_cheaper(one: Attempt, other: Attempt) -> None:
    assert counted(dearer(one, other)) == max(counted(one), counted(other))
    assert dearer(one, other) == dearer(other, one)


def begun(folder: Path) -> SqliteLedger:
    """A ledger with a stored take and a request of unknown outcome."""
    ledger = SqliteLedger(folder / "ledger.sqlite")
    for scene_id in ("s01", "s02"):
        step = a_step(scene_id)
        attempt = ledger.intend(step, expected=DOLLAR, worst=DOLLAR, caps=Caps(), now=NOW)
        ledger.sent(attempt.id, now=NOW)
        if scene_id == "s01":
            ledger.answered(attempt.id, "operations/1", now=NOW)
            ledger.stored(attempt.id, a_take(step, folder), cost=DOLLAR, now=NOW)
        else:
            ledger.lose(attempt.id, error="no answer", now=NOW)
    return ledger


def test_what_the_account_knows_better_counts(tmp_path: Path) -> None:
    with begun(tmp_path) as ledger, Account(tmp_path / "account.sqlite") as account:
        film = FilmRef(ledger.film_id, "film", tmp_path.resolve())
        stored, unknown = ledger.attempts()
        account.write(film, replace(stored, state=S.ANSWERED, settled_usd=None, ended_at=None))
        account.write(film, replace(unknown, state=S.ANSWERED, operation="operations/2"))
    with Account(tmp_path / "account.sqlite") as account:
        done = repair(tmp_path / "ledger.sqlite", account, [], now=NOW)
    assert [(a.state, a.operation) for a in done.attempts] == [
        (S.STORED, "operations/1"),
        (S.ANSWERED, "operations/2"),
    ]
    assert (done.from_account, done.from_disk, len(done.takes), done.is_whole) == (0, 0, 1, True)
    with SqliteLedger(tmp_path / "ledger.sqlite") as ledger:
        assert ledger.spent().counted_usd == 2


def test_a_repair_of_a_repaired_ledger_changes_nothing(tmp_path: Path) -> None:
    begun(tmp_path).close()
    path = tmp_path / "ledger.sqlite"
    first = repair(path, None, [], now=NOW)
    assert damage(path) is None
    second = repair(path, None, [], now=NOW + timedelta(seconds=1))
    assert (second.attempts, second.takes) == (first.attempts, first.takes)
    assert len(list(tmp_path.glob("ledger.damaged-*"))) == 2


def test_an_old_ledger_that_is_damaged_comes_back_in_the_new_version(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with closing(sqlite3.connect(path)) as db:
        for script in MIGRATIONS[:2]:
            db.executescript(script)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("PRAGMA user_version = 2")
        db.execute(
            "INSERT INTO attempts (id, scene_id, fingerprint, backend, model, state, expected_usd,"
            " reserved_usd, is_free, operation, parents, picked_frames, request, created_at, changed_at)"
            " VALUES ('one', 's01', 'ab', 'fake', 'm', 'answered', '1', '1', 0, 'operations/1', '[]', '{}',"
            " '{}', ?, ?)",
            (NOW.isoformat(), NOW.isoformat()),
        )
        db.commit()
    path.write_bytes(b"\0" * 16 + path.read_bytes()[16:])
    assert (damage(path) or "").startswith("is damaged")
    (attempt,) = repair(path, None, [], now=NOW).attempts
    assert (attempt.state, attempt.operation, attempt.worst_usd) == (S.ANSWERED, "operations/1", 1)


def test_rows_that_make_no_sense_are_left_out(tmp_path: Path) -> None:
    begun(tmp_path).close()
    path = tmp_path / "ledger.sqlite"
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE attempts SET reserved_usd = 'many' WHERE scene_id = 's02'")
        db.execute("INSERT INTO picks VALUES ('s02', 's02/none', 'now')")
        db.commit()
    assert "is damaged" in (damage(path) or "")
    done = repair(path, None, [], now=NOW)
    assert [a.scene_id for a in done.attempts] == ["s01"]
    assert done.choices == 0


def test_a_failed_repair_leaves_the_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"no ledger at all" * 400)
    (tmp_path / ".ledger.sqlite.part").mkdir()
    with pytest.raises((LedgerError, OSError)):
        repair(path, None, [], now=NOW)
    assert path.read_bytes() == b"no ledger at all" * 400
