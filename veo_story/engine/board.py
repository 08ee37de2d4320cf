"""Which take serves each scene, as far as the run knows, and a place to wait for it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from veo_story.plan.model import Step
    from veo_story.plan.takes import Take


@dataclass(frozen=True, slots=True)
class Absent:
    """A scene that gets no take in this run, and why, in words that follow its id: ``failed``."""

    scene_id: str
    why: str


class Board:
    """One place a scene. Made inside the running loop."""

    def __init__(self, steps: Iterable[Step]) -> None:
        loop = asyncio.get_running_loop()
        self._places: dict[str, asyncio.Future[Take | Absent]] = {
            step.scene_id: loop.create_future() for step in steps
        }

    def serve(self, take: Take) -> None:
        """Let ``take`` serve for its scene. The first one stays for the whole run."""
        place = self._places[take.scene_id]
        if not place.done():
            place.set_result(take)

    def leave(self, scene_id: str, why: str) -> None:
        """Say that a scene gets no take in this run, unless it has one."""
        place = self._places[scene_id]
        if not place.done():
            place.set_result(Absent(scene_id, why))

    def take(self, scene_id: str) -> Take | None:
        """The take that serves now, None where there is none (yet)."""
        place = self._places[scene_id]
        found = place.result() if place.done() else None
        return None if isinstance(found, Absent) else found

    def has_all(self, scene_ids: Iterable[str]) -> bool:
        """Whether each of these scenes has a take that serves now."""
        return all(self.take(scene_id) is not None for scene_id in scene_ids)

    def is_settled(self, scene_ids: Iterable[str]) -> bool:
        """Whether waiting for these scenes takes no time."""
        return all(self._places[scene_id].done() for scene_id in scene_ids)

    async def wait(self, scene_ids: Iterable[str]) -> dict[str, Take] | Absent:
        """The takes of these scenes in their order, or the first one that gets none."""
        takes: dict[str, Take] = {}
        for scene_id in scene_ids:
            found = await asyncio.shield(self._places[scene_id])
            if isinstance(found, Absent):
                return found
            takes[scene_id] = found
        return takes
