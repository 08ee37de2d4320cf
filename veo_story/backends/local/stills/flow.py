"""From one picture to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2

if TYPE_CHECKING:
    from veo_story.backends.local.window import Planes


class Between:
    """Two pictures and what lies between them."""

    def __init__(self, first: Planes, last: Planes) -> None:
        self._first, self._last = first, last

    def draw(self, share: float, into: Planes, other: Planes) -> None:
        """Fill ``into`` with the state at ``share`` (0: the first, 1: the second); ``other`` is scratch."""
        for plane, early, late in zip(into, self._first, self._last, strict=True):
            cv2.addWeighted(early, 1 - share, late, share, 0, plane)
