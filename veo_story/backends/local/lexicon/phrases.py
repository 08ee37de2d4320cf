"""Which of a table's words a text holds, the longest first: ``bell buoy`` is no bell and no plain buoy."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from veo_story.backends.local.lexicon.vocabulary import begin_of, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LEFT_BEHIND = re.compile(
    r" (?:out of|away from|far from|leaves|leaving|left) (?:(?:a|an|the|its|his|her|their) )?$"
)
_WITHIN = re.compile(
    r" (?:in|inside|through|across|along|over|at|on|under|down|within) "
    r"(?:(?:a|an|the|its|his|her|their|two) )?(?:\w+ ){0,2}$"
)
_ENTERED = re.compile(
    r" (?:into|onto|to|among|behind|past"
    r"|reach(?:es|ing)?|(?:enter|follow)(?:s|ing)?|(?:pass|cross)(?:es|ing)?)"
    r" (?:(?:a|an|the|its|his|her|their|two) )?(?:\w+ ){0,2}$"
)
_LOOKED_AT = re.compile(
    r" (?:look|gaz|star|watch|peer|glanc|point|listen|wav|nod|dream|think|sing|talk|sp[eo]ak)\w* "
    r"(?:\w+ ){0,4}$"
)
_SEEN_ONLY = re.compile(r"(?: is| are)? outside ")
_PAUSE = re.compile(r"[.,;:!?]")
STOP = "qqq"
"""Stands for a pause, over which words do not belong together."""
_LESS = 0.3
_MORE = 1.35


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of an entry in a text: ``words`` long, at ``place`` (0..1 of the text).

    ``share`` is below 1 when the text leaves it behind (``out of the forest``), has it before the windows
    (``snow outside``) or describes another one with it (a ``mountain`` village), and above 1 when something
    happens in it. ``dark`` says that the text calls it so, ``entered`` that somebody or something gets there.
    """

    entry: str
    word: str
    words: int
    place: float
    share: float
    dark: bool = False
    entered: bool = False


class Phrases:
    """The words of a table's entries; those of ``hints`` only hint at theirs."""

    def __init__(self, table: dict[str, tuple[str, ...]], hints: frozenset[str] = frozenset()) -> None:
        self._hints = hints
        known = [(word, entry) for entry, words in table.items() for word in words]
        known.sort(key=lambda pair: -len(plain(pair[0].rstrip("*")).split()))
        self._known = [(word, entry, begin_of(word)) for word, entry in known]

    def hits(self, text: str) -> list[Hit]:
        """All words that ``text`` holds. A place in it counts for one length of words only, the longest."""
        left = parted(text)
        length = max(1, len(left))
        found: dict[tuple[int, int], Hit] = {}
        for word, entry, begin in self._known:
            # Few words occur at all, and a pattern is slow to compile.
            for match in _pattern(word).finditer(left) if begin in left else ():
                span = (match.start(), match.end())
                if any(begin < span[1] and span[0] < end and (begin, end) != span for begin, end in found):
                    continue
                words = match.group().strip().count(" ") + 1
                before = left[: match.start()]
                found[span] = Hit(
                    entry,
                    word,
                    words,
                    span[0] / length,
                    _share(left, *span),
                    before.rstrip().endswith(" dark"),
                    _is_entered(before, match.group()),
                )
        return [_beside(hit, span, found, self._hints) for span, hit in found.items()]


def parted(text: str) -> str:
    """``plain(text)`` with :data:`STOP` where it pauses."""
    return plain(_PAUSE.sub(f" {STOP} ", text))


def _share(text: str, begin: int, end: int) -> float:
    """How much a word that stands there says about where one is."""
    before = text[:begin]
    if _LEFT_BEHIND.search(before) or _SEEN_ONLY.match(text, end):
        return _LESS
    return _MORE if _WITHIN.search(before) else 1.0


def _is_entered(before: str, word: str) -> bool:
    """Whether the words up to a place's say that one gets there, or is there, and does not only see it."""
    first = f" {word.split()[0]} "
    there = any(way.search(before) or way.search(first) for way in (_ENTERED, _WITHIN))
    return there and not _LOOKED_AT.search(before) and not _LEFT_BEHIND.search(before)


def _beside(
    hit: Hit, span: tuple[int, int], others: Mapping[tuple[int, int], Hit], hints: frozenset[str]
) -> Hit:
    """The hit, less when the next word is of another entry: a mountain village is a village."""
    follows = any(
        begin == span[1] + 1 and other.entry != hit.entry and other.word not in hints
        for (begin, _), other in others.items()
    )
    return replace(hit, share=hit.share * _LESS) if follows else hit


def without(text: str, pieces: Iterable[str]) -> str:
    """``text`` without what is quoted in it and without each of ``pieces``."""
    for piece in pieces:
        if piece.strip():
            text = text.replace(piece, " ")
    return re.sub(r"“[^”]*”|«[^»]*»|\"[^\"]*\"", " ", text)


@cache
def _pattern(word: str) -> re.Pattern[str]:
    begin = re.escape(begin_of(word).strip())
    # The space behind is not part of it: it begins the next word.
    return re.compile(f"(?<= ){begin}" + (r"\w*" if word.endswith("*") else "(?:s|es)?") + "(?= )")
