"""The ledger of a film's folder: one SQLite file, every verb one durable transaction."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from veo_story.errors import LedgerError, OutcomeUnknown
from veo_story.ledger import rows
from veo_story.ledger.caps import hold_caps, usd
from veo_story.ledger.choices import Choices
from veo_story.ledger.connect import explained
from veo_story.ledger.model import ARROWS
from veo_story.plan.takes import AttemptState as S

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from veo_story.ledger.model import Caps, Spent
    from veo_story.plan.model import Step
    from veo_story.plan.takes import Attempt, AttemptState, Take


class SqliteLedger(Choices):
    """The verbs of :class:`~veo_story.ledger.model.Ledger` over one file.

    Several processes may use the same file at once; one object belongs to one thread. ``new_id`` makes the
    ids of attempts, which must differ between all copies of a folder too; ``owner`` says which process sends.
    """

    def __init__(
        self,
        path: Path,
        *,
        busy_s: float = 10.0,
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex,
        owner: str = "",
    ) -> None:
        """Open or make the ledger at ``path``; clips are kept relative to its folder. Raises LedgerError."""
        super().__init__(path, busy_s=busy_s)
        self._new_id = new_id
        self._owner = owner

    def intend(
        self,
        step: Step,
        *,
        expected: Decimal,
        worst: Decimal,
        caps: Caps,
        parents: tuple[str, ...] = (),
        picked_frames: Mapping[str, int] | None = None,
        is_free: bool = False,
        samples: int = 1,
        storage: str | None = None,
        why: str | None = None,
        attempt_id: str | None = None,
        now: datetime,
    ) -> Attempt:
        """Reserve and write the intent. See :class:`~veo_story.ledger.model.Ledger`."""
        attempt_id = attempt_id or self._new_id()
        parents_text = rows.as_json(parents)
        request = rows.request_of(step, parents, picked_frames or {})
        moment = rows.as_time(now)
        with self._write() as connection:
            self.hold(step, price=expected, caps=caps, parents=parents, now=now)
            connection.execute(
                rows.INSERT_ATTEMPT,
                (
                    attempt_id,
                    step.scene_id,
                    step.fingerprint,
                    step.backend,
                    step.model,
                    S.INTENDED.value,
                    rows.as_decimal_text(expected),
                    rows.as_decimal_text(expected),
                    rows.as_decimal_text(worst),
                    int(is_free),
                    parents_text,
                    rows.as_json(dict(picked_frames or {})),
                    rows.as_json(request),
                    moment,
                    moment,
                    samples,
                    storage,
                    self._owner,
                    why,
                ),
            )
        return self.attempt(attempt_id)

    def hold(
        self, step: Step, *, price: Decimal, caps: Caps, parents: tuple[str, ...] = (), now: datetime
    ) -> None:
        """Raise what :meth:`intend` would raise now."""
        self._refuse_unknown(step, rows.as_json(parents))
        hold_caps(step.scene_id, price, caps, film=self.spent(), scene=self.spent(step.scene_id))

    def sent(self, attempt_id: str, *, now: datetime) -> None:
        """The request leaves now."""
        with self._write():
            self._move(attempt_id, S.SENT, now, sent_at=now)

    def answered(
        self, attempt_id: str, operation: str, *, now: datetime, expires_at: datetime | None = None
    ) -> None:
        """The service took it."""
        with self._write():
            self._move(
                attempt_id, S.ANSWERED, now, operation=operation, answered_at=now, expires_at=expires_at
            )

    def kept(self, attempt_id: str, take: Take) -> None:
        """One of several takes is on the disk."""
        with self._write():
            state = self.attempt(attempt_id).state
            if state is not S.ANSWERED:
                raise LedgerError(f"Attempt {attempt_id} is {state.value} and gives no takes.")
            self._insert(take, attempt_id)

    def stored(
        self,
        attempt_id: str,
        take: Take | None,
        *,
        cost: Decimal,
        usage: str | None = None,
        now: datetime,
    ) -> None:
        """Its (last) take is on the disk."""
        with self._write():
            self._move(attempt_id, S.STORED, now, settled=cost, usage=usage)
            if take is not None:
                self._insert(take, attempt_id)

    def adopt(self, attempt_id: str, take: Take, *, samples: int = 1, now: datetime) -> None:
        """Write down a take found on the disk."""
        with self._write() as connection:
            # A ledger that was lost knows no attempt; one that a crash cut short has it still open, and the
            # take on the disk is the proof of how it ended, so the arrows do not matter here. Only where the
            # service may have more clips of the same request is it left open, to be asked for them.
            row = connection.execute(
                "SELECT samples > 1 AND state = 'answered' FROM attempts WHERE id = ?", (attempt_id,)
            ).fetchone()
            if row is not None and row[0]:
                self._insert(take, attempt_id)
                return
            cost = take.cost_usd + self._cost_of_takes(attempt_id)
            values = rows.adopted_row(take, attempt_id, samples=samples, cost=cost, now=now)
            connection.execute(rows.ADOPT_ATTEMPT, values)
            self._insert(take, attempt_id)

    def release(self, attempt_id: str, *, error: str, now: datetime) -> None:
        """It was never accepted, or is gone and cost nothing."""
        with self._write():
            self._move(attempt_id, S.RELEASED, now, error=error, settled=Decimal(0))

    def fail(self, attempt_id: str, *, error: str, billed: Decimal, now: datetime) -> None:
        """It was accepted and gave no take."""
        with self._write():
            self._move(attempt_id, S.FAILED, now, error=error, settled=billed)

    def lose(self, attempt_id: str, *, error: str, now: datetime) -> None:
        """Nobody knows whether it was accepted."""
        with self._write():
            self._move(attempt_id, S.UNKNOWN, now, error=error)

    def again(self, attempt_id: str, *, now: datetime) -> None:
        """A person agreed that the step is sent again."""
        with self._write() as connection:
            self._unknown(attempt_id)
            connection.execute(
                "UPDATE attempts SET again_at = ? WHERE id = ?", (rows.as_time(now), attempt_id)
            )

    def settle(self, attempt_id: str, *, cost: Decimal, now: datetime) -> None:
        """A person has seen what it was billed."""
        with self._write():
            if self.attempt(attempt_id).state is not S.ANSWERED:
                self._unknown(attempt_id)
            state = S.FAILED if cost else S.RELEASED
            if self._has_takes(attempt_id):
                state = S.STORED
            self._move(attempt_id, state, now, error="settled by a person", settled=cost)

    def renew(self, take_id: str, expires_at: datetime) -> None:
        """The service keeps its copy of a take longer."""
        with self._write() as connection:
            self._known_take(take_id)
            connection.execute(
                "UPDATE takes SET expires_at = ? WHERE id = ?", (rows.as_time(expires_at), take_id)
            )

    def spent(self, scene_id: str | None = None) -> Spent:
        """The money of the film, or of one scene."""
        with explained(self.path):
            found = self._connection.execute(
                "SELECT state, reserved_usd, settled_usd FROM attempts WHERE ? IS NULL OR scene_id = ?",
                (scene_id, scene_id),
            )
            return rows.spent_of(found)

    def takes(self, *, gone: bool = False) -> tuple[Take, ...]:
        """The takes whose clips are there (with ``gone`` all), by scene and then oldest first."""
        folder = self.path.parent
        with self._read("SELECT * FROM takes ORDER BY scene_id, rowid") as found:
            takes = (rows.take_from(row, folder) for row in found)
            return tuple(take for take in takes if gone or take.clip.exists())

    def attempts(self) -> tuple[Attempt, ...]:
        """All attempts, oldest first."""
        with self._read("SELECT * FROM attempts ORDER BY position") as found:
            return tuple(rows.attempt_from(row) for row in found)

    def attempt(self, attempt_id: str) -> Attempt:
        """One attempt. Raises LedgerError when it is not known."""
        with explained(self.path):
            row = self._connection.execute("SELECT * FROM attempts WHERE id = ?", (attempt_id,)).fetchone()
        if row is None:
            raise LedgerError(f"{self.path} knows no attempt {attempt_id}.")
        return rows.attempt_from(row)

    def request(self, attempt_id: str) -> Mapping[str, Any]:
        """What an attempt asked for."""
        self.attempt(attempt_id)
        query = "SELECT request FROM attempts WHERE id = ?"
        with explained(self.path):
            (text,) = self._connection.execute(query, (attempt_id,)).fetchone()
        return rows.request_from(text)

    def _unknown(self, attempt_id: str) -> None:
        state = self.attempt(attempt_id).state
        if state is not S.UNKNOWN:
            raise LedgerError(f"Attempt {attempt_id} is {state.value}: its outcome is known.")

    def _move(
        self,
        attempt_id: str,
        state: AttemptState,
        now: datetime,
        *,
        error: str | None = None,
        settled: Decimal | None = None,
        **told: str | datetime | None,
    ) -> None:
        """Go to ``state``. Of ``told`` (columns by name) what is None leaves the row as it is."""
        before = self.attempt(attempt_id)
        if state not in ARROWS[before.state]:
            raise LedgerError(
                f"Attempt {attempt_id} of scene {before.scene_id} is {before.state.value} and cannot become "
                f"{state.value}.",
                hint="Another process may have settled it; render again to go on from what the ledger says.",
            )
        moment = rows.as_time(now)
        columns: dict[str, str | None] = {"state": state.value, "error": error, "changed_at": moment}
        columns["settled_usd"] = None if settled is None else rows.as_decimal_text(settled)
        if settled is not None:
            columns["ended_at"] = moment
        for name, value in told.items():
            if value is not None:
                columns[name] = value if isinstance(value, str) else rows.as_time(value)
        written = ", ".join(f"{name} = ?" for name in columns)
        self._connection.execute(
            f"UPDATE attempts SET {written} WHERE id = ?",  # noqa: S608 - the names are ours
            (*columns.values(), attempt_id),
        )

    def _insert(self, take: Take, attempt_id: str) -> None:
        values = rows.take_row(take, attempt_id, self.path.parent)
        self._connection.execute(rows.INSERT_TAKE, values)

    def _has_takes(self, attempt_id: str) -> bool:
        query = "SELECT 1 FROM takes WHERE attempt_id = ?"
        return self._connection.execute(query, (attempt_id,)).fetchone() is not None

    def _cost_of_takes(self, attempt_id: str) -> Decimal:
        found = self._connection.execute("SELECT cost_usd FROM takes WHERE attempt_id = ?", (attempt_id,))
        return sum((Decimal(row[0]) for row in found), Decimal(0))

    def _refuse_unknown(self, step: Step, parents: str) -> None:
        with explained(self.path):
            row = self._connection.execute(
                "SELECT id, reserved_usd FROM attempts"
                " WHERE state = 'unknown' AND again_at IS NULL"
                " AND scene_id = ? AND fingerprint = ? AND parents = ?",
                (step.scene_id, step.fingerprint, parents),
            ).fetchone()
        if row is not None:
            raise OutcomeUnknown(
                f"Scene {step.scene_id} was sent before (attempt {row['id']}) and nobody knows whether it "
                f"was accepted; up to {usd(Decimal(row['reserved_usd']))} may have been paid.",
                hint="It is never sent again by itself: veo-story reconcile FILE looks for it, and shows "
                "the ways on. What was sent stays counted as spent.",
            )
