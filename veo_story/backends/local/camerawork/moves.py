"""Moves of a camera about a framing: data of ``camera.toml``, eased in and out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from veo_story.backends.local.camerawork.view import FPS, LONGEST, NEAREST, WIDEST, View, highest
from veo_story.backends.local.camerawork.words import MoveWords
from veo_story.backends.local.lexicon.vocabulary import contains, vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from veo_story.backends.local.camerawork.framing import Framing
    from veo_story.backends.local.camerawork.view import Numbers
    from veo_story.backends.local.camerawork.words import Asked

USUAL_S = 8.0
"""The length that the table's moves are given for; shorter scenes move less far, down to half."""
_LIVELY_IN, _CARRY = 0.15, 0.25
"""Share of a move's full speed at its beginning and at its end: a chain never stops dead at a seam."""
_RAMP = 0.32
"""Share of a move's time that it takes to come to full speed, and again to lose it."""
_ROOM_LEAST = 0.05
_PLACE = 1.5
"""A place lies behind the cast and moves less in the picture: its moves go that much farther."""
_EDGE = 0.035
_BY_HAND = "handheld"


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of a move: ``way`` is what it adds to a view between two seconds, ``bulge`` only on its way."""

    start_s: float
    end_s: float
    way: Numbers
    bulge: float = 0.0
    speed_in: float = 0.0
    speed_out: float = 0.0
    label: str = ""

    def at(self, seconds: float) -> Numbers:
        """What it has added by then."""
        u = (seconds - self.start_s) / (self.end_s - self.start_s)
        share = travelled(u, self.speed_in, self.speed_out)
        swell = 16 * (u * (1 - u)) ** 2 * self.bulge if 0 < u < 1 else 0.0
        x, y, near, lens, blur, shake = self.way
        return (x * share, y * share, near * share + swell, lens * share, blur * share, shake * share)


@dataclass(frozen=True, slots=True)
class Course:
    """How a camera goes by itself: from ``start`` along its legs."""

    start: Numbers
    legs: tuple[Leg, ...]
    walk: tuple[float, ...] = ()
    """How far somebody that it keeps beside has walked by each frame, in the units of ``x``."""

    def at(self, seconds: float) -> Numbers:
        """Where it is then; past its end it goes on with the speed that it has there."""
        added = (self.start, *(leg.at(seconds) for leg in self.legs))
        x, *others = (sum(numbers) for numbers in zip(*added, strict=True))
        return (x + _walked(self.walk, seconds * FPS), *others)

    def label_at(self, seconds: float) -> str:
        """What it does then, in a word or two."""
        labels = [leg.label for leg in self.legs if leg.label and leg.start_s <= seconds < leg.end_s]
        labels = labels or [leg.label for leg in self.legs if leg.label][-1:] or ["hold"]
        # That a hand holds the camera says least.
        return min(labels, key=lambda label: label == _BY_HAND)


def travelled(u: float, speed_in: float, speed_out: float) -> float:
    """The share of a way at the share ``u`` of its time, with those shares of full speed at its two ends.

    Smooth in place, speed and acceleration; before 0 and after 1 it goes on with the speed at that end.
    """
    whole = 1 - _RAMP * (2 - speed_in - speed_out) / 2
    if u <= 0:
        return speed_in * u / whole
    if u >= 1:
        return 1 + speed_out * (u - 1) / whole
    if u < _RAMP:
        v = u / _RAMP
        return _RAMP * (speed_in * v + (1 - speed_in) * (v**3 - v**4 / 2)) / whole
    if u <= 1 - _RAMP:
        return (u - _RAMP * (1 - speed_in) / 2) / whole
    v = (1 - u) / _RAMP
    return 1 - _RAMP * (speed_out * v + (1 - speed_out) * (v**3 - v**4 / 2)) / whole


def course_of(
    framing: Framing,
    asked: Asked,
    action: str,
    aspect: float,
    seconds: float,
    walk: tuple[float, ...] = (),
) -> Course:
    """The course of ``seconds`` about ``framing`` that the words ask for, or a slight drift without any.

    ``walk`` is how far the one who is framed has still to walk, frame by frame: for moves that keep beside.
    """
    table = vocabulary("camera")
    moves = asked.moves or (_unasked(action, table),)
    legs = []
    walked: tuple[float, ...] = ()
    start = list(framing.view.numbers())
    for i, words in enumerate(moves):
        entry = table["moves"][words.name]
        way = _way(entry, words, framing, aspect, seconds)
        if walk and entry.get("walks"):
            words, walked = replace(words, turned=walk[-1] < walk[0]), walk
            rest = max(0.0, abs(way[0]) - (max(walk) - min(walk)))
            way = (-rest if words.turned else rest, *way[1:])
        anchor = _anchor(entry, words)
        start = [a - anchor * b for a, b in zip(start, way, strict=True)]
        start[5] = max(start[5], float(entry.get("shake", 0.0)))
        legs.append(_leg(entry, words, way, seconds, part=_part(moves, i)))
    if asked.rack:
        soft = max(start[4], 0.5)
        start[4] = soft
        legs.append(Leg(0.35 * seconds, 0.65 * seconds, (0.0, 0.0, 0.0, 0.0, 0.08 - soft, 0.0)))
    return replace(_inside(start, legs, seconds), walk=walked)


def walks(asked: Asked) -> bool:
    """Whether one of the moves keeps beside somebody who walks."""
    table = vocabulary("camera")["moves"]
    return any(table[words.name].get("walks", False) for words in asked.moves)


def _unasked(action: str, table: Mapping[str, Any]) -> MoveWords:
    return MoveWords("brisk_drift" if contains(action, table["brisk"]["words"]) else "drift")


def _part(moves: Sequence[MoveWords], i: int) -> tuple[float, float]:
    """From when to when a move goes, as shares of the scene: together, or one after the other."""
    if not any(move.later for move in moves):
        return (0.0, 1.0)
    return (0.42, 1.0) if moves[i].later else (0.0, 0.58)


def _way(
    entry: Mapping[str, Any], words: MoveWords, framing: Framing, aspect: float, seconds: float
) -> Numbers:
    scale = framing.view.scale
    far = 1.0 if "seconds" in entry else words.pace * max(0.5, min(1.2, seconds / USUAL_S))
    back = -1.0 if words.turned else 1.0
    across = float(entry.get("x", 0.0)) * aspect * far * (_PLACE if framing.is_place else 1.0)
    if not entry.get("free") and not framing.is_place:
        anchor = _anchor(entry, words)
        room = max(_ROOM_LEAST * aspect, framing.room)
        across = min(across, room / max(anchor, 1 - anchor))
    return (
        back * across / scale,
        back * float(entry.get("y", 0.0)) * far / scale,
        back * float(entry.get("near", 0.0)) * far,
        back * float(entry.get("lens", 0.0)) * far,
        0.0,
        0.0,
    )


def _anchor(entry: Mapping[str, Any], words: MoveWords) -> float:
    """A camera that comes down or draws back does so to end on its framing."""
    anchor = float(entry["anchor"])
    return max(anchor, 0.85) if words.turned and entry.get("turn") in ("lift", "depth") else anchor


def _leg(
    entry: Mapping[str, Any], words: MoveWords, way: Numbers, seconds: float, part: tuple[float, float]
) -> Leg:
    label = str(entry["label"]).format(
        side="left" if words.turned else "right",
        lift="down" if words.turned else "up",
        depth="out" if words.turned else "in",
    )
    if "seconds" in entry:
        begin = float(entry["begin"]) * seconds
        return Leg(begin, min(seconds, begin + float(entry["seconds"])), way, label=label)
    begin, end = (share * seconds for share in part)
    return Leg(
        begin,
        end,
        way,
        bulge=float(entry.get("bulge", 0.0)),
        speed_in=_LIVELY_IN if begin == 0 else 0.0,
        speed_out=_CARRY if end == seconds else 0.0,
        label=label,
    )


def _inside(start: list[float], legs: Sequence[Leg], seconds: float) -> Course:
    """The same course, moved to where the world allows it from beginning to end."""
    for index, low, high in ((2, 0.0, NEAREST - _EDGE), (3, WIDEST, LONGEST - _EDGE)):
        places = _places(start, legs, seconds, index)
        start[index] += max(0.0, low - min(places))
        start[index] -= max(0.0, max(_places(start, legs, seconds, index)) - high)
        start[index] = max(start[index], low)
    course = Course(tuple(start), tuple(legs))
    over, under = 0.0, 0.0
    for step in range(9):
        view = View(*course.at(seconds * step / 8))
        top = highest(max(0.0, view.near), max(WIDEST, view.lens)) - _EDGE
        over, under = max(over, view.y - top), max(under, -top - view.y)
    # Where both edges are passed the camera yields to them softly, see `kept_inside`.
    start[1] += under - over
    return Course(tuple(start), tuple(legs))


def _walked(walk: tuple[float, ...], frame: float) -> float:
    """A smooth line through the numbers of all frames, and straight on beyond them."""
    if len(walk) < 2:
        return walk[0] if walk else 0.0
    last = len(walk) - 1
    if frame <= 0:
        return walk[0] + frame * (walk[1] - walk[0])
    if frame >= last:
        return walk[last] + (frame - last) * (walk[last] - walk[last - 1])
    i = min(int(frame), last - 1)
    t = frame - i
    a, b = walk[i], walk[i + 1]
    slope_a = (b - walk[i - 1]) / 2 if i else b - a
    slope_b = (walk[i + 2] - a) / 2 if i + 2 <= last else b - a
    u = 1 - t
    return (1 + 2 * t) * u * u * a + t * u * u * slope_a + t * t * (3 - 2 * t) * b - t * t * u * slope_b


def _places(start: Sequence[float], legs: Sequence[Leg], seconds: float, index: int) -> list[float]:
    return [start[index] + sum(leg.at(seconds * i / 8)[index] for leg in legs) for i in range(9)]
