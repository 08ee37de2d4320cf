"""Measure the author's clips where a plan must know how long they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.errors import MediaError
from veo_story.storyboard.model import FPS, Mode

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.storyboard.model import Storyboard


def clip_lengths(storyboard: Storyboard) -> dict[Path, int]:
    """Frames at 24 a second of every clip that an import without ``duration:`` takes whole.

    A clip that cannot be measured is left out, and the plan says so at its place.
    """
    found: dict[Path, int] = {}
    for scene in storyboard.scenes():
        if scene.mode is Mode.IMPORT and scene.clip is not None and not scene.duration_s:
            # PyAV takes long to import, and few storyboards need it here.
            from veo_story.media.probe import probe

            try:
                found[scene.clip] = int(probe(scene.clip).duration_s * FPS)
            except MediaError:
                continue
    return found
