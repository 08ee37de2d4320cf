"""The library's face: few names, loaded when used, with an example that runs."""

from __future__ import annotations

import doctest
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import veo_story

ROOT = Path(__file__).resolve().parents[1]


def test_the_public_names_are_these() -> None:
    assert veo_story.__all__ == [
        "Catalog",
        "Plan",
        "Problem",
        "Storyboard",
        "Take",
        "VeoStoryError",
        "__version__",
        "check_storyboard",
        "cut_film",
        "load_catalog",
        "load_storyboard",
        "make_plan",
        "render_film",
        "render_film_async",
    ]
    assert len(veo_story.__all__) <= 15


@pytest.mark.parametrize("name", veo_story.__all__)
def test_every_public_name_exists_and_says_what_it_is(name: str) -> None:
    found = getattr(veo_story, name)
    assert name in dir(veo_story)
    assert name == "__version__" or found.__doc__


def test_no_public_name_hides_a_room() -> None:
    package = Path(veo_story.__file__).parent
    rooms = {path.stem for path in package.iterdir()}
    assert rooms.isdisjoint(veo_story.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'rendr'"):
        veo_story.rendr  # noqa: B018 - looking it up is the test


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == veo_story.__version__


def test_importing_the_package_imports_none_of_its_rooms() -> None:
    ours = "[name for name in sys.modules if name.startswith('veo_story')]"
    code = f"import json, sys, veo_story; print(json.dumps({ours}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert sorted(json.loads(done.stdout)) == ["veo_story", "veo_story.version"]


def test_the_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = doctest.testmod(veo_story, raise_on_error=False)
    assert result.attempted >= 8
    assert result.failed == 0
