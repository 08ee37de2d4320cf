"""A film's ledger and the account beside it: what is told to whom, and what a new run puts right."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.ledger.accounting import World, intend
from tests.ledger.making import NOW, a_step, a_take
from veo_story.errors import BudgetError, LedgerError, OutcomeUnknown
from veo_story.ledger.account import Account
from veo_story.ledger.model import Caps, Spent
from veo_story.ledger.opening import open_ledger
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.takes import AttemptState as S


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_the_account_has_all_that_the_film_knows(world: World) -> None:
    with world.open() as ledger:
        one = intend(ledger, samples=2, storage="gs://b/p", why="too dark", attempt_id="mine")
        assert one.id == "mine"
        ledger.sent(one.id, now=NOW)
        ledger.answered(one.id, "op/1", now=NOW, expires_at=NOW + timedelta(days=2))
        ledger.stored(
            one.id, a_take(a_step(), world.folder()), cost=Decimal(1), usage='{"s": 8}', now=NOW
        )  # fmt: skip
        two = intend(ledger, "s02")
        ledger.sent(two.id, now=NOW)
        ledger.lose(two.id, error="reset", now=NOW)
        ledger.again(two.id, now=NOW)
        assert world.booked() == {attempt.id: attempt for attempt in ledger.attempts()}
        assert world.month() == ledger.spent() == Spent(Decimal(1), Decimal(0), Decimal(2))
        with Account(world.account) as account:
            assert list(account.attempts_of(ledger.film_id)) == list(ledger.attempts())
            [film] = account.films()
            assert (film.name, film.folder) == ("film", world.folder().resolve())


def test_free_work_leaves_no_account(world: World) -> None:
    with world.open() as ledger:
        for end in ("stored", "failed", "lost"):
            free = intend(ledger, end, "0", is_free=True)
            ledger.sent(free.id, now=NOW)
            if end == "lost":
                ledger.release(free.id, error="lost", now=NOW)
                continue
            ledger.answered(free.id, "op", now=NOW)
            if end == "stored":
                take = a_take(a_step(end), world.folder(), cost="0")
                ledger.stored(free.id, take, cost=Decimal(0), now=NOW)
            else:
                ledger.fail(free.id, error="bad", billed=Decimal(0), now=NOW)
        ledger.adopt("found", a_take(a_step("s09"), world.folder(), cost="0"), now=NOW)
    assert not world.account.parent.exists()


def test_free_work_goes_on_beside_a_damaged_account(world: World) -> None:
    world.account.parent.mkdir(parents=True)
    world.account.write_text("no database at all, but long enough to look at" * 20)
    with world.open() as ledger:
        free = intend(ledger, usd="0", is_free=True)
        ledger.sent(free.id, now=NOW)
        ledger.release(free.id, error="gone", now=NOW)
        with pytest.raises(LedgerError, match=r"account\.sqlite is damaged"):
            intend(ledger, "s02")
        assert [a.id for a in ledger.attempts()] == [free.id]


def test_every_cap_refuses_before_anything_is_written(world: World) -> None:
    world.cap(month="3")
    with world.open() as ledger:
        with pytest.raises(BudgetError, match="your cap for this month"):
            intend(ledger, usd="4")
        with pytest.raises(BudgetError, match="your cap for this month"):
            ledger.hold(a_step(), price=Decimal(4), caps=Caps(), now=NOW)
        with pytest.raises(BudgetError, match="the film's cap"):
            intend(ledger, usd="2", caps=Caps(Decimal(1)))
        assert ledger.attempts() == ()
        lost = intend(ledger, usd="1")
        ledger.sent(lost.id, now=NOW)
        ledger.lose(lost.id, error="reset", now=NOW)
        with pytest.raises(OutcomeUnknown):
            intend(ledger, usd="1")
        assert world.month() == Spent(unknown_usd=Decimal(1))


def test_a_bill_above_the_reservation_counts_at_once_and_stops_what_follows(world: World) -> None:
    world.cap(day="3")
    with world.open() as ledger:
        dear = intend(ledger, usd="2")
        ledger.sent(dear.id, now=NOW)
        ledger.answered(dear.id, "op", now=NOW)
        ledger.fail(dear.id, error="filtered", billed=Decimal(5), now=NOW)
        assert world.month() == Spent(settled_usd=Decimal(5))
        with pytest.raises(BudgetError, match=r"\$0.00 is left of your cap for today"):
            intend(ledger, "s02", "0.01")


def test_films_share_a_cap(world: World) -> None:
    world.cap(month="3")
    with world.open("one") as one, world.open("two") as two:
        intend(one)
        with pytest.raises(BudgetError, match=r"\$1.00 is left"):
            intend(two)
        intend(two, usd="1")
    assert world.month() == Spent(reserved_usd=Decimal(3))


def test_an_account_that_was_lost_learns_it_from_each_film(world: World) -> None:
    with world.open() as ledger:
        done = intend(ledger)
        ledger.sent(done.id, now=NOW)
        ledger.release(done.id, error="quota", now=NOW)
        intend(ledger, "s02", "3")
        booked = world.booked()
    world.account.unlink()
    with world.open():
        pass
    assert world.booked() == booked
    before = world.account.stat().st_mtime_ns
    with world.open():  # nothing to put right: nothing is written
        pass
    assert world.account.stat().st_mtime_ns == before


def test_a_renamed_scene_is_followed(world: World) -> None:
    with world.open() as ledger:
        intend(ledger)
    with sqlite3.connect(world.folder() / "ledger.sqlite") as other:
        other.execute("UPDATE attempts SET scene_id = 's77'")
    with world.open() as ledger:
        assert world.booked() == {attempt.id: attempt for attempt in ledger.attempts()}
        assert [attempt.scene_id for attempt in ledger.attempts()] == ["s77"]


def test_a_copied_folder_counts_nothing_twice(world: World) -> None:
    with world.open() as ledger:
        answered = intend(ledger, usd="2")
        ledger.sent(answered.id, now=NOW)
        ledger.answered(answered.id, "op", now=NOW)
    shutil.copytree(world.folder(), world.root / "renders" / "copy")
    with world.open("copy") as copy:
        assert world.month() == Spent(reserved_usd=Decimal(2))
        take = a_take(a_step(), world.folder("copy"))
        copy.stored(answered.id, take, cost=Decimal("2.5"), now=NOW)
    with world.open():  # this one does not know how it ended
        assert world.month() == Spent(settled_usd=Decimal("2.5"))


def test_what_a_copy_is_about_to_send_is_not_taken_back(world: World) -> None:
    with world.open() as ledger:
        made = intend(ledger)
    shutil.copytree(world.folder(), world.root / "renders" / "copy")
    with Account(world.account) as account:
        [film] = account.films()
        account.reserve(film, replace(made, id="s05"))  # the other process is between its two writes
        with world.open("copy"):
            pass
        assert world.unconfirmed() == ["s05"]
        shutil.rmtree(world.folder())  # moved away: nobody is at it any more
        with world.open("copy"):
            pass
    assert world.unconfirmed() == []
    assert "s05" not in world.booked()


def test_a_rebuilt_ledger_does_not_make_the_account_poorer(world: World) -> None:
    with world.open() as ledger:
        one = intend(ledger, now=NOW - timedelta(days=3))
        ledger.sent(one.id, now=NOW)
        ledger.answered(one.id, "op/1", now=NOW)
        take = a_take(a_step(), world.folder())
        ledger.stored(one.id, take, cost=Decimal(1), usage="{}", now=NOW)
    (world.folder() / "ledger.sqlite").unlink()
    with world.open() as ledger:
        ledger.adopt(one.id, take, now=NOW)
        film_id = ledger.film_id
    [kept] = world.booked().values()
    assert (kept.operation, kept.usage, kept.created_at) == ("op/1", "{}", NOW - timedelta(days=3))
    assert (kept.state, kept.settled_usd) == (S.STORED, Decimal(1))
    with Account(world.account) as account:
        assert account.attempts_of(film_id) == (kept,)


def test_without_an_account_only_the_film_counts(world: World) -> None:
    world.cap(month="1")
    with open_ledger(world.folder(), None) as ledger:
        assert isinstance(ledger, SqliteLedger)
        intend(ledger)
    assert world.booked() == {}
