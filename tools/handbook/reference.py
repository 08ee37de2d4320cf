"""The key reference of a schema: one table for each block of keys."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Schema = dict[str, Any]
_WORDS = {"string": "text", "integer": "whole number", "boolean": "true, false", "object": "keys"}
_ALTERNATIVES = ("anyOf", "oneOf", "allOf")


@dataclass(frozen=True)
class KeyBlock:
    """A block of keys: where it stands first (``scenes[].camera``), its keys, and those it must have."""

    place: str
    keys: dict[str, Schema]
    required: frozenset[str]


def key_blocks(schema: Schema) -> Iterator[KeyBlock]:
    """Every block of keys in the order of the schema; one that several places share is given once."""
    # A block is named after its first place: 'defaults' comes last, for its keys are those of a scene.
    stack, seen = [("", schema)], set()
    while stack:
        place, raw = stack.pop()
        node = _resolved(schema, raw)
        if id(node) in seen:
            continue
        seen.add(id(node))
        if keys := node.get("properties"):
            yield KeyBlock(place, keys, frozenset(node.get("required", ())))
        below = reversed(list(_below(place, node)))
        stack += sorted(below, key=lambda entry: entry[0] != "defaults")


def _below(place: str, node: Schema) -> Iterator[tuple[str, Schema]]:
    for key, inner in node.get("properties", {}).items():
        yield f"{place}.{key}".lstrip("."), inner
    if isinstance(items := node.get("items"), dict):
        yield f"{place}[]", items
    named = [inner for pattern, inner in node.get("patternProperties", {}).items() if pattern != "^x-"]
    for inner in (node.get("additionalProperties"), *named):
        if isinstance(inner, dict):
            yield f"{place}.<id>", inner
    for choice in _choices(node):
        yield place, choice


def _choices(node: Schema) -> list[Schema]:
    """The other schemas that the same value may or must fit."""
    lists = (node.get(kind, ()) for kind in _ALTERNATIVES)
    return [
        *(choice for choices in lists for choice in choices),
        *(node[k] for k in ("then", "else") if k in node),
    ]


def reference(schema: Schema) -> str:
    """The tables as Markdown."""
    out = []
    for block in key_blocks(schema):
        out += [f"### {f'`{block.place}`' if block.place else 'Top level'}", ""]
        out += ["| key | type | default | meaning |", "|---|---|---|---|"]
        out += [_row(schema, key, node, key in block.required) for key, node in block.keys.items()]
        out.append("")
    return "\n".join(out)


def _row(schema: Schema, key: str, raw: Schema, required: bool) -> str:
    node = {**_resolved(schema, raw), **{k: v for k, v in raw.items() if k != "$ref"}}
    default = "required" if required else _value(node["default"]) if "default" in node else ""
    examples = [_value(example) for example in node.get("examples", ())[:2]]
    meaning = node.get("description", "") + (f" E.g. {', '.join(examples)}" if examples else "")
    cells = (f"`{key}`", _kind(schema, node), default, meaning)
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _kind(schema: Schema, node: Schema) -> str:
    node = _resolved(schema, node)
    if "const" in node:
        return _value(node["const"])
    if "enum" in node:
        return ", ".join(_value(value) for value in node["enum"])
    if "enum" in node.get("then", ()):  # one of some words, or a block of keys
        return f"{_kind(schema, node['then'])}, or keys"
    if "items" in node:
        inner = _kind(schema, node["items"]) if isinstance(node["items"], dict) else ""
        return f"list of {inner}" if inner else "list"
    return _limits(node)


def _limits(node: Schema) -> str:
    kinds = node.get("type", ())
    name = " or ".join(_WORDS.get(kind, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds))
    low, high = node.get("minimum"), node.get("maximum")
    if "exclusiveMinimum" in node:
        return f"{name} over {node['exclusiveMinimum']}" + ("" if high is None else f", at most {high}")
    if low is not None and high is not None:
        return f"{name} {low} to {high}"
    return name if low is None else f"{name} from {low}"


def _value(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"`{text}`"


def _resolved(schema: Schema, node: Schema) -> Schema:
    while "$ref" in node:
        found: Any = schema
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node
