"""Light that changes while a chain runs: lamps that go out or on, dawn and nightfall, the flicker of a fire.

It is one level for the whole picture, applied to its planes while it is not 1.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import cv2

from veo_story.backends.local.lexicon.vocabulary import contains, find, plain, vocabulary
from veo_story.backends.local.world.beams import sweep

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from veo_story.backends.local.script import Beat, Script
    from veo_story.backends.local.window import Planes

_FPS = 24
_STEPS = 64
"""Levels are told apart by so many parts of 1."""
_HELD = 4
"""Frames that a flicker keeps a level: a flame's pace, and cheaper to encode."""


@dataclass(frozen=True, slots=True)
class Ramp:
    """From one level to another, beginning at the chain's frame ``start`` and taking ``frames``."""

    begin: float
    end: float
    start: int
    frames: int

    def at(self, frame: int) -> float:
        """The level at a frame of the chain; eased at both ends."""
        share = min(1.0, max(0.0, (frame - self.start) / max(1, self.frames)))
        return self.begin + (self.end - self.begin) * share * share * (3 - 2 * share)


@dataclass(frozen=True, slots=True)
class LightState:
    """How the light stands at the end of a clip, for the next; ``ramp`` may still be under way.

    ``sweep`` is the chain's frame since which bars of light go through the picture, -1 for none.
    """

    ramp: Ramp
    flicker: float = 0.0
    sweep: int = -1

    def as_data(self) -> dict[str, Any]:
        """Plain data for :func:`lights_from`."""
        return asdict(self)


def lights_from(data: Mapping[str, Any]) -> LightState:
    """The state that :meth:`LightState.as_data` gave. Raises KeyError or TypeError for anything else."""
    ramp = data["ramp"]
    return LightState(
        Ramp(float(ramp["begin"]), float(ramp["end"]), int(ramp["start"]), int(ramp["frames"])),
        float(data["flicker"]),
        int(data.get("sweep", -1)),
    )


@dataclass(frozen=True, slots=True)
class Lights:
    """The light of a clip: ``ramps`` in the order of their starts, the first from before the clip."""

    ramps: tuple[Ramp, ...]
    flicker: float = 0.0
    seed: int = 0
    sweep: int = -1

    def at(self, frame: int) -> float:
        """How bright the picture is at a frame of the chain, 0..1: 1 as it is painted."""
        level = 1.0
        for ramp in self.ramps:
            if frame >= ramp.start or ramp is self.ramps[0]:
                level = ramp.at(frame)
        if self.flicker:
            level *= 1 - self.flicker * _unrest(self.seed, frame // _HELD)
        return min(1.0, round(level * _STEPS) / _STEPS)

    def lay(self, planes: Planes, frame: int) -> None:
        """Make a finished picture as bright as the light is at a frame of the chain."""
        self._dim(planes, self.at(frame))
        if 0 <= self.sweep < frame:
            sweep(planes, (frame - self.sweep) / _FPS)

    def _dim(self, planes: Planes, level: float) -> None:
        if level == 1:
            return
        keep, cold = min(1.0, 0.25 + 0.75 * level), 10 * min(0.6, 1 - level)
        if level < 0.02:
            # Nothing of it is left in blackness.
            keep, cold = 0.0, 0.0
        y, u, v = planes
        cv2.convertScaleAbs(y, y, level, 16 * (1 - level))
        # What is dark is also colder and has less colour.
        cv2.convertScaleAbs(u, u, keep, 128 * (1 - keep) + cold)
        cv2.convertScaleAbs(v, v, keep, 128 * (1 - keep) - 0.5 * cold)

    def end(self) -> LightState:
        """The state for the clip that goes on from here."""
        return LightState(self.ramps[-1], self.flicker, self.sweep)


def read_lights(script: Script, seed: int, first: int = 0, before: LightState | None = None) -> Lights:
    """The light of a scene by the words of its beats; ``first`` is its first frame's number in the chain."""
    ramps = [before.ramp] if before else []
    for beat in script.beats:
        for name, start, end in _cues(beat):
            cue = vocabulary("lights")["cue"][name]
            at = first + round(start * _FPS)
            now = ramps[-1].at(at) if ramps else float(cue.get("from", 1.0))
            if not ramps:
                ramps.append(Ramp(now, now, first, 0))
            frames = round(min(float(cue["seconds"]), max(0.2, end - start)) * _FPS)
            ramps.append(Ramp(now, float(cue["level"]), at, frames))
    words = f"{script.place} {script.look} {script.action} {script.prompt}"
    entry = vocabulary("lights")["flicker"]
    flicker = float(entry["amount"]) if contains(words, entry["words"]) else before.flicker if before else 0.0
    since = before.sweep if before else -1
    if since < 0 and contains(script.action, vocabulary("lights")["sweep"]["words"]):
        since = first
    return Lights(tuple(ramps) or (Ramp(1.0, 1.0, first, 0),), flicker, seed, since)


def _cues(beat: Beat) -> Sequence[tuple[str, float, float]]:
    """What changes the light in a beat, by name, when it begins, and when the beat ends."""
    length = max(1, len(plain(beat.action)))
    cues = []
    for name, cue in vocabulary("lights")["cue"].items():
        place = find(beat.action, cue["words"])
        if place is not None:
            # What is told later happens later, but so early that it is still seen.
            share = 0.10 + 0.55 * place / length
            cues.append((name, beat.start_s + share * (beat.end_s - beat.start_s), beat.end_s))
    return sorted(cues, key=lambda cue: cue[1])


@lru_cache(maxsize=256)
def _unrest(seed: int, step: int) -> float:
    """A number 0..1 that a flame's light goes about with."""
    t = step * _HELD / _FPS
    phase = seed % 628 / 100
    return 0.5 + 0.2 * (math.sin(5.1 * t + phase) + math.sin(8.7 * t + 2 * phase) + 0.5 * math.sin(14.3 * t))
