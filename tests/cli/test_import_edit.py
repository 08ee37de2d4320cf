from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import opentimelineio as otio
import pytest

from tests.export.editing import handed_over, reordered, trimmed
from tests.support.cli import run
from tests.support.command import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def keeper(folder: Path) -> Path:
    """The example in the folder that commands run in, and beside it the film as an editor left it."""
    shutil.copytree(ROOT / "storyboards", folder, dirs_exist_ok=True)
    path = folder / "keeper.yaml"
    timeline = handed_over(path)
    trimmed(timeline, "card01", 12, 0)
    trimmed(timeline, "s09", 0, 6)
    otio.adapters.write_to_file(timeline, str(folder / "cut.otio"))
    return path


def test_trims_come_back(keeper: Path) -> None:
    before = keeper.read_text("utf-8")
    ran = run("import-edit", "cut.otio")
    assert (ran.code, ran.out) == (0, "keeper.yaml: 2 changes\n")
    assert ran.err == "  card01 trim: in 0 -> in 0.5\n  s09 trim: out 0 -> out 0.25\n"
    after = before.replace(
        "    transition: {type: fade_in, duration: 1}\n",
        "    transition: {type: fade_in, duration: 1}\n    trim: {in: 0.5}\n",
    )
    after = after.replace("duration: 1.5}\n", "duration: 1.5}\n    trim: {out: 0.25}\n")
    assert keeper.read_text("utf-8") == after
    assert run("check", "keeper.yaml").code == 0
    again = run("import-edit", "cut.otio", "keeper.yaml")
    assert (again.code, again.out, again.err) == (0, "keeper.yaml: nothing has changed\n", "")


def test_a_dry_run_shows_the_difference(keeper: Path) -> None:
    before = keeper.read_bytes()
    ran = run("import-edit", "cut.otio", "keeper.yaml", "--dry-run")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[:2] == ["--- keeper.yaml", "+++ keeper.yaml"]
    assert [line for line in lines[2:] if line[0] in "+-"] == [
        "+    trim: {in: 0.5}",
        "+    trim: {out: 0.25}",
    ]
    assert keeper.read_bytes() == before


def test_json(keeper: Path) -> None:
    wanted = [
        {"scene": "card01", "key": "trim", "was": "in 0", "now": "in 0.5"},
        {"scene": "s09", "key": "trim", "was": "out 0", "now": "out 0.25"},
    ]
    dry = run("import-edit", "cut.otio", "--json", "--dry-run").json
    assert dry == {"storyboard": "keeper.yaml", "written": False, "changes": wanted, "warnings": []}
    assert run("import-edit", "cut.otio", "--json").json == dry | {"written": True}
    assert run("import-edit", "cut.otio", "--json").json == dry | {"changes": []}


def test_a_trim_within_a_shot_is_warned_of(keeper: Path) -> None:
    timeline = handed_over(keeper)
    trimmed(timeline, "s03", 0, 24)
    otio.adapters.write_to_file(timeline, "jump.otio")
    ran = run("import-edit", "jump.otio")
    assert (ran.code, ran.out) == (0, "keeper.yaml: 1 change\n")
    assert ran.err.splitlines()[1].startswith("warning: ")
    checked = run("check", "keeper.yaml")
    assert (checked.code, checked.out.count("warning VS")) == (0, 1)


def test_what_is_refused_leaves_the_storyboard_alone(keeper: Path) -> None:
    before = keeper.read_bytes()
    timeline = handed_over(keeper)
    reordered(timeline, "s01", "s03", "s02")
    otio.adapters.write_to_file(timeline, "odd.otio")
    ran = run("import-edit", "odd.otio")
    assert ran.code == 3
    assert "error: this edit would need new takes of" in ran.err
    assert "fix: Put that back in the editor" in ran.err
    assert run("import-edit", "none.otio").code == 11
    assert run("import-edit", "cut.otio", "none.yaml").code == 3
    keeper.rename(keeper.with_name("moved.yaml"))
    ran = run("import-edit", "cut.otio")
    assert (ran.code, "keeper.yaml is not found near it" in ran.err) == (6, True)
    assert keeper.with_name("moved.yaml").read_bytes() == before
