"""``veo-story cost``: what a film, and what all films of a user have cost."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.ledger.making import a_step, a_take
from tests.support.cli import NOW, FakeBackend, run
from veo_story.backends.base import Failed
from veo_story.errors import GenerationError, OutcomeUnknown
from veo_story.ledger.account import Account
from veo_story.ledger.account_rows import FilmRef
from veo_story.ledger.model import Caps
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.takes import Attempt
from veo_story.plan.takes import AttemptState as S

PAID: dict[str, Any] = {
    "scene_id": "s01",
    "fingerprint": "ab",
    "backend": "gemini",
    "model": "m",
    "reserved_usd": Decimal("0.80"),
    "expected_usd": Decimal("0.80"),
    "created_at": NOW,
    "operation": "operations/1",
    "error": "too short",
}
MONEY = ("expected_usd", "settled_usd", "reserved_usd", "unknown_usd", "in_vain_usd")


def money(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(row[key] for key in MONEY)


def asked(ledger: SqliteLedger, scene_id: str, price: str, day: int = 0) -> str:
    step, at = a_step(scene_id, price=price), NOW + timedelta(days=day)
    attempt = ledger.intend(step, expected=Decimal(price), worst=Decimal(price), caps=Caps(), now=at)
    ledger.sent(attempt.id, now=at)
    return attempt.id


@pytest.fixture
def film(folder: Path) -> Path:
    """Requests of all kinds: stored, failed, settled by a person, lost, under way, refused; over two days."""
    path = folder / "renders" / "film"
    path.mkdir(parents=True)
    with SqliteLedger(path / "ledger.sqlite") as ledger:
        stored = asked(ledger, "s01", "0.80")
        ledger.answered(stored, "operations/1", now=NOW)
        take = a_take(a_step("s01"), path, cost="0.75")
        ledger.stored(stored, take, cost=Decimal("0.75"), usage='{"usd": 0.75}', now=NOW)
        failed = asked(ledger, "s02", "0.80")
        ledger.answered(failed, "operations/2", now=NOW)
        ledger.fail(failed, error="the clip is too short", billed=Decimal("0.8"), now=NOW)
        told = asked(ledger, "s03", "0.40", 1)
        ledger.lose(told, error="reset", now=NOW)
        ledger.settle(told, cost=Decimal("0.125"), now=NOW)
        ledger.lose(asked(ledger, "s03", "0.40", 1), error="reset", now=NOW)
        ledger.answered(asked(ledger, "s04", "1.60", 1), "operations/3", now=NOW)
        ledger.release(asked(ledger, "s05", "9", 1), error="refused", now=NOW)
    return path


def test_a_film_by_scene(film: Path) -> None:
    ran = run("cost", "film.yaml")  # no such storyboard: only its name counts
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "film in renders/film",
        "scene  requests  takes  expected  billed  reserved  unknown  in vain  by the word of",
        "s01           1      1      0.80    0.75         -        -        -  the service",
        "s02           1      0      0.80    0.80         -        -     0.80  the price list",
        "s03           2      0      0.80   0.125         -     0.40    0.125  a person",
        "s04           1      0      1.60    0.00      1.60        -        -",
        "total         5      1      4.00   1.675      1.60     0.40    0.925",
        "in vain: s02 of 2026-12-01 cost 0.80 USD: the clip is too short",
        "in vain: s03 of 2026-12-02 cost 0.125 USD: settled by a person",
        "reserved: 1.60 USD for requests under way, counted as spent",
        "unknown: 0.40 USD of 1 request without an answer, counted as spent; veo-story reconcile film.yaml",
        "        tells of each and settles it",
    ]


def test_a_narrow_terminal_shows_the_money(film: Path) -> None:
    ran = run("cost", "film.yaml", environ={"COLUMNS": "72"})
    assert ran.out.splitlines()[1] == "scene  expected  billed  reserved  unknown  in vain  by the word of"


@pytest.mark.parametrize("by", ["scene", "day", "model", "film"])
def test_the_total_is_what_the_ledger_counts(film: Path, by: str) -> None:
    data = run("cost", "film.yaml", "--by", by, "--json").json
    with SqliteLedger(film / "ledger.sqlite") as ledger:
        spent = ledger.spent()
    told = [Decimal(data["total"][key]) for key in MONEY[1:4]]
    assert told == [spent.settled_usd, spent.reserved_usd, spent.unknown_usd]
    for key in MONEY:
        assert sum(Decimal(row[key]) for row in data["rows"]) == Decimal(data["total"][key])
    assert (data["film"], data["by"], data["fix"]) == ("film", by, "veo-story reconcile film.yaml")


def test_by_day_and_since_a_day(film: Path) -> None:
    data = run("cost", "film.yaml", "--by", "day", "--json").json
    assert [(row["key"], row["requests"], row["takes"]) for row in data["rows"]] == [
        ("2026-12-01", 2, 1),
        ("2026-12-02", 3, 0),
    ]
    data = run("cost", "film.yaml", "--since", "2026-12-02", "--json").json
    assert (data["since"], [row["key"] for row in data["rows"]]) == ("2026-12-02", ["s03", "s04"])
    assert money(data["total"]) == ("2.40", "0.125", "1.60", "0.40", "0.125")
    assert data["total"]["settled_by"] == ["a person"]
    assert data["in_vain"] == [
        {"film": "film", "scene": "s03", "day": "2026-12-02", "usd": "0.125", "error": "settled by a person"}
    ]
    ran = run("cost", "film.yaml", "--since", "2027-01-01")
    assert ran.out == "film in renders/film, since 2027-01-01 (UTC)\nnothing was asked for\n"
    assert run("cost", "film.yaml", "--since", "yesterday").code == 2


def test_a_film_that_was_not_rendered(folder: Path) -> None:
    ran = run("cost", "film.yaml", "--json")
    assert (ran.code, ran.json["rows"], ran.json["total"]["requests"]) == (0, [], 0)
    assert "there is no ledger in renders/film: nothing was rendered there yet" in ran.err
    assert not (folder / "renders").exists()


def test_a_free_film_is_free(cards: Path) -> None:
    assert run("render", "cards.yaml").code == 0
    ran = run("cost", "cards.yaml")
    assert [line.split() for line in ran.out.splitlines()[2:]] == [
        [key, number, number, "free", "free"]
        for key, number in (("hello", "1"), ("bye", "1"), ("total", "2"))
    ]
    assert run("cost", "cards.yaml", "--json").json["total"]["free"]


def test_what_a_run_cost_with_all_that_went_wrong(paid: Path) -> None:
    backend = FakeBackend(trouble={"b1": OutcomeUnknown("no answer")})
    assert run("render", "paid.yaml", "--yes", backend=backend).code == 9
    data = run("cost", "paid.yaml", "--json").json
    assert [(row["key"], money(row), row["settled_by"]) for row in data["rows"]] == [
        ("a1", ("0.20", "0.20", "0", "0", "0"), ["the service"]),
        ("b1", ("0.20", "0", "0", "0.20", "0"), []),
    ]
    paid.write_text(paid.read_text("utf-8").replace("Rain", "Snow"), "utf-8")
    failing = Failed(GenerationError("broken"), billed_usd=Decimal("0.07"))
    assert run("render", "paid.yaml", "--yes", backend=FakeBackend(trouble={"b1": failing})).code == 9
    data = run("cost", "paid.yaml", "--json").json
    assert money(data["total"]) == ("0.60", "0.27", "0", "0.20", "0.07")
    assert [(one["scene"], one["usd"]) for one in data["in_vain"]] == [("b1", "0.07")]


def test_all_films_of_a_user_by_the_account(state_folder: Path) -> None:
    assert run("cost").err == f"there is no account in {state_folder}: nothing was paid for yet\n"
    assert not state_folder.exists()
    with Account(state_folder / "account.sqlite") as account:
        for n, (name, state) in enumerate([("twin", S.STORED), ("twin", S.FAILED), ("film", S.UNKNOWN)]):
            cost = None if state is S.UNKNOWN else Decimal("0.80")
            film = FilmRef(f"id{n}", name, Path(f"/films/{n}"))
            account.write(film, Attempt(**PAID | {"id": f"a{n}", "state": state, "settled_usd": cost}))
    data = run("cost", "--json").json
    assert (data["film"], data["by"], data["path"]) == (None, "film", str(state_folder / "account.sqlite"))
    assert [(row["key"], money(row), row["takes"]) for row in data["rows"]] == [
        ("twin in /films/0", ("0.80", "0.80", "0", "0", "0"), None),
        ("twin in /films/1", ("0.80", "0.80", "0", "0", "0.80"), None),
        ("film", ("0.80", "0", "0", "0.80", "0"), None),
    ]
    assert data["fix"] == "veo-story reconcile FILE"
    lines = run("cost", "--by", "day").out.splitlines()
    assert lines[1:4] == [
        "day         requests  expected  billed  unknown  in vain  by the word of",
        "2026-12-01         3      2.40    1.60     0.80     0.80  the price list",
        "total              3      2.40    1.60     0.80     0.80",
    ]
    assert lines[4] == "in vain: twin in /films/1 s01 of 2026-12-01 cost 0.80 USD: too short"
    assert " ".join(lines[5:]).startswith("unknown: 0.80 USD of 1 request without an answer (film), counted")
