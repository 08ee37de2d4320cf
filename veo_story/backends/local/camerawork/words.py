"""What a beat's camera words ask for: size, angle, lens, focus and moves, as entries of ``camera.toml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from veo_story.backends.local.lexicon.vocabulary import begin_of, contains, plain, vocabulary

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from veo_story.backends.local.script import CameraWords

_MILLIMETRES = re.compile(r"(\d{1,4}) ?mm\b")
_GLASS = re.compile(r"\d ?mm (?:lens|macro|prime)")
"""A length in millimetres alone may be a film's width."""

_MOST_MOVES = 2


@dataclass(frozen=True, slots=True)
class Found:
    """An entry of a table and where in ``plain(text)`` its words stand."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class MoveWords:
    """A move of ``camera.toml``: ``turned`` goes the other way round, ``later`` follows the one before it."""

    name: str
    pace: float = 1.0
    turned: bool = False
    later: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A beat's camera in names of ``camera.toml``; None where nothing was said.

    ``walk`` is the share of coming closer that is the camera's own way, ``blur`` what focus adds.
    """

    size: str | None = None
    angle: str | None = None
    walk: float = 0.74
    blur: float = 0.0
    rack: bool = False
    moves: tuple[MoveWords, ...] = ()

    @property
    def is_framed(self) -> bool:
        """Whether the words say how close or from where."""
        return self.size is not None or self.angle is not None


def read_camera(camera: CameraWords) -> Asked:
    """What the words ask for. Empty words ask for nothing."""
    table = vocabulary("camera")
    sizes, angles = {**table["sizes"], **table["other"]}, table["angles"]
    prose = camera.text
    focus = _focus(camera, table["focus"])
    return Asked(
        size=_size(f"{camera.size} . {prose}", sizes, table["sizes"]),
        angle=_first(
            [
                *spotted(camera.angle, angles, loose=True),
                *spotted(f"{camera.size} . {camera.move} . {prose}", angles),
            ],
            angles,
        ),
        walk=_walk(" . ".join((camera.lens, prose, camera.size)), table["lens"]),
        blur=float(focus.get("blur", 0.0)),
        rack=bool(focus.get("rack", False)),
        moves=read_moves(camera.move, prose),
    )


def read_moves(move: str, prose: str = "") -> tuple[MoveWords, ...]:
    """At most two moves, in the order of the words."""
    return _moves(move, loose=True) or _moves(prose, loose=True)


def says_camera(text: str) -> bool:
    """Whether words that are said of cameras alone stand in ``text``."""
    table = vocabulary("camera")
    named = any(spotted(text, table[kind]) for kind in ("sizes", "angles", "moves", "other"))
    return (
        named
        or any(contains(text, entry["words"]) for entry in (*table["focus"], *table["lens"]["named"]))
        or contains(text, ("the camera", "camera moves"))
        or _GLASS.search(text.lower()) is not None
    )


def spotted(text: str, table: Mapping[str, Any], *, loose: bool = False) -> list[Found]:
    """The entries of ``table`` that ``text`` names, in its order; a longer name hides what lies in it."""
    words = plain(text)
    found = [
        Found(name, match.start(), match.end())
        for name, entry in table.items()
        for word in (*entry["words"], *(entry.get("loose", ()) if loose else ()))
        for match in (_pattern(word).finditer(words) if begin_of(word) in words else ())
    ]
    taken: list[Found] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if all(one.end <= other.start or one.start >= other.end for other in taken):
            taken.append(one)
    return sorted(taken, key=lambda one: one.start)


@cache
def _pattern(word: str) -> re.Pattern[str]:
    begin = re.escape(begin_of(word).strip())
    return re.compile(rf"(?<= ){begin}" + (r"\w*" if word.endswith("*") else r"(?= )"))


def _first(found: Sequence[Found], table: Container[str]) -> str | None:
    return next((one.name for one in found if one.name in table), None)


def _size(text: str, words: Mapping[str, Any], sizes: Container[str]) -> str | None:
    """What is said of cameras alone says more: a medium two-shot is a two-shot."""
    return _first(spotted(text, words), sizes) or _first(spotted(text, words, loose=True), sizes)


def _walk(text: str, table: Mapping[str, Any]) -> float:
    match = _MILLIMETRES.search(text.lower())
    if match is None:
        named = (entry["walk"] for entry in table["named"] if contains(text, entry["words"]))
        return float(next(named, table["default"]))
    length, points = float(match[1]), table["millimetres"]
    if length <= points[0][0]:
        return float(points[0][1])
    for (short, more), (long, less) in pairwise(points):
        if length <= long:
            return float(more + (less - more) * (length - short) / (long - short))
    return float(points[-1][1])


def _focus(camera: CameraWords, table: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    prose = " . ".join((camera.text, camera.move, camera.lens, camera.focus))
    for entry in table:
        if contains(prose, entry["words"]) or contains(camera.focus, entry.get("loose", ())):
            return entry
    return {}


def _moves(text: str, *, loose: bool) -> tuple[MoveWords, ...]:
    table, words = vocabulary("camera"), plain(text)
    found = _distinct(spotted(text, table["moves"], loose=loose))
    moves = []
    for i, one in enumerate(found[:_MOST_MOVES]):
        begin = found[i - 1].end if i else 0
        end = found[i + 1].start if i + 1 < len(found) else len(words)
        before, after = words[begin : one.start], words[one.start : end]
        moves.append(
            MoveWords(
                name=one.name,
                pace=_pace(f"{before} {after}", table["pace"]),
                turned=_is_turned(after, before, table["moves"][one.name].get("turn"), table["turns"]),
                later=i > 0 and contains(words[found[i - 1].end : one.start], table["after"]["words"]),
            )
        )
    return tuple(moves)


def _distinct(found: Sequence[Found]) -> list[Found]:
    """Each move once; that a moving camera also holds or rests is only how it ends."""
    named: dict[str, Found] = {}
    for one in found:
        named.setdefault(one.name, one)
    if len(named) > 1:
        named.pop("static", None)
    return list(named.values())


def _pace(text: str, table: Mapping[str, Any]) -> float:
    named = (entry["factor"] for entry in table["words"] if contains(text, entry["words"]))
    return float(next(named, table["default"]))


def _is_turned(after: str, before: str, turn: str | None, turns: Mapping[str, Any]) -> bool:
    """The direction stands behind the move, else before it: "pan left", "a leftward pan"."""
    if turn is None:
        return False
    for text in (after, before):
        found = spotted(text, {name: {"words": words} for name, words in turns[turn].items()})
        if found:
            return found[0].name == "back"
    return False
