"""Asking the catalog."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from veo_story.catalog.catalog import load_catalog
from veo_story.errors import ConfigError


def test_the_default_tier_is_fast() -> None:
    assert load_catalog().capabilities("vertex").tier == "fast"


def test_a_model_by_its_id() -> None:
    assert load_catalog().capabilities("vertex", model="veo-3.1-generate-001").tier == "standard"
    assert load_catalog().capabilities("vertex", "lite", "veo-3.1-generate-001").tier == "standard"


@pytest.mark.parametrize(
    ("backend", "tier", "model", "message", "hint"),
    [
        ("vertx", None, None, "there is no backend 'vertx'", "did you mean 'vertex'?"),
        ("cloud9", None, None, "there is no backend 'cloud9'", "one of local, gemini, vertex"),
        ("vertex", "standart", None, "vertex has no tier 'standart'", "did you mean 'standard'?"),
        (
            "vertex",
            None,
            "veo-3.1-generate-01",
            "vertex has no model 'veo-3.1-generate-01'",
            "did you mean 'veo-3.1-generate-001'?",
        ),
        (
            "vertex",
            None,
            "veo-3.1-generate-preview",
            "vertex has no model 'veo-3.1-generate-preview'",
            "it is a model of gemini",
        ),
    ],
)
def test_what_is_not_there(
    backend: str, tier: str | None, model: str | None, message: str, hint: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load_catalog().capabilities(backend, tier, model)
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_lists() -> None:
    catalog = load_catalog()
    assert catalog.backends() == ("local", "gemini", "vertex")
    assert {m.backend for m in catalog.models()} == set(catalog.backends())
    assert {m.backend for m in catalog.models("gemini")} == {"gemini"}
    assert catalog.platform("gemini").title == "Gemini API"


def test_a_plugin_adds_a_platform() -> None:
    mine = replace(load_catalog().capabilities("vertex"), backend="acme", model="acme-1", tier="any")
    catalog = load_catalog().with_capabilities(mine)
    assert catalog.capabilities("acme", "standard") == mine
    assert catalog.capabilities("acme") == mine
    assert "acme" not in load_catalog().backends()


def test_a_plugin_replaces_a_model() -> None:
    newer = replace(load_catalog().capabilities("vertex", "fast"), retired_on=None)
    catalog = load_catalog().with_capabilities(newer)
    assert catalog.capabilities("vertex", "fast").retired_on is None
    assert catalog.capabilities("vertex", "standard").retired_on is not None
    assert len(catalog.models()) == len(load_catalog().models())


def test_a_file_is_read_once() -> None:
    assert load_catalog() is load_catalog()


@pytest.mark.parametrize(
    "text", [None, "{", "[]", "{}", '{"checked_on": "soon"}', '{"checked_on": "2026-01-01"}']
)
def test_a_file_that_is_no_catalog(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "models.json"
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match="not a catalog"):
        load_catalog(path)
