"""The quality report finds twelve planted faults and is silent on clean films: 20 each by ``make soak``."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.quality.material import film_of
from tests.quality.plants import FAULTS, Planted, Reel, read_reel, write_reel
from tests.support.soak import runs
from veo_story.quality.finding import Finding, Severity
from veo_story.quality.judge import judge
from veo_story.quality.measure import measure_film
from veo_story.quality.planned import planned_of

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.quality.planned import Planned

FIRST = 100
SEEDS = range(FIRST, FIRST + runs(20, in_suite=2))


def found_in(film: Path, planned: Planned) -> list[Finding]:
    """Errors and warnings. A note is a hint, not a fault."""
    found = judge(measure_film(film, planned.parts), planned)
    return [one for one in found if one.severity is not Severity.NOTE]


def tells_of(found: list[Finding], planted: Planted) -> bool:
    return any(
        one.code in planted.codes
        and one.place.start <= planted.end + 1
        and one.place.end >= planted.start - 1
        for one in found
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_planted_faults_are_found_and_clean_films_are_clean(seed: int, tmp_path: Path) -> None:
    film = film_of(seed, tmp_path)
    record = json.loads(film.with_name("film.json").read_bytes())
    planned = planned_of(record, tmp_path)
    assert found_in(film, planned) == []
    clean = read_reel(film, planned)
    # The loudness that it has is what it was brought to.
    again = write_reel(clean, tmp_path / "again.mp4")
    sound = measure_film(again).sound
    assert sound is not None
    planned = replace(planned, loudness_lufs=sound.loudness_lufs)
    assert found_in(again, planned) == [], "encoded once more"
    missed = []
    for name, plant in FAULTS.items():
        reel = Reel(clean.frames.copy(), clean.sound.copy(), planned)
        planted = plant(reel, random.Random(f"{seed} {name}"))
        found = found_in(write_reel(reel, tmp_path / "planted.mp4"), planned)
        if not tells_of(found, planted):
            missed.append((name, round(reel.strength, 3), planted, [(f.code, f.place.start) for f in found]))
    assert missed == []
