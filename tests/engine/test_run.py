"""What a run makes, keeps and tells."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine.fakes import (
    FakeBackend,
    chain_of,
    clock,
    failed_with,
    frames_of,
    plan_of,
    run,
    step,
)
from tests.engine.faults import Faulty, states
from veo_story.engine.events import (
    Event,
    RunEnded,
    RunStarted,
    StepKept,
    StepProgress,
    StepStarted,
    StepStored,
)
from veo_story.engine.run import render
from veo_story.errors import (
    ConfigError,
    LedgerError,
    MediaError,
)
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.model import Chain, FileInput
from veo_story.plan.takes import AttemptState, Take
from veo_story.storyboard.model import Budget

ROOT = Path(__file__).parents[2]


def test_a_chain_is_rendered_in_order_and_kept(tmp_path: Path) -> None:
    backend, events = FakeBackend(), list[Event]()
    plan = plan_of(chain_of(3))
    result = asyncio.run(run(plan, tmp_path / "film", backend, events=events))
    assert result.ok
    assert (result.sent, result.skipped, result.stopped) == (3, (), False)
    assert backend.sent == ["s01", "s02", "s03"]
    assert backend.most_running == 1
    assert backend.closed == 1
    assert [frames_of(t.clip)[0] for t in result.takes.values()] == ["s01:0", "s02:0", "s03:0"]
    again, events = FakeBackend(), list[Event]()
    kept = asyncio.run(run(plan, tmp_path / "film", again, events=events))
    assert kept.ok
    assert (kept.sent, again.sent, again.closed) == (0, [], 0)  # not even opened
    assert kept.takes == result.takes
    assert [type(e) for e in events] == [RunStarted, StepKept, StepKept, StepKept, RunEnded]


def test_the_events_of_a_run(tmp_path: Path) -> None:
    events: list[Event] = []
    plan = plan_of(chain_of(2, price="0.25"), free=False)
    asyncio.run(run(plan, tmp_path / "film", FakeBackend(), events=events))
    assert [type(e) for e in events] == [
        RunStarted,
        *([StepStarted, StepProgress, StepStored] * 2),
        RunEnded,
    ]
    first, last = events[0], events[-1]
    assert isinstance(first, RunStarted)
    assert (first.scenes, first.to_do, first.chains) == (2, 2, (("chain-s", 2),))
    assert first.expected_usd == Decimal("0.5")
    assert isinstance(last, RunEnded)
    assert (last.stored, last.kept, last.failed, last.skipped, last.sent) == (2, 0, 0, 0, 2)
    assert last.run_usd == last.cost_usd == Decimal("0.5")
    costs = [e.cost_usd for e in events]
    assert costs == sorted(costs)
    assert [e.at for e in events] == sorted(e.at for e in events)
    assert {e.film for e in events} == {"film"}


def test_a_run_that_keeps_everything_imports_nothing_heavy(tmp_path: Path) -> None:
    code = """
import asyncio, sys
from pathlib import Path
from tests.engine.fakes import FakeBackend, chain_of, plan_of, run
for _ in range(2):
    result = asyncio.run(run(plan_of(chain_of(2)), Path(sys.argv[1]), FakeBackend()))
