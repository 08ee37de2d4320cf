"""Numbers as the messages of a plan write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    exact = amount.normalize()
    digits = max(2, -int(exact.as_tuple().exponent))
    return f"{exact:.{digits}f} USD"


def one_of(words: tuple[str, ...]) -> str:
    """``4, 6 or 8``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} or {words[-1]}"
