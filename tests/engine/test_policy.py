"""What is asked for again by itself, how often, and what is not."""

from __future__ import annotations

import asyncio
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.fakes import FakeBackend, chain_of, failed_with, plan_of, run, step
from tests.engine.faults import ledger_of, states
from veo_story.backends.base import Failed, Filtered, Status
from veo_story.engine.events import Event, StepRetried, StepStarted
from veo_story.engine.policy import Policy, Retries
from veo_story.engine.stop import StopSignal
from veo_story.errors import FilteredError, GenerationError
from veo_story.plan.model import Chain
from veo_story.plan.takes import AttemptState as S

SOUND = Filtered(("the audio was withheld",), category="audio", retry_may_pass=True)
FACE = Filtered(("face",), category="person")


class Answering(FakeBackend):
    """Answers ``what()`` for a scene as often as ``times`` says."""

    def __init__(self, what: object, **times: int) -> None:
        super().__init__(looks=0)
        self.what, self.times = what, Counter(times)

    async def on_status(self, scene_id: str) -> Status | None:
        if self.times[scene_id] == 0:
            return None
        self.times[scene_id] -= 1
        return self.what() if callable(self.what) else self.what


def hiccup() -> Failed:
    error = GenerationError("service agents are being provisioned")
    return Failed(error, retry_after_s=60.0)


def test_a_filtered_sound_is_asked_for_once_more(tmp_path: Path) -> None:
    film, backend, events = tmp_path / "film", Answering(SOUND, s01=1), list[Event]()
    result = asyncio.run(run(plan_of(chain_of(2, price="1"), free=False), film, backend, events=events))
    assert result.ok
    assert backend.sent == ["s01", "s01", "s02"]
    assert states(film) == [S.FAILED, S.STORED, S.STORED]
    assert result.cost_usd == 2
    (told,) = [e for e in events if isinstance(e, StepRetried)]
    assert (told.scene_id, told.after_s) == ("s01", 0)
    assert "the audio was withheld" in told.because
    assert [e.scene_id for e in events if isinstance(e, StepStarted)] == ["s01", "s01", "s02"]


def test_twice_is_too_often(tmp_path: Path) -> None:
    backend = Answering(SOUND, s01=2)
    result = asyncio.run(run(plan_of(chain_of(1, price="1"), free=False), tmp_path / "film", backend))
    assert isinstance(failed_with(result, "s01"), FilteredError)
    assert backend.sent == ["s01", "s01"]


def test_a_policy_block_is_not_asked_again_and_other_chains_go_on(tmp_path: Path) -> None:
    plan = plan_of(*(chain_of(2, prefix=p, price="1") for p in "ab"), free=False)
    backend = Answering(FACE, a01=1)
    result = asyncio.run(run(plan, tmp_path / "film", backend))
    assert isinstance(failed_with(result, "a01"), FilteredError)
    assert sorted(backend.sent) == ["a01", "b01", "b02"]
    assert set(result.takes) == {"b01", "b02"}


def test_a_run_bounds_what_is_asked_again(tmp_path: Path) -> None:
    chains = [chain_of(1, prefix=p, price="1") for p in "abcde"]
    backend = Answering(SOUND, **{f"{p}01": 1 for p in "abcde"})
    result = asyncio.run(run(plan_of(*chains, free=False), tmp_path / "film", backend))
    assert (len(result.takes), len(result.failures), len(backend.sent)) == (3, 2, 8)


def test_a_passing_hiccup_is_waited_for(tmp_path: Path) -> None:
    film, events, slept = tmp_path / "film", list[Event](), list[float]()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    backend = Answering(hiccup, s01=2)
    plan = plan_of(chain_of(1, price="1"), free=False)
    result = asyncio.run(run(plan, film, backend, events=events, sleep=sleep))
    assert result.ok
    assert slept == [60.0, 60.0]
    assert states(film) == [S.FAILED, S.FAILED, S.STORED]
    assert result.cost_usd == 1
    told = [e for e in events if isinstance(e, StepRetried)]
    assert [(e.because, e.after_s) for e in told] == [("service agents are being provisioned", 60.0)] * 2


def test_a_hiccup_that_stays_is_an_error(tmp_path: Path) -> None:
    backend = Answering(hiccup, s01=9)
    result = asyncio.run(run(plan_of(chain_of(1, price="1"), free=False), tmp_path / "film", backend))
    assert "provisioned. Nothing was charged." in failed_with(result, "s01").message
    assert len(backend.sent) == 3


def test_what_was_billed_is_not_asked_again(tmp_path: Path) -> None:
    billed = Failed(GenerationError("13"), billed_usd=Decimal("0.5"), retry_after_s=1)
    backend = Answering(billed, s01=1)
    result = asyncio.run(run(plan_of(chain_of(1, price="1"), free=False), tmp_path / "film", backend))
    assert "It cost $0.50." in failed_with(result, "s01").message
    assert backend.sent == ["s01"]


