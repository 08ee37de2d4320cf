"""The pages are current and tell the truth, and the check that says so finds what is wrong."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.command import ROOT, environment

if TYPE_CHECKING:
    from pathlib import Path


def docs(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "tools" / "docs.py", *words]
    return subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)


def copy_of_pages(into: Path) -> Path:
    for name in ("docs", "schemas", "storyboards", "veo_story/catalog"):
        shutil.copytree(ROOT / name, into / name)
    for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"):
        shutil.copy(ROOT / name, into / name)
    return into


def test_the_pages_are_right() -> None:
    done = docs("--check")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("page", "old", "new", "expected"),
    [
        ("docs/problems.md", "### VS011", "### VS911", "docs/problems.md: out of date"),
        ("docs/format.md", "## Sequences", "## Sequences\n[x](nowhere.md)", "no such file: nowhere.md"),
        ("docs/format.md", "## Sequences", "<!-- measured: x -->\n<!-- end: x -->", "no figures for x"),
        ("docs/format.md", "(#every-key)", "(#no-key)", "no such heading: #no-key"),
        ("docs/format.md", "look: cold blue dusk", "lok: cold blue dusk", "VS010"),
        (
            "docs/backends.md",
            "## What local does",
            "## What local does\nTODO",
            "unfinished: TODO",
        ),
    ],
)
def test_the_check_finds(page: str, old: str, new: str, expected: str, tmp_path: Path) -> None:
    root = copy_of_pages(tmp_path)
    text = (root / page).read_text("utf-8")
    assert old in text
    (root / page).write_text(text.replace(old, new, 1), "utf-8")
    done = docs("--check", root)
    assert done.returncode == 1
    assert expected in done.stderr


def test_a_page_is_put_right_by_writing(tmp_path: Path) -> None:
    root = copy_of_pages(tmp_path)
    page = root / "docs" / "problems.md"
    assert docs(root).returncode == 0
    right = page.read_text("utf-8")
    page.write_text(right.replace("### VS011", "### VS911"), "utf-8")
    assert docs(root).returncode == 0
    assert page.read_text("utf-8") == right


def test_the_example_of_the_library_runs(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "library.md").read_text("utf-8")
    examples = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert examples
    shutil.copytree(ROOT / "storyboards", tmp_path / "storyboards")
    for example in examples:
        done = subprocess.run(
            [sys.executable, "-c", example],
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
