"""What a person decides, and what an attempt's row tells afterwards."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.ledger.making import DOLLAR, NOW, a_step, a_take
from veo_story.errors import LedgerError, OutcomeUnknown
from veo_story.ledger.model import Caps, Spent
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.takes import AttemptState, Pin, Retake, Take

STEP = a_step()
LATER = NOW + timedelta(minutes=3)


@pytest.fixture
def ledger(tmp_path: Path) -> SqliteLedger:
    return SqliteLedger(tmp_path / "ledger.sqlite", owner="7@here")


def sent(ledger: SqliteLedger) -> str:
    attempt = ledger.intend(
        STEP, expected=DOLLAR, worst=Decimal(2), caps=Caps(), storage="gs://b/p", why="too dark", now=NOW
    )
    ledger.sent(attempt.id, now=NOW)
    return attempt.id


def stored(ledger: SqliteLedger, number: int = 1) -> Take:
    attempt_id = sent(ledger)
    ledger.answered(attempt_id, f"op{number}", now=NOW)
    take = a_take(STEP, ledger.path.parent, number)
    ledger.stored(attempt_id, take, cost=DOLLAR, now=NOW)
    return take


def test_a_row_tells_the_whole_story_of_a_request(ledger: SqliteLedger) -> None:
    attempt_id = sent(ledger)
    ledger.answered(attempt_id, "op", now=LATER, expires_at=LATER + timedelta(days=2))
    take = a_take(STEP, ledger.path.parent)
    ledger.stored(attempt_id, take, cost=Decimal("0.9"), usage='{"seconds": 8}', now=LATER + timedelta(1))
    (found,) = ledger.attempts()
    assert (found.expected_usd, found.reserved_usd, found.worst_usd) == (1, 1, 2)
    assert (found.settled_usd, found.usage) == (Decimal("0.9"), '{"seconds": 8}')
    assert (found.owner, found.storage, found.why) == ("7@here", "gs://b/p", "too dark")
    assert (found.created_at, found.sent_at, found.answered_at) == (NOW, NOW, LATER)
    assert (found.ended_at, found.expires_at) == (LATER + timedelta(1), LATER + timedelta(days=2))


def test_who_agreed_may_send_again_and_the_money_stays_counted(ledger: SqliteLedger) -> None:
    attempt_id = sent(ledger)
    with pytest.raises(LedgerError, match="its outcome is known"):
        ledger.again(attempt_id, now=NOW)
    ledger.lose(attempt_id, error="reset", now=NOW)
    with pytest.raises(OutcomeUnknown):
        sent(ledger)
    ledger.again(attempt_id, now=LATER)
    second = sent(ledger)
    assert ledger.spent() == Spent(reserved_usd=DOLLAR, unknown_usd=DOLLAR)
    ledger.answered(second, "op2", now=LATER)
    ledger.stored(second, a_take(STEP, ledger.path.parent), cost=DOLLAR, now=LATER)
    ledger.answered(attempt_id, "op1", now=LATER)  # the late success
    ledger.stored(attempt_id, a_take(STEP, ledger.path.parent, 2), cost=DOLLAR, now=LATER)
    assert ledger.spent() == Spent(settled_usd=2 * DOLLAR)
    assert ledger.attempts()[0].again_at == LATER


@pytest.mark.parametrize(("cost", "state"), [("0", AttemptState.RELEASED), ("0.4", AttemptState.FAILED)])
def test_a_person_says_what_it_was_billed(ledger: SqliteLedger, cost: str, state: AttemptState) -> None:
    attempt_id = sent(ledger)
    with pytest.raises(LedgerError, match="its outcome is known"):
        ledger.settle(attempt_id, cost=Decimal(cost), now=NOW)
    ledger.lose(attempt_id, error="reset", now=NOW)
    ledger.settle(attempt_id, cost=Decimal(cost), now=LATER)
    assert ledger.spent() == Spent(settled_usd=Decimal(cost))
    (found,) = ledger.attempts()
    assert (found.state, found.ended_at, found.error) == (state, LATER, "settled by a person")


@pytest.mark.parametrize(("cost", "state"), [("0", AttemptState.RELEASED), ("0.4", AttemptState.FAILED)])
def test_a_person_may_give_up_what_was_answered(ledger: SqliteLedger, cost: str, state: AttemptState) -> None:
    attempt_id = sent(ledger)
    ledger.answered(attempt_id, "op1", now=NOW)
    ledger.settle(attempt_id, cost=Decimal(cost), now=LATER)
    assert (ledger.spent(), ledger.attempts()[0].state) == (Spent(settled_usd=Decimal(cost)), state)
    with pytest.raises(LedgerError, match="its outcome is known"):
        ledger.settle(attempt_id, cost=Decimal(cost), now=LATER)


def test_what_was_asked_can_be_read_back(ledger: SqliteLedger) -> None:
    asked = ledger.request(sent(ledger))
    assert (asked["scene_id"], asked["prompt"]) == (STEP.scene_id, STEP.prompt)
    with pytest.raises(LedgerError, match="knows no attempt"):
        ledger.request("nobody")


def test_picks_pins_and_the_end_of_a_retake_are_one_change(ledger: SqliteLedger) -> None:
    first, second = stored(ledger), stored(ledger, 2)
    retake = Retake("s01", STEP.fingerprint, 2, "cut", "too dark", NOW)
    ledger.order(retake)
    assert ledger.orders() == {"s01": retake}
    pin = Pin("s01", first.id, "cut")
    with pytest.raises(LedgerError, match="no take s02/none of scene s02"):
        ledger.choose(
            picks={"s01": second.id}, pins={"s01": pin, "s02": Pin("s02", "s02/none", "cut")}, now=NOW
        )
    assert (ledger.picks(), ledger.pins()) == ({}, {})
    ledger.choose(picks={"s01": second.id}, pins={"s01": pin}, done=["s01"], now=NOW)
    assert (ledger.picks(), ledger.pins(), ledger.orders()) == ({"s01": second.id}, {"s01": pin}, {})
    ledger.choose(picks={"s01": None}, pins={"s01": None}, now=NOW)
    assert (ledger.picks(), ledger.pins()) == ({}, {})


def test_a_rejected_take_is_approved_picked_and_pinned_no_longer(ledger: SqliteLedger) -> None:
    take = stored(ledger)
    ledger.approve(take.id)
    ledger.choose(picks={"s01": take.id}, pins={"s01": Pin("s01", take.id, "bridge")}, now=NOW)
    ledger.reject(take.id, "out of focus")
    (found,) = ledger.takes()
    assert (found.rejected, found.approved) == ("out of focus", False)
    assert (ledger.picks(), ledger.pins()) == ({}, {})
    ledger.reject(take.id, None)
    assert ledger.takes()[0].rejected is None
    ledger.reject(take.id, "")
    ledger.approve(take.id)  # whoever approves it wants it
    assert (ledger.takes()[0].rejected, ledger.takes()[0].approved) == (None, True)


def test_promotions_and_deadlines(ledger: SqliteLedger) -> None:
    take = stored(ledger)
    ledger.renew(take.id, LATER)
    assert ledger.takes()[0].expires_at == LATER
    ledger.promote(["s02", "s05"], "standard", now=NOW)
    ledger.promote(["s05"], None, now=NOW)
    assert ledger.tiers() == {"s02": "standard"}


def test_a_film_keeps_its_id_and_shares_it_with_no_other(tmp_path: Path) -> None:
    ids = set()
    for name in ("one.sqlite", "two.sqlite", "one.sqlite"):
        with SqliteLedger(tmp_path / name) as ledger:
            ids.add(ledger.film_id)
    assert len(ids) == 2
