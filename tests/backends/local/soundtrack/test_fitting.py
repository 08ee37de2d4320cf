"""Speech keeps its pitch when it is hurried, and is hurried only so far."""

from __future__ import annotations

import numpy as np
import pytest

from tests.backends.local.soundtrack.measures import pitch
from veo_story.backends.local.soundtrack.fitting import FASTER, SLOWER, fitted, resampled, stretched, trimmed
from veo_story.backends.local.soundtrack.grid import RATE


def tone(hz: float, seconds: float = 2.0, rate: int = RATE) -> np.ndarray:
    t = np.arange(int(seconds * rate)) / rate
    return sum(np.sin(2 * np.pi * hz * n * t) / n for n in range(1, 6)).astype(np.float32) * 0.3


@pytest.mark.parametrize("ratio", [0.77, 0.9, 1.1])
def test_stretching_keeps_pitch_and_strength(ratio: float) -> None:
    sound = tone(150)
    made = stretched(sound, ratio)
    assert len(made) == round(len(sound) * ratio)
    assert pitch(made) == pytest.approx(150, rel=0.02)
    middle = made[RATE // 4 : -RATE // 4]
    assert np.sqrt((middle**2).mean()) == pytest.approx(np.sqrt((sound**2).mean()), rel=0.1)


def test_it_is_fitted_only_within_bounds() -> None:
    sound = tone(150)
    assert len(fitted(sound, RATE * 2 * 9 // 10)) == pytest.approx(RATE * 2 * 9 // 10, abs=2)
    assert len(fitted(sound, RATE // 2)) == pytest.approx(2 * RATE / FASTER, abs=2)
    assert len(fitted(sound, RATE * 9)) == pytest.approx(2 * RATE * SLOWER, abs=2)


def test_a_faster_rate_is_a_higher_voice() -> None:
    assert pitch(resampled(tone(150, rate=22_050), 22_050)) == pytest.approx(150, rel=0.02)
    assert pitch(resampled(tone(150, rate=22_050), 22_050 * 1.2)) == pytest.approx(180, rel=0.02)


def test_silence_around_speech_goes() -> None:
    quiet = np.zeros(RATE, np.float32)
    assert len(trimmed(np.concatenate([quiet, tone(150, 1.0), quiet]))) < 1.1 * RATE
    assert len(trimmed(quiet)) == 0
