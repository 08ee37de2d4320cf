"""The validator's errors in an author's words: one problem a mistake, never the validator's own text."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from veo_story.storyboard.codes import problem
from veo_story.storyboard.known_keys import RESERVED, did_you_mean, home_of, meant_key
from veo_story.storyboard.nodes import BROKEN
from veo_story.storyboard.schema_files import resolve
from veo_story.storyboard.shape_values import about_form, about_type, flow, is_empty, quoted, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jsonschema import ValidationError

    from veo_story.errors import Problem
    from veo_story.storyboard.nodes import DataPath
    from veo_story.storyboard.source import Source

_ENTRIES: Final = {
    "scenes": "scene",
    "sequences": "sequence",
    "shots": "shot",
    "lines": "line",
    "dialogue": "dialogue line",
    "refs": "reference",
    "outputs": "output",
    "variants": "variant",
    "effects": "effect",
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One error of the validator: what it asked for, of which value, and where that stands."""

    source: Source
    kind: str
    path: DataPath
    value: Any
    asked: Any
    schema: dict[str, Any]

    @property
    def name(self) -> str:
        """What an author calls the value: its key, or ``scene 3``."""
        *above, last = self.path or (f"the {self.kind}",)
        if isinstance(last, str):
            return last
        key = str(above[-1]) if above else ""
        return f"{_ENTRIES[key]} {last + 1}" if key in _ENTRIES else f"{key}, entry {last + 1}"

    def report(self, code: str, message: str, hint: str | None = None) -> Problem:
        """A problem at the value."""
        return problem(code, self.source.where(self.path), f"{self.name}: {message}", hint)

    def report_key(self, code: str, key: str, message: str, hint: str | None = None) -> Problem:
        """A problem at one of the value's keys."""
        return problem(code, self.source.where((*self.path, key), key=True), message, hint)


def explain_error(error: ValidationError, source: Source, kind: str) -> Iterator[Problem]:
    """The problems that one error stands for; none when something else has said it already."""
    if error.instance is BROKEN:
        return
    path = tuple(error.absolute_path)
    schema: Any = error.schema
    mistake = Mistake(source, kind, path, error.instance, error.validator_value, schema)
    if "propertyNames" in error.relative_schema_path:
        yield _bad_name(mistake)
    else:
        yield from _EXPLAIN[str(error.validator)](mistake)


def _type(m: Mistake) -> Iterator[Problem]:
    code, message, hint = about_type(m.value, m.asked, m.schema, m.source.written(m.path), m.path)
    yield m.report(code, message, hint)


def _enum(m: Mistake) -> Iterator[Problem]:
    known = [str(value) for value in m.asked]
    listed = ", ".join(known)
    if m.value is None:
        yield m.report("VS011", "has no value", f"write one of {listed}")
        return
    meant = did_you_mean(str(m.value), known) if isinstance(m.value, (str, int, float)) else None
    hint = f"did you mean '{meant}'?" if meant else None
    yield m.report("VS011", f"{shown(m.value, m.source.written(m.path))} is not one of {listed}", hint)


def _const(m: Mistake) -> Iterator[Problem]:
    what = "has no value"
    if m.value is not None:
        what = f"{shown(m.value, m.source.written(m.path))} is not a version of the format"
    yield m.report("VS019", what, f"write '{m.name}: {m.asked}'")


def _required(m: Mistake) -> Iterator[Problem]:
    misspelt = _misspelt(m)
    for key in m.asked:
        if key not in m.value and key not in misspelt:
            owner = m.name if m.path else f"the {m.kind}"
            example = _example(m.schema, key)
            hint = f"add '{key}: {example}'" if example else f"add '{key}: ...'"
            yield problem("VS013", m.source.where(m.path), f"{owner} has no '{key}'", hint)


def _unknown_keys(m: Mistake) -> Iterator[Problem]:
    known = _keys(m.schema)
    for key in m.value:
        if key not in known and not key.startswith("x-"):
            yield _unknown_key(m, key, known)


def _unknown_key(m: Mistake, key: str, known: dict[str, Any]) -> Problem:
    meant = meant_key(key, known)
    if key in RESERVED:
        message = f"'{key}' is not in this version yet"
        return m.report_key("VS017", key, message, f"leave it out, or keep it as a remark named 'x-{key}'")
    hint = "correct it, or write x- in front to have it ignored"
    if meant is not None:
        hint = f"did you mean '{meant}'?"
    elif (home := home_of(key, known)) is not None:
        hint = f"'{key}' belongs in {home}" if home.startswith(("'", "a")) else f"'{key}' belongs at {home}"
    elif len(known) <= 8:
        hint = f"known here: {', '.join(known)}"
    return m.report_key("VS010", key, f"the key {quoted(key)} is not known here", hint)


