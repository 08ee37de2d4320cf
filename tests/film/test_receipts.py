"""What the film's record says of its money."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.film.test_cut_film import edit as edit  # the film of two clips
from tests.ledger.making import NOW, a_step, a_take
from veo_story.film.cut_film import cut_film
from veo_story.film.edit import Edit
from veo_story.film.receipts import Receipt, paid_usd, receipts
from veo_story.plan.takes import Attempt, AttemptState, Take

STEP = a_step("s0")


def attempt(attempt_id: str, settled: str | None, state: AttemptState = AttemptState.STORED) -> Attempt:
    return Attempt(
        id=attempt_id,
        scene_id=STEP.scene_id,
        fingerprint=STEP.fingerprint,
        backend=STEP.backend,
        model=STEP.model,
        state=state,
        reserved_usd=Decimal(1),
        created_at=NOW,
        operation=f"operations/{attempt_id}",
        settled_usd=None if settled is None else Decimal(settled),
        expected_usd=Decimal(1),
        sent_at=NOW,
        answered_at=NOW + timedelta(seconds=1),
        ended_at=NOW + timedelta(seconds=60),
    )


def take(attempt_id: str, number: int = 1, cost: str = "1") -> Take:
    return replace(a_take(STEP, Path("film"), number, cost, there=False), attempt_id=attempt_id)


def test_all_that_was_paid_used_or_not_and_nothing_else() -> None:
    found = receipts(
        [
            attempt("used", "1"),
            attempt("unused", "1"),
            attempt("in vain", "0.5", AttemptState.FAILED),
            attempt("filtered", "0", AttemptState.FAILED),
            attempt("under way", None, AttemptState.ANSWERED),
            attempt("refused", "0", AttemptState.RELEASED),
        ],
        [take("used"), take("unused", 2)],
    )
    assert [receipt.attempt.id for receipt in found] == ["used", "unused", "in vain"]
    assert paid_usd(found) == Decimal("2.5")
    told = [receipt.as_data(frozenset({take("used").id})) for receipt in found]
    assert [(one["takes"], one["in_film"]) for one in told] == [
        ([take("used").id], [take("used").id]),
        ([take("unused", 2).id], []),
        ([], []),
    ]


def test_a_receipt_in_full() -> None:
    usage = json.dumps({"seconds": 8})
    paid = replace(attempt("a", "0.80"), usage=usage, expected_usd=Decimal("0.90"), samples=2)
    assert Receipt(paid, (take("a", cost="0.80"),)).as_data(frozenset()) == {
        "attempt": "a",
        "scene": "s0",
        "state": "stored",
        "error": None,
        "takes": [take("a").id],
        "in_film": [],
        "backend": "fake",
        "model": "fake-1",
        "operation": "operations/a",
        "samples": 2,
        "expected_usd": "0.90",
        "settled_usd": "0.80",
        "settled_by": "the service",
        "usage": {"seconds": 8},
        "sent_at": "2026-11-22T12:00:00+00:00",
        "answered_at": "2026-11-22T12:00:01+00:00",
        "ended_at": "2026-11-22T12:01:00+00:00",
    }


@pytest.mark.parametrize(("usage", "told"), [(None, None), ("8 seconds", "8 seconds"), ("[8]", [8])])
def test_usage_is_json_or_the_text_it_is(usage: str | None, told: Any) -> None:
    assert Receipt(replace(attempt("a", "1"), usage=usage)).as_data(frozenset())["usage"] == told


def test_new_receipts_change_the_record_and_not_the_film(tmp_path: Path, edit: Edit) -> None:
    cut_film(edit, tmp_path)
    record = tmp_path / "film.json"
    data = json.loads(record.read_text())
    assert (data["version"], data["paid_usd"], data["receipts"]) == (3, "0", [])
    film = (tmp_path / "film.mp4").stat()
    used = replace(take("a", cost="0.1"), scene_id="s0")
    paid = receipts([attempt("a", "0.1"), attempt("b", "0.7", AttemptState.FAILED)], [used])
    placed = replace(edit, cuts=(replace(edit.cuts[0], take_id=used.id), edit.cuts[1]))
    assert not cut_film(placed, tmp_path, receipts=paid).made
    data = json.loads(record.read_text())
    assert (data["cost_usd"], data["paid_usd"]) == ("0.2", "0.8")
    assert [(r["attempt"], r["in_film"]) for r in data["receipts"]] == [("a", [used.id]), ("b", [])]
    noted = record.stat()
    assert not cut_film(placed, tmp_path, receipts=paid).made
    assert (record.stat(), (tmp_path / "film.mp4").stat()) == (noted, film)


def test_a_record_without_receipts_still_says_which_film_it_is(tmp_path: Path, edit: Edit) -> None:
    cut_film(edit, tmp_path)
    record = tmp_path / "film.json"
    old = json.loads(record.read_text())
    del old["receipts"], old["paid_usd"]
    record.write_text(json.dumps({**old, "version": 1}))
    assert not cut_film(edit, tmp_path).made
    assert json.loads(record.read_text())["version"] == 3
    record.write_text(json.dumps({**old, "version": 4}))
    assert cut_film(edit, tmp_path).made