assert result.ok and result.sent == 0
print([name for name in ("av", "numpy", "cv2", "PIL", "rich", "jsonschema") if name in sys.modules])
"""
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "film")],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert ended.stdout.strip() == "[]"


def test_only_what_changed_and_what_follows_is_rendered(tmp_path: Path) -> None:
    film = tmp_path / "film"
    old = chain_of(4)
    first = asyncio.run(run(plan_of(old), film, FakeBackend()))
    s1, s2 = old.steps[:2]
    s3 = step("s03", parent=s2, words="changed")
    backend = FakeBackend()
    plan = plan_of(Chain("c", (s1, s2, s3, step("s04", parent=s3))))
    second = asyncio.run(run(plan, film, backend))
    assert backend.sent == ["s03", "s04"]
    assert second.takes["s02"] == first.takes["s02"]
    assert second.takes["s04"].parents == (second.takes["s03"].id,)
    assert first.takes["s03"].clip.exists()  # takes are never overwritten


def test_an_extension_gets_its_whole_lineage(tmp_path: Path) -> None:
    backend = FakeBackend(combined=True)
    plan = plan_of(chain_of(3), returns="combined")
    result = asyncio.run(run(plan, tmp_path / "film", backend))
    parent = backend.asked[2][1].parent
    assert parent is not None
    s1, s2, s3 = (result.takes[f"s{n:02}"] for n in (1, 2, 3))
    assert (parent.path, parent.frames) == (s2.clip, 96)
    assert parent.handle == s2.handle is not None
    assert [(r.path, r.start, r.end) for r in parent.lineage] == [(s1.clip, 0, 48), (s2.clip, 48, 96)]
    assert (s3.frames, s3.new_start, s3.new_end, s3.faithful) == (144, 96, 144, True)
    assert s3.parents == (s2.id,)


def test_a_windowed_extension_is_measured_against_the_tail_that_was_sent(tmp_path: Path) -> None:
    backend = FakeBackend(combined=True)
    s1 = step("s01")
    s2 = step("s02", parent=s1, window_frames=24)
    result = asyncio.run(run(plan_of(Chain("c", (s1, s2)), returns="combined"), tmp_path / "f", backend))
    assert result.ok, result.failures
    take = result.takes["s02"]
    assert (take.frames, take.new_start, take.new_end) == (72, 24, 72)


def test_frames_of_other_scenes_are_found_written_and_recorded(tmp_path: Path) -> None:
    backend = FakeBackend(soft=3)
    s1 = step("s01")
    s2 = step("s02", frames=(("first_frame", s1, None), ("last_frame", s1, "1.3")))
    plan = plan_of(Chain("a", (s1,)), Chain("b", (s2,)))
    result = asyncio.run(run(plan, tmp_path / "film", backend))
    assert result.ok, result.failures
    take = result.takes["s02"]
    assert dict(take.picked_frames) == {"first_frame": 44, "last_frame": 31}
    assert (take.clip.parent / "first_frame.png").read_text() == "s01:44"
    assert (take.clip.parent / "last_frame.png").read_text() == "s01:31"
    assert take.parents == (result.takes["s01"].id,)


def test_a_picked_frame_counts_in_the_new_footage(tmp_path: Path) -> None:
    chain = chain_of(2)
    s3 = step("s03", frames=(("first_frame", chain.steps[1], None),))
    plan = plan_of(chain, Chain("b", (s3,)), returns="combined")
    result = asyncio.run(run(plan, tmp_path / "film", FakeBackend(combined=True)))
    assert dict(result.takes["s03"].picked_frames) == {"first_frame": 47}
    assert (result.takes["s03"].clip.parent / "first_frame.png").read_text() == "s02:47"


def test_files_of_the_author_reach_the_backend_by_role(tmp_path: Path) -> None:
    files = tuple(
        FileInput(role, tmp_path / name, "00")
        for role, name in [
            ("reference", "a.png"),
            ("reference", "b.png"),
            ("image", "c.png"),
            ("clip", "d.mp4"),
            ("last_frame", "e.png"),
        ]
    )
    backend = FakeBackend()
    asyncio.run(run(plan_of(Chain("c", (step("s01", files=files),))), tmp_path / "film", backend))
    inputs = backend.asked[0][1]
    assert [p.name for p in inputs.references] == ["a.png", "b.png"]
    assert (inputs.image, inputs.clip) == (tmp_path / "c.png", tmp_path / "d.mp4")
    assert (inputs.first_frame, inputs.last_frame, inputs.parent) == (None, tmp_path / "e.png", None)


def test_a_frame_after_the_end_fails_before_anything_is_sent(tmp_path: Path) -> None:
    s1 = step("s01")
    plan = plan_of(Chain("a", (s1, step("s02", frames=(("first_frame", s1, "2.0"),)))))
    backend = FakeBackend()
    result = asyncio.run(run(plan, tmp_path / "film", backend))
    error = failed_with(result, "s02")
    assert isinstance(error, MediaError)
    assert "no frame at 2.0 s: it is 2 s long" in error.message
    assert backend.sent == ["s01"]


def test_a_backend_that_cannot_be_opened_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    first, events = FakeBackend(), list[Event]()

    def open_backend(name: str) -> FakeBackend:
        if name == "other":
            raise ConfigError("no key")
        return first

    plan = plan_of(Chain("a", (step("s01"),)), Chain("b", (step("s02", backend="other"),)))
    with pytest.raises(ConfigError, match="no key"):
        asyncio.run(
            render(
                plan,
                tmp_path / "film",
                budget=Budget(),
                open_backend=open_backend,
                on_event=events.append,
                clock=clock,
            )
        )
    assert (first.sent, first.closed, events) == ([], 1, [])


def test_a_bug_of_a_backend_stops_the_run_and_comes_through(tmp_path: Path) -> None:
    film = tmp_path / "film"
    plan = plan_of(chain_of(2, prefix="a", price="1"), chain_of(9, prefix="b", price="1"), free=False)
    backend = Faulty(accepted_a01=ZeroDivisionError("a bug"))
    with pytest.raises(ZeroDivisionError, match="a bug"):
        asyncio.run(run(plan, film, backend))
    assert backend.closed == 1
    assert len(backend.sent) < 11
    assert AttemptState.SENT not in states(film)
    assert AttemptState.UNKNOWN in states(film)  # it was accepted, and nobody knows


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "film").write_text("a file")
    with pytest.raises(LedgerError, match="Cannot write in"):
        asyncio.run(run(plan_of(chain_of(1)), tmp_path / "film", FakeBackend()))


def test_a_disk_that_refuses_stops_the_run_and_loses_nothing(tmp_path: Path) -> None:
    film = tmp_path / "film"
    plan = plan_of(chain_of(2, price="1"), free=False)
    backend = Faulty(fetch_s01=OSError(28, "No space left on device", "clip.mp4"))
    with pytest.raises(LedgerError, match=r"No space left on device \(clip.mp4\)") as caught:
        asyncio.run(run(plan, film, backend))
    assert caught.value.exit_code == 12
    assert states(film) == [AttemptState.ANSWERED]
    assert asyncio.run(run(plan, film, backend)).ok
    assert backend.sent == ["s01", "s02"]


def test_another_ledger_may_be_given(tmp_path: Path) -> None:
    film = tmp_path / "film"
    film.mkdir()
    with SqliteLedger(film / "elsewhere.sqlite") as ledger:
        result = asyncio.run(run(plan_of(chain_of(1)), film, FakeBackend(), ledger=ledger))
        assert ledger.takes() == tuple(result.takes.values())
    assert not (film / "ledger.sqlite").exists()


def test_a_take_carries_what_it_was_made_of(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(1))
    (take,) = asyncio.run(run(plan, film, FakeBackend())).takes.values()
    s1 = plan.step("s01")
    assert isinstance(take, Take)
    assert (take.fingerprint, take.parts, take.backend, take.model) == (
        s1.fingerprint,
        s1.parts,
        "fake",
        "fake-1",
    )
    assert take.clip == film / "takes" / take.id / "clip.mp4"
    request = json.loads((take.clip.parent / "request.json").read_text())
    assert (request["prompt"], request["fingerprint"], request["version"]) == ("s01", s1.fingerprint, 2)
    probed = json.loads((take.clip.parent / "probe.json").read_text())
    assert (probed["frames"], probed["probe"]) == (48, {"frames": 48})
