"""Bringing finished clips home: fetched, measured, put in their place, written down."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from veo_story.engine import settle, takes_on_disk
from veo_story.engine.errors import explain, still_open
from veo_story.engine.means import writing
from veo_story.engine.measure import measure
from veo_story.errors import ExpiredError, MediaError, VeoStoryError
from veo_story.ledger.rows import as_decimal_text, as_json, request_of
from veo_story.media.files import sha256_of
from veo_story.plan.takes import Take

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal
    from pathlib import Path
    from typing import Any

    from veo_story.backends.base import Done
    from veo_story.engine.means import Ask, Means
    from veo_story.engine.measure import Measured
    from veo_story.plan.model import Step
    from veo_story.plan.takes import Attempt


async def store(means: Means, ask: Ask, attempt: Attempt, part: Path, done: Done) -> None:
    """Fetch the clips of a finished request, measure them and make takes of them, one by one.

    ``part`` holds the frames that were sent. Takes that are written down already are passed over. The request
    ends when all its clips have been seen; it cost what it billed, else the price of the clips that came.

    A clip that is not what was planned is kept aside, and its share is paid all the same: MediaError. So ends
    one that the service no longer has: ExpiredError. Any other error leaves the attempt answered, to be
    brought home by a later run; so does a parent whose file was changed: nothing can be measured against it.
    """
    count = min(len(done.handles), attempt.samples)
    # By the price of the day it was sent: the plan of today may go by another reading, or another list.
    listed = attempt.expected_usd * count / attempt.samples
    cost = listed if done.billed_usd is None else done.billed_usd
    there = {take.sample for take in settle.takes_of(means.ledger, attempt)}
    clips = _clips(done, settle.shares(cost, count))
    to_come = [clip for clip in clips if clip.sample not in there]
    refused: list[_Refused] = []
    is_settled = False
    for clip in to_come:
        try:
            take = await _bring(means, ask, attempt, part, done, clip)
        except _Refused as refusal:
            refused.append(refusal)
            continue
        there.add(clip.sample)
        is_settled = clip is to_come[-1]
        if is_settled:
            means.ledger.stored(attempt.id, take, cost=cost, usage=_usage(done), now=means.clock())
        else:
            means.ledger.kept(attempt.id, take)
        ask.tell_stored(take)
    if not is_settled and there:
        means.ledger.stored(attempt.id, None, cost=cost, usage=_usage(done), now=means.clock())
    elif not is_settled:
        means.ledger.fail(attempt.id, error=refused[0].error.message, billed=cost, now=means.clock())
    if count < attempt.samples:
        ask.tell_remark(_fewer(attempt.samples, count, done.withheld))
    if refused:
        lost = sum((refusal.cost for refusal in refused[1:]), refused[0].cost)
        raise explain(refused[0].error, ask.step, cost=lost) from refused[0].error.__cause__


def _usage(done: Done) -> str | None:
    """The service's own word for what was used: its bill, where it says no more."""
    if done.usage is not None or done.billed_usd is None:
        return done.usage
    return as_json({"billed_usd": as_decimal_text(done.billed_usd)})


class _Refused(Exception):
    """A clip that came to nothing, and the share of the request's cost that went with it."""

    def __init__(self, error: MediaError | ExpiredError, cost: Decimal) -> None:
        super().__init__(error.message)
        self.error = error
        self.cost = cost


@dataclass(frozen=True, slots=True)
class _Clip:
    """One clip of a request: its place among the handles, its own number, its share of the cost in USD."""

    place: int
    sample: int
    cost: Decimal


def _clips(done: Done, costs: Sequence[Decimal]) -> list[_Clip]:
    numbers = done.samples or range(len(done.handles))
    return [_Clip(place, numbers[place], cost) for place, cost in enumerate(costs)]


async def _bring(means: Means, ask: Ask, attempt: Attempt, part: Path, done: Done, clip: _Clip) -> Take:
    """Bring one clip of a request home, up to its place on the disk."""
    step = ask.step
    with writing(means.film):
        own = part
        if attempt.samples > 1:
            own = await asyncio.to_thread(takes_on_disk.copy_part, part, clip.sample)
        try:
            found = await _fetched(means, ask, own, done, clip.place)
        except ExpiredError as error:
            takes_on_disk.drop_part(own)
            raise _Refused(error, clip.cost) from error.__cause__
        except VeoStoryError as error:
            takes_on_disk.drop_part(own)
            raise still_open(error, step) from error.__cause__
        request = _request(step, attempt, clip.sample)
        if isinstance(found, MediaError):
            origin = {"operation": attempt.operation, "handle": done.handles[clip.place]}
            await _put_aside(means, step, own, request, found, origin)
            raise _Refused(found, clip.cost) from found.__cause__
        if step.parent is not None and ask.combined and found.new_start == 0:
            ask.tell_remark("the service sent the new footage alone, without the clip that it extends")
        take = _take(means, step, attempt, found, done, clip)
        await asyncio.to_thread(
            takes_on_disk.put_in_place, own, means.film, take, request, found.probed, means.disk
        )
    return take


