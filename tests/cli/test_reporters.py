from __future__ import annotations

import json
from typing import TYPE_CHECKING

from veo_story.cli.reporters import FileCheck, github, sarif, text
from veo_story.cli.reporters import json as json_reporter
from veo_story.errors import Problem, Severity, Where

if TYPE_CHECKING:
    from pathlib import Path

YAML = "storyboard: 1\ntitle: x\nrender: {backend: vertex, tier: standart, aspect: 16:9}\n"


def problem(
    file: str, *, severity: Severity = Severity.ERROR, hint: str | None = "did you mean 'standard'?"
) -> Problem:
    where = Where(file, 3, 33, 3, 41)
    return Problem("VS011", severity, where, "tier: 'standart' is not one of standard, fast, lite", hint)


def test_text_has_the_documented_shape(tmp_path: Path) -> None:
    file = tmp_path / "film.yaml"
    file.write_text(YAML, "utf-8")
    shown = text.render([FileCheck(str(file), (problem(str(file)),))])
    assert click_plain(shown) == (
        f"{file}:3:33: error VS011: tier: 'standart' is not one of standard, fast, lite\n"
        "      3 | render: {backend: vertex, tier: standart, aspect: 16:9}\n"
        "        |                                 ^\n"
        "        = fix: did you mean 'standard'?\n"
        f"1 error in {file}"
    )


def click_plain(shown: str) -> str:
    import click

    return click.unstyle(shown)


def test_a_problem_of_the_file_as_a_whole_shows_no_line(tmp_path: Path) -> None:
    file = str(tmp_path / "gone.yaml")
    shown = text.render([FileCheck(file, (Problem("VS001", Severity.ERROR, Where(file), "cannot be read"),))])
    assert click_plain(shown).splitlines()[0] == f"{file}: error VS001: cannot be read"


def test_a_file_that_cannot_be_shown_does_not_hide_the_problem(tmp_path: Path) -> None:
    shown = text.render([FileCheck(str(tmp_path), (problem(str(tmp_path)),))])
    assert " | " not in shown
    assert "standart" in shown


def test_several_files_are_summed_up(tmp_path: Path) -> None:
    good = FileCheck("a.yaml", (), "a.yaml: 3 scenes, 22 s")
    bad = FileCheck("b.yaml", (problem("b.yaml"), problem("b.yaml", severity=Severity.WARNING)))
    assert click_plain(text.summary_line([good])) == "ok: a.yaml: 3 scenes, 22 s"
    assert click_plain(text.summary_line([good, bad])) == "1 error, 1 warning in 1 of 2 files"
    warned = FileCheck("c.yaml", (problem("c.yaml", severity=Severity.WARNING),), "c.yaml: 1 scene, 8 s")
    assert click_plain(text.summary_line([warned])) == "ok: c.yaml: 1 scene, 8 s (1 warning)"


def test_json_has_the_documented_keys() -> None:
    shown = json.loads(json_reporter.render([FileCheck("film.yaml", (problem("film.yaml"),))]))
    assert shown == [
        {
            "file": "film.yaml",
            "line": 3,
            "col": 33,
            "end_line": 3,
            "end_col": 41,
            "severity": "error",
            "code": "VS011",
            "message": "tier: 'standart' is not one of standard, fast, lite",
            "fix": "did you mean 'standard'?",
        }
    ]
    assert json.loads(json_reporter.render([FileCheck("film.yaml", ())])) == []


def test_github_commands_are_escaped() -> None:
    odd = Problem("VS011", Severity.NOTE, Where("a:b,c%.yaml", 2, 1), "100 %\nof it", "a, b: c")
    shown = github.render([FileCheck("x", (odd, problem("film.yaml")))]).splitlines()
    assert (
        shown[0] == "::notice file=a%3Ab%2Cc%25.yaml,line=2,col=1,title=VS011::100 %25%0Aof it%0Afix: a, b: c"
    )
    assert shown[1].startswith(
        "::error file=film.yaml,line=3,col=33,endLine=3,endColumn=41,title=VS011::tier: "
    )


def test_sarif_says_what_scanners_need() -> None:
    bare = Problem("X900", Severity.WARNING, Where("my film.yaml"), "odd")
    log = json.loads(sarif.render([FileCheck("my film.yaml", (problem("my film.yaml"), bare))]))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["VS011", "X900"]
    first, second = run["results"]
    for result in (first, second):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "my%20film.yaml"
    assert sarif.artifact_uri("/films/a b.yaml") == "file:///films/a%20b.yaml"
    assert sarif.artifact_uri("c:\\films\\a.yaml") == "file:///c:/films/a.yaml"
    assert place["region"] == {"startLine": 3, "startColumn": 33, "endLine": 3, "endColumn": 41}
    assert first["level"] == "error"
    assert second["level"] == "warning"
    assert "region" not in second["locations"][0]["physicalLocation"]
