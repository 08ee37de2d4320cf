"""Mouths that say a line: a shape for every syllable, shut between sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

RATE = 24
_PIECES = re.compile(
    r"[aeiouyàâäáåæèéêëìíîïòóôöøùúûüœ]+|[.,;:!?…—–。，！？、]+|[^\W\d_a-z]|\d", re.IGNORECASE
)
_SHAPES = {"a": 3, "e": 2, "i": 2, "o": 4, "u": 4, "y": 1}
_PAUSE = 1.3
"""How many syllables a stop is long."""


@dataclass(frozen=True, slots=True)
class Said:
    """A line between two frames of the chain."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=512)
def syllables(text: str) -> tuple[tuple[float, float, int], ...]:
    """(start, end, mouth) of each syllable as shares of the line's time; pauses are left out."""
    pieces: list[tuple[float, int]] = []
    for found in _PIECES.finditer(text.strip().rstrip(".!?…。！？ ")):
        piece = found.group().lower()
        if piece[0] in ".,;:!?…—–。，！？、":
            pieces.append((_PAUSE, 0))
        else:
            pieces.append((1.0, _SHAPES.get(piece[0], 2)))
    if not any(mouth for _, mouth in pieces):
        pieces = [(1.0, 2)]
    total = sum(length for length, _ in pieces)
    at, spans = 0.0, []
    for length, mouth in pieces:
        if mouth:
            spans.append((at / total, (at + length) / total, mouth))
        at += length
    return tuple(spans)


def mouth_at(said: tuple[Said, ...], frame: int) -> tuple[int, float]:
    """The mouth (0 closed .. 4) at a frame, and how much a syllable is stressed (0..1)."""
    for line in said:
        if not line.start <= frame < line.end:
            continue
        share = (frame - line.start) / max(1, line.end - line.start)
        for number, (begin, end, mouth) in enumerate(syllables(line.text)):
            if begin <= share < end:
                into = (share - begin) / (end - begin)
                stress = (4 * into * (1 - into)) if number % 3 == 1 else 0.0
                if (end - begin) * (line.end - line.start) < 3.2:
                    return mouth, stress
                return (mouth if 0.2 <= into < 0.75 else 1), stress
        return 0, 0.0
    return 0, 0.0
