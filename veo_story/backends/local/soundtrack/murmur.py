"""A voice that says no words: a soft hum from syllable to syllable, so that a line's rhythm can be judged.

Each syllable is a turn of the speaker's own tone with the formants of a vowel; the pitch falls over a
sentence and rises in a question; breath and whispers are noise with the same formants.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.lexicon.vocabulary import seed_of
from veo_story.backends.local.soundtrack.grid import RATE
from veo_story.backends.local.soundtrack.spectra import frequencies
from veo_story.backends.local.soundtrack.syllables import beats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from veo_story.backends.local.soundtrack.casting import Timbre
    from veo_story.backends.local.soundtrack.grid import Floats
    from veo_story.backends.local.soundtrack.syllables import Beat

_TURN = 2048
_NOISE = 1 << 14
_STEP = 240
# Formants of a man's vowels in Hz: ah, eh, ee, oh, oo, uh.
_VOWELS = (
    (730, 1090, 2440),
    (530, 1840, 2480),
    (300, 2250, 3000),
    (570, 860, 2410),
    (320, 900, 2240),
    (620, 1200, 2450),
)
_WIDTHS, _STRENGTHS = (90.0, 120.0, 180.0), (1.0, 0.45, 0.16)
_TILT = 4.0
_SOFT = np.float32(0.3)


def murmur(text: str, timbre: Timbre, length: int) -> Floats:
    """``length`` samples in which ``timbre`` says ``text``, mono; its loudness is not settled yet."""
    rhythm = beats(text)
    rng = np.random.default_rng([timbre.seed, seed_of(text)])
    marks = np.concatenate([[0.0], np.cumsum([beat.weight for beat in rhythm])])
    ends = np.round(marks / marks[-1] * length).astype(int)
    pitch = _pitch(rhythm, ends, timbre, rng)
    turn = (np.cumsum(pitch, dtype=np.float64) / RATE % 1.0 * _TURN).astype(np.int32)
    out = np.zeros(length, np.float32)
    vowels = rng.integers(len(_VOWELS), size=len(rhythm))
    joined = [False, *(one.voiced and other.voiced for one, other in pairwise(rhythm)), False]
    for number, beat in enumerate(rhythm):
        start, end = ends[number], ends[number + 1]
        if beat.voiced and end > start:
            mouth = _Mouth(int(vowels[number]), int(vowels[(number + 1) % len(vowels)]), *joined[number:][:2])
            out[start:end] = _syllable(beat, mouth, turn[start:end], timbre, rng)
    return out


@dataclass(frozen=True, slots=True)
class _Mouth:
    """The vowel of a syllable, the one that it becomes, and whether voice goes on before and after it."""

    vowel: int
    after: int
    joined: bool
    joins: bool


def _pitch(
    rhythm: Sequence[Beat], ends: NDArray[np.int_], timbre: Timbre, rng: np.random.Generator
) -> Floats:
    """Hz at each sample: falling over a sentence, up at the end of a question, higher under stress."""
    at, tones = [], []
    for beat, start, end in zip(rhythm, ends[:-1], ends[1:], strict=True):
        if not beat.voiced:
            continue
        tone = 2.5 - 5.0 * beat.place + 2.0 * beat.stressed + rng.normal(0, 0.7)
        late = tone - 0.8
        if beat.asks:
            up = max(0.0, beat.place - 0.6) * 16
            tone, late = tone + up, late + up * 1.6
        at += [start + (end - start) * 0.25, start + (end - start) * 0.9]
        tones += [tone, late]
    coarse = np.arange(0, int(ends[-1]) + _STEP, _STEP)
    bent = np.interp(coarse, at, tones) * timbre.lively
    shake = 1 + (0.006 + timbre.tremble) * np.sin(coarse / RATE * 2 * np.pi * 5.3)
    hz = timbre.pitch * 2 ** (bent / 12) * shake
    share = np.arange(_STEP, dtype=np.float32) / _STEP
    lines = hz[:-1, None] + (hz[1:] - hz[:-1])[:, None] * share
    return lines.reshape(-1)[: int(ends[-1])].astype(np.float32)


def _syllable(
    beat: Beat, mouth: _Mouth, turn: NDArray[np.int32], timbre: Timbre, rng: np.random.Generator
) -> Floats:
    count = len(turn)
    share = np.linspace(0, 1, count, dtype=np.float32) ** 3
    begin = int(rng.integers(_NOISE - 1))
    breath = np.take(_breath(mouth.vowel, timbre.size), np.arange(begin, begin + count), mode="wrap")
    voiced = 1 - min(1.0, timbre.breath) ** 2
    tone = _tone(mouth.vowel, timbre.pitch, timbre.size)[turn] * (1 - share)
    tone += _tone(mouth.after, timbre.pitch, timbre.size)[turn] * share
    sound = tone * np.float32(voiced) + breath * np.float32(0.55 * timbre.breath)
    sound *= _shape(count, 1.0 + 0.35 * beat.stressed, mouth)
    if beat.first and rng.random() < 0.55:
        _begin_with_consonant(sound, rng)
    return np.asarray(sound, np.float32)


def _begin_with_consonant(sound: Floats, rng: np.random.Generator) -> None:
    """A soft hiss at the beginning of a vowel."""
    count = min(len(sound), int(RATE * rng.uniform(0.03, 0.07)))
    sound[:count] += (
        _hiss()[:count] * np.hanning(count).astype(np.float32) * np.float32(rng.uniform(0.1, 0.3))
    )


def _shape(count: int, force: float, mouth: _Mouth) -> Floats:
    """A syllable swells fast and leaves slowly; between syllables the voice goes on softly."""
    t = np.linspace(0, 1, count, dtype=np.float32)
    rise, fall = (
        np.sin(np.minimum(1, side) * np.float32(np.pi / 2)) ** 2 for side in (t / 0.16, (1 - t) / 0.3)
    )
    first, last = _SOFT * mouth.joined, _SOFT * mouth.joins
    return np.asarray(
        (first + (1 - first) * rise) * (last + (1 - last) * fall) * (1 + (force - 1) * rise * fall)
    )


def _formants(hz: NDArray[np.float64], vowel: int, size: float) -> NDArray[np.float64]:
    strength = np.full(hz.shape, 0.012)
    for middle, width, peak in zip(_VOWELS[vowel], _WIDTHS, _STRENGTHS, strict=True):
        strength += peak / (1 + ((hz - middle / size) / width) ** 2)
    return strength


@lru_cache(maxsize=64)
def _tone(vowel: int, pitch: float, size: float) -> Floats:
    """One turn of a vowel at the speaker's middle pitch."""
    order = np.arange(1, max(3, min(48, int(5200 / pitch))), dtype=np.int64)
    peaks = _formants(np.asarray(order * pitch, np.float64), vowel, size) * 10 ** (
        -_TILT * np.log2(order) / 20
    )
    spectrum = np.zeros(_TURN // 2 + 1, np.complex128)
    spectrum[order] = peaks * np.exp(1j * order**2 * 0.35)
    cycle = np.fft.irfft(spectrum)
    return np.asarray(cycle / np.sqrt((cycle**2).mean()), np.float32)


@lru_cache(maxsize=64)
def _breath(vowel: int, size: float) -> Floats:
    """Noise with the formants of a vowel, to be played round and round."""
    hz = frequencies(_NOISE)
    fall = np.minimum(1, (hz / 300) ** 2) / np.maximum(1, hz / 4500) ** 2
    white = np.random.default_rng(vowel).standard_normal(_NOISE, dtype=np.float32)
    sound = np.fft.irfft(np.fft.rfft(white) * np.sqrt(_formants(hz, vowel, size)) * fall)
    return np.asarray(sound / np.sqrt((sound**2).mean()), np.float32)


@lru_cache(maxsize=1)
def _hiss() -> Floats:
    hz = frequencies(_NOISE)
    white = np.random.default_rng(5).standard_normal(_NOISE, dtype=np.float32)
    sound = np.fft.irfft(np.fft.rfft(white) * np.exp(-(((np.log2(hz) - np.log2(4200)) / 0.8) ** 2)))
    return np.asarray(sound / np.sqrt((sound**2).mean()), np.float32)
