"""Which packets of a clip can be copied for a range of frames, and which frames must be encoded. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Copy:
    """Packets ``first`` to ``last`` (exclusive, as decoded): frames ``start`` to ``end`` and no others.

    ``delay`` is by how many frames the first packet has to be decoded ahead, so that none is late.
    """

    start: int
    end: int
    first: int
    last: int
    delay: int


@dataclass(frozen=True, slots=True)
class Encode:
    """Frames ``start`` to ``end`` (exclusive) have to be decoded and encoded again."""

    start: int
    end: int


Piece = Copy | Encode


def plan_pieces(displays: Sequence[int], fresh: Sequence[bool], start: int, end: int) -> tuple[Piece, ...]:
    """Pieces that give frames ``start`` to ``end`` (exclusive), in order, each decodable on its own.

    ``displays`` holds the frame number of each packet in decoding order, ``fresh`` whether it is an IDR: all
    packets after it show later and refer to nothing before it. Copying starts at the first such frame of
    the range and ends where the packets so far are exactly the frames so far, because what follows there
    shows after ``end`` and is still needed by frames in between.
    """
    first = _first_fresh(displays, fresh, start, end)
    if first is None:
        return (Encode(start, end),)
    copy = _longest_copy(displays, first, end)
    pieces: list[Piece] = []
    if start < copy.start:
        pieces.append(Encode(start, copy.start))
    pieces.append(copy)
    if copy.end < end:
        pieces.append(Encode(copy.end, end))
    return tuple(pieces)


def _first_fresh(displays: Sequence[int], fresh: Sequence[bool], start: int, end: int) -> int | None:
    for index, display in enumerate(displays):
        if fresh[index] and start <= display < end:
            return index
    return None


def _longest_copy(displays: Sequence[int], first: int, end: int) -> Copy:
    start = displays[first]
    highest = start
    delay = 0
    best = Copy(start, start + 1, first, first + 1, 0)
    for index in range(first, len(displays)):
        highest = max(highest, displays[index])
        if highest >= end:
            # Later packets may still complete the range only if they show before this one; they cannot
            # be had without it.
            break
        delay = max(delay, (index - first) - (displays[index] - start))
        if highest - start == index - first:
            best = Copy(start, highest + 1, first, index + 1, delay)
    return best
