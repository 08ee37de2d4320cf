"""The sound of a clip: ambience, effects, music and voices, mixed on the chain's own grid of samples.

A track is made out of a scene's script and the state that the clip before left. What it gives at a sample
is a function of that sample's number alone, so neighbouring clips agree on both sides of their seam.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.soundtrack.ambience import Ambience
from veo_story.backends.local.soundtrack.grid import BLOCK, FRAME_SAMPLES, RATE
from veo_story.backends.local.soundtrack.hits import end_of, hits_block, hits_of
from veo_story.backends.local.soundtrack.mix import RELEASE, ducked, limited
from veo_story.backends.local.soundtrack.music import Music, chord_of
from veo_story.backends.local.soundtrack.state import SoundState
from veo_story.backends.local.soundtrack.voice import end_of as said_at
from veo_story.backends.local.soundtrack.voice import lines_block, lines_of
from veo_story.backends.local.soundtrack.words import ambience, moods

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veo_story.backends.local.script import Script
    from veo_story.backends.local.soundtrack.grid import Floats
    from veo_story.backends.local.soundtrack.state import Hit, Spoken

_FADE_IN = RATE // 50
_KEPT = RELEASE
"""How long what has ended is remembered: an extension's encoder listens to a little of the time before it."""
_IN_THE_MIDDLE: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Score:
    """All that is heard of a chain around one of its clips."""

    ambience: Ambience
    music: Music
    hits: tuple[Hit, ...]
    lines: tuple[Spoken, ...]

    def block(self, number: int) -> Floats:
        """A block of the chain as it is heard, 2 x n."""
        sound = self.ambience.block(number)
        music = self.music.block(number)
        if music is not None:
            sound += music
        softer = ducked(((line.at, said_at(line)) for line in self.lines), number)
        if softer is not None:
            sound *= softer
        for more in (hits_block(self.hits, number), lines_block(self.lines, number)):
            if more is not None:
                sound += more
        if number == 0:
            sound[:, :_FADE_IN] *= np.linspace(0, 1, _FADE_IN, dtype=np.float32)
        return limited(sound)


class Track:
    """The sound of a clip, made as it is asked for. ``end`` is what an extension goes on from."""

    def __init__(self, score: Score, end: SoundState, audible: bool) -> None:
        self.end = end
        self._audible = audible
        # Neighbouring calls share a block, and writers go forward only.
        self._block = lru_cache(maxsize=2)(score.block)

    def samples(self, start: int, end: int) -> Floats:
        """The chain's samples ``start`` to ``end`` (exclusive) as 2 x n; silence before sample 0."""
        out = np.zeros((2, max(0, end - start)), np.float32)
        at = max(0, start)
        while self._audible and at < end:
            number, inside = divmod(at, BLOCK)
            count = min(end - at, BLOCK - inside)
            out[:, at - start : at - start + count] = self._block(number)[:, inside : inside + count]
            at += count
        return out


def plan_sound(
    script: Script,
    setting_sounds: tuple[str, ...],
    before: SoundState | None,
    first_frame: int,
    frames: int,
    seed: int,
    audible: bool,
    engine: str,
    pan: Mapping[str, float] = _IN_THE_MIDDLE,
) -> Track:
    """The sound of the ``frames`` from the chain's ``first_frame`` on.

    ``setting_sounds`` are names of sounds.toml that belong to the place and its weather (others are left
    out); ``before`` is the state of the clip that this one extends; ``seed`` counts for a chain's first
    clip only. ``engine`` speaks: ``murmur``, ``piper``, ``espeak`` or ``auto`` (the best that is
    installed). ``pan`` says where those who speak stand, -1 (left) to 1, by their ids.
    """
    first, end = first_frame * FRAME_SAMPLES, (first_frame + frames) * FRAME_SAMPLES
    state = before or SoundState(seed=seed, sample=first)
    gains = ambience(script, setting_sounds, before.gains if before else None)
    heard = Ambience(state.seed, state.gains if before else gains, gains, first)
    played = moods(script, state.music)
    chord = state.chord or (chord_of(next(iter(played))) if played else 0)
    music = Music(state.seed, chord, state.music if before else played, played, first)
    score = Score(
        ambience=heard,
        music=music,
        hits=(*state.hits, *(hit for hit in hits_of(script.spots, first, state.seed) if hit.at < end)),
        lines=(*state.lines, *lines_of(script, first, end, engine, pan)),
    )
    after = SoundState(
        seed=state.seed,
        sample=end,
        gains=heard.gains_at(end),
        music=music.gains_at(end),
        chord=chord,
        hits=tuple(hit for hit in score.hits if end_of(hit) > end - _KEPT),
        lines=tuple(line for line in score.lines if said_at(line) > end - _KEPT),
    )
    return Track(score, after, audible)
