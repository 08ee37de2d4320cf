"""A quiet bed of music on the chain's own grid: chord n begins at sample n times the length of a chord.

Pads are tables of a chord that are played round and round and faded over into the next; plucked notes and low
strokes are single sounds at their places in the bar. The key comes from the chain's seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from veo_story.backends.local.lexicon.vocabulary import vocabulary
from veo_story.backends.local.soundtrack.grid import (
    BLOCK,
    RATE,
    add,
    amplitude,
    between,
    panned,
    points,
    ramp,
)
from veo_story.backends.local.soundtrack.spectra import brought_to
from veo_story.backends.local.soundtrack.strokes import modes
from veo_story.backends.local.soundtrack.textures import LENGTH, made

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from veo_story.backends.local.soundtrack.grid import Floats

_TURN = RATE
"""How long one chord takes to become the next."""
_NOTE_TAIL = 5 * RATE
_OVERTONES = 7


@dataclass(frozen=True, slots=True)
class Music:
    """The moods that play: gains ``before``, which turn into ``after`` from sample ``since`` on."""

    seed: int
    chord: int
    before: Mapping[str, float]
    after: Mapping[str, float]
    since: int

    def block(self, number: int) -> Floats | None:
        """A block of the chain, 2 x n; None where nothing plays."""
        at, out = points(number), None
        for mood in dict.fromkeys((*self.before, *self.after)):
            gain = self._gain(mood, at)
            if gain.any() and mood in vocabulary("music")["mood"]:
                out = np.zeros((2, BLOCK), np.float32) if out is None else out
                out += _played(mood, self.seed % 12, self.chord, number) * between(gain)
        return out

    def gains_at(self, sample: int) -> dict[str, float]:
        """The gains heard at a sample; what has become silent is left out."""
        at = np.array([float(sample)])
        gains = {mood: float(self._gain(mood, at)[0]) for mood in dict.fromkeys((*self.before, *self.after))}
        return {mood: gain for mood, gain in gains.items() if gain > 0}

    def _gain(self, mood: str, at: NDArray[np.float64]) -> NDArray[np.float64]:
        return ramp(at, self.before.get(mood, 0.0), self.after.get(mood, 0.0), self.since)


def chord_of(mood: str) -> int:
    """How many samples a chord takes in a mood."""
    return round(float(vocabulary("music")["mood"][mood]["chord_s"]) * RATE)


def _played(mood: str, key: int, chord: int, number: int) -> Floats:
    entry = vocabulary("music")["mood"][mood]
    out = np.zeros((2, BLOCK), np.float32)
    if "pad" in entry:
        _add_pad(out, mood, key, chord, number)
    if "plucks" in entry:
        _add_plucks(out, mood, key, chord, number)
    if "pulse" in entry:
        _add_pulse(out, entry, key, chord, number)
    return out


def _add_pad(out: Floats, mood: str, key: int, chord: int, number: int) -> None:
    start = number * BLOCK
    level = np.float32(amplitude(vocabulary("music")["mood"][mood]["level"]))
    progression = len(vocabulary("music")["mood"][mood]["chords"])
    for which in range(start // chord - 1, (start + BLOCK) // chord + 1):
        at = points(number) - which * chord
        share = np.clip(at / _TURN, 0, 1) * np.clip(1 - (at - chord) / _TURN, 0, 1)
        if share.any():
            gain = between(np.sin(share * np.pi / 2)) * level
            table = _pad(mood, key, which % progression)
            for side, shift in enumerate((0, LENGTH // 3)):
                out[side] += table[(start + shift) % LENGTH :][:BLOCK] * gain


@lru_cache(maxsize=16)
def _pad(mood: str, key: int, step: int) -> Floats:
    pad = vocabulary("music")["mood"][mood]["pad"]
    order = np.arange(1, _OVERTONES + 1)
    lines = []
    for place, note in enumerate(pad["notes"]):
        hz = _pitch(mood, key, step, note, 0)
        lines += [(hz * n, -pad["fall"] * float(np.log2(n)) - 2 * place) for n in order if hz * n < 5000]
    return made({"kind": "tone", "lines": lines, "width": pad["width"] / 2}, key * 64 + step)


def _pitch(mood: str, key: int, step: int, note: int, octave: int) -> float:
    """Hz of the scale's step ``note`` above the root of chord ``step``."""
    entry = vocabulary("music")["mood"][mood]
    scale = entry["scale"]
    above, degree = divmod(entry["chords"][step] + note, len(scale))
    # Chords whose root lies high are played an octave lower: a bed stays where it is.
    fold = -12 if entry["chords"][step] > 3 else 0
    midi = entry["low"] + (key + 5) % 12 - 5 + scale[degree] + 12 * (above + octave) + fold
    return float(440 * 2 ** ((midi - 69) / 12))


def _add_plucks(out: Floats, mood: str, key: int, chord: int, number: int) -> None:
    entry = vocabulary("music")["mood"][mood]
    plucks, start = entry["plucks"], number * BLOCK
    steps = plucks["steps"]
    gain = amplitude(entry["level"] + plucks["db"])
    for which in range(max(0, (start - _NOTE_TAIL) // chord), (start + BLOCK) // chord + 1):
        for place, note in enumerate(steps):
            at = which * chord + place * chord // len(steps)
            if note < 0 or at >= start + BLOCK:
                continue
            sound = _note(mood, key, which % len(entry["chords"]), note)
            left, right = panned(0.35 * (2 * (note % 3) / 2 - 1))
            add(out, start, sound, at, left * gain, right * gain)


@lru_cache(maxsize=64)
def _note(mood: str, key: int, step: int, note: int) -> Floats:
    plucks = vocabulary("music")["mood"][mood]["plucks"]
    base = _pitch(mood, key, step, note, plucks["octave"])
    order = [n for n in range(1, _OVERTONES + 1) if base * n < 12_000]
    ring = plucks["ring"]
    length = round(min(ring * 6, 4.5) * RATE)
    hz = [base * n * (1 + 0.0004 * n * n) for n in order]
    peaks = [amplitude(-plucks["fall"] * float(np.log2(n))) for n in order]
    sound = modes(length, hz, peaks, [ring / n**0.7 for n in order])
    rise = round(0.004 * RATE)
    sound[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
    sound[-RATE // 20 :] *= np.linspace(1, 0, RATE // 20, dtype=np.float32)
    return brought_to(sound, 0.0)


def _add_pulse(out: Floats, entry: Mapping[str, Any], key: int, chord: int, number: int) -> None:
    pulse, start = entry["pulse"], number * BLOCK
    gain = amplitude(entry["level"] + pulse["db"])
    sound = _low_stroke(key)
    for which in range(max(0, (start - len(sound)) // chord), (start + BLOCK) // chord + 1):
        for place in range(pulse["times"]):
            at = which * chord + place * chord // pulse["times"]
            weight = gain * (1.0 if place % 2 == 0 else 0.6)
            add(out, start, sound, at, weight, weight)


@lru_cache(maxsize=12)
def _low_stroke(key: int) -> Floats:
    base = 55 * 2 ** (((key + 5) % 12 - 5) / 12)
    sound = modes(RATE * 3 // 4, [base, base * 2, base * 3.01], [1.0, 0.35, 0.12], [0.13, 0.08, 0.04])
    sound[:240] *= np.linspace(0, 1, 240, dtype=np.float32)
    sound[-2400:] *= np.linspace(1, 0, 2400, dtype=np.float32)
    return brought_to(sound, 0.0)
