"""Effects: each finite and at its level, unlike the others, and on time."""

from __future__ import annotations

import numpy as np
import pytest

from tests.backends.local.soundtrack.measures import brightness, scene, spot
from veo_story.backends.local.lexicon.vocabulary import vocabulary
from veo_story.backends.local.soundtrack.grid import RATE
from veo_story.backends.local.soundtrack.hits import end_of, hits_of, level_of, struck
from veo_story.backends.local.soundtrack.spectra import loudness
from veo_story.backends.local.soundtrack.track import plan_sound

TABLE = vocabulary("spots")["spot"]


def loudest(sound: np.ndarray) -> float:
    """LUFS of the loudest tenth of a second."""
    width = RATE // 10
    sound = np.pad(sound, (0, width))
    steps = range(0, len(sound) - width + 1, width // 8)
    parts = (np.fft.rfft(sound[start : start + width], 8192) for start in steps)
    return max(loudness(part.astype(np.complex64), 8192) for part in parts) + 10 * np.log10(8192 / width)


@pytest.mark.parametrize("name", TABLE)
def test_each_is_at_its_level_and_ends_softly(name: str) -> None:
    sound = struck(name, 0, False)
    assert np.isfinite(sound).all()
    assert 0.02 * RATE < len(sound) <= 7 * RATE
    assert np.abs(sound).max() <= 0.601
    assert np.abs(sound[-48:]).max() < 0.02
    # What is all peak stays below its level, so that it does not sting.
    assert level_of(name, False) - 8 < loudest(sound) < level_of(name, False) + 2.5


def test_there_are_many_and_no_two_are_alike() -> None:
    marks = {(len(struck(name, 0, False)), round(brightness(struck(name, 0, False)))) for name in TABLE}
    assert len(marks) == len(TABLE) >= 50


def test_from_far_it_is_softer_and_duller() -> None:
    for name in ("clank", "dog", "gunshot"):
        near, far = struck(name, 0, False), struck(name, 0, True)
        assert loudest(far) < loudest(near) - 4
        assert brightness(far[: len(far) // 2 * 2]) < brightness(near[: len(near) // 2 * 2])


@pytest.mark.parametrize(
    "text", ["ratchet clicking", "a gunshot", "door slams", "qwertz of the blorb", "gong"]
)
@pytest.mark.parametrize("start_s", [0.5, 2.875])
def test_an_effect_begins_at_its_time(text: str, start_s: float) -> None:
    script = scene(4.0, ambient="silence", spots=(spot(text, start_s),))
    sound = plan_sound(script, (), None, 0, 96, 1, True, "murmur").samples(0, 4 * RATE)
    first = int(np.flatnonzero(np.abs(sound[0]) > 0.1 * np.abs(sound[0]).max())[0])
    assert abs(first / RATE - start_s) < 0.012
    assert not sound[:, : round(start_s * RATE)].any()


def test_an_unknown_effect_is_a_soft_short_tock() -> None:
    (hit,) = hits_of([spot("xyzzy", 0)], 0, 1)
    assert hit.spot == ""
    assert end_of(hit) < 0.4 * RATE
    assert level_of("", False) <= -25


def test_effects_keep_their_place_left_and_right() -> None:
    once, again = (hits_of([spot("a bell", 1.0), spot("a gunshot", 1.0)], 0, seed) for seed in (1, 2))
    assert [hit.pan for hit in once] == [hit.pan for hit in again]
    assert all(abs(hit.pan) < 0.5 for hit in once)
