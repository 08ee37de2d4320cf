"""From plan to film: local cards for real, paid scenes with a backend that obeys a script."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.support.cli import CARDS, PAID, FakeBackend, run, write
from veo_story.backends.base import Failed, Filtered
from veo_story.errors import GenerationError, OutcomeUnknown, QuotaError
from veo_story.media.probe import probe

if TYPE_CHECKING:
    from pathlib import Path


def test_cards_become_a_film_and_stay_one(cards: Path, folder: Path) -> None:
    ran = run("render", "cards.yaml")
    assert ran.code == 0, ran.err
    assert ran.out == "renders/cards/film.mp4  1.5 s, 36 frames, free, cut now\n"
    assert "cards: 2 of 2 scenes to render\n" in ran.err
    film = folder / "renders" / "cards" / "film.mp4"
    assert probe(film).frames == 36
    before = film.stat().st_mtime_ns

    again = run("render", "cards.yaml", "--json")
    assert again.code == 0
    assert [line["event"] for line in again.lines] == [
        "run_started",
        "step_kept",
        "step_kept",
        "run_ended",
        "film_cut",
    ]
    assert again.lines[-1]["frames"] == 36
    assert not again.lines[-1]["made"]
    assert film.stat().st_mtime_ns == before

    assert run("render", "cards.yaml", "--quiet").out == "renders/cards/film.mp4\n"
    assert run("status", "cards.yaml", "--json").json["path"] == "renders/cards/film.mp4"
    assert "kept      2 of 2 scenes" in run("status", "cards.yaml").out

    write(cards, CARDS.replace("Goodbye", "Farewell"))
    plan = run("plan", "cards.yaml")
    assert "bye stale: " in plan.out
    assert "to do   1 scene, 0.5 s" in plan.out
    refused = run("film", "cards.yaml")
    assert refused.code == 11
    assert "no take of bye" in refused.err
    partly = run("render", "cards.yaml", "--only", "hello")
    assert (partly.code, partly.out) == (0, "")
    assert "not cut yet, no take of bye" in partly.err

    write(cards, CARDS.replace("title: The end", "trim: {out: 0.25}"))
    cut = run("film", "cards.yaml", "-o", "copy.mp4")
    assert cut.out == "copy.mp4  1.25 s, 30 frames, cut now\n"
    assert probe(folder / "copy.mp4").frames == 30


def test_takes_are_listed_and_picked(paid: Path, backend: FakeBackend) -> None:
    assert run("takes", "paid.yaml").err == "no takes in renders/paid\n"
    assert run("takes", "paid.yaml", "--pick", "a1=1").code == 12
    assert run("render", "paid.yaml", "--yes", backend=backend).code == 0
    write(paid, PAID.replace("{id: a1,", "{id: a1, takes: 2,"))
    assert run("render", "paid.yaml", "--yes", backend=backend).code == 0
    listed = run("takes", "paid.yaml", "a1", "--json").json
    assert [(take["number"], take["in_film"]) for take in listed] == [(1, False), (2, True)]
    picked = run("takes", "paid.yaml", "--pick", "a1=1", "--json")
    assert picked.code == 0
    chosen = {take["scene"]: take["number"] for take in picked.json if take["in_film"]}
    assert chosen == {"a1": 1, "b1": 1}
    text = run("takes", "paid.yaml").out.splitlines()
    assert [line.split()[0] for line in text] == ["scene", "a1", "a1", "b1"]
    assert "in the film" in text[1]
    back = run("takes", "paid.yaml", "a1", "--pick", "a1=auto", "--json").json
    assert [take["in_film"] for take in back] == [False, True]


def test_a_pick_that_cannot_be(cards: Path) -> None:
    assert run("render", "cards.yaml").code == 0
    for pick in ("hello", "hello=", "hello=two", "=1", "hello=9", "zz=1"):
        ran = run("takes", "cards.yaml", "--pick", pick)
        assert ran.code == 2, pick
        assert "Traceback" not in ran.err


def test_money_is_not_spent_without_a_yes(paid: Path, backend: FakeBackend) -> None:
    write(paid, PAID.replace("confirm_over_usd: 0.5", "confirm_over_usd: 0.1"))
    ran = run("render", "paid.yaml", backend=backend)
    assert ran.code == 4
    assert "nobody is here to say yes" in ran.err
    assert backend.sent == []
    ran = run("render", "paid.yaml", "--yes", backend=backend)
    assert ran.code == 0, ran.err
    assert sorted(backend.sent) == ["a1", "b1"]
    assert ran.out == "renders/paid/film.mp4  8 s, 192 frames, 0.40 USD, cut now\n"
    assert "paid: 2 paid scenes on vertex, 0.40 USD" in ran.err
    assert "spent     0.40 USD, cap 5.00" in run("status", "paid.yaml").out


def test_what_was_paid_for_in_vain_is_not_paid_again_without_a_yes(paid: Path, backend: FakeBackend) -> None:
    backend.trouble["a1"] = Failed(GenerationError("it is black"), billed_usd=Decimal("0.20"))
    assert run("render", "paid.yaml", backend=backend).code == 9
    backend.trouble.clear()
    ran = run("render", "paid.yaml", backend=backend)
    assert (ran.code, sorted(backend.sent)) == (4, ["a1", "b1"])
    assert "paid: a1 cost 0.20 USD before and gave no take; this pays for it again" in ran.err
    assert "pass --yes to pay again" in ran.err
    assert run("render", "paid.yaml", "--yes", backend=backend).code == 0
    assert sorted(backend.sent) == ["a1", "a1", "b1"]


def test_each_take_is_paid_once_and_further_ones_are_asked_for(paid: Path, backend: FakeBackend) -> None:
    """4 s at 0.05 USD are 0.20 a take: from the plan through the ledger to what people are shown."""
    two = PAID.replace("{id: a1,", "{id: a1, takes: 2,")
    write(paid, two)
    ran = run("render", "paid.yaml", "--yes", backend=backend)
    assert (sorted(backend.sent), backend.samples) == (["a1", "b1"], {"a1": 2, "b1": 1})
    assert ran.out == "renders/paid/film.mp4  8 s, 192 frames, 0.60 USD, cut now\n"
    assert "spent     0.60 USD" in run("status", "paid.yaml").out
    write(paid, two.replace("takes: 2", "takes: 3").replace("over_usd: 0.5", "over_usd: 0.1"))
    assert run("plan", "paid.yaml", "--json").json["cost"]["now_usd"] == "0.20"
    ran = run("render", "paid.yaml", backend=backend)
    assert (ran.code, len(backend.sent)) == (4, 2)
    assert "this run costs 0.20 USD" in ran.err
    ran = run("render", "paid.yaml", "--yes", backend=backend)
    assert (ran.code, len(backend.sent)) == (0, 3)
    assert "0.80 USD" in ran.out


def test_a_paid_run_needs_a_cap(paid: Path, backend: FakeBackend) -> None:
    write(paid, PAID.replace("budget: {max_usd: 5, confirm_over_usd: 0.5}\n", ""))
    ran = run("render", "paid.yaml", "--yes", backend=backend)
    assert ran.code == 5
    assert "--max-usd" in ran.err
    assert backend.sent == []


@pytest.mark.parametrize("amount", ["-1", "ten", "nan", "inf"])
def test_a_cap_that_is_no_money(amount: str, cards: Path) -> None:
    assert run("render", "cards.yaml", "--max-usd", amount).code == 2


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (Filtered(("a face",), "celebrity"), 8),
        (GenerationError("internal"), 9),
        (OutcomeUnknown("the line went dead"), 9),
        (QuotaError("too many"), 7),
    ],
)
def test_a_scene_that_fails_has_its_code_and_the_others_are_made(
    trouble: object, code: int, paid: Path, backend: FakeBackend
) -> None:
    backend.trouble["a1"] = trouble
    ran = run("render", "paid.yaml", "--yes", backend=backend)
    assert ran.code == code
    assert ran.out == ""
    assert "paid: a1 failed" in ran.err
    assert "Traceback" not in ran.err
    assert "paid: b1 done" in ran.err
    states = {scene["scene"]: scene["state"] for scene in run("status", "paid.yaml", "--json").json["scenes"]}
    assert states["b1"] == "kept"


def test_quiet_still_says_what_failed(paid: Path, backend: FakeBackend) -> None:
    backend.trouble["a1"] = GenerationError("internal", hint="try again")
    ran = run("render", "paid.yaml", "--yes", "--quiet", backend=backend)
    assert (ran.code, ran.out) == (9, "")
    assert "a1" in ran.err
    assert "fix: try again" in ran.err


def test_a_bug_in_a_backend_is_shown_as_one(paid: Path) -> None:
    class Wrong(FakeBackend):
        async def status(self, operation: object) -> None:
            raise RuntimeError("never thought of that")

    ran = run("render", "paid.yaml", "--yes", backend=Wrong())
    assert ran.code == 1
    assert "RuntimeError: never thought of that" in ran.err


def test_only_some_scenes(paid: Path, backend: FakeBackend) -> None:
    ran = run("render", "paid.yaml", "--yes", "--only", "b1", backend=backend)
    assert ran.code == 0
    assert backend.sent == ["b1"]
    assert run("render", "paid.yaml", "--only", "b1..a1").code == 2
    assert run("render", "paid.yaml", "--only", "a2").code == 2


def test_several_films_side_by_side(
    folder: Path, paid: Path, cards: Path, broken: Path, backend: FakeBackend
) -> None:
    write(folder / "more.yaml", PAID)
    ran = run("render", "paid.yaml", "more.yaml", "broken.yaml", "--yes", "-j", "3", backend=backend)
    assert ran.code == 3
    assert sorted(line.split()[0] for line in ran.out.splitlines()) == [
        "renders/more/film.mp4", "renders/paid/film.mp4",
    ]  # fmt: skip
    backend.trouble["a1"] = OutcomeUnknown("the line went dead")
    write(paid, PAID.replace("A small boat", "A big boat"))
    ran = run("render", "paid.yaml", "broken.yaml", "more.yaml", "--yes", backend=backend)
    assert ran.code == 9
    assert ran.out.splitlines() == ["renders/more/film.mp4  8 s, 192 frames, 0.40 USD, unchanged"]


def test_two_films_of_one_name_are_refused(folder: Path, cards: Path) -> None:
    (folder / "other").mkdir()
    write(folder / "other" / "cards.yaml", CARDS)
    ran = run("render", "cards.yaml", "other/cards.yaml")
    assert ran.code == 2
    assert "share a folder" in ran.err


def test_renders_elsewhere(cards: Path, folder: Path) -> None:
    assert run("render", "cards.yaml", environ={"VEO_STORY_RENDERS": "there"}).code == 0
    assert (folder / "there" / "cards" / "film.mp4").exists()
    assert run("status", "cards.yaml", "--renders", "there", "--json").json["path"] == "there/cards/film.mp4"


def test_a_renders_folder_that_cannot_be(cards: Path, folder: Path) -> None:
    (folder / "file").write_text("", "utf-8")
    ran = run("render", "cards.yaml", "--renders", "file/below")
    assert ran.code == 12
    assert "Traceback" not in ran.err


def test_a_ledger_that_is_none(cards: Path, folder: Path) -> None:
    (folder / "renders" / "cards").mkdir(parents=True)
    (folder / "renders" / "cards" / "ledger.sqlite").write_text("not a database " * 100, "utf-8")
    for name in ("plan", "status", "takes", "film", "render"):
        ran = run(name, "cards.yaml")
        assert ran.code == 12, name
        assert "ledger.sqlite" in ran.err
        assert "Traceback" not in ran.err


def test_the_film_for_programs(cards: Path) -> None:
    assert run("render", "cards.yaml", "--quiet").code == 0
    data = run("film", "cards.yaml", "--json").json
    assert (data["path"], data["frames"], data["made"]) == ("renders/cards/film.mp4", 36, False)
    same = run("film", "cards.yaml", "-o", "renders/cards/film.mp4")
    assert same.code == 0
