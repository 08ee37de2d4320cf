"""Write veo_story/storyboard/effects.json: the effects of the installed moviepy and their parameters.

Run it after raising moviepy's version; tests/storyboard/test_effects.py compares.
"""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

INTO = Path(__file__).parent.parent / "veo_story" / "storyboard" / "effects.json"
KINDS = {
    "float": "number",
    "int": "number",
    "bool": "boolean",
    "str": "text",
    "list": "list",
    "tuple": "list",
}
OBJECTS = ("Clip", "function", "callable", "ndarray")


def table() -> dict[str, dict[str, dict[str, Any]]]:
    """Effect -> parameter -> kind and whether it must be given; without effects that need objects."""
    import moviepy.video.fx as effects

    found = {}
    for name in sorted(effects.__all__):
        parameters = list(inspect.signature(getattr(effects, name).__init__).parameters.values())[1:]
        if not any(_is_required(p) and _takes(p, OBJECTS) for p in parameters):
            found[name] = {p.name: _entry(p) for p in parameters if not _takes(p, ("Clip",))}
    return found


def _takes(parameter: inspect.Parameter, words: tuple[str, ...]) -> bool:
    return any(word in str(parameter.annotation) for word in words)


def _is_required(parameter: inspect.Parameter) -> bool:
    return parameter.default is parameter.empty


def _entry(parameter: inspect.Parameter) -> dict[str, Any]:
    annotation = parameter.annotation
    name = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
    # moviepy calls RGB a text; it also takes three numbers.
    kind = "any" if parameter.name == "RGB" else KINDS.get(name, "any")
    return {"kind": kind, "required": _is_required(parameter)}


if __name__ == "__main__":
    INTO.write_text(json.dumps(table(), indent=1) + "\n", encoding="utf-8")
