"""From a plan to a film on disk: what the command line and the library share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from veo_story.errors import ConfigError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime
    from pathlib import Path
    from typing import Literal

    from veo_story.backends.base import Backend
    from veo_story.engine.events import Event
    from veo_story.engine.run import RunResult
    from veo_story.engine.stop import StopSignal
    from veo_story.film.cut_film import FilmReport
    from veo_story.ledger.model import Spent
    from veo_story.plan.model import Plan
    from veo_story.plan.takes import Attempt, SceneStatus, Take
    from veo_story.storyboard.model import Storyboard

LEDGER = "ledger.sqlite"


@dataclass(frozen=True, slots=True)
class Stored:
    """What a film's folder knows; empty where nothing was rendered yet."""

    takes: tuple[Take, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    picks: Mapping[str, str] | None = None
    spent: Spent | None = None

    def statuses(self, plan: Plan) -> dict[str, SceneStatus]:
        """What each scene of the plan needs."""
        from veo_story.plan.diff import diff

        return diff(plan, self.takes, self.attempts, self.picks or {})

    def serving(self, plan: Plan) -> dict[str, Take]:
        """The take that serves each scene that has one."""
        statuses = self.statuses(plan).values()
        return {status.scene_id: status.take for status in statuses if status.take is not None}


def read_stored(folder: Path) -> Stored:
    """Read a film's ledger; folder and ledger need not exist, and neither is made. Raises LedgerError."""
    path = folder / LEDGER
    if not path.exists():
        return Stored()
    from veo_story.ledger.sqlite import SqliteLedger

    with SqliteLedger(path) as ledger:
        return Stored(ledger.takes(), ledger.attempts(), ledger.picks(), ledger.spent())


def backends(
    folder: Path, workers: int, returns: Literal["tail", "combined"] | None, environ: Mapping[str, str]
) -> Callable[[str], Backend]:
    """The registry's door for one film: opens a backend by its name."""
    from veo_story.backends.registry import BackendSettings, open_backend

    settings = BackendSettings(folder, workers, returns or "tail", environ)
    return lambda name: open_backend(name, settings)


def require_backends(names: Collection[str]) -> None:
    """Raise ConfigError for a backend that nothing here offers, before anybody is asked for money."""
    if not names:
        return
    from veo_story.backends.registry import backend_names

    known = backend_names()
    for name in sorted(set(names) - set(known)):
        raise ConfigError(
            f"nothing installed here renders on '{name}'",
            hint=f"installed: {', '.join(known)}; preview with --backend local",
        )


async def render(
    storyboard: Storyboard,
    plan: Plan,
    folder: Path,
    *,
    open_backend: Callable[[str], Backend],
    on_event: Callable[[Event], None],
    clock: Callable[[], datetime],
    concurrency: int,
    only: Collection[str] | None = None,
    stop: StopSignal | None = None,
    semaphore: asyncio.Semaphore | None = None,
) -> RunResult:
    """Make the takes that the plan misses. See :func:`veo_story.engine.run.render`."""
    from veo_story.engine import run

    return await run.render(
        plan,
        folder,
        budget=storyboard.budget,
        open_backend=open_backend,
        on_event=on_event,
        clock=clock,
        concurrency=concurrency,
        semaphore=semaphore,
        only=None if only is None else frozenset(only),
        stop=stop,
    )


def is_complete(plan: Plan, result: RunResult) -> bool:
    """Whether a run left every scene of the film with a take, so that it can be cut."""
    return result.ok and all(placement.scene_id in result.takes for placement in plan.placements)


def cut(storyboard: Storyboard, plan: Plan, takes: Mapping[str, Take], folder: Path) -> FilmReport:
    """Cut ``film.mp4``, unless the one that is there is the same. Chapters are called what the author did."""
    from veo_story.film.cut_film import cut_film
    from veo_story.film.make_edit import make_edit

    titles = {scene.id: title for scene in storyboard.scenes() if (title := scene.title or scene.card)}
    return cut_film(make_edit(plan, takes, titles), folder)
