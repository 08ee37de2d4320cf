"""Numbers as the messages of a plan write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story import money

if TYPE_CHECKING:
    from decimal import Decimal


def plain(number: Decimal) -> str:
    """A number without trailing zeros or an exponent: ``7``, ``1.5``."""
    return f"{number.normalize():f}"


def seconds(number: Decimal) -> str:
    """``7 s``."""
    return f"{plain(number)} s"


def usd(amount: Decimal) -> str:
    """``25.60 USD``: at least two decimals, more where the amount has them."""
    return f"{money.usd(amount)} USD"


def one_of(words: tuple[str, ...]) -> str:
    """``4, 6 or 8``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} or {words[-1]}"
