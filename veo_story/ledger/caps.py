"""Whether a reservation fits under the caps. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from veo_story import money
from veo_story.errors import BudgetError

if TYPE_CHECKING:
    from veo_story.ledger.model import Caps, Spent, UserCaps


def hold_caps(scene_id: str, price: Decimal, caps: Caps, *, film: Spent, scene: Spent) -> None:
    """Raise BudgetError when ``price`` more would pass a cap. Free work passes none.

    ``film`` and ``scene`` are what counts already. The message says which cap, how much is left and what to
    do.
    """
    fix = "Raise {} to {{}} or more, or leave scenes out with --only."
    of_film = fix.format("budget.max_usd (or --max-usd)")
    of_scene = fix.format("budget.per_scene_usd")
    _hold("the film's cap", of_film, scene_id, price, caps.film_usd, film)
    _hold(f"the cap of scene {scene_id}", of_scene, scene_id, price, caps.scene_usd, scene)


def hold_user_caps(scene_id: str, price: Decimal, caps: UserCaps, *, day: Spent, month: Spent) -> None:
    """Raise BudgetError when ``price`` more would pass a user's cap on all films in a day or a month.

    ``day`` and ``month`` are what counts already. Free work passes no cap.
    """
    fix = "Allow {{}} with veo-story caps --{0} {{}}, or render again when the {0} is over (UTC)."
    _hold("your cap for today", fix.format("day"), scene_id, price, caps.day_usd, day)
    _hold("your cap for this month", fix.format("month"), scene_id, price, caps.month_usd, month)


def _hold(name: str, fix: str, scene_id: str, price: Decimal, cap: Decimal | None, spent: Spent) -> None:
    if price == 0 or cap is None or spent.counted_usd + price <= cap:
        return
    left = max(cap - spent.counted_usd, Decimal(0))
    needed = spent.counted_usd + price
    raise BudgetError(
        f"Scene {scene_id} costs {usd(price)}, and {usd(left)} is left of {name}, {usd(cap)} "
        f"({usd(spent.settled_usd)} spent, {usd(spent.reserved_usd)} reserved for requests under way, "
        f"{usd(spent.unknown_usd)} of unknown outcome).",
        hint=f"Nothing was sent. {fix.format(usd(needed), money.usd(needed))}",
    )


def usd(amount: Decimal) -> str:
    """``$1.20``: two decimals, or more where the amount has them."""
    return f"${money.usd(amount)}"
