"""``veo-story caps``: what a user may spend on all films in a day and in a month."""

from __future__ import annotations

from calendar import monthrange
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import click

from veo_story.cli import options
from veo_story.cli.output import result, result_json, say, styled, width
from veo_story.cli.param_types import Usd
from veo_story.cli.text import table
from veo_story.ledger.account import Account
from veo_story.ledger.model import UserCaps
from veo_story.money import usd

if TYPE_CHECKING:
    from datetime import date

    from veo_story.cli.shell import Shell
    from veo_story.ledger.account import Standing
    from veo_story.ledger.model import Spent

_HEADER = ("", "cap USD", "spent", "under way", "unknown", "left")


class Cap(click.ParamType[Decimal | Literal["none"]]):
    """An amount of money, or ``none``."""

    name = "USD|none"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal | Literal["none"]:
        """Read it exactly."""
        return "none" if value == "none" else Usd().convert(value, param, ctx)


@click.command("caps", short_help="Show or set what you may spend in a day and in a month.")
@click.option("--day", type=Cap(), metavar="USD|none", help="All films may cost no more than this in a day.")
@click.option("--month", type=Cap(), metavar="USD|none", help="Nor more than this in a month.")
@options.json_option
@click.pass_obj
def command(
    shell: Shell,
    day: Decimal | Literal["none"] | None,
    month: Decimal | Literal["none"] | None,
    as_json: bool,
) -> None:
    """Show what your films have cost today and this month, and set what they may; none takes a cap away.

    Caps hold over all films, also when several are rendered at once. What is reserved for requests under way
    and what may have been paid for requests of unknown outcome counts as spent, on the day the request was
    made (UTC). A request that would pass a cap is not sent, and render ends with 5. Rehearsals and the local
    backend cost nothing and are not counted.
    """
    with Account(shell.account) as account:
        if day is not None or month is not None:
            account.set_caps(_changed(account.caps(), day, month), now=shell.now())
        standing = account.standing(shell.now())
    if as_json:
        result_json({**_data(standing), "account": str(account.path)})
        return
    rows = [
        _row("today", standing.caps.day_usd, standing.day),
        _row(f"{standing.today:%B}", standing.caps.month_usd, standing.month),
    ]
    result(table(_HEADER, rows, right=frozenset(range(1, len(_HEADER))), width=width()))
    say(f"counted in {account.path}; a new day begins at midnight UTC")
    _warn("today", "day", standing.caps.day_usd, standing.day)
    _warn("this month", "month", standing.caps.month_usd, standing.month)


def _changed(
    caps: UserCaps, day: Decimal | Literal["none"] | None, month: Decimal | Literal["none"] | None
) -> UserCaps:
    return UserCaps(_one(caps.day_usd, day), _one(caps.month_usd, month))


def _one(now: Decimal | None, asked: Decimal | Literal["none"] | None) -> Decimal | None:
    if asked is None:
        return now
    return None if asked == "none" else asked


def _left(cap: Decimal | None, spent: Spent) -> Decimal | None:
    return None if cap is None else max(cap - spent.counted_usd, Decimal(0))


def _row(name: str, cap: Decimal | None, spent: Spent) -> tuple[str, ...]:
    left = _left(cap, spent)
    return (
        name,
        "none" if cap is None else usd(cap),
        usd(spent.settled_usd),
        usd(spent.reserved_usd),
        usd(spent.unknown_usd),
        "-" if left is None else usd(left),
    )


def _warn(when: str, option: str, cap: Decimal | None, spent: Spent) -> None:
    if cap is not None and spent.counted_usd >= cap:
        more = f"veo-story caps --{option} USD allows more"
        say(f"{styled('note', 'note')}: nothing paid is sent any more {when}; {more}")


def _data(standing: Standing) -> dict[str, Any]:
    days = monthrange(standing.month_from.year, standing.month_from.month)[1]
    return {
        "day": _period(standing.today, 1, standing.caps.day_usd, standing.day),
        "month": _period(standing.month_from, days, standing.caps.month_usd, standing.month),
    }


def _period(begins: date, days: int, cap: Decimal | None, spent: Spent) -> dict[str, Any]:
    left = _left(cap, spent)
    return {
        "from": begins.isoformat(),
        "until": (begins + timedelta(days=days)).isoformat(),
        "cap_usd": None if cap is None else f"{cap:f}",
        "spent_usd": f"{spent.settled_usd:f}",
        "reserved_usd": f"{spent.reserved_usd:f}",
        "unknown_usd": f"{spent.unknown_usd:f}",
        "counted_usd": f"{spent.counted_usd:f}",
        "left_usd": None if left is None else f"{left:f}",
    }
