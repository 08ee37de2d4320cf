"""What a storyboard asks for that this version checks and carries but does not act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from veo_story.storyboard.model import Scene, Storyboard


def not_yet(storyboard: Storyboard) -> tuple[str, ...]:
    """In words, one entry a feature: ``transitions other than cut: card01, t1``, ``sound.music``."""
    scenes = list(storyboard.scenes())
    return (*_of_scenes(scenes), *_of_film(storyboard.later))


def _of_scenes(scenes: list[Scene]) -> Iterator[str]:
    named = {
        "transitions other than cut": [s.id for s in scenes if s.transition.type != "cut"],
        "effects": [s.id for s in scenes if s.effects],
        "overlay": [s.id for s in scenes if s.overlay],
    }
    for feature, ids in named.items():
        if ids:
            yield f"{feature}: {', '.join(ids)}"


def _of_film(later: Mapping[str, object]) -> Iterator[str]:
    for key, value in later.items():
        if key == "sound" and isinstance(value, dict) and value:
            yield from (f"sound.{name}" for name in value if not str(name).startswith("x-"))
        else:
            yield key
