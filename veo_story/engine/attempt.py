"""From an intent to a stored take. :func:`_send` is the one function of the program that spends money."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, assert_never

from veo_story.backends.base import Done, Failed, Filtered, Operation, Running
from veo_story.engine import takes_on_disk
from veo_story.engine.errors import explain, filtered, still_open
from veo_story.engine.home import store
from veo_story.engine.inputs import find_inputs, pick_frames
from veo_story.engine.means import writing
from veo_story.engine.stop import Stopped
from veo_story.errors import GenerationError, OutcomeUnknown, VeoStoryError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from veo_story.backends.base import Inputs
    from veo_story.engine.means import Ask, Means
    from veo_story.plan.takes import Attempt, Take

_SENDS = 3
"""How often a step is sent in one run when the backend keeps losing it."""


async def make_take(means: Means, ask: Ask, under_way: Attempt | None = None) -> Take:
    """Send a step, or pick up an attempt that was answered already, and return its stored take.

    Raises Stopped when the run is to end, BudgetError before anything is sent, and the error that says how
    it failed; the ledger knows then what became of the attempt.
    """
    for _ in range(_SENDS):
        with writing(means.film):
            part = takes_on_disk.open_part(means.film, ask.step.scene_id, ask.step.fingerprint)
        try:
            if under_way is None:
                under_way = await _send(means, ask, part)
            else:
                await _find(means, ask, under_way.picked_frames, part)
            take = await _bring_home(means, ask, under_way, part)
        finally:
            takes_on_disk.drop_part(part)
        if take is not None:
            return take
        under_way = None
    raise GenerationError(
        f"Scene {ask.step.scene_id}: the backend took it {_SENDS} times and lost it each time.",
        hint="Nothing was charged. Render again; if it goes on, look at the backend with veo-story doctor.",
    )


async def _send(means: Means, ask: Ask, part: Path) -> Attempt:
    """Reserve, write down, send once, write down the answer. The only caller of ``submit``."""
    step, ledger, clock = ask.step, means.ledger, means.clock
    picked = await asyncio.to_thread(pick_frames, step, ask.sources, means.media)
    inputs = await _find(means, ask, picked, part)
    if means.stop.is_set:
        raise Stopped
    attempt = ledger.intend(
        step,
        expected=step.expected_usd,
        worst=step.worst_usd,
        caps=means.caps,
        parents=ask.sources.ids,
        picked_frames=picked,
        is_free=ask.is_free,
        now=clock(),
    )
    ledger.sent(attempt.id, now=clock())
    ask.tell_sent()
    try:
        operation = await ask.backend.submit(step, inputs, attempt_id=attempt.id)
    except OutcomeUnknown as error:
        _lose(means, ask, attempt, error.message)
        raise explain(error, step) from error.__cause__
    except VeoStoryError as error:
        ledger.release(attempt.id, error=error.message, now=clock())
        raise explain(error, step, cost=Decimal(0)) from error.__cause__
    except Exception as error:  # a bug of the backend: nobody can say what it did
        _lose(means, ask, attempt, repr(error))
        raise
    ledger.answered(attempt.id, operation.name, now=clock())
    return replace(attempt, operation=operation.name)


def _lose(means: Means, ask: Ask, attempt: Attempt, error: str) -> None:
    if ask.is_free:
        means.ledger.release(attempt.id, error=error, now=means.clock())
    else:
        means.ledger.lose(attempt.id, error=error, now=means.clock())


async def _find(means: Means, ask: Ask, picked: Mapping[str, int], part: Path) -> Inputs:
    with writing(means.film):
        return await asyncio.to_thread(find_inputs, ask.step, ask.sources, picked, part, means.media)


async def _bring_home(means: Means, ask: Ask, attempt: Attempt, part: Path) -> Take | None:
    """Look after an accepted attempt to its end; None when the backend has lost it for free."""
    step, ledger = ask.step, means.ledger
    operation = Operation(attempt.operation or "")
    while True:
        try:
            status = await ask.backend.status(operation)
        except VeoStoryError as error:
            raise still_open(error, step) from error.__cause__
        match status:
            case Running():
                ask.tell_progress(status.progress)
                if means.stop.is_set:
                    raise Stopped
                await means.stop.nap(means.sleep, status.look_again_s)
            case Done():
                return await store(means, ask, attempt, part, status)
            case Filtered():
                refusal = filtered(status, step)
                ledger.fail(attempt.id, error=refusal.message, billed=Decimal(0), now=means.clock())
                raise refusal
            case Failed(lost=True):
                ledger.release(attempt.id, error=status.error.message, now=means.clock())
                return None
            case Failed():
                billed = status.billed_usd or Decimal(0)
                ledger.fail(attempt.id, error=status.error.message, billed=billed, now=means.clock())
                raise explain(status.error, step, cost=billed)
            case _:
                assert_never(status)
