"""Fingerprints: the digest of everything that reaches a model, part by part.

A part has a readable name, so that comparing parts says why a take is stale. The scenes that a step builds
on count by their fingerprints, not by their ids: renaming a scene changes nothing that a model sees.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

from veo_story.plan.model import FileInput
from veo_story.plan.wording import plain
from veo_story.storyboard.model import Mode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from veo_story.catalog.model import Capabilities
    from veo_story.plan.model import FrameInput, Parameters

AFTER = "after "
"""Begins the names of the parts that stand for other scenes: ``after s04``."""

_SCHEME = 1

_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_parts(
    caps: Capabilities,
    mode: Mode,
    prompt: str,
    parameters: Parameters,
    new_frames: int,
    inputs: Iterable[FileInput | FrameInput],
    hints: Mapping[str, str] | None,
    window_frames: int | None,
) -> dict[str, str]:
    """Readable name to digest of all that a step itself says. What is not sent has no part."""
    values: dict[str, object] = {
        "backend": caps.backend,
        "model": caps.model,
        "mode": mode.value,
        "prompt": prompt or None,
        "negative_prompt": parameters.negative_prompt,
        "duration": new_frames,
        "aspect": parameters.aspect,
        "resolution": parameters.resolution,
        "audio": parameters.audio,
        "seed": parameters.seed,
        "people": None if parameters.people == "auto" else parameters.people,
        "resize": parameters.resize,
        "compression": parameters.compression,
        "returns": caps.returns if mode is Mode.EXTEND else None,
        "window": window_frames,
        **_inputs(inputs),
        **(hints or {}),
    }
    return {name: _digest(value) for name, value in values.items() if value is not None}


def fingerprint_of(parts: Mapping[str, str], parents: Sequence[str]) -> str:
    """The fingerprint of a step from its own parts and those of the scenes it needs, in their order."""
    own = {name: digest for name, digest in parts.items() if not name.startswith(AFTER)}
    return _digest({"scheme": _SCHEME, "parts": own, "after": list(parents)})


def is_extension(parts: Mapping[str, str]) -> bool:
    """Whether parts of a step or take are those of an extension."""
    return parts.get("mode") == _EXTENSION


def _inputs(inputs: Iterable[FileInput | FrameInput]) -> dict[str, object]:
    found: dict[str, object] = {}
    references: list[str] = []
    for given in inputs:
        if not isinstance(given, FileInput):
            # Which scene it is stands among the parents, which come in the order of the inputs.
            at = given.frame.at_s
            found[given.role] = {"frame": "last" if at is None else plain(at)}
        elif given.role == "reference":
            references.append(given.sha256)
        else:
            found[given.role] = given.sha256
    if references:
        found["references"] = references
    return found


def _digest(value: object) -> str:
    return sha256(_CANONICAL.encode(value).encode()).hexdigest()


_EXTENSION = _digest(Mode.EXTEND.value)
