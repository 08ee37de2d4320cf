"""Saving the emulator's memory while it runs, and taking it up again."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from veo_story.emulator import state as states

if TYPE_CHECKING:
    from collections.abc import Callable

    from veo_story.emulator.clock import EmulatorClock
    from veo_story.emulator.state import State

_PAUSE_S = 0.25
_SHARE = 20
"""Saving may take one part in so many of the emulator's time."""


class Keeper:
    """Saves a state soon after each change, and at the end; a crash loses at most the last moments."""

    def __init__(
        self, state: State, clock: EmulatorClock, *, real: Callable[[], float] = time.monotonic
    ) -> None:
        self._state = state
        self._clock = clock
        self._real = real
        self._saved = 0

    def load(self) -> None:
        """Take up what was saved; the clock goes on from there if it is behind. Raises ConfigError."""
        saved = states.load(self._state)
        if saved is not None:
            self._clock.advance(max(0.0, saved["now"] - self._clock.stamp()))

    def save(self) -> None:
        """Save, if anything changed since the last time. Raises OSError."""
        if self._saved != self._state.changes:
            changes = self._state.changes
            states.save(self._state, {"now": self._clock.stamp()})
            self._saved = changes

    async def keep(self) -> None:
        """Save until cancelled; what cannot be saved now (a full disk) is tried again."""
        while True:
            began = self._real()
            with suppress(OSError):
                self.save()
            await asyncio.sleep(max(_PAUSE_S, _SHARE * (self._real() - began)))
