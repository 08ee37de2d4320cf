"""Work that several chains want at the same time and that is done once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Hashable
    from typing import Any

V = TypeVar("V")


class Once(Generic[V]):
    """Remembers results by key. Who comes while the work goes on waits for it; a failure is forgotten."""

    def __init__(self) -> None:
        self._tasks: dict[Hashable, asyncio.Task[V]] = {}

    async def get(self, key: Hashable, work: Callable[[], Coroutine[Any, Any, V]]) -> V:
        """The result of ``work`` for this key, from now or from before. Raises what it raises.

        Cancelling one who waits does not stop the work: others may wait for it too.
        """
        task = self._tasks.get(key)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = self._tasks[key] = asyncio.create_task(work())
        return await asyncio.shield(task)

    async def aclose(self) -> None:
        """Stop what goes on and forget all results."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._tasks.clear()
