"""Transitions out of a picture that stands still, and darkness over it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.support.clips import SIZE, Recipe, lumas_of, make
from veo_story.media.join import join
from veo_story.media.mix import Mix
from veo_story.media.spans import Blend, Hold, Shade, Span

_NEAR = 3.0
"""Levels, on average, that encoding may change a picture by."""


def test_what_stands_still_is_blended_and_shaded(tmp_path: Path) -> None:
    one, two = (make(tmp_path / f"{n}.mp4", Recipe(24, first=100 * n, seed=n)) for n in (1, 2))
    film = tmp_path / "film.mp4"
    stretches = (
        Span(one, 0, 12),
        Blend(Span(one, 12, 15), Span(two, 0, 3), "dissolve", 0, 6),
        Blend(Hold(one, 14, 3), Span(two, 3, 6), "dissolve", 3, 6),
        Shade(Hold(two, 5, 4), 0, 4, darkens=True),
    )
    joined = join(stretches, film, size=SIZE, sound=Mix(22 * 2000, ()))
    assert joined.frames == 22
    a, b = (np.stack(list(lumas_of(clip))).astype(float) for clip in (one, two))
    seen = list(lumas_of(film))
    for step, before in enumerate((12, 13, 14, 14, 14, 14)):
        share = (step + 1) / 7
        wanted = a[before] * (1 - share) + b[step] * share
        assert np.abs(seen[12 + step] - wanted).mean() < _NEAR
    for step in range(4):
        wanted = 16 + (b[5] - 16) * (1 - (step + 1) / 5)
        assert np.abs(seen[18 + step] - wanted).mean() < _NEAR
