from __future__ import annotations

from pathlib import Path

import pytest

from veo_story.backends.registry import BackendSettings, backend_names, open_backend
from veo_story.errors import ConfigError


def test_the_local_backend_is_always_there(tmp_path: Path) -> None:
    assert "local" in backend_names()
    assert open_backend("local", BackendSettings(tmp_path)).name == "local"
    assert list(tmp_path.iterdir()) == []


def test_what_is_built_in_is_not_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("veo_story.backends.registry.entry_points")
    assert open_backend("local", BackendSettings(tmp_path)).name == "local"


def test_a_slip_of_the_pen_is_understood(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        open_backend("locl", BackendSettings(tmp_path))
    assert caught.value.hint == "did you mean 'local'?"


def test_a_strange_name_gets_the_list(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        open_backend("quux", BackendSettings(tmp_path))
    assert "local" in str(caught.value.hint)


def test_a_package_brings_a_backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    info = site / "other-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[veo_story.backends]\nother = other_backend:open_backend\nbroken = other_backend:nothing\n"
    )
    (site / "other_backend.py").write_text(
        "class Other:\n    name = 'other'\n\n\ndef open_backend(settings):\n    return Other()\n"
    )
    monkeypatch.syspath_prepend(str(site))
    assert open_backend("other", BackendSettings(tmp_path)).name == "other"
    with pytest.raises(ConfigError, match="broken"):
        open_backend("broken", BackendSettings(tmp_path))
