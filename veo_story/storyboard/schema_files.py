"""The schemas on disk."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from veo_story.errors import ConfigError

Kind = Literal["storyboard", "bible"]

_FILES: Final[dict[Kind, str]] = {
    "storyboard": "storyboard.v1.schema.json",
    "bible": "storyboard-bible.v1.schema.json",
}
KINDS: Final = tuple(_FILES)


def schema_path(kind: Kind = "storyboard", *, package: Path = Path(__file__).parent.parent) -> Path:
    """The schema's file, for editors and for ``veo-story schema``."""
    # In a wheel the schemas lie inside of the package; in a checkout (and an editable install) beside it.
    for folder in (package / "schemas", package.parent / "schemas"):
        if (path := folder / _FILES[kind]).is_file():
            return path
    raise ConfigError(f"{_FILES[kind]} is missing from this installation", hint="install veo-story again")


@cache
def load_schema(kind: Kind = "storyboard") -> dict[str, Any]:
    """The schema as data; not to be changed."""
    schema: dict[str, Any] = json.loads(schema_path(kind).read_text(encoding="utf-8"))
    return schema


def resolve(schema: dict[str, Any]) -> dict[str, Any]:
    """What a ``$ref`` stands for; any other schema is itself."""
    if "$ref" not in schema:
        return schema
    found: dict[str, Any] = load_schema()["definitions"][schema["$ref"].removeprefix("#/definitions/")]
    return found
