"""Time as an argument: what the clock says, and how to wait. Rehearsals run it faster than it is."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


@dataclass(frozen=True, slots=True)
class Time:
    """``now`` is aware (UTC), ``monotonic`` counts seconds and never goes back, ``sleep`` waits seconds."""

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]


def _now() -> datetime:
    return datetime.now(UTC)


REAL_TIME = Time(_now, time.monotonic, asyncio.sleep)
"""The machine's own clock."""


def sped_up(speed: float, began: datetime | None = None) -> Time:
    """A clock from ``began`` (default: now) on, ``speed`` times as fast; its sleeps are as much shorter."""
    start = began or _now()
    zero = time.monotonic()

    def monotonic() -> float:
        return (time.monotonic() - zero) * speed

    def now() -> datetime:
        return start + timedelta(seconds=monotonic())

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / speed)

    return Time(now, monotonic, sleep)
