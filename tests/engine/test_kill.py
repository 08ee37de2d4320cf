"""``kill -9`` at any moment: nothing paid twice, nothing stored lost, and the next run goes on."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from tests.engine.fakes import FakeService, frames_of
from tests.engine.victim import the_plan, the_run
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.takes import AttemptState as S

ROOT = Path(__file__).parents[2]


def killed_run(film: Path, journal: Path, after_s: float) -> bool:
    """Start a render and kill it ``after_s`` after its first word; whether it was still at work."""
    victim = subprocess.Popen(
        [sys.executable, "-m", "tests.engine.victim", str(film), str(journal)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert victim.stdout is not None
    assert victim.stdout.readline() == "began\n"
    timer = threading.Timer(after_s, victim.kill)
    timer.start()
    victim.communicate(timeout=60)
    timer.cancel()
    return victim.returncode == -signal.SIGKILL


@pytest.mark.parametrize("seed", range(5))
def test_killed_again_and_again(tmp_path: Path, seed: int) -> None:
    film, journal, chance = tmp_path / "film", tmp_path / "journal", random.Random(seed)
    seen: dict[str, str] = {}
    for _ in range(4):
        killed_run(film, journal, chance.uniform(0.0, 0.3))
        if not (film / "ledger.sqlite").exists():
            continue
        with SqliteLedger(film / "ledger.sqlite") as ledger:
            stored = {take.id: take.sha256 for take in ledger.takes()}
        assert seen.items() <= stored.items()  # what was stored stays
        seen = stored
    the_run(film, journal)  # to the end, in this process

    bills = FakeService.from_journal(journal)
    assert all(count == 1 for count in bills.bills.values())
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        attempts, takes, spent = ledger.attempts(), ledger.takes(), ledger.spent()
    by_id = {a.id: a for a in attempts}
    assert set(bills.operations) <= set(by_id)  # every accepted request was written down before it was sent
    unknown = Counter(a.scene_id for a in attempts if a.state is S.UNKNOWN)
    paid = Counter(scene_id for scene_id, _ in bills.operations.values())
    steps = {step.scene_id: step for step in the_plan().steps()}
    for scene_id in steps:
        stored_takes = [take for take in takes if take.scene_id == scene_id]
        assert paid[scene_id] <= 1, "paid twice"
        assert unknown[scene_id] <= 1
        if unknown[scene_id]:
            assert not stored_takes
        elif paid[scene_id]:
            assert len(stored_takes) == 1, "paid and not stored"
    for take in takes:
        assert seen.get(take.id, take.sha256) == take.sha256
        assert len(frames_of(take.clip)) == take.frames
    assert {a.state for a in attempts} <= {S.STORED, S.RELEASED, S.UNKNOWN}
    assert spent.settled_usd == len(takes)
    assert spent.counted_usd <= 20
    assert not list(film.glob("takes/*/.*"))
