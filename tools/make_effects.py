"""Write veo_story/storyboard/effects.json: the effects of the installed moviepy and their parameters.

Names, parameters and whether they must be given come from moviepy's signatures; bounds, choices and what a
storyboard cannot hold from effects.toml beside this file. Run it after raising moviepy's version;
tests/storyboard/test_effects.py compares.
"""

from __future__ import annotations

import inspect
import json
import tomllib
from pathlib import Path
from typing import Any

INTO = Path(__file__).parent.parent / "veo_story" / "storyboard" / "effects.json"
BESIDES = Path(__file__).parent / "effects.toml"
KINDS = {
    "float": "number",
    "int": "number",
    "bool": "boolean",
    "str": "text",
}


def table() -> dict[str, dict[str, Any]]:
    """Effect -> ``kind`` (video, audio), ``parameters``, and ``one_of`` or ``refused`` where there is any.

    Raises ValueError when something is said of what moviepy does not have, or a parameter has no kind.
    """
    import moviepy.audio.fx as audio
    import moviepy.video.fx as video

    besides = tomllib.loads(BESIDES.read_text(encoding="utf-8"))
    found = {}
    for kind, effects in (("audio", audio), ("video", video)):
        for name in effects.__all__:
            found[name] = _effect(kind, getattr(effects, name), besides.pop(name, {}))
    if besides:
        raise ValueError(f"moviepy has no {', '.join(besides)}")
    return dict(sorted(found.items()))


def _effect(kind: str, effect: Any, besides: dict[str, Any]) -> dict[str, Any]:
    if "refused" in besides:
        return {"kind": kind, "refused": besides["refused"]}
    one_of = besides.pop("one_of", [])
    parameters = list(inspect.signature(effect.__init__).parameters.values())[1:]
    entries = {p.name: _entry(effect, p, besides.pop(p.name, {})) for p in parameters}
    unknown = [*besides, *(name for name in one_of if name not in entries)]
    if unknown:
        raise ValueError(f"{effect.__name__} has no {', '.join(unknown)}")
    return {"kind": kind, "parameters": entries, **({"one_of": one_of} if one_of else {})}


def _entry(effect: Any, parameter: inspect.Parameter, besides: dict[str, Any]) -> dict[str, Any]:
    annotation = parameter.annotation
    name = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
    kind = "text" if "choice" in besides else KINDS.get(name)
    entry = {"kind": kind, "required": parameter.default is parameter.empty, **besides}
    if "refused" not in entry and entry["kind"] is None:
        raise ValueError(f"{effect.__name__}: what is {parameter.name}?")
    return entry


if __name__ == "__main__":
    INTO.write_text(json.dumps(table(), indent=1) + "\n", encoding="utf-8")
