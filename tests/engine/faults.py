"""A backend that fails as told, and short looks at what a run left."""

from __future__ import annotations

from pathlib import Path

from tests.engine.fakes import (
    FakeBackend,
)
from veo_story.backends.base import Status
from veo_story.ledger.sqlite import SqliteLedger
from veo_story.plan.takes import AttemptState

ROOT = Path(__file__).parents[2]


class Faulty(FakeBackend):
    """Raises or answers what ``at`` holds for a scene, once each."""

    def __init__(self, **at: BaseException | Status) -> None:
        super().__init__()
        self.at = at

    async def on_submit(self, scene_id: str) -> None:
        self._raise(f"submit_{scene_id}")

    async def on_accepted(self, scene_id: str) -> None:
        self._raise(f"accepted_{scene_id}")

    async def on_fetch(self, scene_id: str) -> None:
        self._raise(f"fetch_{scene_id}")

    async def on_status(self, scene_id: str) -> Status | None:
        self._raise(f"look_{scene_id}")
        found = self.at.pop(f"status_{scene_id}", None)
        assert not isinstance(found, BaseException)
        return found

    def _raise(self, when: str) -> None:
        error = self.at.pop(when, None)
        if isinstance(error, BaseException):
            raise error


def ledger_of(film: Path) -> SqliteLedger:
    return SqliteLedger(film / "ledger.sqlite")


def states(film: Path) -> list[AttemptState]:
    with ledger_of(film) as ledger:
        return [a.state for a in ledger.attempts()]
