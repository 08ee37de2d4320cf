"""Effects of moviepy: names and parameters, from a table, because importing moviepy takes 0.6 s."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from veo_story.storyboard.codes import problem
from veo_story.storyboard.manuscript import did_you_mean, one_of
from veo_story.storyboard.rules.common import origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from veo_story.errors import Problem
    from veo_story.storyboard.build import Draft

_KINDS: dict[str, tuple[tuple[type, ...], str]] = {
    "number": ((int, float), "a number"),
    "boolean": ((bool,), "true or false"),
    "text": ((str,), "a text"),
    "list": ((list,), "a list"),
}

Slip = tuple[str, str, str | None, str]


@cache
def effects_table() -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """Effect -> parameter -> ``kind`` and ``required``; made by ``tools/make_effects.py``."""
    path = Path(__file__).parent.parent / "effects.json"
    table: dict[str, dict[str, dict[str, Any]]] = json.loads(path.read_text(encoding="utf-8"))
    return table


def known_effects(draft: Draft) -> Iterator[Problem]:
    """Every effect exists and is called with its own parameters."""
    source = draft.storyboard.source
    for scene in draft.storyboard.scenes():
        path = origin(scene, "effects")
        for i, effect in enumerate(scene.effects):
            at = (*path, i)
            for code, message, hint, key in _slips(effect):
                yield problem(code, source.where((*at, key), key=key != "name"), message, hint)


def _slips(effect: Mapping[str, Any]) -> Iterator[Slip]:
    """Code, message, hint and key of what is wrong with one effect."""
    table, name = effects_table(), str(effect.get("name"))
    parameters = table.get(name)
    if parameters is None:
        by_letters = {known.lower(): known for known in table}
        exact = by_letters.get(name.lower().replace("_", "").replace(" ", ""))
        hint = f"did you mean '{exact}'?" if exact else did_you_mean(name, table)
        yield "VS041", f"no effect called '{name}'", hint or f"known are {one_of(table, most=40)}", "name"
        return
    given = {key: value for key, value in effect.items() if key != "name" and not key.startswith("x-")}
    for key, value in given.items():
        if key not in parameters:
            hint = did_you_mean(key, parameters) or (
                f"it takes {one_of(parameters)}" if parameters else "it takes no parameters"
            )
            yield "VS042", f"{name} has no parameter '{key}'", hint, key
        elif not _fits(value, parameters[key]["kind"]):
            yield "VS042", f"{name}: {key} is {_KINDS[parameters[key]['kind']][1]}", None, key
    for key, entry in parameters.items():
        if entry["required"] and key not in given:
            yield "VS042", f"{name} needs '{key}'", f"add {key}:", "name"


def _fits(value: Any, kind: str) -> bool:
    types = _KINDS.get(kind)
    if types is None:
        return True
    return isinstance(value, types[0]) and (kind == "boolean" or not isinstance(value, bool))


RULES = (known_effects,)
