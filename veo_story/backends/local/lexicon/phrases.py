"""Which of a table's words a text holds, the longest first: ``bell buoy`` is no bell and no plain buoy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from veo_story.backends.local.lexicon.vocabulary import begin_of, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

_LEFT_BEHIND = re.compile(
    r" (?:out of|away from|far from|leaves|leaving|left) (?:(?:a|an|the|its|his|her|their) )?$"
)
_LESS = 0.3


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of an entry in a text: ``words`` long, at ``place`` (0..1 of the text).

    ``share`` is below 1 when the text leaves it behind (``out of the forest``).
    """

    entry: str
    word: str
    words: int
    place: float
    share: float


class Phrases:
    """The words of a table's entries."""

    def __init__(self, table: dict[str, tuple[str, ...]]) -> None:
        known = [(word, entry) for entry, words in table.items() for word in words]
        known.sort(key=lambda pair: -len(plain(pair[0].rstrip("*")).split()))
        self._known = [(word, entry, begin_of(word)) for word, entry in known]

    def hits(self, text: str) -> list[Hit]:
        """All words that ``text`` holds. A place in it counts for one length of words only, the longest."""
        left = plain(text)
        length = max(1, len(left))
        found: list[Hit] = []
        taken: dict[tuple[int, int], int] = {}
        for word, entry, begin in self._known:
            # Few words occur at all, and a pattern is slow to compile.
            for match in _pattern(word).finditer(left) if begin in left else ():
                span = (match.start(), match.end())
                if any(begin < span[1] and span[0] < end and (begin, end) != span for begin, end in taken):
                    continue
                taken[span] = 1
                share = _LESS if _LEFT_BEHIND.search(left[: match.start()]) else 1.0
                found.append(Hit(entry, word, match.group().strip().count(" ") + 1, span[0] / length, share))
        return found


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
