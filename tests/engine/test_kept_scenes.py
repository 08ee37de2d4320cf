"""Scenes that are pinned to a take: never sent, never asking for what comes before them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from tests.engine.fakes import FakeBackend, plan_of, run, step
from veo_story.engine.events import Event, StepSkipped
from veo_story.errors import QuotaError
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.fingerprint import AFTER
from veo_story.plan.model import Chain, Plan, Step
from veo_story.plan.takes import Take

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def chained(*words: str, window: int | None = None) -> Plan:
    """A chain of scenes that say these words; ``window`` is what the last one sends of the one before."""
    steps: list[Step] = []
    for n, text in enumerate(words, 1):
        last = window if n == len(words) else None
        made = step(f"s{n:02}", parent=steps[-1] if steps else None, words=text, window_frames=last)
        # As the compiler writes it: so a take says by itself whether it extends another.
        mode = sha256(f'"{made.mode}"'.encode()).hexdigest()
        steps.append(replace(made, parts={**made.parts, "mode": mode}))
    return plan_of(Chain("c1", tuple(steps)), returns="combined")


def keeping(plan: Plan, take: Take) -> Plan:
    """The plan with a scene kept; what follows has the fingerprint that its old parent gives it."""
    steps: list[Step] = []
    for old in plan.chains[0].steps:
        made = old
        if old.scene_id == take.scene_id:
            made = replace(old, kept=take.id, fingerprint=take.fingerprint, parts=take.parts)
        elif steps and steps[-1].kept is not None:
            before = steps[-1].fingerprint
            parts = {**old.parts, f"{AFTER}{steps[-1].scene_id}": before}
            made = replace(old, fingerprint=f"{before[:4]}{old.fingerprint[4:]}", parts=parts)
        steps.append(made)
    return replace(plan, chains=(Chain("c1", tuple(steps)),))


def render(plan: Plan, film: Path, events: list[Event] | None = None) -> tuple[FakeBackend, dict[str, Take]]:
    backend = FakeBackend(combined=True)
    result = asyncio.run(run(plan, film, backend, events=events))
    assert not result.failures, result.failures
    return backend, dict(result.takes)


def test_a_kept_scene_is_never_sent_and_what_follows_extends_its_take(tmp_path: Path) -> None:
    _, old = render(chained("one", "two", "three", "four"), tmp_path)
    plan = keeping(chained("one", "other", "three", "changed"), old["s03"])
    backend, takes = render(plan, tmp_path)
    assert backend.sent == ["s02", "s04"]
    assert takes["s03"] == old["s03"]
    assert takes["s04"].parents == (old["s03"].id,)
    parent = backend.asked[1][1].parent
    assert parent is not None
    # The chain of the old take, not the film's: the other s02 is no part of it.
    assert [r.path for r in parent.lineage] == [old[s].clip for s in ("s01", "s02", "s03")]
    assert parent.path == old["s03"].clip


def test_a_window_is_cut_from_the_kept_take(tmp_path: Path) -> None:
    _, old = render(chained("one", "two", "three"), tmp_path)
    plan = keeping(chained("one", "other", "three", "four", window=24), old["s03"])
    backend, takes = render(plan, tmp_path)
    assert backend.sent == ["s02", "s04"]
    assert (takes["s04"].frames, takes["s04"].new_start) == (24 + 48, 24)
    assert backend.asked[1][1].parent.path == old["s03"].clip


def test_a_scene_before_it_that_fails_keeps_nothing_from_going_on(tmp_path: Path) -> None:
    _, old = render(chained("one", "two", "three"), tmp_path)
    plan = keeping(chained("one", "other", "three", "four"), old["s03"])

    class Failing(FakeBackend):
        async def on_submit(self, scene_id: str) -> None:
            if scene_id == "s02":
                raise QuotaError("enough for today")

    backend = Failing(combined=True)
    result = asyncio.run(run(plan, tmp_path, backend))
    assert [f.scene_id for f in result.failures] == ["s02"]
    assert backend.sent == ["s02", "s04"]
    assert set(result.takes) == {"s01", "s03", "s04"}


def test_a_kept_scene_may_be_all_that_another_run_asks_to_go_on_from(tmp_path: Path) -> None:
    _, old = render(chained("one", "two", "three"), tmp_path)
    plan = keeping(chained("one", "other", "three", "four"), old["s03"])
    backend = FakeBackend(combined=True)
    result = asyncio.run(run(plan, tmp_path, backend, only={"s04"}))
    assert backend.sent == ["s04"]
    assert "s02" not in result.takes


def test_a_kept_take_that_was_rejected_meanwhile_is_not_made_again(tmp_path: Path) -> None:
    _, old = render(chained("one", "two", "three"), tmp_path)
    plan = keeping(chained("one", "two", "three", "four"), old["s03"])
    with SqliteLedger(tmp_path / "ledger.sqlite") as ledger:
        ledger.reject(old["s03"].id, "")
    events: list[Event] = []
    backend, takes = render(plan, tmp_path, events)
    assert backend.sent == []
    assert set(takes) == {"s01", "s02"}
    skipped = [event for event in events if isinstance(event, StepSkipped)]
    assert [event.scene_id for event in skipped] == ["s03", "s04"]
    assert old["s03"].id in skipped[0].because


def test_a_rejected_take_is_made_again_under_the_next_number(tmp_path: Path) -> None:
    plan = chained("one", "two")
    _, old = render(plan, tmp_path)
    with SqliteLedger(tmp_path / "ledger.sqlite") as ledger:
        ledger.reject(old["s02"].id, "too dark")
    backend, takes = render(plan, tmp_path)
    assert backend.sent == ["s02"]
    assert takes["s02"].number == 2
    assert render(plan, tmp_path)[0].sent == []
