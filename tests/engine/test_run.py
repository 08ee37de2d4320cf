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
from veo_story.backends.base import Failed, Filtered, Status
from veo_story.engine.events import (
    Event,
    RunEnded,
    RunStarted,
    StepFailed,
    StepKept,
    StepProgress,
    StepSkipped,
    StepStarted,
    StepStored,
)
from veo_story.engine.run import render
from veo_story.errors import (
    BudgetError,
    ConfigError,
    ExpiredError,
    FilteredError,
    GenerationError,
    LedgerError,
    MediaError,
    OutcomeUnknown,
    QuotaError,
    VeoStoryError,
)
from veo_story.ledger.model import Spent
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.model import Chain, FileInput
from veo_story.plan.takes import AttemptState, Take
from veo_story.storyboard.model import Budget

ROOT = Path(__file__).parents[2]


class Faulty(FakeBackend):
    """Raises or answers what ``at`` holds for a scene, once each."""

    def __init__(self, **at: BaseException | Status) -> None:
        super().__init__()
        self.at = at

    async def on_submit(self, scene_id: str) -> None:
        self._raise(f"submit_{scene_id}")

    async def on_accepted(self, scene_id: str) -> None:
        self._raise(f"accepted_{scene_id}")

    async def on_fetch(self, scene_id: str) -> None:
        self._raise(f"fetch_{scene_id}")

    async def on_status(self, scene_id: str) -> Status | None:
        self._raise(f"look_{scene_id}")
        found = self.at.pop(f"status_{scene_id}", None)
        assert not isinstance(found, BaseException)
        return found

    def _raise(self, when: str) -> None:
        error = self.at.pop(when, None)
        if isinstance(error, BaseException):
            raise error


def ledger_of(film: Path) -> SqliteLedger:
    return SqliteLedger(film / "ledger.sqlite")


def states(film: Path) -> list[AttemptState]:
    with ledger_of(film) as ledger:
        return [a.state for a in ledger.attempts()]


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


def test_several_takes_and_the_first_goes_on(tmp_path: Path) -> None:
    s1 = step("s01", takes=3)
    plan = plan_of(Chain("c", (s1, step("s02", parent=s1))))
    backend, film = FakeBackend(), tmp_path / "film"
    result = asyncio.run(run(plan, film, backend))
    assert backend.sent == ["s01", "s01", "s01", "s02"]
    with ledger_of(film) as ledger:
        assert [t.number for t in ledger.takes() if t.scene_id == "s01"] == [1, 2, 3]
    assert result.takes["s01"].number == 1
    assert result.takes["s02"].parents == (result.takes["s01"].id,)
    again = asyncio.run(run(plan, film, FakeBackend()))
    assert (again.sent, again.takes) == (0, result.takes)  # the chain stays on the take it was built on
    one = asyncio.run(run(plan_of(Chain("c", (step("s01"),))), film, FakeBackend()))
    assert one.sent == 0  # fewer takes than there are


def test_a_further_take_makes_nothing_stale_by_itself(tmp_path: Path) -> None:
    film, backend = tmp_path / "film", FakeBackend()
    s1, s2 = chain_of(2).steps
    asyncio.run(run(plan_of(Chain("c", (s1, s2))), film, backend))
    more = plan_of(Chain("c", (step("s01", takes=2), s2)))
    for _ in range(2):
        assert asyncio.run(run(more, film, backend)).ok
    assert backend.sent == ["s01", "s02", "s01"]


def test_a_further_take_makes_nothing_under_way_stale(tmp_path: Path) -> None:
    film = tmp_path / "film"
    s1 = step("s01", takes=2, price="1")
    plan = plan_of(Chain("c", (s1, step("s02", parent=s1, price="1"))), free=False)
    backend = Faulty(look_s02=MediaError("the net went away"))
    assert not asyncio.run(run(plan, film, backend)).ok
    assert asyncio.run(run(plan, film, backend)).ok
    assert backend.sent == ["s01", "s01", "s02"]


