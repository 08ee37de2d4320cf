"""The sound of a film: from the cut list and the author's wishes to what sounds when. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from veo_story.film.split_edit import factor, soundings_of
from veo_story.media.grid import FRAME_SAMPLES, RATE
from veo_story.media.mix import MICRO_FADE, Bed, Duck, Mix, Sounding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from veo_story.film.edit import Edit
    from veo_story.storyboard.finish import Finish, Music

_AT_THE_END = RATE * 2 // 5


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line of narration as a file: ``samples`` of it (48 kHz) are heard from the sample ``at`` on."""

    line_id: str
    file: Path
    at: int
    samples: int


def needs_mix(edit: Edit, finish: Finish, spoken: Sequence[Spoken] = ()) -> bool:
    """Whether anything is asked of the film's sound; else it is that of its clips in a row."""
    return (
        finish.sound is not None
        or bool(spoken)
        or any(
            cut.join.overlap
            or (cut.fade_in, cut.fade_out, cut.gap, cut.hold, cut.lead, cut.tail) != (0,) * 6
            or cut.gain_db
            or (cut.finished is not None and cut.finished.sound is not None)
            for cut in edit.cuts
        )
    )


def mix_of(edit: Edit, finish: Finish, spoken: Sequence[Spoken] = (), speech: Sequence[range] = ()) -> Mix:
    """All that sounds in a film.

    ``spoken`` are the lines of narration, ``speech`` the film's frames in which somebody speaks in a clip:
    the music makes room for both. Without a ``sound:`` block the loudness stays as it is.
    """
    samples = edit.frames * FRAME_SAMPLES
    sound = finish.sound
    native_gain_db = sound.native_gain_db if sound is not None else Decimal(0)
    narration_gain = factor(finish.narration.gain_db) if finish.narration is not None else 1.0
    lines = tuple(_lines(spoken, narration_gain, samples))
    bed = None
    if sound is not None and sound.music is not None:
        spans = [(line.at, line.until) for line in lines]
        spans += [(part.start * FRAME_SAMPLES, part.stop * FRAME_SAMPLES) for part in speech]
        bed = _bed(sound.music, spans, samples)
    return Mix(
        samples,
        (*soundings_of(edit, native_gain_db), *lines),
        bed,
        float(sound.loudness_lufs) if sound is not None else None,
    )


def _lines(spoken: Sequence[Spoken], gain: float, samples: int) -> Iterator[Sounding]:
    for line in spoken:
        length = min(line.samples, samples - line.at)
        if length > 0:
            fade = min(MICRO_FADE, length // 2)
            # What is still being said when the film ends is not broken off.
            last = fade if line.at + length < samples else min(_AT_THE_END, length // 2)
            yield Sounding(line.file, 0, length, line.at, gain, fade, last)


def _bed(music: Music, spans: Sequence[tuple[int, int]], samples: int) -> Bed:
    return Bed(
        music.file,
        factor(music.gain_db),
        min(int(music.fade_s * RATE), samples // 2),
        factor(-music.duck_db),
        tuple(_ducks(spans, samples)) if music.duck_db else (),
    )


def _ducks(spans: Sequence[tuple[int, int]], samples: int) -> Iterator[Duck]:
    """The spans in order and within the film, those that touch taken as one."""
    open_duck: Duck | None = None
    for start, end in sorted((max(start, 0), min(end, samples)) for start, end in spans):
        if start >= end:
            continue
        if open_duck is not None and start <= open_duck.end:
            open_duck = Duck(open_duck.start, max(open_duck.end, end))
            continue
        if open_duck is not None:
            yield open_duck
        open_duck = Duck(start, end)
    if open_duck is not None:
        yield open_duck
