"""From an intent to stored takes. :func:`_send` is the one function of the program that spends money."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, assert_never

from veo_story.backends.base import Done, Failed, Filtered, Operation, Running
from veo_story.engine import settle, takes_on_disk
from veo_story.engine.errors import explain, filtered, not_found, still_open, unasked
from veo_story.engine.home import store
from veo_story.engine.inputs import find_inputs, pick_frames
from veo_story.engine.means import hold_room, writing
from veo_story.engine.stop import Stopped
from veo_story.errors import GenerationError, LedgerError, OutcomeUnknown, VeoStoryError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from veo_story.backends.base import Inputs
    from veo_story.engine.means import Ask, Means
    from veo_story.engine.policy import Why
    from veo_story.plan.model import Step
    from veo_story.plan.takes import Attempt


_REMEMBERED = timedelta(days=2)
"""A service knows its requests for so long. One of another run that is not found before is looked for in the
wrong place: with another key, or at another address."""


@dataclass(frozen=True, slots=True)
class _Again:
    """A request ended without a take, for free, and might pass the next time. ``error``: if it may not."""

    why: Why
    error: VeoStoryError
    because: str
    after_s: float = 0.0


async def make_takes(means: Means, ask: Ask, under_way: Attempt | None = None, *, wanted: int) -> None:
    """Ask for ``wanted`` takes in one request, or bring home one that was answered already.

    ``wanted`` are at most as many as the model gives at once; of a request under way they say how many are
    asked for again if it comes to nothing. Each stored take is told. Raises Stopped when the run is to end,
    BudgetError before anything is sent, and the error that says how it failed; the ledger knows then what
    became of the attempt.
    """
    attempt = under_way
    while True:
        with writing(means.film):
            part = takes_on_disk.open_part(means.film, ask.step.scene_id, ask.step.fingerprint)
        try:
            if attempt is None:
                attempt = await _send(means, ask, part, wanted)
            else:
                await _find(means, ask, attempt.picked_frames, part)
            again = await _bring_home(means, ask, attempt, part, is_resumed=attempt is under_way)
        finally:
            takes_on_disk.drop_part(part)
        if again is None or (again.why == "lost" and wanted < 1):
            return
        attempt = None
        await _hold_on(means, ask, again, wanted)


async def bring_home(means: Means, ask: Ask, attempt: Attempt) -> None:
    """Bring home a request that is answered, and ask for nothing whatever becomes of it.

    Raises Stopped while it is still running and the run is to end, and the error that says how it failed.
    """
    with writing(means.film):
        part = takes_on_disk.open_part(means.film, ask.step.scene_id, ask.step.fingerprint)
    try:
        again = await _bring_home(means, ask, attempt, part, is_resumed=True)
    finally:
        takes_on_disk.drop_part(part)
    if again is not None and again.why == "lost":
        raise GenerationError(f"The backend lost it: {again.because}")
    if again is not None:
        raise again.error


async def _hold_on(means: Means, ask: Ask, again: _Again, wanted: int) -> None:
    """Wait before a step is asked for again, or raise because it is not to be."""
    if again.why == "filtered" and means.stop.is_set:
        raise again.error
    if means.stop.is_set:
        raise Stopped
    if wanted < 1 or not means.retries.allow(again.why, ask.step.scene_id):
        raise again.error
    if again.why != "lost":
        ask.tell_retry(again.because, again.after_s)
    if again.after_s > 0:
        await means.stop.nap(means.sleep, again.after_s)


async def _send(means: Means, ask: Ask, part: Path, samples: int) -> Attempt:
    """Reserve, write down, send once, write down the answer. The only caller of ``submit``."""
    step, ledger, clock = ask.step, means.ledger, means.clock
    # Caps follow the reading of the price page that the budget goes by; a plan prints the other beside it.
    price = step.expected_usd * samples
    # What is refused anyway is refused before anything is uploaded.
    if not ask.is_free:
        hold_room(means, step)
    ledger.hold(step, price=price, caps=means.caps, parents=ask.sources.ids, now=clock())
    picked = await asyncio.to_thread(pick_frames, step, ask.sources, means.media)
    inputs = await _prepare(means, ask, await _find(means, ask, picked, part))
    if means.stop.is_set:
        raise Stopped
    attempt = ledger.intend(
        step,
        expected=price,
        worst=step.worst_usd * samples,
        caps=means.caps,
        parents=ask.sources.ids,
        picked_frames=picked,
        is_free=ask.is_free,
        samples=samples,
        storage=ask.backend.storage,
        why=means.why,
        now=clock(),
    )
    ask.tell_sent(samples)  # before it counts as sent: whoever listens may fail
    ledger.sent(attempt.id, now=clock())
    try:
        operation = await ask.backend.submit(step, inputs, attempt_id=attempt.id, samples=samples)
    except OutcomeUnknown as error:
        settle.lose(ledger, attempt, error=error.message, now=clock())
        raise explain(error, step, cost=attempt.reserved_usd, is_certain=False) from error.__cause__
    except VeoStoryError as error:
        ledger.release(attempt.id, error=error.message, now=clock())
        raise explain(error, step, cost=Decimal(0)) from error.__cause__
    except Exception as error:  # a bug of the backend: nobody can say what it did
        settle.lose(ledger, attempt, error=repr(error), now=clock())
        raise
    try:
        now = clock()
        ledger.answered(attempt.id, operation.name, now=now, expires_at=ask.retention.until(now))
    except LedgerError as error:  # nothing else will ever know the name
        accepted = f"The service accepted scene {step.scene_id} as {operation.name}."
        raise LedgerError(f"{error.message} {accepted}", hint=error.hint) from error
    return replace(attempt, operation=operation.name)


async def _prepare(means: Means, ask: Ask, inputs: Inputs) -> Inputs:
    try:
        return await means.stop.race(ask.backend.prepare(ask.step, inputs))
    except VeoStoryError as error:
        raise unasked(error, ask.step) from error.__cause__


async def _find(means: Means, ask: Ask, picked: Mapping[str, int], part: Path) -> Inputs:
    with writing(means.film):
        return await asyncio.to_thread(find_inputs, ask.step, ask.sources, picked, part, means.media)


async def _bring_home(
    means: Means, ask: Ask, attempt: Attempt, part: Path, *, is_resumed: bool
) -> _Again | None:
    """Look after an accepted attempt to its end; say so when the step may be asked for again."""
    means.minded.add(attempt.id)
    operation = Operation(attempt.operation or "")
    while True:
        try:
            status = await ask.backend.status(operation)
        except VeoStoryError as error:
            raise still_open(error, ask.step) from error.__cause__
        match status:
            case Running():
                ask.tell_progress(status.progress)
                if means.stop.is_set:
                    raise Stopped
                await means.stop.nap(means.sleep, status.look_again_s)
            case Done(handles=()):
                return _withheld(means, ask, attempt, Filtered(status.withheld))
            case Done():
                ask.retention.renew(means.ledger, attempt, ask.step, ask.sources)
                await store(means, ask, attempt, part, status)
                return None
            case Filtered():
                return _withheld(means, ask, attempt, status)
            case Failed(may_have_cost=True) if is_resumed and means.clock() < (until := _forgotten(attempt)):
                raise not_found(status.error, ask.step, until=until)
            case Failed():
                return _failed(means, ask, attempt, status)
            case _:
                assert_never(status)


def _forgotten(attempt: Attempt) -> datetime:
    return attempt.created_at + _REMEMBERED


def _withheld(means: Means, ask: Ask, attempt: Attempt, status: Filtered) -> _Again:
    refusal = filtered(status, ask.step)
    settle.end(means.ledger, attempt, error=refusal.message, billed=Decimal(0), now=means.clock())
    if not status.retry_may_pass:
        raise refusal
    return _Again(
        "filtered", refusal, f"a filter withheld it ({'; '.join(status.reasons) or 'no reason given'})"
    )


def _failed(means: Means, ask: Ask, attempt: Attempt, status: Failed) -> _Again:
    billed = None if status.lost else status.billed_usd or Decimal(0)
    if status.may_have_cost:
        billed = attempt.reserved_usd
    because = status.error.message
    settle.end(means.ledger, attempt, error=because, billed=billed, now=means.clock())
    if status.lost:
        return _Again("lost", _always_lost(ask.step), because)
    error = explain(status.error, ask.step, cost=billed, is_certain=not status.may_have_cost)
    if status.retry_after_s is None or billed:
        raise error
    return _Again("hiccup", error, because, status.retry_after_s)


def _always_lost(step: Step) -> GenerationError:
    return GenerationError(
        f"Scene {step.scene_id}: the backend took it several times and lost it each time.",
        hint="Nothing was charged. Render again; if it goes on, look at the backend with veo-story doctor.",
    )