@pytest.mark.parametrize("before", [0, 1])
def test_a_picked_take_that_is_still_to_be_made_is_waited_for(tmp_path: Path, before: int) -> None:
    film, backend = tmp_path / "film", FakeBackend()
    if before:
        asyncio.run(run(plan_of(Chain("c", (step("s01"),))), film, FakeBackend()))
    s1 = step("s01", takes=3, pick=2)
    plan = plan_of(Chain("c", (s1, step("s02", parent=s1))))
    result = asyncio.run(run(plan, film, backend))
    assert result.takes["s01"].number == 2
    assert result.takes["s02"].parents == (result.takes["s01"].id,)
    assert asyncio.run(run(plan, film, backend)).sent == 0


def test_a_pick_that_is_never_made_leaves_the_latest(tmp_path: Path) -> None:
    film, backend = tmp_path / "film", FakeBackend()
    s1 = step("s01", takes=2, pick=7)
    plan = plan_of(Chain("c", (s1, step("s02", parent=s1))))
    assert asyncio.run(run(plan, film, backend)).takes["s01"].number == 2
    assert asyncio.run(run(plan, film, backend)).sent == 0


def test_picking_another_take_renders_what_follows(tmp_path: Path) -> None:
    film = tmp_path / "film"
    s1 = step("s01", takes=2, pick=1)
    asyncio.run(run(plan_of(Chain("c", (s1, step("s02", parent=s1)))), film, FakeBackend()))
    backend = FakeBackend()
    other = step("s01", takes=2, pick=2)
    result = asyncio.run(run(plan_of(Chain("c", (other, step("s02", parent=other)))), film, backend))
    assert backend.sent == ["s02"]
    assert result.takes["s02"].parents == (f"s01/{s1.fingerprint[:8]}-2",)
    assert result.takes["s02"].number == 2


def test_a_take_whose_clip_was_deleted_is_made_again_under_a_new_number(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(1))
    (first,) = asyncio.run(run(plan, film, FakeBackend())).takes.values()
    first.clip.unlink()
    first.clip.with_name("request.json").unlink()
    first.clip.with_name("probe.json").unlink()
    first.clip.parent.rmdir()
    (second,) = asyncio.run(run(plan, film, FakeBackend())).takes.values()
    assert second.number == 2


