"""Rendering a plan: everything that is missing, and nothing else. Running it again goes on."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from veo_story.engine.approvals import Approvals, Terms
from veo_story.engine.board import Board
from veo_story.engine.chain import Run, run_chain
from veo_story.engine.gate import hold_agreed, hold_cap, hold_only
from veo_story.engine.lock import held
from veo_story.engine.means import Means, writing
from veo_story.engine.media import MediaTools
from veo_story.engine.recover import recover
from veo_story.engine.stop import StopSignal
from veo_story.engine.strays import bring_strays, left_over, strays_of
from veo_story.engine.telling import Failure, Teller
from veo_story.ledger.model import Caps
from veo_story.media.files import Disk, make_folder
from veo_story.plan.diff import diff
from veo_story.plan.renamed import moves
from veo_story.plan.takes import Attempt, SceneState, Take
from veo_story.plan.urgency import in_order

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
    from collections.abc import Set as AbstractSet
    from datetime import datetime
    from pathlib import Path

    from veo_story.backends.base import Backend
    from veo_story.engine.events import Event
    from veo_story.ledger.model import Ledger
    from veo_story.plan.model import Plan, Step
    from veo_story.storyboard.model import Budget

M = TypeVar("M", Take, Attempt)


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended. ``takes`` maps each scene that has one to the take that serves it now.

    ``sent`` counts the requests of this run, ``spent_usd`` is what it cost and ``cost_usd`` what the film has
    cost in all; ``skipped`` are scenes that were not tried, because what they need failed or the run was
    ``stopped``. ``waiting`` are takes that a person has to approve (or has rejected), ``held`` the scenes
    that were to be sent and were not, because of a gate.
    """

    takes: Mapping[str, Take]
    failures: tuple[Failure, ...]
    skipped: tuple[str, ...]
    sent: int
    spent_usd: Decimal
    cost_usd: Decimal
    stopped: bool
    waiting: tuple[Take, ...] = ()
    held: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every scene that was asked for has its take."""
        return not self.failures and not self.stopped


async def render(
    plan: Plan,
    folder: Path,
    *,
    budget: Budget,
    open_backend: Callable[[str], Backend],
    on_event: Callable[[Event], None],
    clock: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ledger: Ledger | None = None,
    account: Path | None = None,
    concurrency: int = 2,
    semaphore: asyncio.Semaphore | None = None,
    only: AbstractSet[str] | None = None,
    stop: StopSignal | None = None,
    media: MediaTools | None = None,
    disk: Disk | None = None,
    terms: Terms | None = None,
    why: str | None = None,
) -> RunResult:
    """Make the takes that ``plan`` misses, in ``folder`` (``renders/<film>``).

    ``clock`` gives aware datetimes. ``account`` is the file of the user's account, whose caps hold too (it is
    not asked when ``ledger`` is given). ``semaphore``, when given, takes the place of ``concurrency`` and may
    be shared by several films. ``only`` names the scenes that may be sent, ``terms`` say what has to be
    approved before, ``why`` is written down with every request. A failed step is reported in the result, not
    raised. Raises BudgetError for paid work without a cap and ConfigError for an ``only`` that leaves a
    needed scene out, both before anything is sent; LedgerError when folder or ledger cannot be used; whatever
    ``open_backend`` raises.
    """
    signal = (stop or StopSignal()).child()
    with ExitStack() as stack:
        with writing(folder):
            make_folder(folder)
        stack.enter_context(held(folder))
        if ledger is None:
            from veo_story.ledger.opening import open_ledger

            ledger = stack.enter_context(open_ledger(folder, account, is_alone=True))
        recover(ledger, folder, plan, clock(), disk)
        renamed = moves(plan, ledger.takes(), ledger.attempts(), ledger.pins())
        if renamed:
            ledger.move(renamed)
        spent = ledger.spent().settled_usd
        means = Means(
            film=folder,
            ledger=ledger,
            caps=Caps(budget.max_usd, budget.per_scene_usd),
            media=media or MediaTools(),
            disk=disk or Disk(),
            clock=clock,
            sleep=sleep,
            stop=signal,
            numbers=_numbers(ledger.takes(gone=True)),
            why=why,
        )
        takes, attempts = ledger.takes(), ledger.attempts()
        opened = _Opened(open_backend)
        board = Board(plan.steps())
        run = Run(
            plan=plan,
            steps={step.scene_id: step for step in plan.steps()},
            means=means,
            teller=Teller(plan.film, ledger, clock, on_event, cost_usd=spent, began_usd=spent),
            board=board,
            semaphore=semaphore or asyncio.Semaphore(concurrency),
            backend=opened,
            statuses=diff(plan, takes, attempts, ledger.picks()),
            takes=_by_scene(takes),
            attempts=_by_scene(attempts),
            approvals=Approvals(plan, terms or Terms(), ledger, board, signal),
            only=None if only is None else frozenset(only),
        )
        to_do = [step for step in plan.steps() if run.asks_for(step.scene_id) and _is_to_do(run, step)]
        hold_only(plan, run.statuses, run.only)
        hold_cap(plan, to_do, budget)
        hold_agreed(to_do, run.statuses, (terms or Terms()).agreed_usd)
        try:
            opened.admit(run, to_do)
            return await _run(run, to_do)
        finally:
            await opened.aclose()


async def _run(run: Run, to_do: Collection[Step]) -> RunResult:
    teller, plan = run.teller, run.plan
    busy = {step.scene_id for step in to_do}
    teller.started(
        scenes=sum(len(chain.steps) for chain in plan.chains),
        to_do=len(to_do),
        expected_usd=sum(
            (step.expected_usd * run.statuses[step.scene_id].missing_takes for step in to_do), Decimal(0)
        ),
        chains=tuple((c.id, sum(step.scene_id in busy for step in c.steps)) for c in plan.chains),
    )
    _serve_kept(run)
    attempts = [attempt for of_scene in run.attempts.values() for attempt in of_scene]
    async with asyncio.TaskGroup() as group:
        group.create_task(bring_strays(run, strays_of(run)))
        for chain in in_order(plan, run.statuses, attempts, run.means.clock()):
            group.create_task(run_chain(run, chain))
    if not run.means.stop.is_set:
        await bring_strays(run, left_over(run))
    if run.bugs:
        raise run.bugs[0]
    teller.ended(stopped=run.means.stop.is_set)
    found = ((step.scene_id, run.board.take(step.scene_id)) for step in plan.steps())
    takes = {scene_id: take for scene_id, take in found if take is not None}
    waiting = run.approvals.waiting(takes)
    rejected = {take.id for take in waiting if take.rejected is not None}
    return RunResult(
        takes={scene_id: take for scene_id, take in takes.items() if take.id not in rejected},
        failures=tuple(teller.failures),
        skipped=tuple(teller.skipped),
        sent=teller.sent,
        spent_usd=teller.run_usd,
        cost_usd=teller.cost_usd,
        stopped=run.means.stop.is_set,
        waiting=waiting,
        held=run.approvals.held,
    )


def _serve_kept(run: Run) -> None:
    """Put up the takes that stay, so that no chain waits for another one that only has to say so.

    Whoever waits queues up behind chains that are less urgent.
    """
    for placement in run.plan.placements:
        step = run.steps[placement.scene_id]
        take = run.statuses[step.scene_id].take
        if take is not None and step.pick in (None, take.number) and run.board.has_all(step.needs):
            run.board.serve(take)


class _Opened:
    """The backends of a run, each opened once."""

    def __init__(self, open_backend: Callable[[str], Backend]) -> None:
        self._open = open_backend
        self._backends: dict[str, Backend] = {}

    def __call__(self, name: str) -> Backend:
        if name not in self._backends:
            self._backends[name] = self._open(name)
        return self._backends[name]

    def admit(self, run: Run, to_do: Iterable[Step]) -> None:
        """Open what is needed, and show each backend all that it will be asked for.

        What is only to be brought home is not asked for: it may come from a model that has gone since.
        """
        asked: dict[str, list[Step]] = {}
        for step in to_do:
            mine = asked.setdefault(step.backend, [])
            if run.statuses[step.scene_id].missing_takes > 0:
                mine.append(step)
        for name in asked:
            self(name)
        for name, steps in asked.items():
            self(name).admit(steps)

    async def aclose(self) -> None:
        """Close all of them, the later ones too when one fails at it."""
        async with AsyncExitStack() as stack:
            for backend in self._backends.values():
                stack.push_async_callback(backend.aclose)


def _is_to_do(run: Run, step: Step) -> bool:
    status = run.statuses[step.scene_id]
    return status.state is not SceneState.KEPT or status.missing_takes > 0


def _by_scene(made: Iterable[M]) -> dict[str, tuple[M, ...]]:
    found: dict[str, list[M]] = {}
    for one in made:
        found.setdefault(one.scene_id, []).append(one)
    return {scene_id: tuple(ones) for scene_id, ones in found.items()}


def _numbers(takes: Iterable[Take]) -> dict[tuple[str, str], int]:
    highest: dict[tuple[str, str], int] = {}
    for take in takes:
        # One that was made for a scene with another name keeps its number there, too.
        for scene_id in {take.scene_id, take.named or take.scene_id}:
            known = (scene_id, take.fingerprint[:8])
            highest[known] = max(highest.get(known, 0), take.number)
    return highest
