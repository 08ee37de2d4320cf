from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from itertools import islice, pairwise
from random import Random
from statistics import mean, median
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.backends.veo.latency import EDGES, estimate
from veo_story.backends.veo.pace import Pace
from veo_story.backends.veo.schedule import EVERY_S, best_looks

Draw = Callable[[Random, int], tuple[Hashable, float]]


class Run(NamedTuple):
    lags: list[float]
    looks: list[int]
    every_10s: int


def simulate(draw: Draw, steps: int, seed: int) -> Run:
    """Requests one after the other, each looked at as the pace says."""
    random = Random(seed)
    pace = Pace(random.random)
    lags, looks, every_10s = [], [], 0
    for number in range(steps):
        kind, ends_s = draw(random, number)
        before, count = 0.0, 0
        for at in pace.looks(kind):
            count += 1
            if at >= ends_s:
                break
            before = at
        pace.learn(kind, before, at, count)
        lags.append(at - ends_s)
        looks.append(count)
        every_10s += math.ceil(ends_s / EVERY_S)
    return Run(lags, looks, every_10s)


def uniform(random: Random, _number: int) -> tuple[Hashable, float]:
    return "open", random.uniform(40, 120)


def always_60(_random: Random, _number: int) -> tuple[Hashable, float]:
    return "open", 60.0


def two_kinds(random: Random, number: int) -> tuple[Hashable, float]:
    return ("fast", random.gauss(50, 5)) if number % 2 else ("standard", random.gauss(100, 8))


def log_normal(random: Random, _number: int) -> tuple[Hashable, float]:
    return "open", 65 * math.exp(random.gauss(0, 0.2))


@pytest.mark.parametrize("draw", [uniform, always_60, two_kinds, log_normal])
def test_ends_are_noticed_promptly_without_more_looks(draw: Draw) -> None:
    runs = [simulate(draw, 200, seed) for seed in range(8)]
    assert median(lag for run in runs for lag in run.lags) < 1.5
    assert sum(sum(run.looks) for run in runs) <= sum(run.every_10s for run in runs)
    assert mean(lag for run in runs for lag in run.lags) < EVERY_S / 2


def test_a_short_film_is_enough_to_learn() -> None:
    def near_a_middle(random: Random, number: int) -> tuple[Hashable, float]:
        middle = 46 if number == 0 else 88
        return middle, middle * random.uniform(0.9, 1.1)

    runs = [simulate(near_a_middle, 12, seed) for seed in range(30)]
    assert median(lag for run in runs for lag in run.lags) < 1.5
    assert sum(sum(run.looks) for run in runs) <= sum(run.every_10s for run in runs)


def test_what_always_takes_the_same_is_met_with_two_or_three_looks() -> None:
    run = simulate(always_60, 60, 1)
    assert max(run.lags[-30:]) < 0.5
    assert mean(run.looks[-30:]) <= 3


def test_a_service_that_became_faster_is_noticed() -> None:
    def faster(_random: Random, number: int) -> tuple[Hashable, float]:
        return "open", 60.0 if number < 40 else 42.0

    assert median(simulate(faster, 80, 3).lags[-20:]) < 1.5


def test_a_service_that_became_slower_is_noticed() -> None:
    def slower(_random: Random, number: int) -> tuple[Hashable, float]:
        return "open", 60.0 if number < 40 else 200.0

    run = simulate(slower, 100, 3)
    assert max(run.lags) <= 15
    assert median(run.lags[-20:]) < 1.5


def test_kinds_are_learnt_apart() -> None:
    pace = Pace(Random(5).random)
    for _ in range(20):
        pace.learn("quick", 20.0, 21.0, 2)
    assert next(pace.looks("quick")) < 22
    assert next(pace.looks("other")) > 35


def test_before_anything_is_learnt_the_first_look_is_near_40_s() -> None:
    firsts = [next(Pace(Random(seed).random).looks("any")) for seed in range(20)]
    assert 35 < min(firsts) <= max(firsts) < 45


def test_a_request_of_unknown_age_is_looked_at_at_once_and_then_moderately() -> None:
    looks = list(islice(Pace(Random(1).random).looks_blindly(), 30))
    assert looks[0] == 0
    gaps = [after - before for before, after in pairwise(looks)]
    assert all(3 < gap <= EVERY_S for gap in gaps)
    assert gaps == sorted(gaps)


spans = st.tuples(st.floats(0, 2000), st.floats(0.01, 2000)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.lists(spans, max_size=80), st.integers(0, 2**32), st.integers(1, 100))
def test_whatever_was_learnt_looks_go_forward_for_ever(
    seen: list[tuple[float, float]], seed: int, looks: int
) -> None:
    pace = Pace(Random(seed).random)
    for after, by in seen:
        pace.learn("any", after, by, looks)
    planned = list(islice(pace.looks("any"), 400))
    assert all(math.isfinite(at) and at > 0 for at in planned)
    assert all(before < after for before, after in pairwise(planned))
    # Even after all that was planned for, nobody waits for long.
    assert planned[-1] - planned[-2] <= 15.01


@given(st.floats(allow_nan=True, allow_infinity=True), st.floats(allow_nan=True, allow_infinity=True))
def test_times_that_cannot_be_are_not_learnt(after: float, by: float) -> None:
    pace = Pace(Random(0).random)
    pace.learn("any", after, by, 3)
    assert next(pace.looks("any")) > 0


@given(st.lists(spans, max_size=80))
def test_an_estimate_is_a_distribution(seen: list[tuple[float, float]]) -> None:
    ended = estimate(tuple(seen))
    assert len(ended) == len(EDGES)
    assert (ended[1:] >= ended[:-1] - 1e-12).all()
    assert ended[0] >= 0
    assert ended[-1] == pytest.approx(1, abs=1e-6)


@given(st.lists(spans, max_size=40), st.floats(-50, 50))
def test_planned_looks_keep_the_budget(seen: list[tuple[float, float]], extra: float) -> None:
    looks = best_looks(estimate(tuple(seen)), extra)
    # Where even the fewest looks are too many there is nothing to choose.
    assert looks.spare >= -1.5
    assert looks.times
    assert looks.step_s > 0
