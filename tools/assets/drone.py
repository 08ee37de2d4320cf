"""The music of the lighthouse film: a low, slowly breathing chord."""

from __future__ import annotations

import wave
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

_RATE = 8000
_LENGTH_S = 6
_VOICES = ((55.0, 0.30), (82.5, 0.22), (110.0, 0.16), (165.0, 0.08))


def write_drone(path: Path) -> None:
    """Write a mono 16-bit WAV of 6 s at 8 kHz. Every voice fits a whole number of waves, so it loops."""
    path.parent.mkdir(parents=True, exist_ok=True)
    t = np.arange(_RATE * _LENGTH_S) / _RATE
    breath = 0.75 + 0.25 * np.sin(2 * np.pi * t / _LENGTH_S)
    tone = sum(gain * np.sin(2 * np.pi * pitch * t) for pitch, gain in _VOICES)
    samples = np.round(tone * breath * 32767).astype("<i2")
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(_RATE)
        out.writeframes(samples.tobytes())
