"""Where lost answers are worked on: the film's ledger, the services, and one loop for both."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from veo_story import making
from veo_story.cli.output import say
from veo_story.engine import reconcile
from veo_story.errors import VeoStoryError
from veo_story.money import usd

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

    from veo_story.backends.base import Backend
    from veo_story.cli.shell import Shell
    from veo_story.engine.retention import Retention
    from veo_story.ledger.model import Ledger
    from veo_story.plan.takes import Attempt


_HOME = "the next render brings it home"


@dataclass(slots=True)
class Case:
    """One request and what became of it here. ``trouble`` is why it could not be looked for."""

    attempt: Attempt
    outcome: str = "unknown"
    checked: reconcile.Checked | None = None
    trouble: VeoStoryError | None = None
    is_left: bool = False

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide something."""
        return self.outcome == "unknown" and self.attempt.is_open_question and not self.is_left


class Desk:
    """The verbs of :mod:`veo_story.engine.reconcile` for one film, whose lock the caller holds.

    Backends are opened when one is needed, and closed at the end.
    """

    def __init__(self, ledger: Ledger, folder: Path, shell: Shell, gcs: str | None) -> None:
        self._ledger = ledger
        self._folder = folder
        self._shell = shell
        settings = making.settings(
            folder,
            shell.environ,
            service=making.Service(gcs),
            time=shell.time,
            today=shell.today,
            remark=making.Once(say),
        )
        self._open = shell.open_backend or making.backends(settings)
        self._backends: dict[str, Backend] = {}
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._runner:
            self._runner.run(self._close())

    def unsettled(self) -> tuple[Attempt, ...]:
        """The requests of unknown outcome, after what a dead run left is put in order."""
        reconcile.take_stock(self._ledger, self._folder, self._shell.now())
        return reconcile.unsettled(self._ledger)

    def under_way(self) -> tuple[Attempt, ...]:
        """The requests that were answered and are not home yet."""
        return reconcile.under_way(self._ledger)

    def overdue(self) -> tuple[Attempt, ...]:
        """Those of them that the service may have dropped by now."""
        now = self._shell.now()
        return tuple(attempt for attempt in self.under_way() if reconcile.is_overdue(attempt, now))

    def check(self, case: Case) -> None:
        """Look for a request; that looking fails is kept in the case."""
        case.trouble = None
        try:
            case.checked = self._runner.run(self._checked(case.attempt))
        except VeoStoryError as error:
            case.trouble = error
            return
        if case.checked.operation is not None:
            self._end(case, "found", f"found again as {case.checked.operation.name}; {_HOME}")

    def adopt(self, case: Case, operation: str) -> None:
        """Take an operation for the answer. Raises what the engine's verb raises."""
        self._runner.run(self._adopted(case.attempt, operation))
        self._end(case, "adopted", f"answered by {operation}; {_HOME}")

    def again(self, case: Case) -> None:
        """Agree that the step is sent again."""
        reconcile.again(self._ledger, case.attempt, now=self._shell.now())
        held = usd(case.attempt.reserved_usd)
        self._end(
            case, "again", f"the next render sends it again; {held} USD stay counted for the first time"
        )

    def settle(self, case: Case, cost: Decimal) -> None:
        """Write down what it was billed."""
        reconcile.settle(self._ledger, case.attempt, cost, now=self._shell.now())
        self._end(case, "settled", f"settled at {usd(cost)} USD")

    def _end(self, case: Case, outcome: str, text: str) -> None:
        case.outcome = outcome
        case.attempt = next(a for a in self._ledger.attempts() if a.id == case.attempt.id)
        say(f"{case.attempt.scene_id}: {text}")

    async def _checked(self, attempt: Attempt) -> reconcile.Checked:
        return await reconcile.check_again(
            self._ledger,
            self._backend(attempt),
            attempt,
            known=self._known(),
            retention=_retention(attempt),
            now=self._shell.now(),
        )

    async def _adopted(self, attempt: Attempt, operation: str) -> None:
        await reconcile.adopt(
            self._ledger,
            self._backend(attempt),
            attempt,
            operation,
            known=self._known(),
            retention=_retention(attempt),
            now=self._shell.now(),
        )

    def _backend(self, attempt: Attempt) -> Backend:
        """Called inside the loop. Raises what opening a backend raises."""
        if attempt.backend not in self._backends:
            self._backends[attempt.backend] = self._open(attempt.backend)
        return self._backends[attempt.backend]

    def _known(self) -> frozenset[str]:
        """The operations that any film of this user knows."""
        from veo_story.ledger.account import Account

        with Account(self._shell.account) as account:
            return account.operations()

    async def _close(self) -> None:
        async with AsyncExitStack() as stack:
            for backend in self._backends.values():
                stack.push_async_callback(backend.aclose)


def _retention(attempt: Attempt) -> Retention:
    from veo_story.catalog.catalog import load_catalog

    return reconcile.retention_of(attempt, load_catalog())
