"""A smooth move may swing past the widest view; the picture never shows beyond the edge of the world."""

from __future__ import annotations

import math

from veo_story.backends.local.camera import WIDEST, Camera, Move


def test_a_fast_way_out_never_shows_beyond_the_edge() -> None:
    wide = (0.0, 0.0, math.log(WIDEST), 0.0)
    move = Move(Camera(wide, (0.0, 0.0, -0.2, 0.0)), Camera(wide), 168)
    assert min(move.at(frame).place[2] for frame in range(169)) < 0
    assert min(move.at(frame).zoom for frame in range(169)) == 1
