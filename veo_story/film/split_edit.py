"""What is heard of every cut, and how one goes over into the next: split edits, crossfades, breaks. Pure.

All in samples. A sound keeps to its own picture: where it begins later or earlier, so does its source.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from veo_story.media.grid import FRAME_SAMPLES
from veo_story.media.mix import MICRO_FADE, Sounding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal
    from pathlib import Path

    from veo_story.film.edit import Cut, Edit

_GLIDE = 2_400
"""50 ms: one shot that goes on over a cut with another gain gets louder or softer in so long."""
_BESIDE = 12_000
"""0.25 s: how long a sound takes at most to come in beside another one, or to leave it."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """A cut's sound from ``begin`` to ``end`` of the film; ``shift`` is its source's sample at the film's 0.

    A fade of None is still open: where nothing else is found, the sound breaks off there.
    """

    file: Path
    shift: int
    begin: int
    end: int
    gain_db: Decimal
    fade_in: int | None = None
    fade_out: int | None = None
    crossed_in: bool = False
    crossed_out: bool = False


def soundings_of(edit: Edit, native_gain_db: Decimal) -> Iterator[Sounding]:
    """The sounds of an edit's clips. Cuts that go on in one file are one sound, decoded in one go."""
    samples = edit.frames * FRAME_SAMPLES
    heard = [_alone(cut, native_gain_db) for cut in edit.cuts]
    for i, (before, after) in enumerate(pairwise(edit.cuts)):
        heard[i], heard[i + 1] = _changed_over(heard[i], before, heard[i + 1], after)
    merged: list[_Heard] = []
    for one in heard:
        one = replace(one, begin=max(one.begin, 0), end=min(one.end, samples))
        if one.begin >= one.end:
            continue
        if merged and _is_one(merged[-1], one):
            merged[-1] = replace(merged[-1], end=one.end, fade_out=one.fade_out, crossed_out=one.crossed_out)
        else:
            merged.append(one)
    return (_sounding(one, samples) for one in merged)


def _alone(cut: Cut, native_gain_db: Decimal) -> _Heard:
    """As it would be heard without neighbours: under its picture, faded with it, silent while it is held."""
    own = cut.finished.sound if cut.finished is not None else None
    frames = cut.frames if own is not None else min(cut.frames, cut.out_frame - cut.in_frame)
    first = 0 if own is not None else cut.in_frame
    return _Heard(
        own or cut.clip,
        (first - cut.start_frame) * FRAME_SAMPLES,
        cut.start_frame * FRAME_SAMPLES,
        (cut.start_frame + frames) * FRAME_SAMPLES,
        native_gain_db + cut.gain_db,
        cut.fade_in * FRAME_SAMPLES or None,
        cut.fade_out * FRAME_SAMPLES or None,
    )


def _lead(cut: Cut) -> int:
    """How much of it can be heard before its picture: what its own handle holds."""
    return 0 if _is_remade(cut) else min(cut.lead, cut.head) * FRAME_SAMPLES


def _tail(cut: Cut) -> int:
    return 0 if _is_remade(cut) else min(cut.tail, cut.rest) * FRAME_SAMPLES


def _is_remade(cut: Cut) -> bool:
    return cut.finished is not None and cut.finished.sound is not None


def _changed_over(a: _Heard, before: Cut, b: _Heard, after: Cut) -> tuple[_Heard, _Heard]:
    """Two sounds in a row with the boundary between them as the author wants it."""
    lead, tail = _lead(after), _tail(before)
    if after.join.overlap:
        a, b = replace(a, end=a.end + tail), replace(b, begin=b.begin - lead)
        crossing = a.end - b.begin
        if crossing > 0:
            return _fades(a, b, crossing, crossed=True)
        return a, replace(b, fade_in=after.join.overlap * FRAME_SAMPLES)
    end = a.end + tail if tail else min(a.end, b.begin - lead)
    begin = b.begin - lead if lead else max(b.begin, a.end + tail)
    # No further than the neighbour's other end: from there on somebody else is heard.
    a, b = replace(a, end=min(end, b.end)), replace(b, begin=min(max(begin, a.begin), b.end))
    beside = a.end - b.begin
    if beside > 0:
        return _beside(a, b, min(_BESIDE, beside))
    if beside == 0 and a.fade_out is None and b.fade_in is None:
        return _butted(a, b, continuous=after.continuous)
    return a, b


def _fades(a: _Heard, b: _Heard, samples: int, *, crossed: bool) -> tuple[_Heard, _Heard]:
    return (
        replace(a, fade_out=samples, crossed_out=crossed),
        replace(b, fade_in=samples, crossed_in=crossed),
    )


def _beside(a: _Heard, b: _Heard, samples: int) -> tuple[_Heard, _Heard]:
    """Both sound for a while: each comes and goes softly, unless it fades longer anyway."""
    return (
        replace(a, fade_out=max(a.fade_out or 0, samples)),
        replace(b, fade_in=max(b.fade_in or 0, samples)),
    )


def _butted(a: _Heard, b: _Heard, *, continuous: bool) -> tuple[_Heard, _Heard]:
    """One ends where the other begins."""
    follows = (a.file, a.shift) == (b.file, b.shift)
    if a.gain_db == b.gain_db:
        if follows or continuous:
            return _fades(a, b, 0, crossed=False)
    elif follows and min(a.end - a.begin, b.end - b.begin) > _GLIDE:
        half = _GLIDE // 2
        return _fades(replace(a, end=a.end + half), replace(b, begin=b.begin - half), _GLIDE, crossed=False)
    return a, b


def _is_one(a: _Heard, b: _Heard) -> bool:
    return (a.file, a.shift, a.gain_db, a.end, 0, 0) == (
        *(b.file, b.shift, b.gain_db, b.begin),
        *(a.fade_out, b.fade_in),
    )


def _sounding(one: _Heard, samples: int) -> Sounding:
    length = one.end - one.begin
    # The film itself begins and ends without a fade, as its clips do.
    fade_in = one.fade_in if one.fade_in is not None else MICRO_FADE if one.begin > 0 else 0
    fade_out = one.fade_out if one.fade_out is not None else MICRO_FADE if one.end < samples else 0
    return Sounding(
        one.file,
        one.begin + one.shift,
        one.end + one.shift,
        one.begin,
        factor(one.gain_db),
        min(fade_in, length),
        min(fade_out, length),
        one.crossed_in,
        one.crossed_out,
    )


def factor(gain_db: Decimal) -> float:
    """A gain in dB as a factor."""
    return float(10 ** (float(gain_db) / 20))
