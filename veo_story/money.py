"""Dollars as text: the one place where their digits are chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal


def usd(amount: Decimal) -> str:
    """Dollars to the cent, or as fine as the amount is: ``6.40``, ``0.125``. Never rounded."""
    exponent = amount.normalize().as_tuple().exponent
    places = max(2, -exponent) if isinstance(exponent, int) else 2
    return f"{amount:.{places}f}"
