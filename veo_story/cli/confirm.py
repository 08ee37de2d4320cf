"""Before money is spent: say how much, and ask."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import TYPE_CHECKING

import click

from veo_story.cli.output import say, styled
from veo_story.cli.text import count
from veo_story.cli.tightest import tightest
from veo_story.errors import ApprovalNeeded
from veo_story.money import usd

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from veo_story.cli.plan_view import PlanView
    from veo_story.ledger.account import Standing


def confirm(
    views: Sequence[tuple[PlanView, frozenset[str] | None]],
    *,
    yes: bool,
    quiet: bool,
    standing: Callable[[], Standing] | None = None,
) -> None:
    """Show what this run may cost; ask when that is over a film's ``confirm_over_usd``.

    Asks too when a scene was paid for before and gave no take. Each view comes with the scenes asked for
    (None: all). ``standing`` is asked for the user's caps when something is to be paid: the cap that would be
    passed first is named, and what does not fit is refused scene by scene later. Raises ApprovalNeeded when
    the answer is no, or nobody is there to give one.
    """
    total, worst, asks = Decimal(0), Decimal(0), False
    again: list[str] = []
    for view, scenes in views:
        steps = view.to_do(scenes)
        now, most = view.price(steps)
        if most == 0:
            continue
        if not quiet:
            cap = "no cap" if view.max_usd is None else f"cap {usd(view.max_usd)}"
            paid = count(sum(1 for step in steps if step.worst_usd), "paid scene")
            price = f"{usd(now)} USD, {usd(most)} at worst, {usd(view.spent_usd)} spent before ({cap})"
            say(f"{view.plan.film}: {paid} on {view.plan.backend}, {price}")
        total, worst = total + now, worst + most
        for scene_id in sorted({step.scene_id for step in steps} & set(view.in_vain_usd)):
            again.append(scene_id)
            lost = f"{scene_id} cost {usd(view.in_vain_usd[scene_id])} USD before and gave no take"
            say(f"{view.plan.film}: {lost}; this pays for it again")
        asks = asks or most > view.confirm_over_usd
    if worst and not quiet and (need := tightest(views, standing and standing())) is not None:
        say(f"{styled('warning', 'warning')}: {need}")
    if yes or not (asks or again):
        return
    what = f"{usd(total)} USD, {usd(worst)} at worst"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise ApprovalNeeded(
            f"this run costs {what}, and nobody is here to say yes",
            hint="pass --yes to pay again" if again else "pass --yes, or raise budget.confirm_over_usd",
        )
    if not click.confirm(f"Spend {what}?", err=True):
        raise ApprovalNeeded("nothing was sent", hint="veo-story plan shows what would be")