@pytest.mark.parametrize(
    ("what", "failed"), [(lambda: SOUND, True), (hiccup, False)], ids=["filtered", "hiccup"]
)
def test_a_stopped_run_asks_nothing_again(tmp_path: Path, what: object, failed: bool) -> None:
    async def scenario() -> None:
        signal = StopSignal()

        def answer() -> Status:
            signal.set()
            return what()

        backend = Answering(answer, s01=1)
        result = await run(plan, film, backend, stop=signal)
        assert backend.sent == ["s01"]
        assert (len(result.failures), len(result.skipped)) == ((1, 0) if failed else (0, 1))

    film, plan = tmp_path / "film", plan_of(chain_of(1, price="1"), free=False)
    asyncio.run(scenario())
    assert states(film) == [S.FAILED]
    assert asyncio.run(run(plan, film, FakeBackend())).ok


def test_a_stop_ends_the_wait(tmp_path: Path) -> None:
    async def scenario() -> None:
        signal = StopSignal()

        async def sleep(seconds: float) -> None:
            signal.set()
            await asyncio.Event().wait()

        backend = Answering(hiccup, s01=1)
        result = await run(plan_of(chain_of(1)), tmp_path / "film", backend, stop=signal, sleep=sleep)
        assert (backend.sent, result.skipped, result.failures) == (["s01"], ("s01",), ())

    asyncio.run(scenario())


def test_a_take_that_is_not_wanted_is_not_asked_again(tmp_path: Path) -> None:
    film, s1 = tmp_path / "film", step("s01", price="1")
    one = plan_of(Chain("c", (s1,)), free=False)
    assert asyncio.run(run(one, film, FakeBackend())).ok
    two = plan_of(Chain("c", (step("s01", price="1", takes=2),)), free=False)

    class Late(FakeBackend):
        async def on_status(self, scene_id: str) -> Status | None:
            raise GenerationError("no news after 15 minutes")

    backend = Late()
    asyncio.run(run(two, film, backend))
    again = Answering(SOUND, s01=1)
    again.service = backend.service
    result = asyncio.run(run(one, film, again))
    assert (again.sent, len(result.failures)) == ([], 1)
    assert states(film) == [S.STORED, S.FAILED]


def test_a_deadline_leaves_the_request_to_the_next_run(tmp_path: Path) -> None:
    film, plan = tmp_path / "film", plan_of(chain_of(2, price="1"), free=False)

    class Late(FakeBackend):
        late = True

        async def on_status(self, scene_id: str) -> Status | None:
            if self.late:
                raise GenerationError("no news after 15 minutes")
            return None

    backend = Late()
    result = asyncio.run(run(plan, film, backend))
    error = failed_with(result, "s01")
    assert "no news after 15 minutes" in error.message
    assert "render again to bring it home" in (error.hint or "")
    assert states(film) == [S.ANSWERED]
    with ledger_of(film) as ledger:
        assert ledger.spent().reserved_usd == 1
    # It is paid, so it comes home while the storyboard asks for something else.
    other = plan_of(Chain("c", (step("s01", words="other", price="1"),)), free=False)
    backend.late = False
    assert asyncio.run(run(other, film, backend)).ok
    assert states(film) == [S.STORED, S.STORED]
    result = asyncio.run(run(plan, film, backend))
    assert (result.ok, backend.sent) == (True, ["s01", "s01", "s02"])
    assert set(backend.service.bills.values()) == {1}


def test_a_policy_refuses_what_it_has_no_number_for() -> None:
    assert not Retries(Policy(lost=0)).allow("lost", "s01")


@given(
    st.lists(st.tuples(st.sampled_from(["lost", "filtered", "hiccup"]), st.sampled_from("abcdef"))),
    st.builds(Policy, *[st.integers(0, 4)] * 4),
)
def test_no_order_of_failures_passes_the_bounds(asked: list[tuple[str, str]], policy: Policy) -> None:
    retries = Retries(policy)
    allowed = Counter((why, scene) for why, scene in asked if retries.allow(why, scene))
    for (why, _), count in allowed.items():
        assert count <= getattr(policy, why)
    filtered = sum(n for (why, _), n in allowed.items() if why == "filtered")
    assert filtered <= policy.filtered_in_run
    # What is refused is refused by a bound, not by chance.
    for why, scene in set(asked):
        if asked.count((why, scene)) > allowed[why, scene]:
            full = why == "filtered" and filtered == policy.filtered_in_run
            assert full or allowed[why, scene] == getattr(policy, why)
