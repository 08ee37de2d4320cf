"""The benchmarks measure what they say: figures are for reading, so only their making is tested."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from benchmarks.measure import Cost, medians, middle, python, run
from benchmarks.report import Table, put
from benchmarks.startup import many_scenes
from veo_story.catalog.catalog import load_catalog
from veo_story.plan.check import check_storyboard

if TYPE_CHECKING:
    from pathlib import Path

HOLD = "x = bytearray(60_000_000); import sys; print('held', flush=True); sys.stdin.read()"


def test_memory_is_that_of_the_process_and_its_children(tmp_path: Path) -> None:
    # The child holds its memory until its stdin ends, which is when the parent has had time to be looked at.
    parent = (
        "import subprocess, sys\n"
        "pipe = subprocess.PIPE\n"
        f"child = subprocess.Popen([sys.executable, '-c', {HOLD!r}], stdin=pipe, stdout=pipe)\n"
        "child.stdout.readline()\n"
        "mine = bytearray(60_000_000)\n"
        "for _ in range(3): sum(range(5_000_000))\n"
        "child.stdin.close(); child.wait()\n"
    )
    assert run(python("-c", parent), tmp_path).peak_mb > 120
    assert run(python("-c", "pass"), tmp_path).peak_mb < 60


def test_a_command_that_fails_is_not_a_figure(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="boom"):
        run(python("-c", "raise SystemExit('boom')"), tmp_path)


def test_the_middle_of_several_runs() -> None:
    assert middle([Cost(3, 10), Cost(1, 30), Cost(2, 20)]) == Cost(2, 20)


def test_commands_take_turns(tmp_path: Path) -> None:
    write = "import sys; open('turns', 'a').write(sys.argv[1])"
    found = medians({name: python("-c", write, name) for name in "ab"}, tmp_path, runs=2)
    assert set(found) == {"a", "b"}
    assert (tmp_path / "turns").read_text("utf-8") == "ababab"


def test_a_table_is_put_between_its_markers(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- measured: t -->\nold\n<!-- end: t -->\nafter\n", "utf-8")
    table = Table("t", "Times", ("what", "time"), [("a", "1 ms")])
    put(page, "t", table.markdown())
    grid = "| what | time |\n|---|---|\n| a | 1 ms |"
    wanted = f"before\n<!-- measured: t -->\n### Times\n\n{grid}\n<!-- end: t -->\nafter\n"
    assert page.read_text("utf-8") == wanted
    with pytest.raises(ValueError, match="no markers for other"):
        put(page, "other", "text")


def test_the_storyboard_of_many_scenes_is_valid(tmp_path: Path) -> None:
    path = tmp_path / "many.yaml"
    path.write_text(many_scenes(45), "utf-8")
    checked = check_storyboard(path, load_catalog(), today=date(2026, 11, 22))
    assert checked.problems == ()
    assert checked.plan is not None
    assert len(checked.plan.placements) == 45
    assert len(checked.plan.chains) == 3
