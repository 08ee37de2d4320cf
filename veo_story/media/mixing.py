"""Mix the sound of a film: all that sounds, added up to the sample, brought to its loudness.

Nothing is held that grows with the film but 8 bytes a millisecond and, on disk, the mix itself: only at its
end it is known how loud it is.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

import numpy as np

from veo_story.errors import MediaError
from veo_story.media.aac import CUTOFF_HZ
from veo_story.media.ahead import ahead
from veo_story.media.bed import bed_sound
from veo_story.media.files import MAKE_ROOM
from veo_story.media.levelling import level
from veo_story.media.limiter import softened
from veo_story.media.loudness import Meter
from veo_story.media.sound import ramp, read_sound, shaped
from veo_story.media.steps import STEP, steps_of, with_gains
from veo_story.media.tape import Tape

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

    from veo_story.media.levelling import Levelling
    from veo_story.media.mix import Mix, Sounding
    from veo_story.media.sound import Samples

_BLOCK = 48_000
"""Samples mixed at a time: a whole number of steps."""
_IN_MEMORY = 4 << 20
"""Bytes of a mix (11 s) that are kept in memory; a longer one goes to disk."""
_AHEAD = 4


@dataclass(frozen=True, slots=True)
class Mixdown:
    """A mix at its loudness. ``chunks`` can be taken once; ``levelling`` tells how it got there."""

    chunks: Iterator[Samples]
    levelling: Levelling | None = None

    @property
    def remark(self) -> str | None:
        """Why the loudness that was wanted is not reached, where it is not."""
        return None if self.levelling is None else self.levelling.remark


def mixed(mix: Mix, folder: Path | None = None) -> Iterator[Samples]:
    """The sound of a mix at its loudness: ``(2, n)`` float32 chunks, ``mix.samples`` together.

    ``folder`` is where a long mix lies meanwhile, in a file without a name: 23 MB a minute. Raises MediaError
    when a file cannot be read or that folder is full.
    """
    yield from mixed_down(mix, folder).chunks


def mixed_down(mix: Mix, folder: Path | None = None) -> Mixdown:
    """The same, and what had to be done for it. One that has a loudness is made before this returns."""
    if mix.loudness_lufs is None:
        return Mixdown(softened(summed(mix)) if mix.adds_up else summed(mix))
    meter = Meter(CUTOFF_HZ)
    with ExitStack() as until_made:
        where = None if folder is None else str(folder)
        spool = until_made.enter_context(SpooledTemporaryFile(_IN_MEMORY, dir=where))
        try:
            with ahead(summed(mix), _AHEAD) as chunks:
                for chunk in chunks:
                    meter.feed(chunk)
                    spool.write(np.ascontiguousarray(chunk).data)
        except OSError as error:
            raise MediaError(f"the sound of the film cannot be kept: {error}", hint=MAKE_ROOM) from error
        levelling = level(meter.levels(), mix.loudness_lufs)
        kept = until_made.pop_all()
    return Mixdown(_levelled(spool, mix.samples, levelling, kept), levelling)


def _levelled(spool: IO[bytes], samples: int, levelling: Levelling, kept: ExitStack) -> Iterator[Samples]:
    with kept:
        spool.seek(0)
        for at in range(0, samples, _BLOCK):
            size = min(_BLOCK, samples - at)
            chunk = np.frombuffer(spool.read(8 * size), np.float32).reshape(2, size)
            first = at // STEP
            yield with_gains(chunk, levelling.gains[first : first + steps_of(size) + 1])


def summed(mix: Mix) -> Iterator[Samples]:
    """All that sounds, added up as it is: chunks of a second."""
    bed = None if mix.bed is None else Tape(bed_sound(mix.bed, mix.samples))
    coming = sorted(mix.soundings, key=lambda sounding: sounding.at, reverse=True)
    playing: list[tuple[Sounding, Tape]] = []
    for at in range(0, mix.samples, _BLOCK):
        block = np.zeros((2, min(_BLOCK, mix.samples - at)), np.float32)
        if bed is not None:
            block += bed.read(block.shape[1])
        until = at + block.shape[1]
        while coming and coming[-1].at < until:
            sounding = coming.pop()
            playing.append((sounding, Tape(_alone(sounding))))
        for sounding, tape in playing:
            first, last = max(sounding.at, at), min(sounding.until, until)
            block[:, first - at : last - at] += tape.read(last - first)
        playing = [(sounding, tape) for sounding, tape in playing if sounding.until > until]
        yield block


def _alone(sounding: Sounding) -> Iterator[Samples]:
    """One sound, faded and as loud as it is wanted."""
    samples = sounding.end - sounding.start
    rise = ramp(sounding.fade_in, crossed=sounding.crossed_in)[:samples]
    fall = ramp(sounding.fade_out, crossed=sounding.crossed_out)[::-1][-samples:]
    chunks = read_sound(sounding.file, sounding.start, sounding.end)
    gain = np.float32(sounding.gain)
    for chunk in shaped(chunks, samples, rise, fall):
        yield chunk if sounding.gain == 1 else chunk * gain
