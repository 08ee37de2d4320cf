"""Bringing a finished clip home: fetched, measured, put in its place, written down."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from veo_story.engine import takes_on_disk
from veo_story.engine.errors import explain, still_open
from veo_story.engine.means import writing
from veo_story.engine.measure import measure
from veo_story.errors import ExpiredError, MediaError, VeoStoryError
from veo_story.ledger.rows import request_of
from veo_story.plan.takes import Take

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path
    from typing import Any

    from veo_story.backends.base import Done
    from veo_story.engine.means import Ask, Means
    from veo_story.engine.measure import Measured
    from veo_story.plan.model import Step
    from veo_story.plan.takes import Attempt


async def store(means: Means, ask: Ask, attempt: Attempt, part: Path, done: Done) -> Take:
    """Fetch the clip of a finished request into ``part``, measure it and make a take of it.

    A clip that is not what was planned is kept aside, and its attempt ends as failed with what it cost:
    MediaError. So ends one that the service no longer has: ExpiredError. Any other error leaves the attempt
    answered, to be brought home by a later run.
    """
    step = ask.step
    cost = step.expected_usd if done.billed_usd is None else done.billed_usd
    with writing(means.film):
        try:
            await ask.backend.fetch(done, part / "clip.mp4")
            found = await _measure(means, ask, part)
        except ExpiredError as error:
            means.ledger.fail(attempt.id, error=error.message, billed=cost, now=means.clock())
            raise explain(error, step, cost=cost) from error.__cause__
        except VeoStoryError as error:
            raise still_open(error, step) from error.__cause__
        except _Refused as refused:
            raise await _put_aside(means, step, attempt, part, refused.error, cost) from refused.error
        take = _take(means, step, attempt, found, done, cost)
        request = _request(step, attempt)
        await asyncio.to_thread(
            takes_on_disk.put_in_place, part, means.film, take, request, found.probed, means.disk
        )
    means.ledger.stored(attempt.id, take, cost=cost, now=means.clock())
    return take


class _Refused(Exception):
    def __init__(self, error: MediaError) -> None:
        super().__init__(error.message)
        self.error = error


async def _measure(means: Means, ask: Ask, part: Path) -> Measured:
    parent = None if ask.step.parent is None else ask.sources.takes[ask.step.parent]
    try:
        return await asyncio.to_thread(
            measure, ask.step, part / "clip.mp4", parent, combined=ask.combined, media=means.media
        )
    except MediaError as error:
        raise _Refused(error) from error


async def _put_aside(
    means: Means, step: Step, attempt: Attempt, part: Path, error: MediaError, cost: Decimal
) -> MediaError:
    name = f"{step.fingerprint[:8]}-{attempt.id[:8]}"
    aside = await asyncio.to_thread(
        takes_on_disk.put_aside, part, name, _request(step, attempt), error.message, means.disk
    )
    means.ledger.fail(attempt.id, error=error.message, billed=cost, now=means.clock())
    error.hint = f"The file is kept for you to look at in {aside}. Render again to make another."
    return explain(error, step, cost=cost)


def _request(step: Step, attempt: Attempt) -> dict[str, Any]:
    return {"attempt": attempt.id, **request_of(step, attempt.parents, attempt.picked_frames)}


def _take(means: Means, step: Step, attempt: Attempt, found: Measured, done: Done, cost: Decimal) -> Take:
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
        cost_usd=cost,
        stored_at=means.clock(),
        parts=step.parts,
        parents=attempt.parents,
        picked_frames=attempt.picked_frames,
        handle=done.handles[0] if done.handles else None,
        expires_at=done.expires_at,
    )


def _next_number(means: Means, step: Step) -> int:
    known = (step.scene_id, step.fingerprint[:8])
    on_disk = takes_on_disk.highest_number(means.film, *known)
    number = max(means.numbers.get(known, 0), on_disk) + 1
    means.numbers[known] = number
    return number
