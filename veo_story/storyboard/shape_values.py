"""Words about a single value: what it is, what it should be, and how to write that."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, Final
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from veo_story.storyboard.nodes import DataPath

_KINDS: Final = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a block of keys",
}
_TRUE: Final = frozenset({"yes", "y", "on", "1", "true"})
_FALSE: Final = frozenset({"no", "n", "off", "0", "false"})
_LONGEST_SHOWN: Final = 40
_LONGEST_EXAMPLE: Final = 80
# A text that needs no quotes anywhere in YAML.
_BARE: Final = re.compile(r"(?![0-9.+-]+$)[\w(/][^,\[\]{}:#\"'\n]*")


def shown(value: Any, written: str = "") -> str:
    """A value for a message: text in quotes, a number as it is written."""
    if isinstance(value, dict):
        return "a block of keys"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        return quoted(value)
    return written or str(value).lower()


def quoted(text: str) -> str:
    """A text in quotes, cut where it gets long, on one line."""
    plain = " ".join(text.split())
    return f"'{plain}'" if len(plain) <= _LONGEST_SHOWN else f"'{plain[: _LONGEST_SHOWN - 3]}...'"


def is_empty(value: str) -> bool:
    """Whether a text holds nothing to read."""
    return not value.strip()


def about_type(
    value: Any, asked: str | list[str], schema: dict[str, Any], written: str, path: DataPath
) -> tuple[str, str, str]:
    """Code, message and hint for a value of the wrong kind."""
    kinds = [asked] if isinstance(asked, str) else asked
    expected = _either(kinds)
    is_entry = bool(path) and isinstance(path[-1], int)
    if value is None:
        remove = "the dash" if is_entry else "the key"
        return "VS012", "has no value", f"write {_such_as(expected, schema)}, or remove {remove}"
    if kinds == ["string"] and isinstance(value, dict) and is_entry:
        return (
            "VS009",
            "the colon in this text makes a key of what stands before it",
            "put the whole text in quotes",
        )
    message = f"{shown(value, written)} is not {expected}"
    if isinstance(value, (dict, list)):
        message = f"{shown(value)} stands where {expected} is expected"
    return "VS012", message, _how_to(value, kinds, schema, written, path)


def _how_to(value: Any, kinds: list[str], schema: dict[str, Any], written: str, path: DataPath) -> str:
    """How to write what is meant."""
    usual = f"write {_such_as(_either(kinds), schema)}"
    match kinds[0]:
        case "number" | "integer":
            return _as_number(value, kinds[0]) or usual
        case "boolean":
            word = str(value).lower()
            return (
                "write true" if word in _TRUE else "write false" if word in _FALSE else "write true or false"
            )
        case "string":
            return _as_text(value, kinds, schema, written) or usual
        case "array":
            return _as_list(value) or usual
        case _:
            return _as_block(value, schema, path) or usual


def _as_text(value: Any, kinds: list[str], schema: dict[str, Any], written: str) -> str | None:
    if isinstance(value, list):
        return "join it into one text"
    if isinstance(value, dict):
        return "write one text; quotes around it if it begins with {"
    if "object" not in kinds and re.search(schema.get("pattern", ""), written):
        return f'put it in quotes: "{written}"'
    return None


def _as_number(value: Any, kind: str) -> str | None:
    if isinstance(value, str) and (match := re.match(r"\s*[$€]?\s*(-?[0-9]+(?:[.,][0-9]+)?)", value)):
        return f"write {match[1].replace(',', '.')}"
    if kind == "integer" and isinstance(value, float):
        return f"write {math.floor(value)} or {math.ceil(value)}"
    return None


def _as_list(value: Any) -> str | None:
    if isinstance(value, str):
        plain = value.strip()
        return (
            f"write [{plain}]"
            if len(plain) <= _LONGEST_SHOWN and ":" not in plain
            else "write '- ' before it"
        )
    if isinstance(value, dict):
        return "begin each entry with '- '"
    return None


def _as_block(value: Any, schema: dict[str, Any], path: DataPath) -> str | None:
    above = path[-2] if len(path) > 1 and isinstance(path[-1], int) else None
    if above == "dialogue" and isinstance(value, str):
        return "say who speaks: 'mira: You are late.'"
    if above == "scenes" and isinstance(value, str):
        return "write 'action: ' before it"
    if isinstance(value, list):
        return "write 'key: value' lines without '- '"
    needed = schema.get("required", ())
    if isinstance(value, str) and len(needed) == 1 and len(value) <= _LONGEST_SHOWN:
        return f"write {flow({needed[0]: value})}"
    return None


def about_form(value: str, schema: dict[str, Any]) -> tuple[str, str | None]:
    """Message and hint for a text that is not written in the form that is asked for."""
    longest = schema.get("maxLength")
    if longest is not None and len(value) > longest:
        return f"{quoted(value)} is longer than {longest} characters", "shorten it"
    form = schema.get("patternErrorMessage", "written in the right form")
    return f"{quoted(value)} is not {form}", _mended(value, schema)


def _mended(value: str, schema: dict[str, Any]) -> str | None:
    """The value as it was most likely meant, if that has the right form."""
    pattern = schema["pattern"].removeprefix("^").removesuffix("$")
    for guess in _guesses(value.strip()[:100]):
        if guess != value and re.fullmatch(pattern, guess):
            return f"write {guess}"
    examples = schema.get("examples")
    return f"write it like {examples[0]}" if examples else None


def _guesses(plain: str) -> Iterator[str]:
    yield plain
    yield re.sub(r"\s*(?:[–—-]|to|\.\.)\s*", "-", re.sub(r"\s*s(?:ec\w*)?$", "", plain))
    yield re.sub(r"\s*\+\s*", "+", plain)
    yield re.sub(r"[/\\]+", "-", plain)
    yield plain.replace("_", "-")
    # Ids; last, because they would swallow the signs of all the other forms.
    ascii_only = normalize("NFKD", plain).encode("ascii", "ignore").decode()
    yield re.sub(r"[^a-z0-9_-]+", "_", ascii_only.lower()).strip("_-")
    yield re.sub(r"[^A-Za-z0-9_-]+", "_", ascii_only).strip("_-")


def _either(kinds: list[str]) -> str:
    """``text, a number or a list``."""
    *most, last = [_KINDS[kind] for kind in kinds]
    return f"{', '.join(most)} or {last}" if most else last


def _such_as(expected: str, schema: dict[str, Any]) -> str:
    """``a number, such as 8``."""
    for example in schema.get("examples", ()):
        if len(inline := flow(example)) <= _LONGEST_EXAMPLE:
            return f"{expected}, such as {inline}"
    return expected


def flow(value: Any) -> str:
    """A value as an author would write it on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(entry) for entry in value) + "]"
    if isinstance(value, str):
        return value if _BARE.fullmatch(value) else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)
