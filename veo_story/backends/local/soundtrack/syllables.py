"""The rhythm of a line: its syllables and pauses, each with its share of the time."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_WORDS = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[.!?…。！？]+|[,;:–—，、；：]|-{2,}")
_VOWELS = re.compile(r"[aeiouyаеёиоуыэюяіїєαεηιουωაეიოუ]+")
_ENDS, _BREAKS = ".!?…。！？", ",;:–—，、；：-"
_END_PAUSE, _BREAK_PAUSE = 2.0, 1.0


@dataclass(frozen=True, slots=True)
class Beat:
    """A syllable, or a pause if ``voiced`` is False, that takes ``weight`` shares of the line's time.

    ``place`` goes from 0 to 1 over its sentence, ``asks`` tells that the sentence is a question,
    ``stressed`` a word's main syllable, ``first`` the beginning of a word.
    """

    weight: float
    voiced: bool = True
    place: float = 0.0
    asks: bool = False
    stressed: bool = False
    first: bool = False


def syllables(word: str) -> int:
    """About how many syllables a word has, 1 at least; writing without vowels counts its signs."""
    bare = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(c))
    signs = sum(unicodedata.east_asian_width(c) in "WF" for c in word)
    if signs:
        return signs
    if bare.isdigit():
        return sum(2 if digit in "07" else 1 for digit in bare)
    groups = len(_VOWELS.findall(bare))
    if groups == 0:
        return max(1, round(len(bare) / 2)) if not bare.isascii() else 1
    silent = bare.isascii() and bare.endswith("e") and not bare.endswith(("le", "ee", "ye")) and groups > 1
    return max(1, groups - silent)


def beats(text: str) -> tuple[Beat, ...]:
    """The syllables and pauses of ``text`` in order; a line without words is one syllable."""
    sentences: list[tuple[list[str], str]] = [([], "")]
    for found in _WORDS.findall(text):
        if found[0] in _ENDS:
            sentences[-1] = (sentences[-1][0], found)
            sentences.append(([], ""))
        else:
            sentences[-1][0].append(found)
    spoken = [(words, sign) for words, sign in sentences if any(word[0] not in _BREAKS for word in words)]
    made: list[Beat] = []
    for words, sign in spoken:
        if made:
            made.append(Beat(_END_PAUSE, voiced=False))
        made += _sentence(words, any(mark in "?？" for mark in sign))
    return tuple(made) or (Beat(1.0, stressed=True, first=True),)


def _sentence(words: list[str], asks: bool) -> list[Beat]:
    total = sum(syllables(word) for word in words if word[0] not in _BREAKS)
    made: list[Beat] = []
    said = 0
    for word in words:
        if word[0] in _BREAKS:
            if said and said < total:
                made.append(Beat(_BREAK_PAUSE, voiced=False))
            continue
        count = syllables(word)
        for number in range(count):
            place = said / max(1, total - 1)
            last = said == total - 1
            stressed = number == 0 and len(word) > 3
            weight = 1.0 + 0.25 * stressed + 0.45 * last + 0.04 * min(5, len(word) / count - 2)
            made.append(Beat(weight, True, place, asks, stressed, number == 0))
            said += 1
    return made
