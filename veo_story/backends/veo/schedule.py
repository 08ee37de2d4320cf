"""The best times to look at something that ends at an unknown time whose distribution is known.

A row of looks has three prices: the expected lag between the end and the next look, the expected number of
looks, and the share of ends that are noticed promptly. Over a grid of times the row that is best for given
weights is a shortest path. The weight of a look is searched so that the budget is kept; the weight
of promptness is raised until half of all ends are noticed promptly, or the budget does not allow it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from veo_story.backends.veo.latency import EDGES

if TYPE_CHECKING:
    from veo_story.backends.veo.latency import Floats

EVERY_S = 10.0
"""The pace to beat: looking every 10 s spends as many looks as this module may."""

_PROMPT_S = 1.46
"""A look is prompt when it comes within this time after the end; the goal is 1.5 s in the median."""

_PROMPT_SHARE = 0.52
"""Share of the ends that are to be noticed promptly: half of them, and a margin."""

_POINTS = 130
_WEIGHTS = (0.0, 10.0, 25.0, 60.0)
_HALVINGS = 8


@dataclass(frozen=True, slots=True)
class Looks:
    """When to look, in seconds. ``step_s`` is the fineness, ``spare`` what is left of the budget."""

    times: tuple[float, ...]
    step_s: float
    spare: float


@dataclass(frozen=True, slots=True)
class _Grid:
    """Times to choose from, and what a look at ``times[j]`` after one at ``times[i]`` brings (i < j)."""

    times: Floats
    running: Floats
    lag: Floats
    prompt: Floats


def best_looks(ended: Floats, extra: float = 0.0) -> Looks:
    """The looks with the least lag that keep the budget.

    ``ended`` is the share that has ended by each of ``EDGES``. ``extra`` looks are added to the budget of one
    every 10 s, at most a sixth, or less a tenth, of it.
    """
    budget = float((1 - np.interp(np.arange(0, EDGES[-1], EVERY_S), EDGES, ended)).sum())
    budget += min(max(extra, -budget / 10), budget / 6)
    grid = _grid(ended)
    best = _cheapest(grid, 0.0, budget)
    for weight in _WEIGHTS[1:]:
        if _sum(grid.prompt, best) >= _PROMPT_SHARE:
            break
        tried = _cheapest(grid, weight, budget)
        if _sum(grid.prompt, tried) > _sum(grid.prompt, best):
            best = tried
    step = float(grid.times[-1] - grid.times[-2])
    spent = float(grid.running[best[:-1]].sum())
    return Looks(tuple(float(at) for at in grid.times[best[1:]]), step, budget - spent)


def _grid(ended: Floats) -> _Grid:
    low, high = (float(EDGES[min(int(np.searchsorted(ended, q)), len(EDGES) - 1)]) for q in (0.01, 0.985))
    step = max((high - low) / _POINTS, 0.2)
    if 0.36 < step < 1.0:  # a whole number of steps is just prompt
        step = _PROMPT_S / 2
    points = max(3, int((high - low) / step) + 2)
    times = np.concatenate(([0.0], low + step * np.arange(points)))
    at = np.interp(times, EDGES, ended)
    middle = (EDGES[1:] + EDGES[:-1]) / 2
    moment = np.interp(times, EDGES, np.concatenate(([0.0], np.cumsum(np.diff(ended) * middle))))
    share = at[None, :] - at[:, None]
    lag = times[None, :] * share - (moment[None, :] - moment[:, None])
    since = np.maximum(times[None, :] - _PROMPT_S, times[:, None])
    prompt = at[None, :] - np.interp(since, EDGES, ended)
    return _Grid(times, 1 - at, lag, prompt)


def _cheapest(grid: _Grid, prompt_weight: float, budget: float) -> list[int]:
    """The best row that keeps the budget: the lower the weight of a look, the more looks."""
    worth = grid.lag - prompt_weight * grid.prompt
    low, high = 0.1, 20.0
    best = _path(worth, grid.running, high)
    for _ in range(_HALVINGS):
        middle = (low * high) ** 0.5
        path = _path(worth, grid.running, middle)
        if grid.running[path[:-1]].sum() <= budget:
            best, high = path, middle
        else:
            low = middle
    return best


def _path(worth: Floats, running: Floats, look_weight: float) -> list[int]:
    """The cheapest way from the first time to the last, as indexes of the grid."""
    cost = np.ascontiguousarray((worth + look_weight * running[:, None]).T)
    total = np.zeros(len(running))
    came = [0] * len(running)
    for j in range(1, len(running)):
        ways = total[:j] + cost[j, :j]
        came[j] = int(ways.argmin())
        total[j] = ways[came[j]]
    path = [len(running) - 1]
    while path[-1]:
        path.append(came[path[-1]])
    return path[::-1]


def _sum(matrix: Floats, path: list[int]) -> float:
    return float(matrix[path[:-1], path[1:]].sum())
