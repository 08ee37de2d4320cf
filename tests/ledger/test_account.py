"""The account of a user: caps of a day and a month, the periods they hold for, and its file."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from tests.ledger.accounting import World, intend
from tests.ledger.making import NOW
from veo_story.errors import BudgetError, LedgerError
from veo_story.ledger.account import Account
from veo_story.ledger.account_rows import FilmRef
from veo_story.ledger.account_schema import APPLICATION_ID
from veo_story.ledger.model import Spent, UserCaps
from veo_story.plan.takes import Attempt
from veo_story.plan.takes import AttemptState as S

FILM = FilmRef("f1", "film", Path("/films/film"))
DAY = timedelta(days=1)


def attempt(attempt_id: str = "a1", usd: str = "2", at: datetime = NOW) -> Attempt:
    price = Decimal(usd)
    return Attempt(
        attempt_id, "s01", "ff", "fake", "fake-1", S.INTENDED, price, at,
        expected_usd=price, worst_usd=price + 1,
    )  # fmt: skip


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(tmp_path / "state" / "account.sqlite")


def test_reading_makes_nothing(account: Account) -> None:
    assert account.caps() == UserCaps()
    assert account.standing(NOW).month == Spent()
    assert account.operations() == frozenset()
    assert account.bookings() == account.films() == account.attempts_of("f1") == ()
    account.hold("s01", Decimal(100), now=NOW)
    account.sync(FILM, [replace(attempt(), is_free=True)], exists=lambda _: False)
    assert not account.path.parent.exists()


def test_caps_are_kept_exactly_and_taken_away(account: Account) -> None:
    account.set_caps(UserCaps(Decimal("20.005"), Decimal(100)), now=NOW)
    assert Account(account.path).caps() == UserCaps(Decimal("20.005"), Decimal(100))
    account.set_caps(UserCaps(month_usd=Decimal(7)), now=NOW)
    assert Account(account.path).caps() == UserCaps(None, Decimal(7))


def test_all_of_an_attempt_is_kept(account: Account) -> None:
    full = Attempt(
        id="a1", scene_id="s04", fingerprint="ff", backend="vertex", model="veo", state=S.STORED,
        reserved_usd=Decimal("3.20"), created_at=NOW, operation="op/1", settled_usd=Decimal("1.600"),
        error="half", parents=("s03/1-1",), picked_frames={"first_frame": 3}, samples=2,
        expected_usd=Decimal("3.20"), worst_usd=Decimal("4.8"), usage='{"seconds": 4}', owner="1@host",
        storage="gs://b/p", sent_at=NOW + DAY, answered_at=NOW + 2 * DAY, ended_at=NOW + 3 * DAY,
        expires_at=NOW + 4 * DAY, again_at=NOW + 5 * DAY, why="too dark",
    )  # fmt: skip
    account.write(FILM, full)
    assert account.attempts_of("f1") == (full,)
    assert account.attempts_of("f2") == ()
    assert account.films() == (FILM,)
    assert account.operations() == {"op/1"}


def test_a_day_and_a_month_are_those_of_utc(account: Account) -> None:
    account.set_caps(UserCaps(Decimal(3), Decimal(5)), now=NOW)
    evening = datetime(2026, 11, 30, 23, 59, 59, 999999, tzinfo=UTC)
    account.reserve(FILM, attempt("a1", "3", evening))
    with pytest.raises(BudgetError, match="left of your cap for today"):
        account.reserve(FILM, attempt("a2", "0.01", evening))
    in_tokyo = datetime(2026, 12, 1, 8, 59, tzinfo=timezone(timedelta(hours=9)))  # still November in UTC
    with pytest.raises(BudgetError, match="left of your cap for today"):
        account.reserve(FILM, attempt("a2", "0.01", in_tokyo))
    account.reserve(FILM, attempt("a3", "3", datetime(2026, 12, 1, tzinfo=UTC)))
    assert account.standing(in_tokyo).month_from.month == 11
    assert account.standing(datetime(2026, 12, 1, 1, tzinfo=UTC)).month == Spent(reserved_usd=Decimal(3))


def test_the_month_holds_over_its_days(account: Account) -> None:
    account.set_caps(UserCaps(Decimal(3), Decimal(5)), now=NOW)
    account.reserve(FILM, attempt("a1", "3", NOW - 20 * DAY))
    with pytest.raises(BudgetError) as caught:
        account.reserve(FILM, attempt("a2", "2.5", NOW))
    assert caught.value.message.startswith(
        "Scene s01 costs $2.50, and $2.00 is left of your cap for this month, $5.00 ($0.00 spent, "
        "$3.00 reserved"
    )
    assert caught.value.hint == (
        "Nothing was sent. Allow $5.50 with veo-story caps --month 5.50, or render again when the month "
        "is over (UTC)."
    )
    account.reserve(FILM, attempt("a2", "2", NOW))
    assert [b.attempt.id for b in account.bookings()] == ["a1", "a2"]


@pytest.mark.parametrize("jump", [DAY, 10 * DAY, 60 * DAY, 400 * DAY])
def test_a_clock_that_jumped_back_opens_no_cap(account: Account, jump: timedelta) -> None:
    account.set_caps(UserCaps(Decimal(3), Decimal(3)), now=NOW)
    account.reserve(FILM, attempt("a1", "3", NOW))
    with pytest.raises(BudgetError):
        account.reserve(FILM, attempt("a2", "0.01", NOW - jump))


def test_what_is_over_frees_nothing_it_cost(account: Account) -> None:
    account.set_caps(UserCaps(Decimal(3)), now=NOW)
    account.reserve(FILM, attempt("a1", "3"))
    account.write(FILM, replace(attempt("a1", "3"), state=S.UNKNOWN))
    with pytest.raises(BudgetError, match=r"\$3.00 of unknown outcome"):
        account.hold("s02", Decimal("0.01"), now=NOW)
    account.write(FILM, replace(attempt("a1", "3"), state=S.FAILED, settled_usd=Decimal(1), ended_at=NOW))
    account.hold("s02", Decimal(2), now=NOW)
    with pytest.raises(BudgetError, match=r"\$1.00 spent"):
        account.hold("s02", Decimal("2.000001"), now=NOW)
    account.hold("s02", Decimal(0), now=NOW)  # free work passes no cap


def test_threads_share_a_cap(account: Account) -> None:
    account.set_caps(UserCaps(month_usd=Decimal(10)), now=NOW)
    begin, refused = threading.Barrier(6), []

    def spend(name: int) -> None:
        begin.wait()
        with Account(account.path) as mine:
            for n in range(5):
                try:
                    mine.reserve(FILM, attempt(f"{name}-{n}", "0.75"))
                except BudgetError:
                    refused.append((name, n))

    threads = [threading.Thread(target=spend, args=(name,)) for name in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert account.standing(NOW).month.counted_usd == Decimal("9.75")
    assert len(refused) == 30 - 13


def test_the_file_is_known_and_durable(account: Account) -> None:
    account.reserve(FILM, attempt())
    reader = sqlite3.connect(account.path)
    assert reader.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert reader.execute("PRAGMA user_version").fetchone() == (1,)
    assert reader.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    with account._write() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 3  # EXTRA
    account.close()
    assert [file.name for file in account.path.parent.iterdir()] == ["account.sqlite"]


def test_a_newer_account_is_refused(account: Account) -> None:
    account.reserve(FILM, attempt())
    account.close()
    with sqlite3.connect(account.path) as other:
        other.execute("PRAGMA user_version = 99")
    with pytest.raises(LedgerError, match="has version 99"):
        account.caps()


def test_a_film_is_no_account(tmp_path: Path) -> None:
    world = World(tmp_path)
    with world.open() as ledger:
        intend(ledger, is_free=True, usd="0")
    with pytest.raises(LedgerError, match="not a veo-story account") as caught:
        Account(world.folder() / "ledger.sqlite").caps()
    assert "VEO_STORY_STATE" in (caught.value.hint or "")


def test_a_damaged_account_is_said(account: Account) -> None:
    account.path.parent.mkdir()
    account.path.write_text("no database at all, but long enough to look at" * 20)
    with pytest.raises(LedgerError, match="is damaged") as caught:
        account.reserve(FILM, attempt())
    assert "Set the caps again" in (caught.value.hint or "")


def test_a_row_that_makes_no_sense_is_said(account: Account) -> None:
    account.reserve(FILM, attempt())
    with sqlite3.connect(account.path) as other:
        other.execute("UPDATE attempts SET reserved_usd = 'much'")
    with pytest.raises(LedgerError, match="makes no sense"):
        account.standing(NOW)


def test_a_held_account_is_waited_for_and_then_said(account: Account) -> None:
    account.reserve(FILM, attempt())
    hasty = Account(account.path, busy_s=0)
    with account._write(), pytest.raises(LedgerError, match="in use by another process"):
        hasty.reserve(FILM, attempt("a2"))
    hasty.reserve(FILM, attempt("a2"))
    assert len(account.bookings()) == 2
