"""Dialogue as a scratch voice: Piper or eSpeak NG where installed, else a murmur in the line's rhythm."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.local.soundtrack.casting import timbre, voice_of
from veo_story.backends.local.soundtrack.engines import repeats, said
from veo_story.backends.local.soundtrack.fitting import fitted
from veo_story.backends.local.soundtrack.grid import BLOCK, RATE, add, panned
from veo_story.backends.local.soundtrack.installed import chosen
from veo_story.backends.local.soundtrack.murmur import murmur
from veo_story.backends.local.soundtrack.spectra import brought_to
from veo_story.backends.local.soundtrack.state import Spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from veo_story.backends.local.script import Script
    from veo_story.backends.local.soundtrack.grid import Floats

_LEVEL = -16.5
"""LUFS of a line over its loudest tenth of a second; over the whole line it is about 4 dB less."""
_WORDS_VARY = 2.0
"""Real speech is louder at its loudest, beside the rest of it, than a murmur."""
_HIGHEST = 0.62
_CUT = RATE // 200


@lru_cache(maxsize=8)
def spoken(line: Spoken) -> Floats:
    """What is heard of a line, mono, from its first sample to where it has been said or is cut off."""
    own = timbre(line.who, line.voice, line.manner)
    words = said(line.engine, line.text, own)
    if words is None:
        sound = brought_to(murmur(line.text, own, line.length), _LEVEL + own.loud)
    else:
        sound = brought_to(fitted(words, line.length), _LEVEL + _WORDS_VARY + own.loud)
    sound = sound * np.float32(min(1.0, _HIGHEST / max(1e-9, float(np.abs(sound).max()))))
    if line.until is not None and line.until < line.at + len(sound):
        sound = sound[: line.until - line.at]
        last = min(_CUT, len(sound))
        sound[-last:] *= np.linspace(1, 0, last, dtype=np.float32)
    return np.asarray(sound, np.float32)


def lines_of(
    script: Script, first: int, end: int, engine: str, pan: Mapping[str, float]
) -> tuple[Spoken, ...]:
    """The lines of a scene that begins at sample ``first`` and ends at ``end``, as they are heard.

    A line that the scene itself does not finish goes on into an extension; one that only takes longer than
    it was given is cut off at the scene's end.
    """
    speaker = chosen(engine)
    voices = {person.id: voice_of(person.voice, person.about) for person in script.people}
    made = []
    for line in script.lines:
        at, length = first + round(line.start_s * RATE), max(RATE // 5, round(line.length_s * RATE))
        made.append(
            Spoken(
                text=line.text,
                at=at,
                length=length,
                until=end if at + length <= end or not repeats(speaker) else None,
                who=line.who or line.name,
                voice=voices.get(line.who) or line.voice,
                manner=line.manner,
                engine=speaker,
                pan=max(-1.0, min(1.0, pan.get(line.who, 0.0))) * 0.5,
            )
        )
    return tuple(line for line in made if line.at < end)


def end_of(line: Spoken) -> int:
    """The sample after the last that is heard of a line."""
    return line.at + len(spoken(line))


def lines_block(lines: Iterable[Spoken], number: int) -> Floats | None:
    """What is heard of ``lines`` in a block, None if nothing."""
    start, out = number * BLOCK, None
    for line in lines:
        if line.at < start + BLOCK and end_of(line) > start:
            out = np.zeros((2, BLOCK), np.float32) if out is None else out
            add(out, start, spoken(line), line.at, *panned(line.pan))
    return out
