"""A film's ledger with the user's account beside it: at every moment the account counts as much or more.

Two files cannot be committed at once, so the order of the writes decides what a crash between them leaves.
A reservation is in the account before the film's ledger has it, and what ends it is in the film's ledger
before the account has it, except where the end is dearer than the reservation: then the account is first.
:meth:`AccountedLedger.sync` puts right what a crash left.

Reservations never pass a cap. A service may bill more than was reserved: that counts at once, may pass a cap,
and lets nothing further be reserved until there is room again.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from veo_story.errors import BudgetError, LedgerError, OutcomeUnknown
from veo_story.ledger.account_rows import FilmRef, counted, is_paid
from veo_story.ledger.delegated import Delegated
from veo_story.plan.takes import Attempt
from veo_story.plan.takes import AttemptState as S

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal
    from pathlib import Path

    from veo_story.ledger.account import Account
    from veo_story.ledger.model import Caps
    from veo_story.ledger.sqlite import SqliteLedger
    from veo_story.plan.model import Step
    from veo_story.plan.takes import AttemptState, Take


class AccountedLedger(Delegated):
    """The verbs of :class:`~veo_story.ledger.model.Ledger` over a film's ledger and a user's account.

    What is free is not in the account, and needs none: free work goes on when the account is damaged.
    ``folder`` is the film's.
    """

    def __init__(self, film: SqliteLedger, account: Account, folder: Path) -> None:
        """Raises LedgerError when the film's ledger cannot be read."""
        super().__init__(film)
        self._account = account
        self._ref = FilmRef(film.film_id, folder.name, folder.resolve())
        self._is_behind = False

    def sync(self) -> None:
        """Put right what a crash left. Only the holder of the film's lock may call this.

        An account that cannot be used is no matter to a film that paid for nothing, until it does.
        """
        self._is_behind = True
        attempts = self._film.attempts()
        try:
            self._catch_up(attempts)
        except LedgerError:
            if any(is_paid(attempt) for attempt in attempts):
                raise

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
        """Reserve in the account, then in the film. Raises what both raise; nothing is reserved then."""
        wanted = Attempt(
            id=attempt_id or uuid.uuid4().hex,
            scene_id=step.scene_id,
            fingerprint=step.fingerprint,
            backend=step.backend,
            model=step.model,
            state=S.INTENDED,
            reserved_usd=expected,
            created_at=now,
            parents=parents,
            picked_frames=picked_frames or {},
            is_free=is_free,
            samples=samples,
            expected_usd=expected,
            worst_usd=worst,
            storage=storage,
            why=why,
        )
        if not is_free:
            self.hold(step, price=expected, caps=caps, parents=parents, now=now)
            self._catch_up()
            self._account.reserve(self._ref, wanted)
        try:
            made = self._film.intend(
                step,
                expected=expected,
                worst=worst,
                caps=caps,
                parents=parents,
                picked_frames=picked_frames,
                is_free=is_free,
                samples=samples,
                storage=storage,
                why=why,
                attempt_id=wanted.id,
                now=now,
            )
        except (BudgetError, OutcomeUnknown):
            if not is_free:
                self._account.take_back(wanted.id)
            raise
        if not is_free:
            self._account.write(self._ref, made)
        return made

    def hold(
        self, step: Step, *, price: Decimal, caps: Caps, parents: tuple[str, ...] = (), now: datetime
    ) -> None:
        """Raise what :meth:`intend` would raise now."""
        self._film.hold(step, price=price, caps=caps, parents=parents, now=now)
        if price:
            self._catch_up()
            self._account.hold(step.scene_id, price, now=now)

    def sent(self, attempt_id: str, *, now: datetime) -> None:
        """The request leaves now. An account that cannot be written stops it while it is only intended."""
        known = self._known(attempt_id)
        first = known and replace(known, state=S.SENT, sent_at=now)
        self._move(attempt_id, lambda: self._film.sent(attempt_id, now=now), first=first)

    def answered(
        self, attempt_id: str, operation: str, *, now: datetime, expires_at: datetime | None = None
    ) -> None:
        """The service took it."""
        self._film.answered(attempt_id, operation, now=now, expires_at=expires_at)
        self._mirror(attempt_id)

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
        self._move(
            attempt_id,
            lambda: self._film.stored(attempt_id, take, cost=cost, usage=usage, now=now),
            first=self._dearer(attempt_id, S.STORED, cost, now),
        )

    def adopt(self, attempt_id: str, take: Take, *, samples: int = 1, now: datetime) -> None:
        """Write down a take found on the disk."""
        found = (other.cost_usd for other in self.takes(gone=True) if other.attempt_id == attempt_id)
        cost = sum(found, take.cost_usd)
        first = None
        if cost:
            known = self._account.known(attempt_id)
            if known is None:
                first = _found(attempt_id, take, samples, cost, now)
            elif cost > counted(known):
                first = replace(known, state=S.STORED, settled_usd=cost, ended_at=now)
        self._move(
            attempt_id, lambda: self._film.adopt(attempt_id, take, samples=samples, now=now), first=first
        )

    def release(self, attempt_id: str, *, error: str, now: datetime) -> None:
        """It was never accepted, or is gone and cost nothing."""
        self._film.release(attempt_id, error=error, now=now)
        self._mirror(attempt_id)

    def fail(self, attempt_id: str, *, error: str, billed: Decimal, now: datetime) -> None:
        """It was accepted and gave no take."""
        self._move(
            attempt_id,
            lambda: self._film.fail(attempt_id, error=error, billed=billed, now=now),
            first=self._dearer(attempt_id, S.FAILED, billed, now),
        )

    def lose(self, attempt_id: str, *, error: str, now: datetime) -> None:
        """Nobody knows whether it was accepted."""
        self._film.lose(attempt_id, error=error, now=now)
        self._mirror(attempt_id)

    def again(self, attempt_id: str, *, now: datetime) -> None:
        """A person agreed that the step of an unknown attempt is sent again."""
        self._film.again(attempt_id, now=now)
        self._mirror(attempt_id)

    def settle(self, attempt_id: str, *, cost: Decimal, now: datetime) -> None:
        """A person has seen what an unknown attempt was billed."""
        self._move(
            attempt_id,
            lambda: self._film.settle(attempt_id, cost=cost, now=now),
            first=self._dearer(attempt_id, S.FAILED, cost, now),
        )

    def _catch_up(self, attempts: Sequence[Attempt] | None = None) -> None:
        if not self._is_behind:
            return
        ledger = self._film.path.name
        told = self._film.attempts() if attempts is None else attempts
        self._account.sync(self._ref, told, exists=lambda folder: (folder / ledger).exists())
        self._is_behind = False

    def _known(self, attempt_id: str) -> Attempt | None:
        is_free = self._film.attempt(attempt_id).is_free
        return None if is_free else self._account.known(attempt_id)

    def _dearer(self, attempt_id: str, state: AttemptState, cost: Decimal, now: datetime) -> Attempt | None:
        """How the attempt ends, when that is dearer than what the account counts for it."""
        known = self._known(attempt_id)
        if known is None or cost <= counted(known):
            return None
        return replace(known, state=state, settled_usd=cost, ended_at=now)

    def _move(self, attempt_id: str, verb: Callable[[], None], *, first: Attempt | None) -> None:
        """Tell the film's ledger and then the account; the account ``first`` what errs on the dear side."""
        if first is not None:
            self._account.write(self._ref, first)
        try:
            verb()
        except LedgerError:
            if first is not None:
                with suppress(LedgerError):
                    self._mirror(attempt_id)
            raise
        self._mirror(attempt_id)

    def _mirror(self, attempt_id: str) -> None:
        attempt = self._film.attempt(attempt_id)
        if not attempt.is_free:
            self._account.write(self._ref, attempt)


def _found(attempt_id: str, take: Take, samples: int, cost: Decimal, now: datetime) -> Attempt:
    return Attempt(
        id=attempt_id,
        scene_id=take.scene_id,
        fingerprint=take.fingerprint,
        backend=take.backend,
        model=take.model,
        state=S.STORED,
        reserved_usd=cost,
        created_at=now,
        settled_usd=cost,
        parents=take.parents,
        picked_frames=take.picked_frames,
        samples=samples,
        expected_usd=cost,
        worst_usd=cost,
        ended_at=now,
    )
