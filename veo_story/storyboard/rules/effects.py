"""Effects of moviepy: names and parameters, from a table, because importing moviepy takes 0.6 s."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from veo_story.storyboard.codes import problem
from veo_story.storyboard.manuscript import did_you_mean, one_of
from veo_story.storyboard.rules.common import origin
from veo_story.storyboard.rules.effect_values import crop_fault, misfit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from veo_story.errors import Problem
    from veo_story.storyboard.build import Draft

Slip = tuple[str, str, str | None, str]
"""Code, message, hint and key of something that is wrong with an effect."""


@cache
def effects_table() -> Mapping[str, Mapping[str, Any]]:
    """Effect -> ``kind`` (video, audio) and ``parameters``, or ``refused`` with the reason.

    A parameter has a ``kind``, whether it is ``required``, and bounds; ``one_of`` names those of which one
    has to be given. Made by ``tools/make_effects.py``.
    """
    path = Path(__file__).parent.parent / "effects.json"
    table: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return table


def known_effects(draft: Draft) -> Iterator[Problem]:
    """Every effect exists and is called with its own parameters."""
    source = draft.storyboard.source
    for scene in draft.storyboard.scenes():
        path = origin(scene, "effects")
        for i, effect in enumerate(scene.effects):
            at = (*path, i)
            for code, message, hint, key in slips_of(effect):
                yield problem(code, source.where((*at, key), key=key != "name"), message, hint)


def parameters_of(effect: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an effect is called with: neither its name nor the author's own notes."""
    return {key: value for key, value in effect.items() if key != "name" and not key.startswith("x-")}


def slips_of(effect: Mapping[str, Any]) -> Iterator[Slip]:
    """What is wrong with one effect."""
    table, name = effects_table(), str(effect.get("name"))
    entry = table.get(name)
    if entry is None:
        yield "VS041", f"no effect called '{name}'", _meant(name), "name"
    elif "refused" in entry:
        yield "VS041", f"{name} cannot be written in a storyboard: {entry['refused']}", None, "name"
    else:
        given = parameters_of(effect)
        slips = list(_misused(name, entry, given))
        yield from slips
        if name == "Crop" and not slips and (fault := crop_fault(given)) is not None:
            yield "VS042", f"Crop: {fault}", None, "name"


def _meant(name: str) -> str:
    table = effects_table()
    usable = [known for known, entry in table.items() if "refused" not in entry]
    by_letters = {known.lower(): known for known in usable}
    exact = by_letters.get(name.lower().replace("_", "").replace(" ", ""))
    if exact:
        return f"did you mean '{exact}'?"
    return did_you_mean(name, usable) or f"known are {one_of(usable, most=50)}"


def _misused(name: str, entry: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[Slip]:
    parameters: Mapping[str, Mapping[str, Any]] = entry["parameters"]
    usable = [known for known, about in parameters.items() if "refused" not in about]
    for key, value in given.items():
        about = parameters.get(key)
        if about is None:
            takes = f"it takes {one_of(usable)}" if usable else "it takes no parameters"
            yield "VS042", f"{name} has no parameter '{key}'", did_you_mean(key, usable) or takes, key
        elif "refused" in about:
            message = f"{name}: {key} cannot be written in a storyboard: {about['refused']}"
            yield "VS042", message, f"it takes {one_of(usable)}", key
        elif (meant := misfit(about, value)) is not None:
            yield "VS042", f"{name}: {key} is {meant}", None, key
    for key, about in parameters.items():
        if about["required"] and key not in given:
            yield "VS042", f"{name} needs '{key}'", f"add {key}:", "name"
    choices = entry.get("one_of", ())
    if choices and not any(key in given for key in choices):
        yield "VS042", f"{name} needs one of {', '.join(choices)}", f"add {choices[0]}:", "name"


RULES = (known_effects,)
