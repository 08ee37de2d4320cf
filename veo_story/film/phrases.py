"""Words set for reading: parted into captions of a row or two, where a speaker would draw breath. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING
from unicodedata import category, east_asian_width

from veo_story.lettering.clusters import clusters_of, pieces_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    Rows = tuple[str, ...]

NARROW, WIDE = 2, 5
"""Units of a letter, and of a sign of Chinese, Japanese or Korean: 42 letters take as much as 16 signs."""
UNITS_A_SECOND = 20 * NARROW
"""What a reader takes in without haste: 20 letters or 8 signs a second."""

_SENTENCE, _CLAUSE, _COMMA, _JOINT, _PLAIN, _LOOSE, _TORN = 0, 2, 3, 5, 9, 13, 24
_CAPTION, _BEGUN, _UNEVEN = 14, 22, 8
"""What one more caption costs, one in which a sentence ends and another only begins, and uneven rows."""
_CLOSING = "\"'”’»›)]}」』）】"
# Words that begin a phrase: before them is a good place to break, after them a bad one.
_BEGINNING = """
and but or nor so yet that which who whose where when while because although though if unless until than as
before after since with without within from into onto over under between through about against of to in on at
by for und oder aber denn dass weil wenn als ob mit ohne von aus bei nach zu für auf über unter zwischen durch
et ou mais donc car que qui où quand parce avec sans dans pour sur sous entre chez vers de y o pero porque
cuando donde con sin desde hasta para por e ma perché quando dove senza tra fra mas onde com sem
"""
# Words that belong to the one after them.
_CLINGING = """
the a an my your his her its our their this these those no not very mr mrs ms dr st is are was were am be been
has have had will would can could shall should may might must do does did i he she we they
der die das den dem des ein eine einen einem einer mein dein sein ihr kein nicht le la les l' un une du mon ma
mes ton ta tes son sa ses ne au aux el los las una unos unas mi tu su lo gli uno os um uma
"""
_BEGINS, _CLINGS = frozenset(_BEGINNING.split()), frozenset(_CLINGING.split())
_WORD = re.compile(r"[\w'’]+")


def plain(text: str) -> str:
    """The text without line breaks and control signs, one space between words."""
    return " ".join("".join(" " if category(sign) == "Cc" else sign for sign in text).split())


@lru_cache(maxsize=4096)
def units_of(text: str) -> int:
    """How much of a line a text takes."""
    return sum(WIDE if east_asian_width(cluster[0]) in "WF" else NARROW for cluster in clusters_of(text))


def captions_of(text: str, line: int, lines: int = 2, most: int | None = None) -> list[Rows]:
    """All of a text as captions of up to ``lines`` (1 or 2) rows, each of up to ``line`` units.

    Breaks are where they hurt least. A caption holds up to ``most`` units, as far as words allow.
    """
    pieces = _pieces(plain(text), line)
    if not pieces:
        return []
    setter = _Setter(pieces, line, lines, line * lines if most is None else most)
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(pieces) + 1):
        best.append(min(setter.ways_to(end, [cost for cost, _ in best])))
    ends = [len(pieces)]
    while best[ends[-1]][1]:
        ends.append(best[ends[-1]][1])
    cuts = [0, *reversed(ends)]
    return [setter.rows(first, end) for first, end in pairwise(cuts)]


def _pieces(text: str, line: int) -> list[str]:
    """Where a line may end; what is too long for a line of its own is cut through."""
    found: list[str] = []
    for piece in pieces_of(text):
        if units_of(piece.rstrip()) <= line:
            found.append(piece)
            continue
        part = ""
        for cluster in clusters_of(piece):
            if part and units_of((part + cluster).rstrip()) > line:
                found.append(part)
                part = ""
            part += cluster
        found.append(part)
    return found


class _Setter:
    """Sets runs of pieces."""

    def __init__(self, pieces: Sequence[str], line: int, lines: int, most: int) -> None:
        self._pieces, self._line, self._lines, self._most = pieces, line, lines, most
        self._until = [0, *accumulate(units_of(piece) for piece in pieces)]
        self._spaces = [units_of(piece) - units_of(piece.rstrip()) for piece in pieces]
        self._costs = [
            _break_cost(piece, following) for piece, following in zip(pieces, [*pieces[1:], ""], strict=True)
        ]
        self._costs[-1] = _SENTENCE
        self._sentences = [0, *accumulate(cost == _SENTENCE for cost in self._costs)]

    def ways_to(self, end: int, best: Sequence[float]) -> list[tuple[float, int]]:
        """The costs of all captions that end with piece ``end``, with the piece that they begin with."""
        ways = []
        for first in range(end - 1, -1, -1):
            cost = self._cost(first, end)
            if cost is None:
                break
            ways.append((best[first] + cost, first))
        return ways

    def rows(self, first: int, end: int) -> Rows:
        """The rows of the caption of these pieces."""
        middle = None if self._units(first, end) <= self._line else self._middle(first, end)
        parts = [(first, end)] if middle is None else [(first, middle[1]), (middle[1], end)]
        return tuple("".join(self._pieces[start:until]).strip() for start, until in parts)

    def _cost(self, first: int, end: int) -> float | None:
        """How bad a caption of these pieces is; None where they do not fit."""
        units = self._units(first, end)
        if units > self._most and end - first > 1:
            return None
        cost = _CAPTION + 3.0 * self._costs[end - 1]
        if self._costs[end - 1] > _SENTENCE and self._sentences[end - 1] > self._sentences[first]:
            cost += _BEGUN
        if units <= self._line:
            return cost
        middle = self._middle(first, end) if self._lines > 1 else None
        return None if middle is None else cost + middle[0]

    def _middle(self, first: int, end: int) -> tuple[float, int] | None:
        """The cost of the best place to break a caption into two rows, and the first piece of the second."""
        ways = []
        for at in range(first + 1, end):
            above, below = self._units(first, at), self._units(at, end)
            if above <= self._line and below <= self._line:
                uneven = _UNEVEN * abs(above - below) / self._line
                ways.append((self._costs[at - 1] + uneven, at))
        return min(ways, default=None)

    def _units(self, first: int, end: int) -> int:
        return self._until[end] - self._until[first] - self._spaces[end - 1]


def _break_cost(piece: str, following: str) -> int:
    """How much it hurts to end a row after ``piece``."""
    ends = piece.rstrip().rstrip(_CLOSING)[-1:]
    if ends in tuple(".!?…。！？．") and ends:
        return _SENTENCE
    if ends in tuple(";:—–；：") and ends:
        return _CLAUSE
    if ends in tuple(",、，،") and ends:
        return _COMMA
    last, first = (_WORD.findall(part.lower()) for part in (piece, following))
    if last and (last[-1] in _CLINGS or last[-1] in _BEGINS):
        return _TORN
    if first and first[0] in _BEGINS:
        return _JOINT
    # "a young | boatbuilder": a noun is still to come.
    return _LOOSE if last[-2:-1] and last[-2] in _CLINGS else _PLAIN
