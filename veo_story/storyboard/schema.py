"""Holding a file against its schema, and saying in an author's words what does not fit."""

from __future__ import annotations

from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from veo_story.storyboard.codes import problem
from veo_story.storyboard.schema_files import Kind, load_schema
from veo_story.storyboard.shape_messages import explain_error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

    from veo_story.errors import Problem
    from veo_story.storyboard.source import Source

_MOST: Final = 1000
"""Mistakes that are shown of one file; nobody reads on behind that, and each costs time."""

_MARKERS: Final = {"storyboard": "storyboard", "bible": "storyboard_bible"}


def check_schema(source: Source, kind: Kind = "storyboard") -> tuple[Problem, ...]:
    """Every mistake of shape in a file, in file order; at most a thousand."""
    if (other := _other_kind(source, kind)) is not None:
        return (other,)
    errors = _validator(kind).iter_errors(source.data)
    told = chain.from_iterable(explain_error(error, source, kind) for error in errors)
    found: dict[Problem, None] = {}  # what an alias repeats is wrong in one place only
    for each in told:
        found[each] = None
        if len(found) == _MOST:
            break
    return tuple(sorted(found, key=lambda p: (p.where, p.code, p.message)))


def _other_kind(source: Source, kind: Kind) -> Problem | None:
    """One clear word instead of thirty when a bible is read as a storyboard, or the other way round."""
    for other, marker in _MARKERS.items():
        if other != kind and marker in source.data and _MARKERS[kind] not in source.data:
            hint = "name it under 'bible:' of a storyboard"
            if kind == "bible":
                hint = "a bible begins with 'storyboard_bible: 1' and holds look, cast and locations"
            return problem(
                "VS019", source.where((marker,), key=True), f"this is a {other}, not a {kind}", hint
            )
    return None


@cache
def _validator(kind: Kind) -> Validator:
    # Most of the time of a small check goes into this import.
    from jsonschema import Draft7Validator, validators

    extend: Any = validators.extend  # untyped in its stubs
    validator: Validator = extend(Draft7Validator, {"pattern": _pattern})(load_schema(kind))
    return validator


def _pattern(_validator: Any, pattern: str, value: Any, _schema: Any) -> Iterator[ValidationError]:
    """Patterns as JSON Schema means them: ``$`` is the very end, not the place before a last line break."""
    import re

    from jsonschema import ValidationError

    if isinstance(value, str) and not re.search(
        pattern.removesuffix("$") + r"\Z" * pattern.endswith("$"), value
    ):
        yield ValidationError("")
