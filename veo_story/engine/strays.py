"""Paid requests that nothing in the plan waits for: they are brought home all the same.

Their scene was edited or removed, or what they were made from no longer serves. The service goes on with them
and bills them, so their clips become takes of the words that they were asked for with: kept, and chosen only
when the storyboard says those words again. Nothing is ever sent here.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from veo_story.backends.base import Operation, Running
from veo_story.engine.attempt import bring_home
from veo_story.engine.errors import still_open
from veo_story.engine.inputs import Sources
from veo_story.engine.means import Ask
from veo_story.engine.retention import Retention
from veo_story.engine.stop import Stopped
from veo_story.errors import GenerationError, LedgerError, MediaError, VeoStoryError
from veo_story.money import usd
from veo_story.plan.model import FileInput, FrameInput, Parameters, Step
from veo_story.plan.takes import AttemptState
from veo_story.storyboard.model import FrameOf, Mode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from veo_story.catalog.model import Capabilities
    from veo_story.engine.chain import Run
    from veo_story.plan.model import Input
    from veo_story.plan.takes import Attempt, Take

_NEVER = datetime.max.replace(tzinfo=UTC)


def strays_of(run: Run) -> tuple[Attempt, ...]:
    """The paid requests under way that surely no chain will look after."""
    wanted = {(s.scene_id, s.fingerprint[:8]) for s in run.plan.steps() if s.kept is None}
    known = (attempt for of_scene in run.attempts.values() for attempt in of_scene)
    return tuple(a for a in known if _is_paid(a) and (a.scene_id, a.fingerprint[:8]) not in wanted)


def left_over(run: Run) -> tuple[Attempt, ...]:
    """The paid requests under way that nobody looked after in a run whose chains have ended."""
    return tuple(a for a in run.means.ledger.attempts() if _is_paid(a) and a.id not in run.means.minded)


async def bring_strays(run: Run, strays: Iterable[Attempt]) -> None:
    """Bring requests home that no step waits for, the nearest deadline first.

    What fails is told as a remark: it says nothing of the film. Raises nothing but cancellation; what is no
    request's own error goes to ``run.bugs`` and stops the run, as in a chain.
    """
    by_folder: dict[tuple[str, str], list[Attempt]] = {}
    for attempt in sorted(strays, key=lambda one: one.expires_at or _NEVER):
        by_folder.setdefault((attempt.scene_id, attempt.fingerprint[:8]), []).append(attempt)
    async with asyncio.TaskGroup() as group:
        for attempts in by_folder.values():  # two of the same words would be written to the same place
            group.create_task(_in_turn(run, attempts))


def _is_paid(attempt: Attempt) -> bool:
    return attempt.state is AttemptState.ANSWERED and not attempt.is_free


async def _in_turn(run: Run, attempts: Sequence[Attempt]) -> None:
    try:
        for attempt in attempts:
            await _bring(run, attempt)
    except Exception as bug:  # noqa: BLE001 - raised again by the run, when the chains are at rest
        run.bugs.append(bug)
        run.means.stop.set()


async def _bring(run: Run, attempt: Attempt) -> None:
    run.means.minded.add(attempt.id)
    tell = partial(run.teller.aside, _chain_of(run, attempt.scene_id), attempt.scene_id)
    try:
        ask = _ask(run, attempt, tell)
        await _wait(run, ask, attempt, tell)
        async with run.semaphore:
            await bring_home(run.means, ask, attempt)
    except Stopped:
        return
    except LedgerError:
        raise
    except VeoStoryError as error:
        tell(_failed(run, attempt, error))


async def _wait(run: Run, ask: Ask, attempt: Attempt, tell: partial[None]) -> None:
    """Return when a request has ended. No chain is kept from its place meanwhile."""
    operation, is_told = Operation(attempt.operation or ""), False
    while True:
        try:
            status = await ask.backend.status(operation)
        except VeoStoryError as error:
            raise still_open(error, ask.step) from error.__cause__
        if not isinstance(status, Running):
            return
        if not is_told:
            tell("a request of before is paid and still under way; it is waited for")
            is_told = True
        if run.means.stop.is_set:
            raise Stopped
        await run.means.stop.nap(run.means.sleep, status.look_again_s)


def _ask(run: Run, attempt: Attempt, tell: partial[None]) -> Ask:
    """What a request asked for. Raises VeoStoryError where nobody knows it, or its backend cannot be had."""
    step = step_of(attempt, run.means.ledger.request(attempt.id))
    caps = _capabilities(run, attempt)
    return Ask(
        step=step,
        backend=run.backend(attempt.backend),
        sources=_sources(run, step, attempt),
        combined=caps.returns == "combined",
        is_free=False,
        slack_frames=caps.length_slack_frames,
        retention=Retention.of(caps),
        tell_sent=_nothing,
        tell_progress=_nothing,
        tell_stored=lambda take: tell(_stored(take)),
        tell_retry=_nothing,
        tell_remark=tell,
    )


def step_of(attempt: Attempt, request: Mapping[str, Any]) -> Step:
    """The step that a request was sent for, from what was written down of it (see ``ledger/rows.py``).

    Its scene is the one that it belongs to now. Raises GenerationError where nobody wrote down what it was.
    """
    try:
        return Step(
            scene_id=attempt.scene_id,
            mode=Mode(request["mode"]),
            backend=attempt.backend,
            model=attempt.model,
            prompt=request["prompt"],
            parameters=_parameters(request["parameters"]),
            new_frames=int(request["new_frames"]),
            fingerprint=attempt.fingerprint,
            parts=MappingProxyType(dict(request["parts"])),
            inputs=tuple(map(_input, request["inputs"])),
            parent=request["parent"],
            window_frames=request["window_frames"],
            expected_usd=Decimal(request["expected_usd"]),
        )
    except (KeyError, ValueError, TypeError, ArithmeticError) as error:
        raise GenerationError(
            f"What the request {attempt.id[:8]} of scene {attempt.scene_id} asked for is not known any more.",
        ) from error


def _way_on(attempt: Attempt) -> str:
    return f"look what was billed: veo-story reconcile FILE --attempt {attempt.id[:8]} --settle USD"


def _parameters(told: Mapping[str, Any]) -> Parameters:
    return Parameters(**{**told, "duration_s": Decimal(told["duration_s"])})


def _input(told: Mapping[str, Any]) -> Input:
    if "file" in told:
        return FileInput(told["role"], Path(told["file"]), told["sha256"])
    at = told["at_s"]
    return FrameInput(told["role"], FrameOf(told["frame_of"], None if at is None else Decimal(at)))


def _capabilities(run: Run, attempt: Attempt) -> Capabilities:
    """What the model can do, by the plan or else the catalog. Raises ConfigError where it is unknown."""
    for known in run.plan.capabilities.values():
        if (known.backend, known.model) == (attempt.backend, attempt.model):
            return known
    from veo_story.catalog.catalog import load_catalog

    return load_catalog().capabilities(attempt.backend, model=attempt.model)


def _sources(run: Run, step: Step, attempt: Attempt) -> Sources:
    """The take that was extended, where its clip is still there; the parent is the first of the parents."""
    if step.parent is None or not attempt.parents:
        return Sources({})
    found = next((take for take in run.means.ledger.takes() if take.id == attempt.parents[0]), None)
    return Sources({} if found is None else {step.parent: found})


def _chain_of(run: Run, scene_id: str) -> str:
    of_scene = (c.id for c in run.plan.chains if any(s.scene_id == scene_id for s in c.steps))
    return next(of_scene, scene_id)


def _stored(take: Take) -> str:
    return f"a request of before was brought home as take {take.id} for {usd(take.cost_usd)} USD"


def _failed(run: Run, attempt: Attempt, error: VeoStoryError) -> str:
    """Why a request gave no take; what is still open is tried again, and says what a person can do."""
    is_open = any(a.id == attempt.id and _is_paid(a) for a in run.means.ledger.attempts())
    if not is_open:
        aside = f" {error.hint}" if isinstance(error, MediaError) and error.hint else ""
        return f"a request of before gave no take: {error.message}{aside}"
    fix = f" {error.hint}" if error.hint else ""
    return (
        f"a request of before is paid and could not be brought home: {error.message}{fix} The next render "
        f"tries again; if it never works, {_way_on(attempt)}"
    )


def _nothing(*_told: object) -> None:
    """Nobody waits for it."""
