"""A chain's steps in order. A step that fails ends what needs it; everything else goes on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from veo_story.engine.attempt import make_takes
from veo_story.engine.board import Absent
from veo_story.engine.errors import explain
from veo_story.engine.inputs import Sources
from veo_story.engine.lineage import lineage_of
from veo_story.engine.means import Ask
from veo_story.engine.retention import Retention
from veo_story.engine.stop import Stopped
from veo_story.errors import GenerationError, LedgerError, VeoStoryError
from veo_story.plan.takes import AttemptState

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Mapping, Sequence

    from veo_story.backends.base import Backend
    from veo_story.engine.approvals import Approvals
    from veo_story.engine.board import Board
    from veo_story.engine.means import Means
    from veo_story.engine.telling import Teller
    from veo_story.plan.model import Chain, Plan, Step
    from veo_story.plan.takes import Attempt, SceneStatus, Take


@dataclass(frozen=True, slots=True)
class Run:
    """What the chains of one run share. ``only`` None asks for every scene."""

    plan: Plan
    steps: Mapping[str, Step]
    means: Means
    teller: Teller
    board: Board
    semaphore: asyncio.Semaphore
    backend: Callable[[str], Backend]
    statuses: Mapping[str, SceneStatus]
    takes: Mapping[str, tuple[Take, ...]]
    attempts: Mapping[str, tuple[Attempt, ...]]
    approvals: Approvals
    only: frozenset[str] | None = None
    bugs: list[Exception] = field(default_factory=list)

    def asks_for(self, scene_id: str) -> bool:
        """Whether this run may make a take of a scene."""
        return self.only is None or scene_id in self.only


class Slot:
    """One of the places for chains that work side by side, held from a chain's first request on."""

    def __init__(self, semaphore: asyncio.Semaphore) -> None:
        self._semaphore = semaphore
        self._is_held = False

    async def take(self) -> None:
        """Wait for a place, unless this chain has one."""
        if not self._is_held:
            await self._semaphore.acquire()
            self._is_held = True

    def give_back(self) -> None:
        """Let another chain have the place."""
        if self._is_held:
            self._is_held = False
            self._semaphore.release()


async def run_chain(run: Run, chain: Chain) -> None:
    """Bring every step of a chain to its end. Raises nothing but cancellation.

    An error that is no step's own (a bug, a ledger that cannot be written) goes to ``run.bugs`` and stops
    the run.
    """
    slot = Slot(run.semaphore)
    try:
        for step in chain.steps:
            await _run_step(run, chain.id, step, slot)
    except Exception as bug:  # noqa: BLE001 - raised again by the run, when the other chains are at rest
        run.bugs.append(bug)
        run.means.stop.set()
    finally:
        for step in chain.steps:
            run.board.leave(step.scene_id, "was not reached")
        slot.give_back()


async def _run_step(run: Run, chain_id: str, step: Step, slot: Slot) -> None:
    if step.kept is not None:
        _stay(run, chain_id, step)
        return
    if not run.board.is_settled(step.needs):
        slot.give_back()  # a chain that waits for others must not keep them from working
    needed = await run.board.wait(step.needs)
    if isinstance(needed, Absent):
        _skip(run, chain_id, step, f"{needed.scene_id} {needed.why}")
        return
    try:
        await _work(run, chain_id, step, Sources(needed, _lineage(run, step, needed)), slot)
    except Stopped:
        _skip(run, chain_id, step, "the run was stopped")
    except LedgerError:
        raise
    except VeoStoryError as error:
        run.board.leave(step.scene_id, "failed")
        run.teller.step_failed(chain_id, step, error)


def _stay(run: Run, chain_id: str, step: Step) -> None:
    """Let a kept take serve. It is never asked for again: only a new plan says what to make instead."""
    take = run.statuses[step.scene_id].take
    if take is None:
        _skip(run, chain_id, step, f"its take {step.kept} is gone or was rejected")
        return
    run.board.serve(take)
    run.teller.step_kept(chain_id, take)


async def _work(run: Run, chain_id: str, step: Step, sources: Sources, slot: Slot) -> None:
    made = run.takes.get(step.scene_id, ())
    there = [t for t in made if _fits(t, step, sources) and t.rejected is None]
    if any(step.pick in (None, take.number) for take in there):
        run.board.serve(_serving(run, step, there))
    attempts: list[Attempt] = []
    if run.asks_for(step.scene_id):
        attempts = [a for a in run.attempts.get(step.scene_id, ()) if _fits(a, step, sources)]
        attempts = await _recalled(run, step, there, attempts, slot)
    under_way = [a for a in attempts if a.state is AttemptState.ANSWERED]
    missing = step.takes - len(there) - _to_come(under_way, made)
    if there and missing > 0 and any(a.is_open_question for a in attempts):
        # The ledger lets nobody ask again before that is settled; of a first take it says why not.
        run.teller.step_remark(chain_id, step, "no further take was asked for: the answer of one was lost")
        missing = 0
    if not run.asks_for(step.scene_id):
        missing = 0
    if there and not under_way and missing <= 0:
        run.board.serve(_serving(run, step, there))
        run.teller.step_kept(chain_id, _serving(run, step, there))
    elif not run.asks_for(step.scene_id):
        _skip(run, chain_id, step, "it was not asked for")
    else:
        await _approved(run, chain_id, step, sources, slot, there, under_way, missing)