async def _fetched(means: Means, ask: Ask, part: Path, done: Done, place: int) -> Measured | MediaError:
    """Fetch a clip and measure it; the error is why it is not what was planned.

    What cannot be used may only have been damaged on its way, so it is fetched twice before that is believed.
    Raises MediaError when its parent was changed, and what ``fetch`` raises.
    """
    clip, again = part / "clip.mp4", part / "again.mp4"
    await ask.backend.fetch(done, clip, sample=place)
    try:
        return await _measure(means, ask, part)
    except MediaError as error:
        if (changed := await asyncio.to_thread(_changed_parent, ask)) is not None:
            raise changed from error
        try:
            await ask.backend.fetch(done, again, sample=place)
        except ExpiredError:  # just gone: what came first is all there is
            return error
        same = await asyncio.to_thread(lambda: sha256_of(again) == sha256_of(clip))
        again.replace(clip)
        if same:
            return error
    try:
        return await _measure(means, ask, part)
    except MediaError as error:
        return error


async def _measure(means: Means, ask: Ask, part: Path) -> Measured:
    parent = _parent(ask)
    try:
        return await asyncio.to_thread(
            measure,
            ask.step,
            part / "clip.mp4",
            parent,
            combined=ask.combined,
            slack=ask.slack_frames,
            media=means.media,
        )
    except MediaError as error:
        if ask.step.parent is None or parent is not None or not ask.combined:
            raise
        raise MediaError(
            f"The clip of {ask.step.parent} that it extends is gone, and nobody can tell where its own "
            f"footage begins. {error.message}"
        ) from error


def _parent(ask: Ask) -> Take | None:
    """The take that a clip extends; None where it extends none, or one that is gone."""
    return None if ask.step.parent is None else ask.sources.takes.get(ask.step.parent)


def _changed_parent(ask: Ask) -> MediaError | None:
    """What to say when the parent that a clip is measured against is not the one that was sent.

    The clip may be a good one then, and it is paid.
    """
    parent = _parent(ask)
    if parent is None or not ask.combined:
        return None
    if parent.clip.is_file() and sha256_of(parent.clip) == parent.sha256:
        return None
    return MediaError(
        f"{parent.clip} is not the file that was stored, and the clip that extends it cannot be measured.",
        hint="Put a copy of that file back.",
    )


async def _put_aside(
    means: Means,
    step: Step,
    part: Path,
    request: dict[str, Any],
    error: MediaError,
    origin: dict[str, str | None],
) -> None:
    name = f"{step.fingerprint[:8]}-{request['attempt'][:8]}"
    if request["samples"] > 1:
        name += f"-{request['sample']}"
    told = {"reason": error.message, **origin}
    aside = await asyncio.to_thread(takes_on_disk.put_aside, part, name, request, told, means.disk)
    error.hint = f"The file is kept for you to look at in {aside}. Render again to make another."


def _fewer(asked: int, came: int, reasons: tuple[str, ...]) -> str:
    because = f" Withheld: {'; '.join(reasons)}." if reasons else ""
    return f"{came} of {asked} takes came.{because} The others cost nothing; render again to ask for them."


def _request(step: Step, attempt: Attempt, sample: int) -> dict[str, Any]:
    asked = request_of(step, attempt.parents, attempt.picked_frames)
    return {"attempt": attempt.id, "sample": sample, "samples": attempt.samples, **asked}


def _take(means: Means, step: Step, attempt: Attempt, found: Measured, done: Done, clip: _Clip) -> Take:
    number = _next_number(means, step)
    return Take(
        scene_id=step.scene_id,
        fingerprint=step.fingerprint,
        number=number,
        clip=takes_on_disk.home_of(means.film, step.scene_id, step.fingerprint, number),
        sha256=found.sha256,
        frames=found.frames,
        new_start=found.new_start,
        new_end=found.new_end,
        faithful=found.faithful,
        backend=step.backend,
        model=step.model,
        cost_usd=clip.cost,
        stored_at=means.clock(),
        parts=step.parts,
        parents=attempt.parents,
        picked_frames=attempt.picked_frames,
        handle=done.handles[clip.place],
        expires_at=done.expires_at,
        attempt_id=attempt.id,
        sample=clip.sample,
    )


def _next_number(means: Means, step: Step) -> int:
    known = (step.scene_id, step.fingerprint[:8])
    on_disk = takes_on_disk.highest_number(means.film, *known)
    number = max(means.numbers.get(known, 0), on_disk) + 1
    means.numbers[known] = number
    return number
