"""An account that cannot be used: nothing is paid without it, free work goes on, and films fill it again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.machine.cramped import on_a_read_only_folder
from tests.machine.world import RENDER, World
from tests.support.cli import CARDS
from tests.support.command import command
from veo_story.ledger.account import Account


def garbage(account: Path) -> None:
    account.write_bytes(b"\x5a" * account.stat().st_size)


def truncated(account: Path) -> None:
    account.write_bytes(account.read_bytes()[:5000])


def of_another_program(account: Path) -> None:
    account.unlink()
    with closing(sqlite3.connect(account)) as db:
        db.execute("CREATE TABLE birds (name TEXT)")
        db.commit()


def newer(account: Path) -> None:
    with closing(sqlite3.connect(account)) as db:
        db.execute("PRAGMA user_version = 99")


@pytest.fixture
def begun(world: World) -> World:
    assert world.run(*RENDER, "--only", "a1").code == 0
    (world.folder / "cards.yaml").write_text(CARDS, "utf-8")
    return world


@pytest.mark.parametrize("damage", [garbage, truncated, of_another_program, newer])
def test_a_damaged_account(begun: World, damage: Callable[[Path], None]) -> None:
    damage(begun.account)
    refused = begun.run(*RENDER)
    assert (refused.code, "account.sqlite" in refused.err, "fix: " in refused.err) == (12, True, True)
    assert begun.paid == {"a1": 1}
    assert begun.run("status", "paid.yaml").code == 0
    begun.account.rename(begun.account.with_name("old.sqlite"))
    begun.finish()
    with Account(begun.account) as account:
        assert {booking.attempt.scene_id for booking in account.bookings()} == {"a1", "b1"}
        assert sum(b.attempt.settled_usd or 0 for b in account.bookings()) == begun.billed


def test_free_work_needs_no_account(begun: World) -> None:
    garbage(begun.account)
    free = begun.ran(command("render", "cards.yaml", "-q"))
    assert (free.code, free.err) == (0, "")


def test_an_account_that_was_deleted_fills_again(begun: World) -> None:
    begun.account.unlink()
    begun.finish()
    with Account(begun.account) as account:
        assert sum(b.attempt.settled_usd or 0 for b in account.bookings()) == begun.billed


def test_an_account_that_cannot_be_written(begun: World) -> None:
    around = on_a_read_only_folder(begun.command(*RENDER), str(begun.state))
    if around is not None:
        ran = begun.ran(around)
        assert (ran.code, "account.sqlite" in ran.err, "fix: " in ran.err) == (12, True, True), ran.err
    assert begun.paid == {"a1": 1}
    begun.finish()


def test_an_account_whose_folder_cannot_be_made(world: World) -> None:
    world.state.parent.mkdir(parents=True, exist_ok=True)
    world.state.write_text("in the way")
    refused = world.run(*RENDER)
    assert (refused.code, "fix: " in refused.err) == (12, True), refused.err
    assert not world.paid
    world.state.unlink()
    world.finish()
