"""A small edit of two clips."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.support.clips import SIZE, Recipe, make
from veo_story.film.edit import Cut, Edit
from veo_story.media.files import sha256_of


def an_edit(folder: Path) -> Edit:
    """A film of two seconds, its clips in ``folder``."""
    cuts = []
    for number in range(2):
        clip = make(folder / f"{number}.mp4", Recipe(24, first=24 * number, seed=41))
        name, cost = f"s{number}", Decimal("0.1")
        cuts.append(
            Cut(
                *(name, name, clip, sha256_of(clip), 0, 24, 24 * number, number > 0),
                *(f"{name}/x-1", "local", "m", cost),
            )
        )
    return Edit("A film", SIZE, tuple(cuts))
