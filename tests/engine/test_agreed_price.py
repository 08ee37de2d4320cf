"""What a request costs is what it was sent for, whatever its scene costs when it is brought home."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

from tests.engine.fakes import plan_of, run, step
from tests.engine.faults import Faulty
from veo_story.errors import GenerationError
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
