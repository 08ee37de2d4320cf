"""Eight films in eight processes under one monthly cap: it is never passed by a cent, at no moment."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

from tests.ledger.accounting import World
from tests.ledger.spender import PRICE, SCENES
from tests.support.command import ROOT
from veo_story.ledger.model import Spent
from veo_story.ledger.sqlite import SqliteLedger

FILMS = 8
CAP = Decimal("7.00")


def test_eight_films_at_once_share_a_cap(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.cap(month=str(CAP))
    names = [f"film{n}" for n in range(FILMS)]
    command = [sys.executable, "-m", "tests.ledger.spender", str(tmp_path)]
    running = [subprocess.Popen([*command, n], cwd=ROOT, stdout=subprocess.PIPE, text=True) for n in names]
    looks = []
    while any(process.poll() is None for process in running):
        looks.append(world.month().counted_usd)
        assert looks[-1] <= CAP
    told = [json.loads(process.communicate()[0]) for process in running]
    assert [process.returncode for process in running] == [0] * FILMS
    fits = int(CAP // PRICE)
    # Every request looked for itself, while the others worked.
    seen = [Decimal(cost) for film in told for cost in film["seen"]]
    assert len(seen) == fits
    assert all(PRICE <= cost <= CAP for cost in seen)
    assert world.month() == Spent(settled_usd=fits * PRICE)
    refused = [kind for film in told for kind in film["failed"].values()]
    assert refused == ["BudgetError"] * (FILMS * SCENES - fits)
    spent = Decimal(0)
    for name in names:
        with SqliteLedger(world.folder(name) / "ledger.sqlite") as ledger:
            spent += ledger.spent().counted_usd
    assert spent == fits * PRICE
    assert world.unconfirmed() == []
