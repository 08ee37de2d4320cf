"""The valid cases are valid, and together they use every key of the format."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import ROOT
from veo_story.catalog.catalog import load_catalog
from veo_story.errors import Severity
from veo_story.plan.check import check_storyboard
from veo_story.storyboard.source import read_source

VALID = sorted((ROOT / "tests" / "cases" / "valid").glob("*.yaml"))
BIBLES = sorted((ROOT / "tests" / "cases" / "valid" / "media").glob("*.bible.yaml"))
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_case_has_no_errors(path: Path) -> None:
    checked = check_storyboard(path, load_catalog(), today=TODAY)
    assert [p for p in checked.problems if p.severity is Severity.ERROR] == []
    assert checked.plan is not None
    assert checked.plan.frames > 0


@pytest.mark.parametrize(("schema", "files"), [("storyboard", VALID), ("storyboard-bible", BIBLES)])
def test_every_key_of_the_format_is_used(schema: str, files: list[Path]) -> None:
    root = json.loads((ROOT / "schemas" / f"{schema}.v1.schema.json").read_text("utf-8"))
    known: dict[int, set[str]] = {}
    places: dict[int, str] = {}
    collect(root, root, "", known, places)
    for path in files:
        source = read_source(path).source
        assert source is not None
        strike(root, root, source.data, known)
    assert sorted(f"{places[block]}.{key}" for block, keys in known.items() for key in keys) == []


def resolved(root: dict[str, Any], node: Any) -> dict[str, Any]:
    while "$ref" in node:
        found: Any = root
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def below(node: dict[str, Any]) -> list[Any]:
    """The sub-schemas of the same value."""
    lists = [node.get(kind, []) for kind in ("anyOf", "oneOf", "allOf")]
    return [
        *(choice for choices in lists for choice in choices),
        *(node[k] for k in ("then", "else") if k in node),
    ]


def collect(root: Any, raw: Any, place: str, known: dict[int, set[str]], places: dict[int, str]) -> None:
    """Note the keys of every block of the schema, by the block's identity."""
    node = resolved(root, raw)
    if id(node) in places:
        return
    places[id(node)] = place
    if keys := node.get("properties"):
        known[id(node)] = set(keys)
        for key, child in keys.items():
            collect(root, child, f"{place}.{key}", known, places)
    more = [node.get("items"), node.get("additionalProperties"), *node.get("patternProperties", {}).values()]
    for child in (*more, *below(node)):
        if isinstance(child, dict):
            collect(root, child, place, known, places)


def strike(root: Any, raw: Any, value: Any, known: dict[int, set[str]]) -> None:
    """Strike out the keys that a value uses."""
    node = resolved(root, raw)
    for choice in below(node):
        strike(root, choice, value, known)
    if isinstance(value, list) and isinstance(node.get("items"), dict):
        for one in value:
            strike(root, node["items"], one, known)
    if not isinstance(value, dict):
        return
    keys = node.get("properties", {})
    for key, child in value.items():
        if key in keys:
            known[id(node)].discard(key)
            strike(root, keys[key], child, known)
        else:
            for other in (node.get("additionalProperties"), *node.get("patternProperties", {}).values()):
                if isinstance(other, dict):
                    strike(root, other, child, known)
