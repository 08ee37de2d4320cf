"""Small recordings of nobody."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np


def wav(path: Path, rate: int = 48_000, channels: int = 1, gain: float = 0.1) -> Path:
    """Half a second of silence, one of noise, a quarter of silence."""
    parts = (np.zeros(rate // 2), np.random.default_rng(5).normal(size=rate) * gain, np.zeros(rate // 4))
    sound = np.repeat(np.concatenate(parts)[:, None], channels, axis=1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path
