"""Several takes of one request in the ledger, and files of version 1."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.ledger.making import DOLLAR, NOW, a_step, a_take
from veo_story.errors import BudgetError, LedgerError, OutcomeUnknown
from veo_story.ledger.connect import connect
from veo_story.ledger.model import Caps, Spent
from veo_story.ledger.schema import MIGRATIONS
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.takes import AttemptState as S
from veo_story.plan.takes import Take

STEP = a_step()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    with SqliteLedger(tmp_path / "ledger.sqlite") as opened:
        yield opened


def answered(ledger: SqliteLedger, samples: int = 3) -> str:
    attempt = ledger.intend(
        STEP, expected=DOLLAR * samples, worst=DOLLAR * samples, caps=Caps(), samples=samples, now=NOW
    )
    assert attempt.samples == samples
    ledger.sent(attempt.id, now=NOW)
    ledger.answered(attempt.id, "op", now=NOW)
    return attempt.id


def sample(ledger: SqliteLedger, attempt_id: str, number: int) -> Take:
    take = a_take(STEP, ledger.path.parent, number + 1)
    return replace(take, attempt_id=attempt_id, sample=number)


def test_takes_come_one_by_one_and_the_last_settles(ledger: SqliteLedger) -> None:
    attempt_id = answered(ledger)
    takes = [sample(ledger, attempt_id, n) for n in range(3)]
    for take in takes[:2]:
        ledger.kept(attempt_id, take)
        assert ledger.attempts()[0].state is S.ANSWERED
        assert ledger.spent() == Spent(reserved_usd=Decimal(3))
    assert ledger.attempts()[0].takes_to_come(ledger.takes()) == 1
    ledger.stored(attempt_id, takes[2], cost=Decimal("2.5"), now=NOW)
    assert list(ledger.takes()) == takes
    assert ledger.spent() == Spent(settled_usd=Decimal("2.5"))
    with pytest.raises(LedgerError, match="is stored and gives no takes"):
        ledger.kept(attempt_id, sample(ledger, attempt_id, 3))


def test_a_sample_is_written_down_once(ledger: SqliteLedger) -> None:
    attempt_id = answered(ledger)
    take = sample(ledger, attempt_id, 0)
    ledger.kept(attempt_id, take)
    with pytest.raises(LedgerError, match="UNIQUE"):
        ledger.kept(attempt_id, replace(take, number=7))
    ledger.stored(attempt_id, None, cost=DOLLAR, now=NOW)
    assert ledger.takes() == (take,)


def test_an_answered_request_of_several_stays_open_when_one_is_adopted(ledger: SqliteLedger) -> None:
    attempt_id = answered(ledger)
    ledger.adopt(attempt_id, sample(ledger, attempt_id, 1), samples=3, now=NOW)
    assert ledger.attempts()[0].state is S.ANSWERED
    assert ledger.spent() == Spent(reserved_usd=Decimal(3))
    assert [t.sample for t in ledger.takes()] == [1]


@pytest.mark.parametrize("known", [True, False])
def test_adopted_takes_of_one_request_cost_what_they_cost_together(ledger: SqliteLedger, known: bool) -> None:
    attempt_id = "lost"
    if known:  # an older copy of the ledger, in which the answer had not come
        attempt_id = ledger.intend(
            STEP, expected=DOLLAR, worst=Decimal(3), caps=Caps(), samples=3, now=NOW
        ).id
        ledger.sent(attempt_id, now=NOW)
        ledger.lose(attempt_id, error="reset", now=NOW)
    for n in range(3):
        ledger.adopt(attempt_id, sample(ledger, attempt_id, n), samples=3, now=NOW)
        assert ledger.spent() == Spent(settled_usd=Decimal(n + 1))
    (attempt,) = ledger.attempts()
    assert (attempt.state, attempt.samples, attempt.error) == (S.STORED, 3, None)


def test_hold_raises_what_intend_would_and_writes_nothing(ledger: SqliteLedger) -> None:
    cap = Caps(film_usd=Decimal(2))
    ledger.hold(STEP, price=Decimal(2), caps=cap, now=NOW)
    with pytest.raises(BudgetError):
        ledger.hold(STEP, price=Decimal(3), caps=cap, now=NOW)
    assert ledger.attempts() == ()
    attempt = ledger.intend(STEP, expected=DOLLAR, worst=DOLLAR, caps=cap, now=NOW)
    ledger.sent(attempt.id, now=NOW)
    ledger.lose(attempt.id, error="reset", now=NOW)
    with pytest.raises(OutcomeUnknown):
        ledger.hold(STEP, price=DOLLAR, caps=cap, now=NOW)
    ledger.hold(STEP, price=DOLLAR, caps=cap, parents=("another",), now=NOW)


def test_hold_says_what_is_wrong_with_the_file(ledger: SqliteLedger) -> None:
    other = sqlite3.connect(ledger.path)
    other.execute("DROP TABLE picks")
    other.execute("ALTER TABLE attempts RENAME TO gone")
    with pytest.raises(LedgerError, match="cannot be opened or used"):
        ledger.hold(STEP, price=DOLLAR, caps=Caps(), now=NOW)


_ATTEMPT = (
    "INSERT INTO attempts (id, scene_id, fingerprint, backend, model, state, expected_usd, reserved_usd,"
    " settled_usd, is_free, operation, parents, picked_frames, request, created_at, changed_at)"
    " VALUES (?, 's01', 'abcdef0123', 'fake', 'fake-1', 'stored', '1', '1', '1', 0, 'op', '[]', '{}', '{}',"
    " '2026-11-22T12:00:00+00:00', '2026-11-22T12:00:00+00:00')"
)
_TAKE = (
    "INSERT INTO takes VALUES (?, ?, 's01', 'abcdef0123', ?, 'takes/s01/x/clip.mp4', '11aa', 48, 0, 48, 1,"
    " 'fake', 'fake-1', '1', '2026-11-22T12:00:00+00:00', '{}', '[]', '{}', 1, 'files/a', NULL)"
)


def a_version_1_file(path: Path) -> None:
    connection = connect(path, migrations=MIGRATIONS[:1])
    # The later take has the lower id: only the order of the rows says which one is older.
    for number in (9, 2, 5):
        connection.execute(_ATTEMPT, (f"a{number}",))
        connection.execute(_TAKE, (f"s01/abcdef01-{number}", f"a{number}", number))
    connection.execute("INSERT INTO picks VALUES ('s01', 's01/abcdef01-2', '2026-11-22T12:00:00+00:00')")
    connection.close()


def test_a_file_of_version_1_is_brought_up_with_all_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    a_version_1_file(path)
    with SqliteLedger(path) as ledger:
        takes = ledger.takes(gone=True)
        assert [(t.number, t.attempt_id, t.sample, t.approved) for t in takes] == [
            (9, "a9", 0, True),
            (2, "a2", 0, True),
            (5, "a5", 0, True),
        ]
        assert [(a.id, a.samples, a.operation) for a in ledger.attempts()] == [
            ("a9", 1, "op"),
            ("a2", 1, "op"),
            ("a5", 1, "op"),
        ]
        assert ledger.picks() == {"s01": "s01/abcdef01-2"}
        assert ledger.spent() == Spent(settled_usd=Decimal(3))
        ledger.pick("s01", "s01/abcdef01-5", now=NOW)
        attempt_id = answered(ledger)
        ledger.kept(attempt_id, sample(ledger, attempt_id, 0))
    raw = sqlite3.connect(path)
    assert raw.execute("PRAGMA user_version").fetchone()[0] == 3
    assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
    assert raw.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_an_old_and_a_new_file_have_the_same_tables(tmp_path: Path) -> None:
    def tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
        raw = sqlite3.connect(path)
        names = [r[0] for r in raw.execute("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")]
        found = {name: raw.execute(f"PRAGMA table_info({name})").fetchall() for name in names}
        found["keys"] = raw.execute("PRAGMA foreign_key_list(picks)").fetchall()
        return found

    a_version_1_file(tmp_path / "old.sqlite")
    SqliteLedger(tmp_path / "old.sqlite").close()
    SqliteLedger(tmp_path / "new.sqlite").close()
    assert tables(tmp_path / "old.sqlite") == tables(tmp_path / "new.sqlite")
    assert tables(tmp_path / "new.sqlite")["keys"][0][2] == "takes"


def test_a_file_that_cannot_be_brought_up_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    a_version_1_file(path)
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE takes_2 (x)")  # in the way of the new table
    raw.commit()
    with pytest.raises(LedgerError, match="already exists"):
        SqliteLedger(path)
    assert raw.execute("PRAGMA user_version").fetchone()[0] == 1
    assert len(raw.execute("SELECT * FROM takes").fetchall()) == 3
    assert [row[1] for row in raw.execute("PRAGMA table_info(attempts)")][-1] == "changed_at"
