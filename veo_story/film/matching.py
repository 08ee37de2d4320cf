"""Which line is said where, out of when lines were expected and when somebody is heard. Pure; in frames."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from math import comb
from typing import TYPE_CHECKING

from veo_story.storyboard.model import FPS

if TYPE_CHECKING:
    from collections.abc import Iterator

Times = Sequence[tuple[float, float]]
"""Starts and ends, in order."""

_FARTHEST = 4 * FPS
"""A line is not moved further than this to where somebody is heard."""
_LIKENESS = (0.4, 2.5)
"""How long a line is heard, beside what was estimated, if it is that line."""
_CRY, _ALONE = 8, 16
"""What is shorter, with more than that much silence around it, is hardly a part of a line."""
_NOBODYS, _APART, _FROM_BEFORE = 2, 18, 2
"""So many stretches at either end may be nobody's where that much silence parts them from the rest."""
_WAYS = 1000
"""More ways than that to share what is heard are no help."""


def matched(lines: Times, heard: Times) -> Times:
    """Where lines are said: where somebody is heard, if that fits all of them, else where they were guessed.

    Each line takes one stretch of what is heard or several in a row. A few at either end, apart from the
    rest, may belong to nobody: they are what was said before, or no speech.
    """
    heard = _without_strays(heard, len(lines))
    ways = [
        (_distance(lines, way) + sum(end - start for start, end in (*heard[:first], *heard[last:])), way)
        for first, last in _parts(heard)
        for way in _ways(len(lines), heard[first:last])
        if all(map(_alike, lines, way))
    ]
    return min(ways, key=lambda one: one[0])[1] if ways else lines


def _parts(heard: Times) -> Iterator[tuple[int, int]]:
    """What is heard, whole and without what stands apart at its ends: from which stretch to which."""
    count = len(heard)
    apart = [i for i in range(1, count) if heard[i][0] - heard[i - 1][1] > _APART]
    firsts = [0, *(i for i in apart if i <= _NOBODYS)]
    if count > 1 and heard[0][0] <= _FROM_BEFORE:
        firsts.append(1)
    lasts = [*(i for i in apart if i >= count - _NOBODYS), count]
    for first in dict.fromkeys(firsts):
        yield from ((first, last) for last in lasts if last > first)


def _without_strays(heard: Times, count: int) -> Times:
    """What is heard without short cries far from all else, where enough is left for ``count`` lines."""
    edges = [(-_FARTHEST, -_FARTHEST), *heard, (1e9, 1e9)]
    kept = [
        one
        for before, one, after in zip(edges, edges[1:], edges[2:], strict=False)
        if one[1] - one[0] >= _CRY or min(one[0] - before[1], after[0] - one[1]) <= _ALONE
    ]
    return kept if len(kept) >= count else heard


def _ways(count: int, heard: Times) -> Iterator[Times]:
    """All ways to share what is heard among so many lines."""
    if 0 < count <= len(heard) and comb(len(heard) - 1, count - 1) <= _WAYS:
        for cuts in combinations(range(1, len(heard)), count - 1):
            yield _shared(heard, cuts)


def _shared(heard: Times, cuts: Sequence[int]) -> list[tuple[float, float]]:
    """What is heard, parted before the stretches ``cuts``."""
    firsts, lasts = [0, *cuts], [*(cut - 1 for cut in cuts), len(heard) - 1]
    return [(heard[first][0], heard[last][1]) for first, last in zip(firsts, lasts, strict=True)]


def _distance(lines: Times, way: Times) -> float:
    """How far the lines would have to move and stretch; between two of them there is rather a long pause."""
    moved = sum(
        abs(start - at) + abs(end - until) for (start, end), (at, until) in zip(lines, way, strict=True)
    )
    return moved - 2 * sum(after[0] - before[1] for before, after in pairwise(way))


def _alike(line: tuple[float, float], found: tuple[float, float]) -> bool:
    least, most = _LIKENESS
    length = line[1] - line[0]
    near = abs(found[0] - line[0]) <= _FARTHEST
    return near and least * length <= found[1] - found[0] <= most * length
