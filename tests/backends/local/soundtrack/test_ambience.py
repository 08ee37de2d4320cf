"""Every ambience is heard at its level, none sounds like another, and changes go slowly."""

from __future__ import annotations

import numpy as np
import pytest

from tests.backends.local.soundtrack.measures import blocks, brightness, lufs
from veo_story.backends.local.lexicon.vocabulary import vocabulary
from veo_story.backends.local.soundtrack.ambience import Ambience
from veo_story.backends.local.soundtrack.grid import BLOCK, CHANGE, RATE

TABLE = vocabulary("sounds")["ambience"]
LASTING = [
    name for name, entry in TABLE.items() if any(layer["kind"] != "calls" for layer in entry["layers"])
]


def heard(name: str, count: int = 12, seed: int = 3) -> np.ndarray:
    return blocks(Ambience(seed, {name: 1.0}, {name: 1.0}, 0).block, count)


@pytest.mark.parametrize("name", TABLE)
def test_each_is_heard_at_its_level_and_never_too_loud(name: str) -> None:
    sound = heard(name, 24)
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() < 0.5
    # Single calls have their level for a moment only.
    assert TABLE[name]["level"] - 15 < lufs(sound) < TABLE[name]["level"] + 2


@pytest.mark.parametrize(
    "name", [n for n in LASTING if all(x["kind"] != "calls" for x in TABLE[n]["layers"])]
)
def test_what_lasts_keeps_its_level(name: str) -> None:
    assert abs(lufs(heard(name, 40)) - TABLE[name]["level"]) < 2.0


def test_no_two_have_the_same_spectrum() -> None:
    spectra = {}
    for name in TABLE:
        power = np.abs(np.fft.rfft(heard(name, 16))) ** 2
        edges = np.searchsorted(np.fft.rfftfreq(16 * BLOCK, 1 / RATE), np.geomspace(40, 18_000, 40))
        bands = 10 * np.log10(np.add.reduceat(power.sum(0), edges)[:-1] + 1e-9)
        spectra[name] = bands - bands.max()
    names = list(spectra)
    near = [
        (one, other)
        for number, one in enumerate(names)
        for other in names[number + 1 :]
        if np.abs(spectra[one] - spectra[other]).mean() < 0.7
    ]
    assert near == []


def test_rain_is_brighter_than_wind_and_wind_than_thunder() -> None:
    assert brightness(heard("rain")) > 4 * brightness(heard("wind"))
    assert brightness(heard("wind")) > 2 * brightness(heard("thunder"))


def test_the_sea_swells_and_a_room_does_not() -> None:
    def spread(name: str) -> float:
        loud = np.sqrt((heard(name, 60).mean(0).reshape(-1, BLOCK // 2) ** 2).mean(1))
        return float(loud.std() / loud.mean())

    assert spread("surf") > 0.4 > 0.25 > spread("room")


def test_a_clock_ticks_twice_a_second() -> None:
    strength = np.abs(heard("clock", 24)[0, : 8 * RATE])
    peaks = strength.reshape(-1, 480).max(1)
    ticks = np.flatnonzero((peaks > 0.5 * peaks.max()) & (np.roll(peaks, 1) < 0.25 * peaks.max()))
    assert np.allclose(np.diff(ticks * 480) / RATE, 0.5, atol=0.02)


def test_a_change_takes_a_second_and_a_half() -> None:
    change = Ambience(1, {"rain": 1.0}, {"rain": 0.5, "wind": 1.0}, 10 * BLOCK)
    middle = 10 * BLOCK + CHANGE // 2
    assert change.gains_at(10 * BLOCK) == {"rain": 1.0}
    assert change.gains_at(middle) == {"rain": 0.75, "wind": 0.5}
    assert change.gains_at(10 * BLOCK + CHANGE) == {"rain": 0.5, "wind": 1.0}
    same = Ambience(1, {"rain": 1.0}, {"rain": 1.0}, 0)
    assert np.array_equal(change.block(9), same.block(9))


def test_seeds_differ_and_a_block_is_always_the_same() -> None:
    assert np.array_equal(heard("birds", 6, seed=4), heard("birds", 6, seed=4))
    assert not np.allclose(heard("birds", 6, seed=4), heard("birds", 6, seed=5))


def test_a_single_sound_comes_now_and_then() -> None:
    sound = heard("call dog", 60)
    loud = np.abs(sound[0]).reshape(-1, BLOCK).max(1)
    assert 0 < (loud > 0.02).sum() < 20
    assert lufs(sound) < -29


def test_unknown_names_are_silent() -> None:
    assert not heard("the sound of one hand", 1).any()
