"""Which mode a scene has, and how long it is when nobody says so."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from veo_story.storyboard.model import Mode

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_S = {
    Mode.OPEN: Decimal(8),
    Mode.EXTEND: Decimal(7),
    Mode.ANIMATE: Decimal(8),
    Mode.INTERPOLATE: Decimal(8),
    Mode.STILL: Decimal(4),
    Mode.SLATE: Decimal(4),
    Mode.IMPORT: Decimal(0),
}
"""Seconds of a scene without ``duration:``. An import is as long as its clip, which is measured later."""

SOURCES = {"card": Mode.SLATE, "image": Mode.STILL, "clip": Mode.IMPORT}
"""The keys that make a scene local."""


def written_mode(scene: Mapping[str, Any]) -> Mode | None:
    """The mode that the scene's own ``mode:`` asks for."""
    value = scene.get("mode")
    return Mode(value) if isinstance(value, str) and value in set(Mode) else None


def local_mode(scene: Mapping[str, Any]) -> Mode | None:
    """The local mode of a scene, or None when a model is to make it. Does not depend on its neighbours."""
    written = written_mode(scene)
    if written is not None:
        return None if written.is_generated else written
    return next((mode for key, mode in SOURCES.items() if key in scene), None)


def infer_mode(scene: Mapping[str, Any], before: Mode | None) -> Mode:
    """The mode of a scene from its keys and the mode of the one before it in its sequence, if any."""
    decided = written_mode(scene) or local_mode(scene)
    if decided is not None:
        return decided
    if "last_frame" in scene:
        return Mode.INTERPOLATE
    if "first_frame" in scene:
        return Mode.ANIMATE
    # A slate, a still or an author's clip interrupts a chain: nothing can extend it.
    return Mode.EXTEND if before is not None and before.is_generated else Mode.OPEN
