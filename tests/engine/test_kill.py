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


def killed_run(film: Path, journal: Path, takes: int, after_s: float) -> bool:
    """Start a render and kill it ``after_s`` after its first word; whether it was still at work."""
    victim = subprocess.Popen(
        [sys.executable, "-m", "tests.engine.victim", str(film), str(journal), str(takes)],
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


@pytest.mark.parametrize(("seed", "takes"), [(0, 1), (1, 1), (2, 1), (3, 5), (4, 5), (5, 5)])
def test_killed_again_and_again(tmp_path: Path, seed: int, takes: int) -> None:
    film, journal, chance = tmp_path / "film", tmp_path / "journal", random.Random(seed)
    seen: dict[str, str] = {}
    for _ in range(4):
        killed_run(film, journal, takes, chance.uniform(0.0, 0.3))
        if not (film / "ledger.sqlite").exists():
            continue
        with SqliteLedger(film / "ledger.sqlite") as ledger:
            stored = {take.id: take.sha256 for take in ledger.takes()}
        assert seen.items() <= stored.items()  # what was stored stays
        seen = stored
    the_run(film, journal, takes)  # to the end, in this process

    bills = FakeService.from_journal(journal)
    assert all(count == 1 for count in bills.bills.values())
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        attempts, stored_takes, spent = ledger.attempts(), ledger.takes(), ledger.spent()
    by_id = {a.id: a for a in attempts}
    assert set(bills.operations) <= set(by_id)  # every accepted request was written down before it was sent
    asked: Counter[str] = Counter()
    for attempt_id, (scene_id, _) in bills.operations.items():
        asked[scene_id] += bills.samples[attempt_id]
    came = Counter(take.scene_id for take in stored_takes)
    for step in the_plan(takes).steps():
        assert asked[step.scene_id] <= step.takes, "paid twice"
        unknown = [a for a in attempts if (a.scene_id, a.state) == (step.scene_id, S.UNKNOWN)]
        lost = sum(a.samples for a in unknown if a.id in bills.operations)
        assert came[step.scene_id] == asked[step.scene_id] - lost, "paid and not stored"
        assert len(unknown) <= 1
    for attempt in attempts:
        given = sorted(take.sample for take in stored_takes if take.attempt_id == attempt.id)
        assert given == (list(range(attempt.samples)) if attempt.state is S.STORED else [])
    for take in stored_takes:
        assert seen.get(take.id, take.sha256) == take.sha256
        assert len(frames_of(take.clip)) == take.frames
    assert {a.state for a in attempts} <= {S.STORED, S.RELEASED, S.UNKNOWN}
    assert spent.settled_usd == len(stored_takes)
    assert spent.counted_usd <= 20
    assert not list(film.glob("takes/*/.*"))
