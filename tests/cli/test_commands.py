"""Every command is there, explains itself, and refuses nonsense in words."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest

from tests.support.cli import run
from veo_story.cli import machine
from veo_story.cli.lazy import CommandLine
from veo_story.cli.main import COMMANDS, program
from veo_story.storyboard.codes import all_codes


def command_of(name: str) -> click.Command:
    found = program.get_command(click.Context(program), name)
    assert found is not None
    return found


NAMES = [line.name for line in COMMANDS]


def test_every_command_stands_once_in_the_table() -> None:
    assert sorted(NAMES) == sorted(set(NAMES))


def test_the_help_lists_every_command() -> None:
    ran = run("--help")
    assert ran.code == 0
    assert ran.err == ""
    for line in COMMANDS:
        assert f"  {line.name}" in ran.out


@pytest.mark.parametrize("name", NAMES)
def test_every_command_and_option_has_help(name: str) -> None:
    ran = run(name, "--help")
    assert ran.code == 0
    assert ran.out == run(name, "-h").out
    command = command_of(name)
    assert command.help
    for parameter in command.params:
        assert not isinstance(parameter, click.Option) or parameter.help, parameter.name


@pytest.mark.parametrize("line", COMMANDS, ids=NAMES)
def test_the_table_says_what_the_command_says(line: CommandLine) -> None:
    summary = line.summary.partition(" (also")[0].rstrip(".")
    assert command_of(line.name).get_short_help_str(100).rstrip(".") == summary


def test_without_a_command_the_help_is_shown() -> None:
    ran = run()
    assert ran.code == 2
    assert "check" in ran.out + ran.err


def test_an_unknown_command_is_answered_with_the_nearest() -> None:
    ran = run("rendr")
    assert ran.code == 2
    assert "Did you mean 'render'?" in ran.err


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_option_is_wrong_usage(name: str) -> None:
    ran = run(name, "--no-such-option")
    assert ran.code == 2
    assert f"see veo-story {name} --help" in ran.err


def test_version() -> None:
    assert run("--version").out.startswith("veo-story 0.")


@pytest.mark.parametrize("name", ["film.yaml", "my-film", "deep/down"])
def test_init_writes_a_storyboard_without_a_flaw(name: str, folder: Path) -> None:
    (folder / "deep").mkdir()
    ran = run("init", name)
    assert ran.code == 0
    path = ran.out.strip()
    assert path.endswith(".yaml")
    assert f"veo-story render {path}" in ran.err
    checked = run("check", path, "--strict", "--json")
    assert (checked.code, checked.json) == (0, [])


def test_init_never_overwrites(folder: Path) -> None:
    (folder / "film.yaml").write_text("mine", "utf-8")
    ran = run("init")
    assert ran.code == 2
    assert "film.yaml exists already" in ran.err
    assert (folder / "film.yaml").read_text("utf-8") == "mine"


def test_init_in_a_folder_that_is_not_there() -> None:
    ran = run("init", "gone/film")
    assert ran.code == 2
    assert "no folder gone" in ran.err


@pytest.mark.parametrize("name", ["123", "yes", "a: b", "null", "x # y"])
def test_an_odd_name_makes_a_sound_title(name: str) -> None:
    path = run("init", name, "-q").out.strip()
    assert run("check", path, "--strict").code == 0


def test_explain() -> None:
    ran = run("explain", "vs011", "VS001")
    assert ran.code == 0
    assert ran.out.startswith("VS011 (error): ")
    assert "\nVS001 (error): " in ran.out
    assert "\nwhy:\n" in ran.out
    assert "\nfix:\n" in ran.out


def test_explain_lists_them_all() -> None:
    lines = run("explain").out.splitlines()
    assert [line.split()[0] for line in lines[1:]] == [code.code for code in all_codes()]
    assert [code["code"] for code in run("explain", "--json").json] == [code.code for code in all_codes()]


def test_explain_an_unknown_code() -> None:
    ran = run("explain", "VS9999")
    assert ran.code == 2
    assert "there is no code 'VS9999'" in ran.err


@pytest.mark.parametrize("kind", ["storyboard", "bible", "catalog", "plan"])
def test_schema(kind: str) -> None:
    schema = run("schema", kind).json
    assert schema["$schema"].startswith("http://json-schema.org/draft-07/schema")
    path = Path(run("schema", kind, "--path").out.strip())
    assert json.loads(path.read_text("utf-8")) == schema


def test_models() -> None:
    ran = run("models")
    assert ran.code == 0
    assert "veo-3.1-fast-generate-001" in ran.out
    assert "gone 2026-10-22" in ran.out
    data = run("models", "--json").json
    fast = next(m for m in data["models"] if m["model"] == "veo-3.1-fast-generate-001")
    assert {"resolution": "720p", "audio": True, "usd_per_s": "0.1"} in [
        {key: price[key] for key in ("resolution", "audio", "usd_per_s")} for price in fast["prices"]
    ]
    only = run("models", "--json", "--for", "vertex").json["models"]
    assert {m["backend"] for m in only} == {"vertex"}


def test_models_fit_a_narrow_terminal() -> None:
    ran = run("models", environ={"COLUMNS": "80"})
    assert all(len(line) <= 80 for line in ran.out.splitlines())
    assert "2026-10-22" in ran.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    ran = run("completion", shell)
    assert ran.code == 0
    assert "_VEO_STORY_COMPLETE" in ran.out
    assert "veo-story" in ran.out


def test_doctor_finds_this_machine_fit(folder: Path) -> None:
    ran = run("doctor", environ={"GEMINI_API_KEY": "hush-hush"})
    assert ran.code == 0, ran.out
    assert "fail" not in ran.out
    assert "GEMINI_API_KEY set" in ran.out
    assert "hush-hush" not in ran.out + ran.err
    assert list(folder.iterdir()) == []


def test_doctor_fails_where_ffmpeg_cannot_run() -> None:
    ran = run("doctor", "--json", environ={"FFMPEG_BINARY": "/nowhere/ffmpeg"})
    assert ran.code == 6
    (failed,) = (finding for finding in ran.json if finding["state"] == "fail")
    assert failed["name"] == "ffmpeg"
    assert failed["fix"]


def test_doctor_fails_where_renders_cannot_be_written(folder: Path) -> None:
    (folder / "file").write_text("", "utf-8")
    ran = run("doctor", "--renders", "file/below", "--json")
    assert ran.code == 6
    assert "renders" in {finding["name"] for finding in ran.json if finding["state"] == "fail"}


def test_a_clock_that_cannot_be_right() -> None:
    assert machine.clock(datetime(2020, 1, 1, tzinfo=UTC)).state == "fail"


def test_a_package_that_is_missing() -> None:
    states = {finding.state: finding for finding in machine.packages(("click", "no-such-package-xyz"))}
    assert "no-such-package-xyz" in states["fail"].text
    assert "click" in states["ok"].text


def test_an_old_python() -> None:
    assert machine.python((3, 10, 1)).state == "fail"


def test_a_date_that_is_none(cards: Path) -> None:
    ran = run("check", "cards.yaml", environ={"VEO_STORY_TODAY": "tomorrow"})
    assert ran.code == 6
    assert "VEO_STORY_TODAY" in ran.err
