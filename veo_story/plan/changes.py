"""Comparing the parts of a step with those of a take: what changed, in readable names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.plan.fingerprint import AFTER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SENT = frozenset(
    {"backend", "model", "mode", "prompt", "negative_prompt", "duration", "aspect", "resolution", "audio"}
    | {
        "seed",
        "people",
        "resize",
        "compression",
        "returns",
        "window",
        "first_frame",
        "last_frame",
        "references",
        "image",
        "clip",
    }
)


def own_parts(parts: Mapping[str, str]) -> dict[str, str]:
    """What a step says itself, without the scenes that it builds on."""
    return {name: digest for name, digest in parts.items() if not name.startswith(AFTER)}


def changed(new: Mapping[str, str], old: Mapping[str, str]) -> list[str]:
    """The names of the parts that differ, as far as they are worth telling."""
    names = list(dict.fromkeys((*new, *old)))
    differing = [name for name in names if new.get(name) != old.get(name)]
    # The local renderer's words stand in the prompt too: the prompt alone tells enough.
    sent = [name for name in differing if name in _SENT or name.startswith(AFTER)]
    # Nor is the whole script worth telling where one of its words is.
    words = [name for name in differing if name != "script"]
    return sent or words or differing


def listed(names: Iterable[str]) -> str:
    """Names of parts and ids of scenes as a person reads them: ``prompt, negative prompt``."""
    return ", ".join(name.replace("_", " ") if name in _SENT else name for name in names)
