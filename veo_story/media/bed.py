"""Music under a film: begun again before it ends, faded at the film's ends, softer under speech."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from veo_story.errors import MediaError
from veo_story.media.ducking import duck_gains, merged_ducks
from veo_story.media.mix import MICRO_FADE
from veo_story.media.sound import ramp, shaped, sound_from
from veo_story.media.steps import STEP, with_gains
from veo_story.media.tape import Tape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from veo_story.media.mix import Bed
    from veo_story.media.sound import Samples

OVERLAP = 96_000
"""Samples (2 s) in which a record's end and its new beginning cross; a quarter of one that is very short."""
_BLOCK = 48_000


def bed_sound(bed: Bed, samples: int) -> Iterator[Samples]:
    """The music of a film of so many samples, ``(2, n)`` float32. Raises MediaError when there is none."""
    ducks = merged_ducks(bed.ducks)
    rise = ramp(min(max(bed.fade, MICRO_FADE), samples))
    music = shaped(_even(looped(bed.file), samples), samples, rise, rise[::-1])
    at = 0
    for chunk in music:
        gains = duck_gains(ducks, bed.ducked, at, chunk.shape[1])
        yield with_gains(chunk, gains * np.float32(bed.gain))
        at += chunk.shape[1]


def _even(music: Iterator[Samples], samples: int) -> Iterator[Samples]:
    """So many samples of it, in blocks of whole steps."""
    tape = Tape(music)
    for at in range(0, samples, _BLOCK):
        yield tape.read(min(_BLOCK, samples - at))


def looped(file: Path) -> Iterator[Samples]:
    """The sound of a file for ever, its end crossed with its beginning at equal power."""
    opening = Tape(sound_from(file, 0)).read(2 * OVERLAP)
    if opening.shape[1] < STEP:
        raise MediaError(f"{file}: has no sound", hint="Name a piece of music that FFmpeg can play.")
    if opening.shape[1] < 2 * OVERLAP:
        # So short that it stays in memory.
        return _circled(lambda: iter((opening,)), opening.shape[1] // 4)
    return _circled(lambda: sound_from(file, 0), OVERLAP)


def _circled(again: Callable[[], Iterator[Samples]], overlap: int) -> Iterator[Samples]:
    rise = ramp(overlap, crossed=True)
    tail = None
    while True:
        tape = Tape(again())
        head = tape.read(overlap)
        if tail is not None:
            head = tail * rise[::-1] + head * rise
        held = head
        while (chunk := tape.read(_BLOCK)).shape[1]:
            held = np.concatenate([held, chunk], axis=1)
            yield held[:, :-overlap]
            held = held[:, -overlap:]
        tail = held
