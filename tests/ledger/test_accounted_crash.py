"""The process is killed before each write of both files: the account never counts less than the film."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from tests.ledger.accounting import Died, Fate, World, intend
from tests.ledger.making import NOW, a_step, a_take
from veo_story.errors import LedgerError
from veo_story.ledger.account_rows import counted
from veo_story.ledger.accounted import AccountedLedger
from veo_story.plan.takes import Attempt
from veo_story.plan.takes import AttemptState as S

Act = Callable[[AccountedLedger, Attempt, Path], None]


def _stored(cost: str) -> Act:
    def act(ledger: AccountedLedger, attempt: Attempt, folder: Path) -> None:
        ledger.sent(attempt.id, now=NOW)
        ledger.answered(attempt.id, "op", now=NOW)
        ledger.stored(attempt.id, a_take(a_step(), folder, cost=cost), cost=Decimal(cost), now=NOW)

    return act


def _failed(billed: str) -> Act:
    def act(ledger: AccountedLedger, attempt: Attempt, folder: Path) -> None:
        ledger.sent(attempt.id, now=NOW)
        ledger.answered(attempt.id, "op", now=NOW)
        ledger.fail(attempt.id, error="filtered", billed=Decimal(billed), now=NOW)

    return act


def _refused(ledger: AccountedLedger, attempt: Attempt, folder: Path) -> None:
    ledger.sent(attempt.id, now=NOW)
    ledger.release(attempt.id, error="quota", now=NOW)


def _lost(ledger: AccountedLedger, attempt: Attempt) -> None:
    ledger.sent(attempt.id, now=NOW)
    ledger.lose(attempt.id, error="reset", now=NOW)


def _found_again(ledger: AccountedLedger, attempt: Attempt, folder: Path) -> None:
    _lost(ledger, attempt)
    ledger.again(attempt.id, now=NOW)
    intend(ledger)  # the same step once more, with a person's consent
    ledger.answered(attempt.id, "op", now=NOW)
    ledger.stored(attempt.id, a_take(a_step(), folder), cost=Decimal(7), now=NOW)


def _settled(cost: str) -> Act:
    def act(ledger: AccountedLedger, attempt: Attempt, folder: Path) -> None:
        _lost(ledger, attempt)
        ledger.settle(attempt.id, cost=Decimal(cost), now=NOW)

    return act


def _adopted(ledger: AccountedLedger, attempt: Attempt, folder: Path) -> None:
    ledger.sent(attempt.id, now=NOW)
    ledger.adopt(attempt.id, a_take(a_step(), folder, cost="3"), now=NOW)
    ledger.adopt("of-a-lost-ledger", a_take(a_step(), folder, 2, cost="4"), now=NOW)


ACTS: dict[str, Act] = {
    "stored as reserved": _stored("2"),
    "stored for less": _stored("1.25"),
    "stored for more": _stored("5"),
    "failed for nothing": _failed("0"),
    "failed for more": _failed("3"),
    "refused": _refused,
    "found again": _found_again,
    "settled for more": _settled("6"),
    "settled for nothing": _settled("0"),
    "adopted": _adopted,
}


def _live(world: World, act: Act, fate: Fate) -> bool:
    """Whether it came to its end."""
    try:
        with world.mortal(fate) as ledger:
            act(ledger, intend(ledger), world.folder())
    except Died:
        return False
    return True


@pytest.mark.parametrize("name", ACTS)
def test_killed_before_any_write(tmp_path: Path, name: str) -> None:
    writes = Fate()
    assert _live(World(tmp_path / "whole"), ACTS[name], writes)
    assert {"film", "account"} == set(writes.writes)
    for dies_at in range(1, len(writes.writes) + 1):
        world = World(tmp_path / str(dies_at))
        assert not _live(world, ACTS[name], Fate(dies_at))
        world.counts_no_less()
        with world.open():  # what the next run does first
            pass
        world.counts_no_less()
        of_film = world.of_film()
        for attempt in world.booked().values():
            told = of_film.get(attempt.id)
            if told is None or attempt.state is not told.state:  # the account heard of a dear end first
                assert attempt.state in (S.STORED, S.FAILED)
                assert counted(attempt) > (Decimal(0) if told is None else counted(told))
            else:
                assert counted(attempt) == counted(told)
        assert world.unconfirmed() == []


def test_a_refusal_of_the_film_leaves_the_account_as_it_was(tmp_path: Path) -> None:
    world = World(tmp_path)
    with world.open() as ledger:
        attempt = intend(ledger)
        ledger.sent(attempt.id, now=NOW)
        ledger.release(attempt.id, error="quota", now=NOW)
        before = world.booked()
        with pytest.raises(LedgerError, match="cannot become"):
            ledger.stored(attempt.id, None, cost=Decimal(9), now=NOW)
        with pytest.raises(LedgerError, match="cannot become"):
            ledger.sent(attempt.id, now=NOW)
        with pytest.raises(LedgerError, match="its outcome is known"):
            ledger.settle(attempt.id, cost=Decimal(9), now=NOW)
    assert world.booked() == before


def test_what_was_reserved_is_told_before_what_is_sent(tmp_path: Path) -> None:
    fate = Fate()
    with World(tmp_path).mortal(fate) as ledger:
        attempt = intend(ledger)
        assert fate.writes == ["account", "film", "account"]
        assert World(tmp_path).unconfirmed() == []
        ledger.sent(attempt.id, now=NOW)
        assert World(tmp_path).booked()[attempt.id].state is S.SENT
        assert fate.writes[3:] == ["account", "film", "account"]
