"""What a listener would notice, as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from veo_story.backends.local.script import Beat, Line, Person, Script, Spot
from veo_story.backends.local.soundtrack.grid import BLOCK, RATE
from veo_story.backends.local.soundtrack.spectra import ear

if TYPE_CHECKING:
    from collections.abc import Callable

Samples = np.ndarray
_UNHEARD = 1e-5

MIRA = Person("mira", "Mira", voice="low, unhurried Irish alto")
TOM = Person("tom", "Tom", voice="quiet, slightly hoarse tenor")


def scene(length_s: float = 8.0, **changes: Any) -> Script:
    usual: dict[str, Any] = {"ambient": "wind", "people": (MIRA, TOM), "beats": (Beat(0, length_s),)}
    return Script(length_s, **{**usual, **changes})


def line(start_s: float, length_s: float, who: Person = MIRA, text: str = "The tide does not wait.") -> Line:
    return Line(who.id, who.name, text, start_s, length_s)


def spot(text: str, start_s: float) -> Spot:
    return Spot(text, start_s)


def blocks(block: Callable[[int], Samples | None], count: int, first: int = 0) -> Samples:
    """Blocks in a row, silence where there is none."""
    made = [block(number) for number in range(first, first + count)]
    return np.concatenate([np.zeros((2, BLOCK), np.float32) if one is None else one for one in made], axis=1)


def lufs(sound: Samples) -> float:
    """Loudness of the whole, without a gate."""
    length = sound.shape[-1]
    power = (np.abs(np.fft.rfft(sound)) ** 2 * ear(length)).sum() * 2 / length**2
    return float(-0.691 + 10 * np.log10(power * (2 if sound.ndim == 1 else 1) + 1e-20))


def brightness(sound: Samples) -> float:
    """The middle of the spectrum's power in Hz."""
    power = (np.abs(np.fft.rfft(sound)) ** 2).reshape(-1, sound.shape[-1] // 2 + 1).sum(0)
    return float((power * np.fft.rfftfreq(sound.shape[-1], 1 / RATE)).sum() / power.sum())


def pitch(sound: Samples) -> float:
    """The most common period's Hz, by autocorrelation over the loud tenths of a second."""
    found = []
    width = RATE // 10
    for start in range(0, len(sound) - width, width):
        part = sound[start : start + width].astype(np.float64)
        if (part**2).mean() < 0.8 * (sound**2).mean():
            continue
        again = np.fft.irfft(np.abs(np.fft.rfft(part, 4 * width)) ** 2)[:width]
        low, high = RATE // 400, RATE // 65
        found.append(RATE / (low + int(again[low:high].argmax())))
    return float(np.median(found))


def click_db(sound: Samples, at: int) -> float:
    """Power above 6 kHz in 5 ms around sample ``at`` against the loudest of its neighbourhood, dB.

    What is softer than about -85 dBFS does not count.
    """
    mono, width = sound.mean(0), RATE // 200
    window = np.hanning(width)
    hz = np.fft.rfftfreq(width, 1 / RATE)

    def high(middle: int) -> float:
        part = mono[middle - width // 2 : middle - width // 2 + width]
        return float((np.abs(np.fft.rfft(part * window)) ** 2)[hz > 6000].sum())

    around = [high(at + step) for step in range(-9600, 9601, 240) if abs(step) > 480]
    here = max(high(at + step) for step in (-60, 0, 60))
    return 10 * float(np.log10((here + _UNHEARD) / (np.quantile(around, 0.95) + _UNHEARD)))
