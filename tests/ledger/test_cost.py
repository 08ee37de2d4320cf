"""What films have cost, by scene, day, model and film: sums that lose nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.making import NOW, a_step, a_take
from veo_story.ledger.cost import By, Cost, Entry, costs, entries, since, spent_on, total, word_of
from veo_story.ledger.model import Spent
from veo_story.plan.takes import Attempt, AttemptState, Take

S = AttemptState
STEP = a_step()
AMOUNTS = st.decimals("0", "99999999", places=8)


def attempt(attempt_id: str, state: AttemptState, settled: str | None = None, **more: object) -> Attempt:
    made = Attempt(
        id=attempt_id,
        scene_id=STEP.scene_id,
        fingerprint=STEP.fingerprint,
        backend=STEP.backend,
        model=STEP.model,
        state=state,
        reserved_usd=Decimal("0.8"),
        created_at=NOW,
        operation="operations/1",
        settled_usd=None if settled is None else Decimal(settled),
        expected_usd=Decimal("0.8"),
    )
    return replace(made, **more)


def take(attempt_id: str, cost: str, number: int = 1) -> Take:
    return replace(a_take(STEP, Path("film"), number, cost, there=False), attempt_id=attempt_id)


def row(found: Cost) -> tuple[str, int, int, str, str]:
    return found.key, found.requests, found.takes, str(found.spent.settled_usd), str(found.in_vain_usd)


def test_each_state_counts_where_the_ledger_counts_it() -> None:
    attempts = [
        attempt("i", S.INTENDED),
        attempt("s", S.SENT),
        attempt("a", S.ANSWERED),
        attempt("u", S.UNKNOWN),
        attempt("t", S.STORED, "0.8"),
        attempt("f", S.FAILED, "0.5"),
        attempt("0", S.FAILED, "0"),
        attempt("r", S.RELEASED, "0"),
    ]
    whole = total(entries("film", attempts, [take("t", "0.8")]))
    assert whole.spent == Spent(Decimal("1.3"), Decimal("2.4"), Decimal("0.8"))
    assert (whole.requests, whole.takes, whole.expected_usd) == (7, 1, Decimal("5.6"))
    assert (whole.in_vain_usd, whole.is_free) == (Decimal("0.5"), False)


def test_what_was_put_aside_was_paid_in_vain_and_what_was_deleted_was_not() -> None:
    attempts = [attempt("both", S.STORED, "1.6", samples=2), attempt("one", S.STORED, "1.6", samples=2)]
    takes = [take("both", "0.8"), take("both", "0.8", 2), take("one", "0.8", 3)]
    first, second = entries("film", attempts, takes)
    assert (first.takes, first.in_vain_usd) == (2, 0)
    assert (second.takes, second.in_vain_usd) == (1, Decimal("0.8"))


def test_where_nobody_counted_takes_only_what_failed_was_paid_in_vain() -> None:
    attempts = [attempt("t", S.STORED, "0.8"), attempt("f", S.FAILED, "0.5", error="filtered")]
    found = entries("film", attempts)
    assert [(one.takes, one.in_vain_usd, one.error) for one in found] == [
        (None, 0, None),
        (None, Decimal("0.5"), "filtered"),
    ]
    assert total(found).takes is None


@pytest.mark.parametrize(
    ("paid", "word"),
    [
        (attempt("a", S.STORED, "0.8"), "the price list"),
        (attempt("a", S.STORED, "0.8", usage="{}"), "the service"),
        (attempt("a", S.STORED, "0.8", operation=None), "the price list"),
        (attempt("a", S.FAILED, "0.8"), "the price list"),
        (attempt("a", S.FAILED, "0.8", operation=None), "a person"),
        (attempt("a", S.FAILED, "0"), None),
        (attempt("a", S.ANSWERED), None),
        (attempt("a", S.UNKNOWN, operation=None), None),
    ],
)
def test_whose_word_it_is(paid: Attempt, word: str | None) -> None:
    assert word_of(paid) == word


def test_rows_by_scene_day_model_and_film() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    attempts = [
        attempt("1", S.STORED, "1", scene_id="s02", model="b", created_at=late),
        attempt("2", S.STORED, "2", scene_id="s01", model="a"),
        attempt("3", S.STORED, "4", scene_id="s02", model="a", created_at=NOW + timedelta(seconds=9)),
    ]
    found = (*entries("one", attempts, ()), *entries("two", attempts[:1], ()))
    assert [row(r)[::3] for r in costs(found, "scene")] == [("s02", "6"), ("s01", "2")]
    assert [row(r)[::3] for r in costs(found, "day")] == [("2026-11-22", "6"), ("2026-11-23", "2")]
    assert [row(r)[::3] for r in costs(found, "model")] == [("b", "2"), ("a", "6")]
    assert [row(r)[::3] for r in costs(found, "film")] == [("one", "7"), ("two", "1")]
    assert row(total(since(found, date(2026, 11, 23)))) == ("total", 2, 0, "2", "2")


def test_free_only_where_all_of_it_is() -> None:
    free = attempt("1", S.STORED, "0", is_free=True)
    assert total(entries("film", [free], ())).is_free
    assert not total(entries("film", [free, attempt("2", S.STORED, "0")], ())).is_free
    assert total(()).spent == Spent()


@st.composite
def spendings(draw: st.DrawFn) -> Entry:
    kind = draw(st.sampled_from(["settled_usd", "reserved_usd", "unknown_usd"]))
    return Entry(
        film=draw(st.sampled_from("ab")),
        scene_id=draw(st.sampled_from(["s01", "s02", "s03"])),
        model=draw(st.sampled_from("mn")),
        asked_at=NOW + timedelta(hours=draw(st.integers(-99, 99))),
        expected_usd=draw(AMOUNTS),
        spent=Spent(**{kind: draw(AMOUNTS)}),
    )


@given(st.lists(spendings()), st.sampled_from(["scene", "day", "model", "film"]))
def test_every_way_to_sum_is_exact(found: list[Entry], by: By) -> None:
    rows, whole = costs(found, by), total(found)
    cents = sum(int(entry.spent.counted_usd * 10**8) for entry in found)
    assert sum(int(one.spent.counted_usd * 10**8) for one in rows) == cents
    assert int(whole.spent.counted_usd * 10**8) == cents
    assert sum(one.requests for one in rows) == whole.requests == len(found)


def test_the_money_of_one_attempt() -> None:
    assert spent_on(attempt("a", S.UNKNOWN)) == Spent(unknown_usd=Decimal("0.8"))
    assert spent_on(attempt("a", S.UNKNOWN, "0.3")) == Spent(settled_usd=Decimal("0.3"))