def _limit(words: str) -> Callable[[Mistake], Iterator[Problem]]:
    def explain(m: Mistake) -> Iterator[Problem]:
        value = shown(m.value, m.source.written(m.path))
        bounds = [
            *(f"at least {m.schema[key]}" for key in ("minimum",) if key in m.schema),
            *(f"more than {m.schema[key]}" for key in ("exclusiveMinimum",) if key in m.schema),
            *(f"at most {m.schema[key]}" for key in ("maximum",) if key in m.schema),
        ]
        yield m.report("VS015", f"{value} is {words} {m.asked}", f"write a number of {' and '.join(bounds)}")

    return explain


def _min_items(m: Mistake) -> Iterator[Problem]:
    yield m.report("VS018", "the list is empty", "add an entry, or remove the key")


def _max_items(m: Mistake) -> Iterator[Problem]:
    yield m.report("VS018", f"{len(m.value)} entries, but at most {m.asked} are taken", "remove some")


def _min_properties(m: Mistake) -> Iterator[Problem]:
    yield m.report("VS018", "is empty", "write who speaks and what: 'mira: You are late.'")


def _max_properties(m: Mistake) -> Iterator[Problem]:
    hint = "begin each line with '- ', or write it as who, line, manner and at"
    yield m.report("VS016", "a line has one speaker and one text", hint)


def _text_form(m: Mistake) -> Iterator[Problem]:
    if is_empty(m.value):
        yield m.report("VS018", "the text is empty", "write something, or remove the key")
    else:
        message, hint = about_form(m.value, m.schema)
        yield m.report("VS016", message, hint)


def _bad_name(m: Mistake) -> Problem:
    message, hint = about_form(m.value, m.schema)
    return m.report_key("VS016", m.value, message, hint)


def _scenes_or_sequences(m: Mistake) -> Iterator[Problem]:
    if "scenes" in m.value:
        message = "both 'scenes' and 'sequences' are there; a film has one of the two"
        hint = "move the scenes into a sequence of their own, or remove one of the keys"
        places = {key: m.source.where((key,), key=True) for key in ("scenes", "sequences")}
        yield problem("VS014", max(places.values()), message, hint)
    elif not {"scenes", "sequences"} & _misspelt(m):
        hint = "add 'scenes:' with a list of scenes"
        yield problem(
            "VS014", m.source.where(()), "the storyboard has neither 'scenes' nor 'sequences'", hint
        )


def _one_of_keys(m: Mistake) -> Iterator[Problem]:
    keys = [option["required"][0] for option in m.asked]
    either = "' nor '".join(keys)
    hint = f"add '{keys[0]}: {_example(m.schema, keys[0]) or '...'}'"
    yield m.report("VS013", f"has neither '{either}'", hint)


def _misspelt(m: Mistake) -> set[str | None]:
    """The keys that the unknown ones of a block were most likely meant to be."""
    known = _keys(m.schema)
    return {meant_key(key, known) for key in islice((key for key in m.value if key not in known), 50)}


def _keys(schema: dict[str, Any]) -> dict[str, Any]:
    known: dict[str, Any] = schema.get("properties", {})
    return known


def _example(schema: dict[str, Any], key: str) -> str | None:
    """A short example of a key, where it is a plain value."""
    examples = resolve(_keys(schema).get(key, {})).get("examples", [None])
    return flow(examples[0]) if isinstance(examples[0], (str, int, float)) else None


_EXPLAIN: Final[dict[str, Callable[[Mistake], Iterator[Problem]]]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "required": _required,
    "additionalProperties": _unknown_keys,
    "minimum": _limit("below"),
    "exclusiveMinimum": _limit("not above"),
    "maximum": _limit("above"),
    "minItems": _min_items,
    "maxItems": _max_items,
    "minProperties": _min_properties,
    "maxProperties": _max_properties,
    "minLength": _text_form,
    "maxLength": _text_form,
    "pattern": _text_form,
    "oneOf": _scenes_or_sequences,
    "anyOf": _one_of_keys,
}
"""Every keyword that the schemas use; a test holds this."""
