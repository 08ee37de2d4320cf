"""The emulator's own time: as fast as asked, and moved on at will."""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Sleeper = tuple[asyncio.AbstractEventLoop, asyncio.Event]

_LONGEST_STEP_S = 10 * 365.25 * 86400


class EmulatorClock:
    """A clock that begins at ``began`` (aware; UTC is kept) and runs ``speed`` times as fast as ``real``.

    It may be asked and moved on from any thread. Whoever sleeps on it wakes when it is moved past the hour.
    """

    def __init__(self, speed: float, began: datetime, *, real: Callable[[], float] = time.monotonic) -> None:
        self.speed = speed
        self._began = began.astimezone(UTC)
        self._real = real
        self._zero = real()
        self._ahead_s = 0.0
        self._stood_s = 0.0
        self._holders = 0
        self._held_since = 0.0
        self._lock = Lock()
        self._sleepers: set[Sleeper] = set()

    def monotonic(self) -> float:
        """Emulated seconds since the clock began; never goes back."""
        with self._lock:
            real = self._held_since if self._holders else self._real()
            return (real - self._zero - self._stood_s) * self.speed + self._ahead_s

    def now(self) -> datetime:
        """The emulated time, aware (UTC)."""
        return self._began + timedelta(seconds=self.monotonic())

    def stamp(self) -> float:
        """The emulated time as seconds since 1970."""
        return self._began.timestamp() + self.monotonic()

    def advance(self, seconds: float) -> None:
        """Move on by emulated seconds. Raises ValueError for a negative, absurd or infinite number."""
        if not 0 <= seconds <= _LONGEST_STEP_S:
            raise ValueError(f"the clock can be moved by 0 to {_LONGEST_STEP_S:.0f} s, not by {seconds}")
        with self._lock:
            self._ahead_s += seconds
            sleepers = tuple(self._sleepers)
        self._wake(sleepers)

    @staticmethod
    def _wake(sleepers: Iterable[Sleeper]) -> None:
        for loop, woken in sleepers:
            # A loop that has ended has nobody left to wake.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(woken.set)

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Time stands still in this block: for work of this machine that a service would not take time for.

        Blocks may overlap, in any threads; time goes on when the last one ends. It can still be moved on.
        """
        with self._lock:
            if not self._holders:
                self._held_since = self._real()
            self._holders += 1
        try:
            yield
        finally:
            with self._lock:
                self._holders -= 1
                if not self._holders:
                    self._stood_s += self._real() - self._held_since
                sleepers = tuple(self._sleepers)
            self._wake(sleepers)

    async def sleep(self, seconds: float) -> None:
        """Wait for emulated seconds."""
        end = self.monotonic() + seconds
        woken = asyncio.Event()
        sleeper = (asyncio.get_running_loop(), woken)
        with self._lock:
            self._sleepers.add(sleeper)
        try:
            while (left_s := end - self.monotonic()) > 0:
                woken.clear()
                # While time stands there is nothing to count down: the end of that wakes us.
                await _wait(woken, None if self._holders else left_s / self.speed)
        finally:
            with self._lock:
                self._sleepers.discard(sleeper)


async def _wait(woken: asyncio.Event, seconds: float | None) -> None:
    try:
        await asyncio.wait_for(woken.wait(), seconds)
    except TimeoutError:
        return


def rfc3339(stamp: float) -> str:
    """Seconds since 1970 as the services write times: ``2026-11-22T17:00:00.123456Z``."""
    return datetime.fromtimestamp(stamp, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
