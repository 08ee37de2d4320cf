"""A chain's steps in order. A step that fails ends what needs it; everything else goes on."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from veo_story.engine.attempt import make_take
from veo_story.engine.board import Absent
from veo_story.engine.inputs import Sources
from veo_story.engine.means import Ask
from veo_story.engine.stop import Stopped
from veo_story.errors import LedgerError, VeoStoryError
from veo_story.plan.takes import AttemptState

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Mapping, Sequence

    from veo_story.backends.base import Backend
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
    if not run.board.is_settled(step.needs):
        slot.give_back()  # a chain that waits for others must not keep them from working
    needed = await run.board.wait(step.needs)
    if isinstance(needed, Absent):
        _skip(run, chain_id, step, f"{needed.scene_id} {needed.why}")
        return
    sources = Sources(needed, _lineage(run, step))
    there = [t for t in run.takes.get(step.scene_id, ()) if _fits(t, step, sources)]
    attempts = [a for a in run.attempts.get(step.scene_id, ()) if _fits(a, step, sources)]
    under_way = [a for a in attempts if a.state is AttemptState.ANSWERED]
    missing = step.takes - len(there) - len(under_way)
    if there:
        # A further take whose answer was lost is not asked for again; of a first one the ledger says why not.
        missing -= sum(a.state is AttemptState.UNKNOWN for a in attempts)
    if not run.asks_for(step.scene_id):
        under_way, missing = [], 0
    is_kept = bool(there) and not under_way and missing <= 0
    if is_kept or any(step.pick in (None, take.number) for take in there):
        run.board.serve(_serving(run, step, there))
    if is_kept:
        run.teller.step_kept(chain_id, _serving(run, step, there))
        return
    if not run.asks_for(step.scene_id):
        _skip(run, chain_id, step, "it was not asked for")
        return
    try:
        await _make(run, chain_id, step, sources, slot, (*under_way, *[None] * missing))
    except Stopped:
        _skip(run, chain_id, step, "the run was stopped")
    except LedgerError:
        raise
    except VeoStoryError as error:
        run.board.leave(step.scene_id, "failed")
        run.teller.step_failed(chain_id, step, error)


async def _make(
    run: Run,
    chain_id: str,
    step: Step,
    sources: Sources,
    slot: Slot,
    attempts: Sequence[Attempt | None],
) -> None:
    """Make a take for each of ``attempts``: brought home where it is under way, sent where it is None.

    What is under way is brought home even when fewer takes are asked for now: it is paid.
    """
    await slot.take()
    caps = run.plan.capabilities[step.scene_id]
    ask = Ask(
        step=step,
        backend=run.backend(step.backend),
        sources=sources,
        combined=caps.returns == "combined",
        is_free=caps.is_free,
        tell_sent=partial(run.teller.step_started, chain_id, step, resumed=False),
        tell_progress=partial(run.teller.step_progress, chain_id, step),
    )
    made: list[Take] = []
    for attempt in attempts:
        if run.means.stop.is_set:
            raise Stopped
        if attempt is not None:
            run.teller.step_started(chain_id, step, resumed=True)
        take = await make_take(run.means, ask, attempt)
        made.append(take)
        if step.pick in (None, take.number):
            run.board.serve(take)
        run.teller.step_stored(chain_id, take)
    # None of them is the picked one: the diff then takes the latest.
    run.board.serve(made[-1])


def _skip(run: Run, chain_id: str, step: Step, because: str) -> None:
    run.board.leave(step.scene_id, "was not rendered")
    run.teller.step_skipped(chain_id, step, because)


def _fits(made: Take | Attempt, step: Step, sources: Sources) -> bool:
    """Whether it is this step's content, made from the very takes that serve now."""
    return made.fingerprint == step.fingerprint and made.parents == sources.ids


def _serving(run: Run, step: Step, there: list[Take]) -> Take:
    """The take that the plan's diff chose, or the latest."""
    status = run.statuses.get(step.scene_id)
    return status.take if status is not None and status.take in there else there[-1]


def _lineage(run: Run, step: Step) -> tuple[Take, ...]:
    """The takes of the chain before a step, first to last."""
    takes: list[Take] = []
    parent = step.parent
    while parent is not None:
        take = run.board.take(parent)
        assert take is not None, "a step runs only when all before it in its chain has a take"
        takes.append(take)
        parent = run.steps[parent].parent
    return tuple(reversed(takes))