async def _approved(
    run: Run,
    chain_id: str,
    step: Step,
    sources: Sources,
    slot: Slot,
    there: Sequence[Take],
    under_way: Sequence[Attempt],
    missing: int,
) -> None:
    """Make what is missing, unless a gate is in the way: then only what is under way is brought home."""
    if run.approvals.behind(step):
        slot.give_back()  # neither other chains nor a person's answer may keep a place empty
    held = await run.approvals.hold(step, may_ask=missing > 0)
    if held is None or under_way:
        await slot.take()
        await _make(run, chain_id, step, sources, there, under_way, missing, held)
    elif there:
        run.board.serve(_serving(run, step, there))
        run.teller.step_kept(chain_id, _serving(run, step, there))
        run.teller.step_remark(chain_id, step, f"no further take was asked for: {held}")
    else:
        _skip(run, chain_id, step, held)


async def _recalled(
    run: Run, step: Step, there: Sequence[Take], attempts: list[Attempt], slot: Slot
) -> list[Attempt]:
    """The attempts, with those that were lost and that the backend finds again written down as answered.

    Only where takes are wanting is it asked: paid footage that is not needed can wait.
    """
    answered = [a for a in attempts if a.state is AttemptState.ANSWERED]
    if step.takes <= len(there) + _to_come(answered, run.takes.get(step.scene_id, ())):
        return attempts
    means, found = run.means, list(attempts)
    for place, attempt in enumerate(attempts):
        if attempt.state is not AttemptState.UNKNOWN:
            continue
        await slot.take()
        try:
            operation = await means.stop.race(run.backend(step.backend).recall(attempt))
        except VeoStoryError as error:
            if not attempt.is_open_question:
                continue  # a person agreed to pay again: looking is a kindness then
            raise explain(error, step) from error.__cause__
        if operation is not None:
            kept = Retention.of(run.plan.capabilities[step.scene_id])
            until = kept.until(attempt.sent_at or attempt.created_at)
            means.ledger.answered(attempt.id, operation.name, now=means.clock(), expires_at=until)
            found[place] = replace(attempt, state=AttemptState.ANSWERED, operation=operation.name)
    return found


async def _make(
    run: Run,
    chain_id: str,
    step: Step,
    sources: Sources,
    there: Sequence[Take],
    under_way: Sequence[Attempt],
    missing: int,
    held: str | None,
) -> None:
    """Bring home what is ``under_way`` and ask for the ``missing`` takes, as many at once as the model gives.

    What is under way is brought home even when fewer takes are asked for now: it is paid. ``held`` says why
    nothing may be sent.
    """
    caps = run.plan.capabilities[step.scene_id]
    made: list[Take] = []

    def tell_stored(take: Take) -> None:
        made.append(take)
        if step.pick in (None, take.number):
            run.board.serve(take)
        run.teller.step_stored(chain_id, take)

    ask = Ask(
        step=step,
        backend=run.backend(step.backend),
        sources=sources,
        combined=caps.returns == "combined",
        is_free=caps.is_free,
        slack_frames=caps.length_slack_frames,
        retention=Retention.of(caps),
        tell_sent=partial(run.teller.step_started, chain_id, step, resumed=False),
        tell_progress=partial(run.teller.step_progress, chain_id, step),
        tell_stored=tell_stored,
        tell_retry=partial(run.teller.step_retried, chain_id, step),
        tell_remark=partial(run.teller.step_remark, chain_id, step),
    )
    for attempt in under_way:
        if run.means.stop.is_set:
            raise Stopped
        run.teller.step_started(chain_id, step, attempt.samples, resumed=True)
        to_come = attempt.takes_to_come(run.takes.get(step.scene_id, ()))
        wanted = min(to_come, step.takes - len(there) - len(made))
        await make_takes(run.means, ask, attempt, wanted=wanted if held is None else 0)
    while missing > 0 and held is None:
        if run.means.stop.is_set:
            raise Stopped
        samples = min(missing, caps.samples)
        await make_takes(run.means, ask, wanted=samples)
        missing -= samples
    if not made and not there and held is not None:
        _skip(run, chain_id, step, held)
        return
    if not made and not there:
        raise GenerationError("the clips it gave before are no longer in the folder", hint="Render again.")
    # None of them is the picked one: the diff then takes the latest.
    run.board.serve(made[-1] if made else _serving(run, step, there))


def _to_come(attempts: Sequence[Attempt], made: Sequence[Take]) -> int:
    """How many takes these attempts may still give; ``made`` are the scene's, rejected ones too."""
    return sum(attempt.takes_to_come(made) for attempt in attempts)


def _skip(run: Run, chain_id: str, step: Step, because: str) -> None:
    run.board.leave(step.scene_id, "was not rendered")
    run.teller.step_skipped(chain_id, step, because)


def _fits(made: Take | Attempt, step: Step, sources: Sources) -> bool:
    """Whether it is this step's content, made from the very takes that serve now."""
    return made.fingerprint == step.fingerprint and made.parents == sources.ids


def _serving(run: Run, step: Step, there: Sequence[Take]) -> Take:
    """The take that the plan's diff chose, or the latest."""
    status = run.statuses.get(step.scene_id)
    chosen = None if status is None else status.take
    return chosen if chosen is not None and chosen in there else there[-1]


def _lineage(run: Run, step: Step, needed: Mapping[str, Take]) -> tuple[Take, ...]:
    """The takes of the chain before a step, first to last."""
    if step.parent is None:
        return ()
    known = [take for takes in run.takes.values() for take in takes]
    known += [take for scene_id in run.steps if (take := run.board.take(scene_id)) is not None]
    return lineage_of(needed[step.parent], known, run.steps)
