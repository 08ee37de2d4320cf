"""Clips made once for all tests of this room."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from tests.support.clips import Recipe, make

if TYPE_CHECKING:
    from pathlib import Path

_X264 = (("preset", "veryfast"), ("crf", "20"))
RECIPES = {
    # Clips that share their parameter sets.
    "plain": Recipe(
        72, first=0, seed=1, x264=(("x264-params", "keyint=24:scenecut=0:bframes=3:b-pyramid=normal"),)
    ),
    "second": Recipe(
        60, first=1000, seed=2, x264=(("x264-params", "keyint=24:scenecut=0:bframes=3:b-pyramid=normal"),)
    ),
    "long_gop": Recipe(
        60, first=2000, seed=3, x264=(("x264-params", "keyint=250:scenecut=0:bframes=3:b-pyramid=normal"),)
    ),
    # Clips that do not go with those, each for a reason of its own.
    "open_gop": Recipe(
        60, first=3000, seed=4, x264=(("x264-params", "keyint=24:scenecut=0:open-gop=1:bframes=3"),)
    ),
    "baseline": Recipe(48, first=4000, seed=5, x264=(("preset", "ultrafast"), ("x264-params", "keyint=12"))),
    "mono": Recipe(48, first=5000, seed=6, rate=44_100, channels=1),
    "silent": Recipe(48, first=6000, seed=7, rate=None),
    "pal": Recipe(50, first=7000, seed=8, fps=Fraction(25)),
    "uneven": Recipe(40, first=8000, seed=9, times=tuple(25 * k + (k % 3) * 7 for k in range(40))),
    "short_sound": Recipe(48, first=9000, seed=10, sound_frames=30),
    "large": Recipe(30, first=10000, seed=11, size=(640, 360)),
    "mpeg4": Recipe(36, first=11000, seed=12, codec="mpeg4"),
}


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """All clips of :data:`RECIPES` by name."""
    folder = tmp_path_factory.mktemp("clips")
    return {name: make(folder / f"{name}.mp4", recipe) for name, recipe in RECIPES.items()}


@pytest.fixture(scope="session")
def recipes() -> dict[str, Recipe]:
    """How the clips were made."""
    return RECIPES
