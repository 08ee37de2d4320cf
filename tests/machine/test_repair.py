"""A ledger damaged in every way: refused with 12, made anew by ``doctor --repair``, and the film finished."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.machine.world import RENDER, World
from veo_story.ledger.sqlite import SqliteLedger

PAGE = 4096


def garbage_header(ledger: Path) -> None:
    ledger.write_bytes(b"\x5a" * 100 + ledger.read_bytes()[100:])


def garbage_first_page(ledger: Path) -> None:
    ledger.write_bytes(b"\x5a" * PAGE + ledger.read_bytes()[PAGE:])


def garbage_whole(ledger: Path) -> None:
    ledger.write_bytes(b"\x5a" * ledger.stat().st_size)


def truncated(ledger: Path) -> None:
    ledger.write_bytes(ledger.read_bytes()[: 2 * PAGE])


def flipped_page(ledger: Path) -> None:
    """Every byte of the page that holds the requests is turned over."""
    with sqlite3.connect(ledger) as db:
        (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'attempts'").fetchone()
    db.close()
    whole = bytearray(ledger.read_bytes())
    whole[(root - 1) * PAGE : root * PAGE] = bytes(b ^ 0xFF for b in whole[(root - 1) * PAGE : root * PAGE])
    ledger.write_bytes(bytes(whole))


def empty(ledger: Path) -> None:
    ledger.write_bytes(b"")


def missing(ledger: Path) -> None:
    ledger.unlink()


DAMAGES = [garbage_header, garbage_first_page, garbage_whole, truncated, flipped_page, empty, missing]


@pytest.fixture
def begun(world: World) -> World:
    """One scene is stored and one is under way."""
    assert world.run(*RENDER, "--only", "a1").code == 0
    assert world.run(*RENDER, way="blind").code == 9
    assert world.states() == [("a1", "stored"), ("b1", "answered")]
    return world


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_ledger_is_refused_repaired_and_gone_on_with(
    begun: World, damage: Callable[[Path], None]
) -> None:
    damage(begun.ledger)
    refused = begun.run(*RENDER)
    assert refused.code == 12, refused.err
    assert "ledger.sqlite" in refused.err
    assert "veo-story doctor --repair paid.yaml" in refused.err
    done = begun.run("doctor", "--repair", "paid.yaml")
    assert done.code == 0, done.err
    assert "it was made anew" in done.out
    assert "under way: b1, answered as operations/" in done.out
    assert begun.states() == [("a1", "stored"), ("b1", "answered")]
    assert len(list(begun.film.glob("ledger.damaged-*.sqlite"))) == 1
    begun.finish()


@pytest.mark.parametrize("damage", DAMAGES)
def test_without_an_account_nothing_stored_is_lost(begun: World, damage: Callable[[Path], None]) -> None:
    begun.account.unlink()
    damage(begun.ledger)
    assert begun.run("doctor", "--repair", "paid.yaml").code == 0
    with SqliteLedger(begun.ledger) as ledger:
        assert [take.scene_id for take in ledger.takes()] == ["a1"]
        assert ledger.spent().settled_usd > 0
    assert begun.run(*RENDER).code == 0
    assert begun.paid["a1"] == 1


def test_a_sound_ledger_is_left_alone(begun: World) -> None:
    before = begun.ledger.read_bytes()
    done = begun.run("doctor", "--repair", "paid.yaml")
    assert (done.code, begun.ledger.read_bytes()) == (0, before)
    assert "is sound; nothing was changed" in done.out
    assert begun.run("doctor", "--repair", "paid.yaml", "--json").json[0]["damage"] is None
    begun.finish()


def test_an_old_copy_that_was_put_back_does_not_pay_again(world: World) -> None:
    assert world.run(*RENDER, "--only", "a1").code == 0
    old = world.ledger.read_bytes()
    assert world.run(*RENDER, way="blind").code == 9
    world.ledger.write_bytes(old)
    refused = world.run(*RENDER)
    assert (refused.code, "does not know the requests for b1" in refused.err) == (12, True)
    assert world.run("doctor", "--repair", "paid.yaml").code == 0
    world.finish()


def test_what_a_person_decided_comes_back_where_it_can_be_read(begun: World) -> None:
    with SqliteLedger(begun.ledger) as ledger:
        (take,) = ledger.takes()
        ledger.approve(take.id)
        ledger.choose(picks={"a1": take.id}, now=take.stored_at)
        film_id = ledger.film_id
    garbage_header(begun.ledger)
    assert begun.run("doctor", "--repair", "paid.yaml").code == 0
    with SqliteLedger(begun.ledger) as ledger:
        assert ledger.film_id == film_id
        assert ledger.picks() == {"a1": take.id}
        assert [t.approved for t in ledger.takes()] == [True]
    begun.finish()


def test_a_take_whose_clip_was_changed_is_left_out_and_said(begun: World) -> None:
    (clip,) = begun.film.glob("takes/a1/*/clip.mp4")
    clip.write_bytes(clip.read_bytes()[:-1])
    garbage_whole(begun.ledger)
    done = begun.run("doctor", "--repair", "paid.yaml")
    assert (done.code, "left out:" in done.out, "clip.mp4 is not the file" in done.out) == (0, True, True)


def test_what_no_repair_helps(begun: World) -> None:
    with sqlite3.connect(begun.ledger) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    for words in (RENDER, ("doctor", "--repair", "paid.yaml")):
        ran = begun.run(*words)
        assert (ran.code, "version 99" in ran.err) == (12, True)
    assert begun.run("doctor", "--repair", "nowhere.yaml").code == 12
    assert begun.run("doctor", "paid.yaml").code == 2


@pytest.mark.parametrize("name", ["ledger.sqlite-wal", "ledger.sqlite-journal", "ledger.sqlite-shm"])
def test_what_another_program_left_beside_it_is_no_harm(begun: World, name: str) -> None:
    (begun.film / name).write_bytes(b"\x5a" * 3000)
    begun.finish()


def test_a_damaged_ledger_and_a_damaged_account(begun: World) -> None:
    garbage_whole(begun.ledger)
    garbage_whole(begun.account)
    done = begun.run("doctor", "--repair", "paid.yaml")
    assert (done.code, "What only the account knows is missing" in done.out) == (0, True)
    refused = begun.run(*RENDER)
    assert (refused.code, "account.sqlite" in refused.err) == (12, True)
    begun.account.unlink()
    assert begun.run(*RENDER).code == 0
    assert begun.paid["a1"] == 1
