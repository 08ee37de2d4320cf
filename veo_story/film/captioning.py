"""From what is said when to captions that can be read: never two at once, none flashing by. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

from veo_story.film.phrases import NARROW, UNITS_A_SECOND, captions_of, plain, units_of
from veo_story.media.spans import Caption
from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Turn = tuple[str, str]

SHORTEST, APART, LONGEST = 20, 2, 7 * FPS
"""Frames that a caption stays at least, that lie between two, and that it stays at most."""
LINE = 42 * NARROW
"""Units of a line."""

_LINGER = 8
"""A caption stays this much after its last word."""
_EARLY = 12
"""A caption that is hard to read in its time comes up to this much before its first word."""
_CLOSED = 12
"""A hole between two captions of less than this would only flicker."""
_TOGETHER = 12
"""People who speak at the same time for less than this have a caption each."""
_DASH = "- "


@dataclass(frozen=True, slots=True)
class Said:
    """Words that ``who`` says from frame ``start`` up to ``end`` of the film."""

    start: float
    end: float
    text: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class _Cue:
    """What one caption says: the turns of its speakers, and when they are heard."""

    start: float
    end: float
    turns: tuple[Turn, ...]


def captioned(
    said: Iterable[Said], frames: int, line: int = LINE, shots: Sequence[int] = ()
) -> tuple[Caption, ...]:
    """Captions for all that is said in a film of so many frames, in order, with lines of ``line`` units.

    ``shots`` are the frames at which the picture changes: a caption does not linger over such a change.
    """
    spoken = sorted((one for one in said if plain(one.text)), key=lambda one: (one.start, one.end))
    cues: list[_Cue] = []
    for group in _groups(spoken):
        cues += _cues_of(group[0], line) if len(group) == 1 else _together(group, line)
    cues = _crowds_joined(sorted(cues, key=lambda cue: cue.start), line)
    return _without_flicker(_placed(cues, frames, line, shots), shots)


def _groups(said: Sequence[Said]) -> list[list[Said]]:
    """Who speaks alone, and who at the same time as others."""
    groups: list[list[Said]] = []
    for one in said:
        both = min(one.end, max(other.end for other in groups[-1])) - one.start if groups else 0
        if both > _TOGETHER and any(other.who != one.who for other in groups[-1]):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _cues_of(said: Said, line: int, lines: int = 2) -> list[_Cue]:
    """One speaker's words, in as many captions as they take, each with its share of the time."""
    text = plain(said.text)
    length = max(said.end - said.start, 1.0)
    # Slow speech is shown in smaller portions, so that none has to stay too long.
    most = max(line // 2, int(units_of(text) * LONGEST / length))
    captions = [" ".join(rows) for rows in captions_of(text, line, lines, min(most, line * lines))]
    weights = [units_of(caption) + 2 * NARROW for caption in captions]
    cues, start = [], said.start
    for caption, weight in zip(captions, weights, strict=True):
        end = start + length * weight / sum(weights)
        cues.append(_Cue(start, end, ((said.who, caption),)))
        start = end
    return cues


def _together(group: Sequence[Said], line: int) -> list[_Cue]:
    """People who speak at once: a row each, two rows a caption, who spoke first above."""
    room = line - units_of(_DASH)
    order = list(dict.fromkeys(said.who for said in group))
    rows = sorted(
        (cue for said in group for cue in _cues_of(said, room, 1)), key=lambda cue: cue.start + cue.end
    )
    cues: list[_Cue] = []
    for row in rows:
        last = cues[-1] if cues else None
        if last is not None and len(last.turns) == 1 and last.turns[0][0] != row.turns[0][0]:
            both = _joined(last, row)
            cues[-1] = replace(both, turns=tuple(sorted(both.turns, key=lambda turn: order.index(turn[0]))))
        else:
            cues.append(row)
    return cues


def _joined(first: _Cue, second: _Cue) -> _Cue:
    turns = [*first.turns]
    for who, text in second.turns:
        if turns[-1][0] == who:
            turns[-1] = (who, f"{turns[-1][1]} {text}")
        else:
            turns.append((who, text))
    return _Cue(first.start, max(first.end, second.end), tuple(turns))


def _crowds_joined(cues: Sequence[_Cue], line: int) -> list[_Cue]:
    """Captions that follow each other too fast made one, where two rows hold their words."""
    found: list[_Cue] = []
    for i, cue in enumerate(cues):
        until = cues[i + 1].start if i + 1 < len(cues) else cue.start + LONGEST
        if found and min(cue.start - found[-1].start, until - cue.start) < SHORTEST + APART:
            both = _joined(found[-1], cue)
            close = cue.start - found[-1].end < FPS and both.end - both.start <= LONGEST
            if close and _written(both, line) is not None:
                found[-1] = both
                continue
        found.append(cue)
    return found


def _written(cue: _Cue, line: int) -> str | None:
    """The text of a caption; None where it does not fit."""
    if len(cue.turns) == 1:
        captions = captions_of(cue.turns[0][1], line)
        return "\n".join(captions[0]) if len(captions) == 1 else None
    rows = [_DASH + text for _, text in cue.turns]
    fits = len(rows) <= 2 and all(units_of(row) <= line for row in rows)
    return "\n".join(rows) if fits else None


def _placed(cues: Sequence[_Cue], frames: int, line: int, shots: Sequence[int]) -> list[Caption]:
    """Every caption at its time, or as near to it as its neighbours and the film's ends let it be."""
    # A film too short for its words gives each less time, and at last leaves words out.
    cues = cues[: (frames + APART) // (1 + APART)]
    if not cues:
        return []
    shortest = min(SHORTEST, (frames + APART) // len(cues) - APART)
    starts = _starts([cue.start for cue in cues], frames, shortest + APART)
    limits = [*(start - APART for start in starts[1:]), frames]
    placed: list[Caption] = []
    for cue, start, limit in zip(cues, starts, limits, strict=True):
        text = _written(cue, line) or " ".join(words for _, words in cue.turns)
        wanted = ceil(units_of(text) * FPS / UNITS_A_SECOND)
        end = max(ceil(cue.end) + _LINGER, start + shortest, start + wanted)
        end = min(end, start + LONGEST, limit)
        least = max(cue.end, start + shortest, start + wanted)
        end = next((shot for shot in shots if least <= shot < end), end)
        free = placed[-1].end + APART if placed else 0
        early = min(max(wanted - (end - start), 0), _EARLY, start - free)
        placed.append(Caption(start - early, end, text))
    return placed


def _starts(wished: Sequence[float], frames: int, each: int) -> list[int]:
    """Whole frames near the wished ones, ``each`` or more apart, and that long before the film's end."""
    earliest: list[int] = []
    for wish in wished:
        least = earliest[-1] + each if earliest else 0
        earliest.append(max(round(wish), least))
    last = frames + APART - each * len(wished)
    return [min(start, last + each * i) for i, start in enumerate(earliest)]


def _without_flicker(captions: Sequence[Caption], shots: Sequence[int]) -> tuple[Caption, ...]:
    """The captions without short holes between them, but for those in which the picture changes."""
    closed = []
    for caption, following in pairwise(captions):
        until = following.start - APART
        near = APART < following.start - caption.end < _CLOSED and until - caption.start <= LONGEST
        changes = any(caption.end <= shot <= following.start for shot in shots)
        closed.append(replace(caption, end=until) if near and not changes else caption)
    return (*closed, *captions[-1:])
