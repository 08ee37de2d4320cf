from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.support.cli import BROKEN, CARDS, run, write

if TYPE_CHECKING:
    from pathlib import Path


def test_a_good_storyboard(cards: Path) -> None:
    ran = run("check", "cards.yaml")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "ok: cards.yaml: 2 scenes, 1.5 s\n"


def test_a_bad_one_shows_place_line_caret_and_fix(broken: Path) -> None:
    ran = run("check", "broken.yaml")
    assert ran.code == 3
    assert ran.err == ""
    assert ran.out == (
        "broken.yaml:3:32: error VS011: tier: 'standart' is not one of standard, fast, lite\n"
        "      3 | render: {backend: local, tier: standart}\n"
        "        |                                ^\n"
        "        = fix: did you mean 'standard'?\n"
        "1 error in broken.yaml\n"
    )


def test_a_bible_is_checked_as_one(folder: Path) -> None:
    (folder / "house.yaml").write_text("storyboard_bible: 1\nlook: warm\n", "utf-8")
    ran = run("check", "house.yaml")
    assert (ran.code, ran.out) == (0, "ok: house.yaml: a bible\n")
    (folder / "house.yaml").write_text("storyboard_bible: 1\ncast: {al: {wears: a hat}}\n", "utf-8")
    ran = run("check", "house.yaml")
    assert ran.code == 3
    assert "house.yaml:2:12: error VS013: al has no 'is'" in ran.out


@pytest.mark.parametrize("alias", ["validate", "lint"])
def test_other_names(alias: str, broken: Path) -> None:
    assert run(alias, "broken.yaml").out == run("check", "broken.yaml").out


@pytest.mark.parametrize("words", [("--json",), ("--format", "json")])
def test_json(words: tuple[str, ...], broken: Path, cards: Path) -> None:
    ran = run("check", "broken.yaml", "cards.yaml", *words)
    assert ran.code == 3
    (problem,) = ran.json
    assert problem["file"] == "broken.yaml"
    assert (problem["line"], problem["col"], problem["severity"]) == (3, 32, "error")
    assert run("check", "cards.yaml", *words).json == []


def test_github_and_sarif(broken: Path) -> None:
    assert run("check", "broken.yaml", "--format", "github").out.startswith(
        "::error file=broken.yaml,line=3,"
    )
    (job,) = run("check", "broken.yaml", "--format", "sarif").json["runs"]
    assert [rule["id"] for rule in job["tool"]["driver"]["rules"]] == ["VS011"]
    assert job["tool"]["driver"]["rules"][0]["help"]["text"]


def test_github_says_nothing_of_a_good_file(cards: Path) -> None:
    assert run("check", "cards.yaml", "--format", "github").out == ""


def test_warnings_are_errors_when_strict(folder: Path) -> None:
    warned = write(
        folder / "w.yaml", CARDS.replace("title: Two cards", "title: Two cards\ncast: {ana: {is: a woman}}")
    )
    lax = run("check", warned.name, "--json")
    assert [p["severity"] for p in lax.json] == ["warning"]
    assert lax.code == 0
    strict = run("check", warned.name, "--json", "--strict")
    assert [p["severity"] for p in strict.json] == ["error"]
    assert strict.code == 3


def test_another_backend_has_other_limits(folder: Path) -> None:
    scenes = "\n".join(f"  - {{action: The road goes on past hill number {n}}}" for n in range(6))
    text = f"storyboard: 1\ntitle: Long\nrender: {{chain: {{over_limit: error}}}}\nscenes:\n{scenes}\n"
    write(folder / "long.yaml", text)
    assert run("check", "long.yaml").code == 0
    there = run("check", "long.yaml", "--for", "vertex")
    assert there.code == 3
    assert "37 s" in there.out


def test_an_unknown_backend(cards: Path) -> None:
    ran = run("check", "cards.yaml", "--for", "vertx")
    assert ran.code == 6
    assert "did you mean 'vertex'" in ran.err


def test_quiet_prints_problems_only(cards: Path, broken: Path) -> None:
    assert run("check", "cards.yaml", "-q").out == ""
    assert "1 error in" not in run("check", "broken.yaml", "-q").out


def test_several_files_are_summed_up(cards: Path, broken: Path) -> None:
    ran = run("check", "cards.yaml", "broken.yaml")
    assert ran.code == 3
    assert ran.out.splitlines()[-1] == "1 error in 1 of 2 files"


@pytest.mark.parametrize("make", ["missing", "folder", "fifo", "binary", "empty"])
def test_what_is_no_storyboard_is_a_problem_and_no_crash(make: str, folder: Path) -> None:
    path = folder / "odd.yaml"
    if make == "folder":
        path.mkdir()
    elif make == "fifo":
        os.mkfifo(path)
    elif make == "binary":
        path.write_bytes(b"\x00\xff\xfe" * 100)
    elif make == "empty":
        path.touch()
    ran = run("check", "odd.yaml")
    assert ran.code == 3
    assert ran.out.startswith("odd.yaml:")
    assert "error VS" in ran.out
    assert "Traceback" not in ran.err


def test_nothing_is_written(cards: Path, folder: Path) -> None:
    run("check", "cards.yaml")
    assert [path.name for path in folder.iterdir()] == ["cards.yaml"]


def test_a_terminal_that_is_narrow_still_shows_the_caret(folder: Path) -> None:
    write(
        folder / "long.yaml", BROKEN.replace("{backend", "{  seed: 1,  people: auto,  audio: true,  backend")
    )
    ran = run("check", "long.yaml", environ={"COLUMNS": "60"})
    excerpt, caret = ran.out.splitlines()[1:3]
    assert len(excerpt) <= 60
    assert excerpt[caret.index("^") :].startswith("standart")
