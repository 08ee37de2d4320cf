"""What a film says of itself to a player or a library. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veo_story.storyboard.model import Storyboard


def notes_of(board: Storyboard) -> Mapping[str, str]:
    """Metadata of the film besides its title: the logline as its description, by FFmpeg's names."""
    line = " ".join((board.logline or "").split())
    return {"description": line, "synopsis": line} if line else {}
