"""The engine renders random plans against a service that fails at random: no cap is passed at any event."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine.fake_media import FAKE_MEDIA
from tests.engine.fakes import FakeBackend, chain_of, clock, no_sleep, plan_of
from tests.ledger.accounting import World, none_less
from veo_story.backends.base import Failed, Filtered, Status
from veo_story.engine.events import Event
from veo_story.engine.run import render
from veo_story.errors import BudgetError, GenerationError, OutcomeUnknown, QuotaError
from veo_story.ledger.account import Account
from veo_story.ledger.model import UserCaps
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.model import Plan
from veo_story.plan.takes import Attempt
from veo_story.storyboard.model import Budget

RUNS, CHUNKS = 200, 4
ZERO = Decimal(0)


@dataclass
class Moody(FakeBackend):
    """Refuses, loses, filters and overcharges as the dice fall."""

    dice: random.Random = field(default_factory=random.Random)

    async def on_submit(self, scene_id: str) -> None:
        if self.dice.random() < 0.1:
            raise QuotaError("429")

    async def on_accepted(self, scene_id: str) -> None:
        await asyncio.sleep(0)
        if self.dice.random() < 0.1:
            raise OutcomeUnknown("reset")

    async def on_status(self, scene_id: str) -> Status | None:
        error = GenerationError("failed")
        ways: list[Status] = [
            Filtered(("1",)),
            Filtered(("1",), retry_may_pass=True),
            Failed(error),
            Failed(error, billed_usd=Decimal("0.35")),
            Failed(error, lost=True),
            Failed(error, retry_after_s=1.0),
        ]
        return self.dice.choice(ways) if self.dice.random() < 0.1 else None


def a_plan(dice: random.Random, film: str) -> Plan:
    chains = [
        chain_of(
            dice.randint(1, 4),
            prefix=prefix,
            price=f"{dice.randint(1, 1500) / 1000:.3f}",
            takes=dice.choice([1, 1, 1, 2, 3]),
        )
        for prefix in "ab"[: dice.randint(1, 2)]
    ]
    return plan_of(*chains, free=False, film=film, samples=dice.choice([1, 4]))


def money(attempts: Iterable[Attempt]) -> tuple[Decimal, Decimal]:
    """What counts, and what of it was billed above a reservation."""
    counted = over = ZERO
    for attempt in attempts:
        mine = attempt.reserved_usd if attempt.settled_usd is None else attempt.settled_usd
        counted, over = counted + mine, over + max(ZERO, mine - attempt.reserved_usd)
    return counted, over


@dataclass
class Watch:
    """Looks at both ledgers at every event of a run."""

    world: World
    cap: Decimal
    film: str
    budget: Budget
    looks: int = 0

    def __call__(self, event: Event) -> None:
        self.looks += 1
        booked, of_film = self.world.booked(), self.world.of_film(self.film)
        counted, over = money(booked.values())
        assert counted - over <= self.cap
        counted, over = money(of_film.values())
        assert self.budget.max_usd is not None
        assert counted - over <= self.budget.max_usd
        for scene in {attempt.scene_id for attempt in of_film.values()}:
            counted, over = money(a for a in of_film.values() if a.scene_id == scene)
            assert self.budget.per_scene_usd is None or counted - over <= self.budget.per_scene_usd
        none_less(booked, of_film)


async def _render(world: World, dice: random.Random, film: str, cap: Decimal) -> list[Exception]:
    backend = Moody(dice=dice, billed=dice.choice([None, None, Decimal("0.5"), Decimal(2)]))
    budget = Budget(
        max_usd=Decimal(dice.randint(1, 8)), per_scene_usd=dice.choice([None, Decimal(2), Decimal("0.9")])
    )
    watch = Watch(world, cap, film, budget)
    plan = a_plan(dice, film)
    errors: list[Exception] = []
    for _ in range(2):  # the second run goes on from what the first left
        result = await render(
            plan,
            world.folder(film),
            budget=budget,
            open_backend=lambda _name: backend,
            on_event=watch,
            clock=clock,
            sleep=no_sleep,
            media=FAKE_MEDIA,
            account=world.account,
        )
        errors += [failure.error for failure in result.failures]
    assert watch.looks >= 4
    return errors


async def _side_by_side(world: World, dice: random.Random, cap: Decimal) -> list[Exception]:
    both = await asyncio.gather(*(_render(world, dice, film, cap) for film in ("one", "two")))
    return [error for errors in both for error in errors]


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_runs_of_the_engine(tmp_path: Path, chunk: int) -> None:
    refused = 0
    for seed in range(chunk * RUNS // CHUNKS, (chunk + 1) * RUNS // CHUNKS):
        dice, world = random.Random(seed), World(tmp_path / str(seed))
        cap = Decimal(dice.randint(50, 600)).scaleb(-2)
        with Account(world.account) as account:
            account.set_caps(UserCaps(dice.choice([None, cap]), cap), now=clock())
        errors = asyncio.run(_side_by_side(world, dice, cap))
        refused += any(isinstance(error, BudgetError) for error in errors)
        told = {}
        for film in ("one", "two"):
            with SqliteLedger(world.folder(film) / "ledger.sqlite") as ledger:
                told |= {attempt.id: attempt for attempt in ledger.attempts()}
        assert world.booked() == told
    assert refused > RUNS // CHUNKS // 3
