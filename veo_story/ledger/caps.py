"""Whether a reservation fits under the caps. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from veo_story import money
from veo_story.errors import BudgetError

if TYPE_CHECKING:
    from veo_story.ledger.model import Caps, Spent


def hold_caps(scene_id: str, worst: Decimal, caps: Caps, *, film: Spent, scene: Spent) -> None:
    """Raise BudgetError when ``worst`` more would pass a cap. Free work passes none.

    ``film`` and ``scene`` are what counts already. The message says which cap, how much is left and what to
    do.
    """
    if worst == 0:
        return
    _hold("the film's cap", "budget.max_usd (or --max-usd)", scene_id, worst, caps.film_usd, film)
    _hold(f"the cap of scene {scene_id}", "budget.per_scene_usd", scene_id, worst, caps.scene_usd, scene)


def _hold(name: str, setting: str, scene_id: str, worst: Decimal, cap: Decimal | None, spent: Spent) -> None:
    if cap is None or spent.counted_usd + worst <= cap:
        return
    left = max(cap - spent.counted_usd, Decimal(0))
    raise BudgetError(
        f"Scene {scene_id} costs {usd(worst)}, and {usd(left)} is left of {name}, {usd(cap)} "
        f"({usd(spent.settled_usd)} spent, {usd(spent.reserved_usd)} reserved for requests under way, "
        f"{usd(spent.unknown_usd)} of unknown outcome).",
        hint=f"Nothing was sent. Raise {setting} to {usd(spent.counted_usd + worst)} or more, or leave "
        "scenes out with --only.",
    )


def usd(amount: Decimal) -> str:
    """``$1.20``: two decimals, or more where the amount has them."""
    return f"${money.usd(amount)}"
