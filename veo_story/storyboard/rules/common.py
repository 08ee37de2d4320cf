"""What several rules ask."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from veo_story.storyboard.values import mapping

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from veo_story.errors import Where
    from veo_story.storyboard.build import Draft
    from veo_story.storyboard.model import Scene
    from veo_story.storyboard.nodes import DataPath


SLACK_S = Decimal("0.004")
"""What sums of times may be off that are written with three decimals: a tenth of a frame."""


def raw(draft: Draft, scene: Scene) -> Mapping[str, Any]:
    """The scene's own keys as the author wrote them."""
    value: Any = draft.storyboard.source.data
    for key in scene.path:
        value = value[key]
    return mapping(value)


def origin(scene: Scene, key: str) -> DataPath:
    """Where the value of a key stands: in the scene, or where it was inherited from."""
    return scene.origins.get(key, (*scene.path, key))


def at_key(draft: Draft, scene: Scene, key: str) -> Where:
    """From a key of a scene to the end of its value."""
    source, path = draft.storyboard.source, origin(scene, key)
    value = source.where(path)
    return replace(source.where(path, key=True), end_line=value.end_line, end_column=value.end_column)


def neighbours(draft: Draft) -> Iterator[tuple[Scene, Scene]]:
    """Scenes that follow one another within a sequence, skipped ones left out."""
    for sequence in draft.storyboard.sequences:
        yield from pairwise(scene for scene in sequence.scenes if not scene.skip)


def generated(draft: Draft) -> Iterator[Scene]:
    """The scenes of the film that a model makes."""
    return (scene for scene in draft.storyboard.scenes() if scene.mode.is_generated)


def shown_s(scene: Scene) -> Decimal:
    """Seconds of a scene that its trim leaves for the film; 0 when a clip's length is not known."""
    return max(scene.duration_s - scene.trim.in_s - scene.trim.out_s, Decimal(0))


def overlap_s(scene: Scene) -> Decimal:
    """Seconds in which a scene is seen together with the one before."""
    return scene.transition.duration_s if scene.transition.type in ("dissolve", "wipe") else Decimal(0)


def plain(number: Decimal) -> str:
    """A number without trailing zeros."""
    return f"{number.normalize():f}"
