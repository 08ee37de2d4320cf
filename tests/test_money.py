"""Dollars as text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story import money
from veo_story.ledger import caps
from veo_story.plan import wording

AMOUNTS = st.decimals(min_value=0, max_value=10**6, places=4, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0", "0.00"),
        ("6.4", "6.40"),
        ("0.125", "0.125"),
        ("12", "12.00"),
        ("1E+2", "100.00"),
        ("0.1000", "0.10"),
    ],
)
def test_usd(amount: str, shown: str) -> None:
    assert money.usd(Decimal(amount)) == shown
    assert wording.usd(Decimal(amount)) == f"{shown} USD"
    assert caps.usd(Decimal(amount)) == f"${shown}"


@given(AMOUNTS)
def test_no_amount_is_rounded(amount: Decimal) -> None:
    shown = money.usd(amount)
    assert Decimal(shown) == amount
    assert len(shown.partition(".")[2]) >= 2
