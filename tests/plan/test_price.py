"""What a plan expects to pay, by both readings of the price page."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.plan.boards import board, plan_of, run, scene
from veo_story.catalog.catalog import load_catalog
from veo_story.plan.wording import usd
from veo_story.storyboard.model import Budget, Mode

KEEPER = [scene("card01", Mode.SLATE, card="THE KEEPER OF ARDMORE"), *run(9)]


@pytest.mark.parametrize(("tier", "expected"), [("standard", "25.60"), ("fast", "6.40")])
def test_the_keeper(tier: str, expected: str) -> None:
    plan = plan_of(board(*KEEPER, tier=tier), "gemini")
    assert (plan.expected_usd, plan.frames) == (Decimal(expected), 1632)
    assert plan.step("card01").expected_usd == 0
    # 8 + 15 + ... + 64 s come back.
    rate = Decimal(expected) / 64
    assert plan.other_basis_usd == plan.worst_usd == rate * 324
    assert plan.basis == "new"


def test_the_keeper_on_vertex_is_a_second_longer_where_it_is_split() -> None:
    plan = plan_of(board(*KEEPER, tier="standard"), "vertex")
    assert plan.expected_usd == Decimal("26.00")
    assert plan.frames == 1632 + 24 - 1


def test_the_long_road() -> None:
    plan = plan_of(board(*run(21), tier="standard"), "gemini")
    assert (plan.expected_usd, plan.frames) == (Decimal("59.20"), 3552)


def test_local_is_free() -> None:
    plan = plan_of(board(*KEEPER))
    assert (plan.expected_usd, plan.worst_usd, plan.other_basis_usd) == (0, 0, 0)


def test_the_other_basis() -> None:
    film = board(*run(3), budget=Budget(basis="assembled"))
    plan = plan_of(film, "gemini")
    assert [s.expected_usd for s in plan.steps()] == [Decimal(x) for x in ("0.80", "1.50", "2.20")]
    assert (plan.expected_usd, plan.other_basis_usd) == (Decimal("4.50"), Decimal("2.20"))
    assert plan.worst_usd == Decimal("4.50")


def test_every_take_is_paid() -> None:
    plan = plan_of(board(scene("s01", takes=3), scene("s02", Mode.EXTEND)), "vertex")
    assert [(s.takes, s.expected_usd) for s in plan.steps()] == [(3, Decimal("0.80")), (1, Decimal("0.70"))]
    assert [s.worst_usd for s in plan.steps()] == [Decimal("0.80"), Decimal("1.50")]
    assert (plan.expected_usd, plan.worst_usd) == (Decimal("3.10"), Decimal("3.90"))


def test_silence_is_cheaper() -> None:
    assert plan_of(board(scene("s01"), audio=False), "vertex").expected_usd == Decimal("0.64")


def test_silent_extensions_are_cheaper_where_they_exist() -> None:
    vertex = load_catalog().capabilities("vertex")
    quiet = replace(vertex, backend="acme", tier="any", silent_extensions=True)
    silent = plan_of(board(*run(2), audio=False), "acme", catalog=load_catalog().with_capabilities(quiet))
    assert [s.expected_usd for s in silent.steps()] == [Decimal("0.64"), Decimal("0.56")]


def test_a_window_bills_what_is_sent_in_the_assembled_reading() -> None:
    plan = plan_of(board(*run(6), over_limit="window"), "vertex")
    assert plan.step("s06").worst_usd == Decimal("0.10") * 15
    assert plan.expected_usd == Decimal("0.10") * 43


@pytest.mark.parametrize(
    ("amount", "text"),
    [("25.6", "25.60 USD"), ("0", "0.00 USD"), ("0.005", "0.005 USD"), ("1E+2", "100.00 USD")],
)
def test_amounts_in_words(amount: str, text: str) -> None:
    assert usd(Decimal(amount)) == text
