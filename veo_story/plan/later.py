"""What a storyboard asks for that this version checks and carries but does not act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from veo_story.storyboard.model import Storyboard


def not_yet(storyboard: Storyboard) -> tuple[str, ...]:
    """In words, one entry a feature: ``locales``."""
    return tuple(storyboard.later)
