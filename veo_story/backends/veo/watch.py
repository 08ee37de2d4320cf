"""Looking after accepted requests: when each is looked at next, and for how long at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from veo_story.backends.base import Done, Running
from veo_story.backends.veo.pace import Pace
from veo_story.backends.veo.retry import CHANCE
from veo_story.errors import GenerationError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable, Iterator

    from veo_story.backends.base import Status
    from veo_story.times import Time

DEADLINE_S = 900.0
"""How long a request is waited for; the longest that is documented is 6 min."""

_EARLY_S = 0.02
"""A timer may end a little early; a look is not put off for that."""


@dataclass(slots=True)
class _Watched:
    """One accepted request. Times are of the monotonic clock; ``kind`` is None when its age is unknown."""

    began_s: float
    kind: Hashable | None
    looks: Iterator[float]
    next_s: float
    running_s: float = 0.0
    looked: int = 0
    end: Status | None = None


class Watch:
    """The accepted requests of one backend, by the names of their operations.

    ``random`` gives numbers from 0 to 1 for the pace.
    """

    def __init__(
        self, time: Time, *, deadline_s: float = DEADLINE_S, random: Callable[[], float] = CHANCE
    ) -> None:
        self._time = time
        self._deadline_s = deadline_s
        self._pace = Pace(random)
        self._watched: dict[str, _Watched] = {}

    def submitted(self, name: str, kind: Hashable) -> None:
        """A request was accepted just now. Those of a kind are thought to take equally long."""
        now = self._time.monotonic()
        looks = self._pace.looks(kind)
        self._watched[name] = _Watched(now, kind, looks, now + next(looks))

    async def status(self, name: str, look: Callable[[], Awaitable[Status]]) -> Status:
        """What ``look`` says, asked no more often than it is worth; after the end, what it said last.

        Raises GenerationError when the request runs past the deadline, and what ``look`` raises.
        """
        watched = self._watched.get(name) or self._taken_up(name)
        if watched.end is not None:
            return watched.end
        wait_s = watched.next_s - self._time.monotonic()
        if wait_s > _EARLY_S:
            return Running(look_again_s=wait_s)
        asked_s = self._time.monotonic()
        status = await look()
        watched.looked += 1
        if isinstance(status, Running):
            return self._still_running(watched, asked_s)
        self._learn(watched, status)
        watched.end = status
        return status

    def _taken_up(self, name: str) -> _Watched:
        """A request of another run: nobody here knows how old it is."""
        now = self._time.monotonic()
        looks = self._pace.looks_blindly()
        return self._watched.setdefault(name, _Watched(now, None, looks, now + next(looks)))

    def _still_running(self, watched: _Watched, asked_s: float) -> Running:
        now = self._time.monotonic()
        watched.running_s = asked_s - watched.began_s
        while watched.next_s <= now:
            watched.next_s = watched.began_s + next(watched.looks)
        if now - watched.began_s >= self._deadline_s:
            raise GenerationError(
                f"still running after {(now - watched.began_s) / 60:.0f} min",
                hint="The service takes longer than it ever should.",
            )
        return Running(look_again_s=watched.next_s - now)

    def _learn(self, watched: _Watched, status: Status) -> None:
        # What a filter stopped or what failed says nothing about how long a clip takes.
        if watched.kind is not None and isinstance(status, Done):
            taken_s = self._time.monotonic() - watched.began_s
            self._pace.learn(watched.kind, watched.running_s, taken_s, watched.looked)
