"""Single sounds at their time: effects that a scene asks for, and the calls of an ambience."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.lexicon.vocabulary import seed_of, vocabulary
from veo_story.backends.local.soundtrack.grid import BLOCK, RATE, add, panned
from veo_story.backends.local.soundtrack.spectra import brought_to
from veo_story.backends.local.soundtrack.state import Hit
from veo_story.backends.local.soundtrack.strokes import far_away, stroke
from veo_story.backends.local.soundtrack.words import is_far, spot_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from veo_story.backends.local.script import Spot
    from veo_story.backends.local.soundtrack.grid import Floats

VARIANTS = 3
_HIGHEST = 0.6


@lru_cache(maxsize=24)
def struck(spot: str, variant: int, far: bool) -> Floats:
    """The sound of an entry of spots.toml at its level, mono; one ``variant`` is a little unlike the next."""
    table = vocabulary("spots")
    entry = table["spot"].get(spot, table["unknown"])
    sound = stroke(entry["parts"], seed_of(spot, str(variant % VARIANTS)))
    if far:
        sound = far_away(sound, seed_of("echo"))
    sound = brought_to(sound, level_of(spot, far))
    return np.asarray(sound * min(1.0, _HIGHEST / max(1e-9, float(np.abs(sound).max()))), np.float32)


def level_of(spot: str, far: bool) -> float:
    """LUFS of a single sound where it is loudest."""
    table = vocabulary("spots")
    entry = table["spot"].get(spot, table["unknown"])
    return float(entry["level"]) + (float(table["far"]["db"]) if far else 0.0)


def hits_of(spots: Sequence[Spot], first: int, seed: int) -> tuple[Hit, ...]:
    """The effects of a scene that begins at sample ``first``, a little left and right of each other."""
    return tuple(
        Hit(
            spot=spot_named(spot.text),
            at=first + round(spot.start_s * RATE),
            seed=seed_of(str(seed), spot.text) % VARIANTS,
            pan=(seed_of(spot.text) % 9 - 4) / 12,
            far=is_far(spot.text),
        )
        for spot in spots
    )


def end_of(hit: Hit) -> int:
    """The sample after a hit's last."""
    return hit.at + len(struck(hit.spot, hit.seed, hit.far))


def hits_block(hits: Iterable[Hit], number: int) -> Floats | None:
    """What is heard of ``hits`` in a block, None if nothing."""
    start, out = number * BLOCK, None
    for hit in hits:
        if hit.at < start + BLOCK and end_of(hit) > start:
            out = np.zeros((2, BLOCK), np.float32) if out is None else out
            add(out, start, struck(hit.spot, hit.seed, hit.far), hit.at, *panned(hit.pan))
    return out
