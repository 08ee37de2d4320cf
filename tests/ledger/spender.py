"""A process that renders one film on a slow fake service: ``python -m tests.ledger.spender ROOT FILM``.

Prints as JSON what became of each scene that failed (``failed``: the kind of its error), and what the month
had cost at every request that it sent (``seen``).
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.engine.fake_media import FAKE_MEDIA
from tests.engine.fakes import FakeBackend, chain_of, plan_of
from tests.ledger.accounting import World
from tests.ledger.making import NOW
from veo_story.engine.run import render
from veo_story.storyboard.model import Budget

PRICE, SCENES = Decimal("0.37"), 6


@dataclass
class Slow(FakeBackend):
    """Takes a while to answer, as a service does."""

    dice: random.Random = field(default_factory=random.Random)
    world: World | None = None
    seen: list[str] = field(default_factory=list)

    async def on_submit(self, scene_id: str) -> None:
        assert self.world is not None
        self.seen.append(str(self.world.month().counted_usd))
        await asyncio.sleep(self.dice.random() / 50)

    async def on_fetch(self, scene_id: str) -> None:
        await asyncio.sleep(self.dice.random() / 50)


async def spend(world: World, film: str) -> dict[str, Any]:
    chains = (chain_of(1, prefix=f"c{n}", price=str(PRICE)) for n in range(SCENES))
    backend = Slow(dice=random.Random(film), world=world)
    result = await render(
        plan_of(*chains, free=False, film=film),
        world.folder(film),
        budget=Budget(max_usd=Decimal(100)),
        open_backend=lambda _name: backend,
        on_event=lambda _event: None,
        clock=lambda: NOW,
        media=FAKE_MEDIA,
        account=world.account,
        concurrency=3,
    )
    failed = {failure.scene_id: type(failure.error).__name__ for failure in result.failures}
    return {"failed": failed, "seen": backend.seen}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(spend(World(Path(sys.argv[1])), sys.argv[2]))))
