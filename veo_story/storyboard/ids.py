"""Ids of scenes that have none of their own."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from veo_story.storyboard.model import Mode
from veo_story.storyboard.modes import local_mode
from veo_story.storyboard.values import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PREFIX = {Mode.SLATE: "card", Mode.STILL: "still", Mode.IMPORT: "clip"}


def scene_ids(scenes: Iterable[Mapping[str, Any]]) -> list[str]:
    """An id for every scene of the film, in order.

    An unnamed scene is numbered by its position among the scenes of its kind, named ones included, so that
    naming one does not rename the others; a number that is taken is passed over.
    """
    scenes = list(scenes)
    taken = {name for scene in scenes if (name := text(scene.get("id"))) is not None}
    positions: dict[str, int] = {}
    ids = []
    for scene in scenes:
        mode = local_mode(scene)
        prefix = _PREFIX[mode] if mode else "s"
        positions[prefix] = positions.get(prefix, 0) + 1
        ids.append(text(scene.get("id")) or _free(prefix, positions[prefix], taken))
        taken.add(ids[-1])
    return ids


def _free(prefix: str, start: int, taken: set[str]) -> str:
    return next(name for n in count(start) if (name := f"{prefix}{n:02}") not in taken)
