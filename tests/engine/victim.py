"""A render that a test kills: ``python -m tests.engine.victim FILM JOURNAL [TAKES]``.

The service is a journal file, synced before the answer, so it outlives the process like a real service does.
"""

from __future__ import annotations

import asyncio
import sys
from decimal import Decimal
from pathlib import Path

from tests.engine.fakes import FakeBackend, FakeService, chain_of, plan_of, run
from veo_story.plan.model import Plan
from veo_story.storyboard.model import Budget


def the_plan(takes: int = 1) -> Plan:
    """Twenty takes in all, of which one request gives up to three."""
    chains = (chain_of(10 // takes, prefix=prefix, price="1", takes=takes) for prefix in "ab")
    return plan_of(*chains, free=False, returns="combined", samples=3)


def the_run(film: Path, journal: Path, takes: int = 1) -> FakeBackend:
    backend = FakeBackend(service=FakeService.from_journal(journal), combined=True, looks=2)
    result = asyncio.run(run(the_plan(takes), film, backend, budget=Budget(max_usd=Decimal(20))))
    print(f"ended {result.ok}", flush=True)
    return backend


if __name__ == "__main__":
    print("began", flush=True)
    the_run(Path(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:]))
