"""The schemas themselves: valid draft-07, hover text on every key, the format's own examples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from veo_story.storyboard.schema import check_schema
from veo_story.storyboard.schema_files import KINDS, Kind, load_schema, resolve
from veo_story.storyboard.source import read_source

ROOT = Path(__file__).parents[2]


def blocks(node: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every sub-schema that is a block of keys, with its place."""
    if isinstance(node, list):
        for i, child in enumerate(node):
            yield from blocks(child, f"{place}[{i}]")
    if not isinstance(node, dict):
        return
    if isinstance(node.get("properties"), dict):
        yield place, node
    for key, child in node.items():
        if key not in ("examples", "default", "enum"):
            yield from blocks(child, f"{place}.{key}")


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_draft_07(kind: Kind) -> None:
    schema = load_schema(kind)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["$id"].endswith(":1")
    Draft7Validator.check_schema(schema)


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_has_hover_text(kind: Kind) -> None:
    poor = []
    for place, block in blocks(load_schema(kind)):
        for name, key in block["properties"].items():
            found = resolve(key)
            if len(found.get("description", "")) < 8 or "examples" not in found:
                poor.append(f"{place}.{name}")
    assert poor == []


@pytest.mark.parametrize("kind", KINDS)
def test_examples_and_defaults_fit_their_own_key(kind: Kind) -> None:
    schema = load_schema(kind)
    wrong = []
    for place, block in blocks(schema):
        for name, key in block["properties"].items():
            found = resolve(key)
            validator = Draft7Validator({**found, "definitions": schema["definitions"]})
            for value in [*found["examples"], *([found["default"]] if "default" in found else [])]:
                wrong += [f"{place}.{name}: {value!r}: {e.message}" for e in validator.iter_errors(value)]
    assert wrong == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_block_takes_x_keys_and_no_unknown_ones(kind: Kind) -> None:
    open_blocks = []
    for place, block in blocks(load_schema(kind)):
        free = place.endswith("effects.items")  # an effect's own parameters
        if not free and (
            "^x-" not in block.get("patternProperties", {}) or "additionalProperties" not in block
        ):
            open_blocks.append(place)
    assert open_blocks == []


def test_the_two_schemas_share_their_definitions() -> None:
    whole, shared = load_schema()["definitions"], load_schema("bible")["definitions"]
    assert shared
    assert {name: whole[name] for name in shared} == shared


FORMAT_EXAMPLES = ("harbour", "keeper", "sel-marin")


@pytest.mark.parametrize("name", FORMAT_EXAMPLES)
def test_the_examples_of_the_format_fit(name: str) -> None:
    result = read_source(ROOT / "storyboards" / f"{name}.yaml")
    assert result.source is not None
    assert result.problems == ()
    assert check_schema(result.source) == ()
