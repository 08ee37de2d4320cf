"""Putting a film's folder in order after a run that died, before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from veo_story.engine import settle, takes_on_disk
from veo_story.engine.means import writing
from veo_story.media.files import Disk
from veo_story.plan.takes import AttemptState as S

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from veo_story.ledger.model import Ledger
    from veo_story.plan.model import Plan
    from veo_story.plan.takes import Attempt


def recover(ledger: Ledger, film: Path, plan: Plan | None, now: datetime, disk: Disk | None = None) -> None:
    """Settle what a dead run left open. Only the holder of the film's lock may call this.

    A take folder that the ledger does not know is adopted: the crash came between the rename and ``stored``.
    One whose request and sample the ledger has is a copy that somebody made, and none of ours.
    What was intended and not sent is released. What was sent without an answer is unknown, or, where asking
    again is free, released. Answered attempts stay to be brought home; only free ones that the
    plan (None: whatever it says) no longer asks for are released. Raises LedgerError.
    """
    takes_on_disk.clear_parts(film)
    with writing(film):
        adopt_strangers(ledger, film, now, disk or Disk())
    wanted = None if plan is None else {(step.scene_id, step.fingerprint) for step in plan.steps()}
    for attempt in ledger.attempts():
        is_wanted = wanted is None or (attempt.scene_id, attempt.fingerprint) in wanted
        _settle(ledger, attempt, wanted=is_wanted, now=now)


def adopt_strangers(ledger: Ledger, film: Path, now: datetime, disk: Disk) -> None:
    """Write down the take folders that the ledger does not know. Raises LedgerError and OSError."""
    known = {take.clip.parent for take in ledger.takes()}
    strangers = [folder for folder in takes_on_disk.found_on_disk(film) if folder not in known]
    if not strangers:
        return
    seen = {(take.attempt_id, take.sample) for take in ledger.takes(gone=True)}
    for folder in strangers:
        take, samples = takes_on_disk.read_take(folder)
        if (take.attempt_id, take.sample) not in seen:
            takes_on_disk.check_clip(take)
            # The run that renamed it may have died before its name was safe.
            takes_on_disk.sync_names(film, folder, disk)
            ledger.adopt(take.attempt_id, take, samples=samples, now=now)
            seen.add((take.attempt_id, take.sample))


def _settle(ledger: Ledger, attempt: Attempt, *, wanted: bool, now: datetime) -> None:
    match attempt.state:
        case S.INTENDED:
            ledger.release(attempt.id, error="the run ended before it was sent", now=now)
        case S.SENT:
            settle.lose(ledger, attempt, error="the run ended before the answer came", now=now)
        case S.ANSWERED if attempt.is_free and not wanted:
            settle.end(ledger, attempt, error="the storyboard no longer asks for it", billed=None, now=now)
        case S.ANSWERED | S.STORED | S.RELEASED | S.FAILED | S.UNKNOWN:
            pass
        case _:
            assert_never(attempt.state)
