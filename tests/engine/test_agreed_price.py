"""Nobody pays another price than the one that was shown, nor another than the one a request was sent at."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine.fakes import FakeBackend, chain_of, plan_of, run, step
from tests.engine.faults import Faulty
from veo_story.engine.approvals import Terms
from veo_story.errors import ApprovalNeeded, GenerationError
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.model import Chain, Plan
from veo_story.storyboard.model import Budget


def _plan(price: str) -> Plan:
    wanted = step("s01", price=price, takes=2)
    return plan_of(Chain("c1", (wanted,)), free=False, samples=2)


def test_a_request_is_brought_home_at_the_price_it_was_reserved_at(tmp_path: Path) -> None:
    film, budget = tmp_path / "film", Budget(max_usd=Decimal(2))
    backend = Faulty(look_s01=GenerationError("still running"))
    asyncio.run(run(_plan("0.70"), film, backend, budget=budget))
    # budget.basis or the price list has changed since.
    assert asyncio.run(run(_plan("1.50"), film, backend, budget=budget)).ok
    assert set(backend.service.bills.values()) == {1}
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        assert ledger.spent().counted_usd == Decimal("1.40")
        assert [take.cost_usd for take in ledger.takes()] == [Decimal("0.70")] * 2


def test_a_film_that_changed_after_its_price_was_shown_pays_for_nothing(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(3, price="0.70"), free=False)
    backend = FakeBackend()
    made = asyncio.run(run(plan, film, backend)).takes
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        ledger.reject(made["s02"].id, "meanwhile")
    again = FakeBackend(service=backend.service)
    for shown in ("0", "1.39"):
        with pytest.raises(ApprovalNeeded, match=r"would cost \$1.40"):
            asyncio.run(run(plan, film, again, terms=Terms(agreed_usd=Decimal(shown))))
    assert again.sent == []
    assert asyncio.run(run(plan, film, again, terms=Terms(agreed_usd=Decimal("1.40")))).ok
    assert again.sent == ["s02", "s03"]
