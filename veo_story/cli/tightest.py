"""Which cap a run would pass first, before it starts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from veo_story.money import usd

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from veo_story.cli.plan_view import PlanView
    from veo_story.cli.shell import Shell
    from veo_story.ledger.account import Standing


@dataclass(frozen=True, slots=True)
class Need:
    """What a run costs beside a cap, in USD. ``raised_by`` is the option that raises it."""

    whose: str
    cap_usd: Decimal
    counted_usd: Decimal
    needed_usd: Decimal
    raised_by: str

    @property
    def left_usd(self) -> Decimal:
        """What may still be reserved."""
        return max(self.cap_usd - self.counted_usd, Decimal(0))

    def __str__(self) -> str:
        enough = usd(self.counted_usd + self.needed_usd)
        return (
            f"this run costs {usd(self.needed_usd)} USD and {usd(self.left_usd)} is left of {self.whose}, "
            f"{usd(self.cap_usd)}; what does not fit is not sent ({self.raised_by} {enough})"
        )


def standing_of(shell: Shell) -> Standing:
    """The caps of the user and what counts against them now. Raises LedgerError."""
    from veo_story.ledger.account import Account

    with Account(shell.account) as account:
        return account.standing(shell.now())


def tightest(
    views: Sequence[tuple[PlanView, frozenset[str] | None]], standing: Standing | None
) -> Need | None:
    """The cap with the least left of those that the run would pass; each view comes with its scenes."""
    passed = [need for need in _needs(views, standing) if need.needed_usd > need.left_usd]
    return min(passed, key=lambda need: need.left_usd, default=None)


def _needs(
    views: Sequence[tuple[PlanView, frozenset[str] | None]], standing: Standing | None
) -> Iterator[Need]:
    total = Decimal(0)
    for view, scenes in views:
        now, _ = view.price(view.to_do(scenes))
        total += now
        if view.max_usd is not None:
            held = view.spent_usd + view.held_usd
            yield Need(f"the cap of {view.plan.film}", view.max_usd, held, now, "--max-usd")
    if standing is None:
        return
    caps = standing.caps
    if caps.day_usd is not None:
        counted = standing.day.counted_usd
        yield Need("your cap for today", caps.day_usd, counted, total, "veo-story caps --day")
    if caps.month_usd is not None:
        counted = standing.month.counted_usd
        yield Need("your cap for this month", caps.month_usd, counted, total, "veo-story caps --month")