@pytest.mark.parametrize(
    ("faults", "kind", "state", "spent", "says"),
    [
        (
            {"submit_s02": QuotaError("429 RESOURCE_EXHAUSTED")},
            QuotaError,
            AttemptState.RELEASED,
            Spent(),
            "Nothing was charged",
        ),
        (
            {"submit_s02": ConfigError("401", hint="Log in.")},
            ConfigError,
            AttemptState.RELEASED,
            Spent(),
            "Scene s02 (extend, fake-1): 401 Nothing",
        ),
        (
            {"accepted_s02": OutcomeUnknown("connection reset")},
            OutcomeUnknown,
            AttemptState.UNKNOWN,
            Spent(unknown_usd=Decimal(1)),
            "connection reset",
        ),
        (
            {"status_s02": Filtered(("58061214", "face"), category="child")},
            FilteredError,
            AttemptState.FAILED,
            Spent(),
            "withheld the result [child]: 58061214; face. Nothing was charged",
        ),
        (
            {"status_s02": Filtered((), retry_may_pass=True)},
            FilteredError,
            AttemptState.FAILED,
            Spent(),
            "no reason given",
        ),
        (
            {"status_s02": Failed(GenerationError("code 13 internal"))},
            GenerationError,
            AttemptState.FAILED,
            Spent(),
            "code 13 internal Nothing was charged.",
        ),
        (
            {"status_s02": Failed(GenerationError("half done"), billed_usd=Decimal("0.4"))},
            GenerationError,
            AttemptState.FAILED,
            Spent(settled_usd=Decimal("0.4")),
            "It cost $0.40.",
        ),
        (
            {"fetch_s02": ExpiredError("404 gone")},
            ExpiredError,
            AttemptState.FAILED,
            Spent(settled_usd=Decimal(1)),
            "It cost $1.00.",
        ),
        (
            {"fetch_s02": MediaError("the download broke off")},
            MediaError,
            AttemptState.ANSWERED,
            Spent(reserved_usd=Decimal(1)),
            "broke off",
        ),
        (
            {"look_s02": QuotaError("429 on polling")},
            QuotaError,
            AttemptState.ANSWERED,
            Spent(reserved_usd=Decimal(1)),
            "429 on polling",
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_a_failure_says_what_was_asked_what_it_cost_and_what_next(
    tmp_path: Path,
    faults: dict[str, VeoStoryError | Status],
    kind: type[VeoStoryError],
    state: AttemptState,
    spent: Spent,
    says: str,
) -> None:
    film, events = tmp_path / "film", list[Event]()
    plan = plan_of(chain_of(3, price="1"), free=False)
    result = asyncio.run(run(plan, film, Faulty(**faults), events=events))
    error = failed_with(result, "s02")
    assert type(error) is kind
    assert says in error.message
    assert str(error) == error.message
    assert error.hint
    assert ("render again to bring it home" in error.hint) is (state is AttemptState.ANSWERED)
    assert not result.ok
    assert set(result.takes) == {"s01"}
    assert result.skipped == ("s03",)
    assert states(film) == [AttemptState.STORED, state]
    with ledger_of(film) as ledger:
        assert ledger.spent("s02") == spent
        assert ledger.attempts()[1].error or state is AttemptState.ANSWERED
    assert [type(e) for e in events[-3:]] == [StepFailed, StepSkipped, RunEnded]
    skipped = events[-2]
    assert isinstance(skipped, StepSkipped)
    assert skipped.because == "s02 failed"


@pytest.mark.parametrize("fault", ["fetch_s02", "look_s02"])
def test_an_accepted_request_is_brought_home_by_the_next_run(tmp_path: Path, fault: str) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(3, price="1"), free=False)
    backend = Faulty(**{fault: MediaError("the net went away")})
    asyncio.run(run(plan, film, backend))
    events: list[Event] = []
    result = asyncio.run(run(plan, film, backend, events=events))
    assert result.ok
    assert result.sent == 1
    assert backend.sent == ["s01", "s02", "s03"]
    assert set(backend.service.bills.values()) == {1}
    assert [e.resumed for e in events if isinstance(e, StepStarted)] == [True, False]


def test_a_lost_answer_of_a_paid_step_is_never_sent_again_by_itself(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(2, price="1"), free=False)
    backend = Faulty(accepted_s01=OutcomeUnknown("reset"))
    asyncio.run(run(plan, film, backend))
    result = asyncio.run(run(plan, film, backend))
    assert isinstance(failed_with(result, "s01"), OutcomeUnknown)
    assert backend.sent == ["s01"]
    assert states(film) == [AttemptState.UNKNOWN]


def test_a_lost_answer_of_a_further_take_does_not_hold_the_film_up(tmp_path: Path) -> None:
    film = tmp_path / "film"
    s1 = step("s01", takes=2, price="1")
    plan = plan_of(Chain("c", (s1, step("s02", parent=s1, price="1"))), free=False)

    class SecondLost(FakeBackend):
        async def on_accepted(self, scene_id: str) -> None:
            if self.sent == ["s01", "s01"]:
                raise OutcomeUnknown("reset")

    result = asyncio.run(run(plan, film, SecondLost()))
    assert set(result.takes) == {"s01", "s02"}
    assert isinstance(failed_with(result, "s01"), OutcomeUnknown)
    backend = FakeBackend()
    assert asyncio.run(run(plan, film, backend)).ok
    assert backend.sent == []


def test_a_lost_answer_of_a_free_step_is_asked_again(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(1))
    backend = Faulty(accepted_s01=OutcomeUnknown("reset"))
    assert not asyncio.run(run(plan, film, backend)).ok
    assert asyncio.run(run(plan, film, backend)).ok
    assert states(film) == [AttemptState.RELEASED, AttemptState.STORED]


def test_what_the_backend_lost_for_free_is_sent_again(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(1))
    backend = Faulty(status_s01=Failed(GenerationError("never heard of it"), lost=True))
    result = asyncio.run(run(plan, film, backend))
    assert result.ok
    assert result.sent == 2
    assert states(film) == [AttemptState.RELEASED, AttemptState.STORED]


def test_a_backend_that_loses_everything_is_not_asked_for_ever(tmp_path: Path) -> None:
    class Forgetful(FakeBackend):
        async def on_status(self, scene_id: str) -> Status | None:
            return Failed(GenerationError("never heard of it"), lost=True)

    backend = Forgetful()
    result = asyncio.run(run(plan_of(chain_of(1)), tmp_path / "film", backend))
    assert "lost it each time" in failed_with(result, "s01").message
    assert len(backend.sent) == 3


def test_a_clip_of_another_length_is_kept_aside_and_paid(tmp_path: Path) -> None:
    class Short(FakeBackend):
        def draw(self, step, inputs):  # type: ignore[no-untyped-def]
            return super().draw(step, inputs)[:-1]

    film = tmp_path / "film"
    result = asyncio.run(run(plan_of(chain_of(1, price="1"), free=False), film, Short()))
    error = failed_with(result, "s01")
    assert isinstance(error, MediaError)
    assert "47 frames, and 48 were due" in error.message
    assert "It cost $1.00." in error.message
    (aside,) = (film / "takes" / "s01").glob("rejected-*")
    assert str(aside) in (error.hint or "")
    assert len(frames_of(aside / "clip.mp4")) == 47
    assert "48 were due" in json.loads((aside / "rejected.json").read_text())["reason"]
    with ledger_of(film) as ledger:
        assert ledger.spent() == Spent(settled_usd=Decimal(1))
        assert json.loads((aside / "request.json").read_text())["attempt"] == ledger.attempts()[0].id
    again = asyncio.run(run(plan_of(chain_of(1, price="1"), free=False), film, FakeBackend()))
    assert again.ok  # what was put aside is in nobody's way
    assert again.takes["s01"].number == 1


@pytest.mark.parametrize("lines", ["other", "shifted"])
def test_a_combined_file_without_its_parent_is_refused(tmp_path: Path, lines: str) -> None:
    class Wrong(FakeBackend):
        def draw(self, step, inputs):  # type: ignore[no-untyped-def]
            drawn = super().draw(step, inputs)
            if inputs.parent is None:
                return drawn
            return [f"x{n}" for n in range(96)] if lines == "other" else [*drawn[1:], "more"]

    plan = plan_of(chain_of(2), returns="combined")
    result = asyncio.run(run(plan, tmp_path / "film", Wrong(combined=True)))
    assert "does not contain" in failed_with(result, "s02").message


def test_the_billed_amount_is_what_it_cost(tmp_path: Path) -> None:
    plan = plan_of(chain_of(1, price="1"), free=False)
    result = asyncio.run(run(plan, tmp_path / "film", FakeBackend(billed=Decimal("0.83"))))
    assert result.takes["s01"].cost_usd == result.spent_usd == Decimal("0.83")


def test_a_failure_ends_its_chain_and_what_needs_it_and_nothing_else(tmp_path: Path) -> None:
    a, b = chain_of(2, prefix="a"), chain_of(2, prefix="b")
    c = Chain("chain-c", (step("c01", frames=(("first_frame", a.steps[1], None),)),))
    d = Chain("chain-d", (step("d01", frames=(("first_frame", b.steps[1], None),)),))
    backend = Faulty(submit_a01=QuotaError("429"))
    result = asyncio.run(run(plan_of(a, b, c, d), tmp_path / "film", backend))
    assert set(result.takes) == {"b01", "b02", "d01"}
    assert [f.scene_id for f in result.failures] == ["a01"]
    assert sorted(result.skipped) == ["a02", "c01"]


def test_a_cap_ends_the_chain_with_what_is_left(tmp_path: Path) -> None:
    plan = plan_of(chain_of(3, price="1"), free=False)
    backend = FakeBackend()
    result = asyncio.run(run(plan, tmp_path / "film", backend, budget=Budget(max_usd=Decimal("2.5"))))
    assert isinstance(failed_with(result, "s03"), BudgetError)
    assert backend.sent == ["s01", "s02"]
    more = asyncio.run(run(plan, tmp_path / "film", backend, budget=Budget(max_usd=Decimal(3))))
    assert more.ok
    assert more.spent_usd == 1


def test_the_ledger_is_ahead_of_the_service_at_every_moment(tmp_path: Path) -> None:
    film = tmp_path / "film"
    seen: list[tuple[str, AttemptState, str | None]] = []

    class Watching(FakeBackend):
        """Looks into the ledger as another process would, after a crash at that moment."""

        def _look(self, moment: str) -> None:
            with ledger_of(film) as ledger:
                (attempt,) = ledger.attempts()
                assert ledger.spent().counted_usd == 1
                seen.append((moment, attempt.state, attempt.operation))

        async def on_submit(self, scene_id: str) -> None:
            self._look("submit")

        async def on_accepted(self, scene_id: str) -> None:
            self._look("accepted")

        async def on_status(self, scene_id: str) -> Status | None:
            self._look("status")
            return None

        async def on_fetch(self, scene_id: str) -> None:
            self._look("fetch")

    backend = Watching(looks=0)
    asyncio.run(run(plan_of(chain_of(1, price="1"), free=False), film, backend))
    (operation,) = backend.service.operations
    assert seen == [
        ("submit", AttemptState.SENT, None),
        ("accepted", AttemptState.SENT, None),
        ("status", AttemptState.ANSWERED, operation),
        ("fetch", AttemptState.ANSWERED, operation),
    ]


def test_a_paid_run_without_a_cap_sends_nothing(tmp_path: Path) -> None:
    backend = FakeBackend()
    plan = plan_of(chain_of(2, price="1"), free=False)
    with pytest.raises(BudgetError, match=r"2 scenes of film are to be paid for, up to \$2.00") as caught:
        asyncio.run(run(plan, tmp_path / "film", backend, budget=Budget()))
    assert "--max-usd 2" in (caught.value.hint or "")
    assert backend.sent == []
    asyncio.run(run(plan, tmp_path / "film", backend))
    assert asyncio.run(run(plan, tmp_path / "film", backend, budget=Budget())).ok  # nothing to pay


def test_a_free_run_needs_no_cap(tmp_path: Path) -> None:
    assert asyncio.run(run(plan_of(chain_of(2)), tmp_path / "film", FakeBackend(), budget=Budget())).ok


def test_only_some_scenes(tmp_path: Path) -> None:
    film, plan, backend = tmp_path / "film", plan_of(chain_of(4)), FakeBackend()
    events: list[Event] = []
    result = asyncio.run(run(plan, film, backend, only={"s01", "s02"}, events=events))
    assert backend.sent == ["s01", "s02"]
    assert result.ok
    assert result.skipped == ("s03", "s04")
    assert [e.because for e in events if isinstance(e, StepSkipped)] == [
        "it was not asked for",
        "s03 was not rendered",
    ]
    asyncio.run(run(plan, film, backend, only={"s03"}))
    assert backend.sent == ["s01", "s02", "s03"]


@pytest.mark.parametrize(
    ("only", "says", "hint"),
    [
        ({"s03"}, "s03 is made from s02, which has no take", "Ask for s02 too"),
        ({"s01", "s9"}, "no scene 's9'", None),
        ({"s001"}, "no scene 's001'", "Did you mean s01"),
    ],
)
def test_an_only_that_cannot_be_sends_nothing(
    tmp_path: Path, only: set[str], says: str, hint: str | None
) -> None:
    backend = FakeBackend()
    with pytest.raises(ConfigError, match=says) as caught:
        asyncio.run(run(plan_of(chain_of(4)), tmp_path / "film", backend, only=only))
    assert (hint or "") in (caught.value.hint or "")
    assert backend.sent == []


def test_only_leaves_further_takes_of_other_scenes_alone(tmp_path: Path) -> None:
    film, backend = tmp_path / "film", FakeBackend()
    asyncio.run(run(plan_of(chain_of(2)), film, backend))
    s1 = step("s01", takes=2)
    plan = plan_of(Chain("c", (s1, step("s02", parent=s1))))
    result = asyncio.run(run(plan, film, backend, only={"s02"}))
    assert (result.sent, len(result.takes)) == (0, 2)


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
    assert (request["prompt"], request["fingerprint"], request["version"]) == ("s01", s1.fingerprint, 1)
    probed = json.loads((take.clip.parent / "probe.json").read_text())
    assert (probed["frames"], probed["probe"]) == (48, {"frames": 48})
