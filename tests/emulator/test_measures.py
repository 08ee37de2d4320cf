"""Clock, latencies and quotas: pure, without a server."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.catalog.catalog import load_catalog
from veo_story.emulator.ask import Ask, Medium
from veo_story.emulator.bill import price_of
from veo_story.emulator.clock import EmulatorClock, rfc3339
from veo_story.emulator.latency import Latency
from veo_story.emulator.quotas import check_spend
from veo_story.emulator.records import Operation, Order
from veo_story.emulator.refusals import Refused

_BEGAN = datetime(2026, 10, 1, 12, tzinfo=UTC)


def _clock(speed: float, ticks: list[float]) -> EmulatorClock:
    return EmulatorClock(speed, _BEGAN, real=lambda: ticks[-1])


def test_the_clock_runs_at_its_speed_and_is_moved_on() -> None:
    ticks = [100.0]
    clock = _clock(60.0, ticks)
    assert clock.now() == _BEGAN
    ticks.append(101.0)
    assert clock.monotonic() == 60
    clock.advance(3600)
    assert rfc3339(clock.stamp()) == "2026-10-01T13:01:00.000000Z"
    with pytest.raises(ValueError, match="can be moved"):
        clock.advance(-1)


def test_who_sleeps_wakes_when_the_clock_is_moved_past() -> None:
    async def run() -> list[str]:
        clock, woken = _clock(1.0, [0.0]), []

        async def sleeper(seconds: float) -> None:
            await clock.sleep(seconds)
            woken.append(f"{seconds:g}")

        tasks = [asyncio.create_task(sleeper(seconds)) for seconds in (50.0, 100.0)]
        await asyncio.sleep(0)
        clock.advance(60)
        await tasks[0]
        assert woken == ["50"]
        clock.advance(60)
        await tasks[1]
        return woken

    assert asyncio.run(run()) == ["50", "100"]


def test_time_stands_still_while_something_is_made() -> None:
    ticks = [0.0]
    clock = _clock(60.0, ticks)
    ticks.append(1.0)
    with clock.standing():
        ticks.append(5.0)
        with clock.standing():
            ticks.append(7.0)
            assert clock.monotonic() == 60
        ticks.append(9.0)
        clock.advance(30)
        assert clock.monotonic() == 90
    assert clock.monotonic() == 90
    ticks.append(10.0)
    assert clock.monotonic() == 150


def test_who_sleeps_sleeps_on_while_time_stands() -> None:
    async def run() -> None:
        ticks = [0.0]
        clock = _clock(1_000_000.0, ticks)
        with clock.standing():
            sleeping = asyncio.create_task(clock.sleep(1.0))
            await asyncio.sleep(0)
            ticks.append(1.0)
            await asyncio.sleep(0)
            assert not sleeping.done()
        assert clock.monotonic() == 0
        ticks.append(1.000002)
        await sleeping

    asyncio.run(run())


_RANGE = st.tuples(st.floats(0, 1000), st.floats(0, 1000)).map(sorted).map(tuple)


@given(_RANGE, st.integers(), st.text(max_size=20))
def test_latencies_stay_in_range_and_near_their_middle(
    range_s: tuple[float, float], seed: int, kind: str
) -> None:
    latency = Latency(range_s, seed)
    low, high = latency.around(kind)
    drawn = [latency.draw(kind) for _ in range(32)]
    assert all(range_s[0] <= low <= each <= high <= range_s[1] for each in drawn)
    assert drawn == [Latency(range_s, seed).draw(kind), *drawn[1:]]
    assert high <= low * 1.1 / 0.9 + 1e-6 or low == range_s[0]


def test_latencies_are_spread_evenly() -> None:
    latency = Latency((40.0, 120.0), 7)
    low, high = latency.around("kind")
    drawn = sorted(latency.draw("kind") for _ in range(100))
    gaps = [b - a for a, b in zip([low, *drawn], [*drawn, high], strict=True)]
    assert max(gaps) < 4 * (high - low) / 100


def test_one_latency_is_exact_and_kinds_differ() -> None:
    assert [Latency((60.0, 60.0), 1).draw(kind) for kind in "abc"] == [60.0] * 3
    latency = Latency((40.0, 120.0), 1)
    assert len({latency.around(kind) for kind in "abcdef"}) == 6


def _accepted(at: float, usd: str, fate: str = "done") -> Operation:
    operation = Operation(
        name=f"{at}",
        platform="gemini",
        model="m",
        mode="open",
        prompt="",
        seconds=8,
        samples=1,
        usd=usd,
        accepted_at=at,
        due_at=at,
        order=Order([1280, 720]),
    )
    operation.fate = "failed" if fate == "failed" else "done"
    return operation


def test_two_hundred_dollars_in_ten_minutes() -> None:
    spent = [_accepted(1000.0, "100"), _accepted(1100.0, "99"), _accepted(1200.0, "50", "failed")]
    check_spend(spent, Decimal(1), 1300.0)
    with pytest.raises(Refused) as caught:
        check_spend(spent, Decimal("1.01"), 1300.0)
    assert (caught.value.code, caught.value.status) == (429, "RESOURCE_EXHAUSTED")
    assert caught.value.details[0]["retryDelay"] == "300s"
    check_spend(spent, Decimal("101"), 1600.0)
    check_spend([], Decimal(300), 0.0)


@pytest.mark.parametrize(
    ("ask", "usd"),
    [
        (Ask("gemini", "veo-3.1-generate-preview"), "3.20"),
        (Ask("gemini", "veo-3.1-generate-preview", video=Medium(uri="x")), "2.80"),
        (Ask("gemini", "veo-3.1-lite-generate-preview", resolution="1080p"), "0.64"),
        (Ask("vertex", "veo-3.1-generate-001", resolution="4k", audio=False), "3.20"),
        (Ask("vertex", "veo-3.1-fast-generate-001", duration_s=4.0, audio=False), "0.32"),
        (Ask("vertex", "veo-3.1-lite-generate-001", video=Medium(uri="x"), audio=False), "0.35"),
    ],
)
def test_the_price_of_a_sample(ask: Ask, usd: str) -> None:
    assert price_of(ask, load_catalog().capabilities(ask.platform, model=ask.model)) == Decimal(usd)
