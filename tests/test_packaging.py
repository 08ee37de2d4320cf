"""What is shipped: every package is named, every data file belongs to one."""

from __future__ import annotations

import tomllib

from tests.support.command import ROOT


def _setuptools() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]


def test_every_package_is_named() -> None:
    found = {".".join(init.parent.relative_to(ROOT).parts) for init in ROOT.glob("veo_story/**/__init__.py")}
    assert set(_setuptools()["packages"]) == found | {"veo_story.schemas"}


def test_every_data_file_is_shipped_with_a_package() -> None:
    settings = _setuptools()
    folders = {ROOT / name.replace(".", "/") for name in settings["packages"]} | {ROOT / "schemas"}
    data = [
        *ROOT.glob("veo_story/**/*.json"),
        *ROOT.glob("veo_story/**/*.toml"),
        *ROOT.glob("schemas/*.json"),
    ]
    assert data
    assert settings["package-data"]["*"] == ["*.json", "*.toml", "py.typed"]
    assert [path for path in data if path.parent not in folders] == []
