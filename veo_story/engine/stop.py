"""Ending a run on purpose: the first press sends nothing more and leaves a state that can be gone on from."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")


class Stopped(Exception):
    """A step was left where it stands because the run is to stop. Never leaves the engine."""


class StopSignal:
    """Set it from the loop's thread (a signal handler of the loop, another task) to end a run softly.

    Nothing more is sent. Requests already accepted stay in the ledger as in flight and the next run picks
    them up; one that turns out to be finished at the next look is still brought home. A backend that works
    inside this process abandons what it has not finished, which the next run finds out and sends again.
    """

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._children: list[StopSignal] = []

    def set(self) -> None:
        """Ask the run to stop."""
        self._event.set()
        for child in self._children:
            child.set()

    def child(self) -> StopSignal:
        """A signal that is set with this one, and can be set without it."""
        child = StopSignal()
        if self.is_set:
            child.set()
        self._children.append(child)
        return child

    @property
    def is_set(self) -> bool:
        """Whether somebody asked."""
        return self._event.is_set()

    async def race(self, work: Awaitable[T]) -> T:
        """What ``work`` gives; it is given up as soon as the run is to stop, which raises Stopped."""
        task, stopped = asyncio.ensure_future(work), asyncio.ensure_future(self._event.wait())
        try:
            await asyncio.wait((task, stopped), return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise Stopped
            return task.result()
        finally:
            task.cancel()
            stopped.cancel()
            await asyncio.gather(task, stopped, return_exceptions=True)

    async def nap(self, sleep: Callable[[float], Awaitable[None]], seconds: float) -> None:
        """Sleep, but wake up as soon as the run is to stop."""
        naps = {asyncio.ensure_future(sleep(seconds)), asyncio.ensure_future(self._event.wait())}
        try:
            await asyncio.wait(naps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for nap in naps:
                nap.cancel()
            await asyncio.gather(*naps, return_exceptions=True)
