"""Rendering a storyboard through the paid code path against the emulator: free, without a key, in fast time.

The backend is the real one, its requests leave over a real socket, and ledger, caps and engine are those of a
paid run. Only the address is another one, the environment holds nothing of the user's, and the clock runs
faster.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from veo_story import making
from veo_story.errors import ConfigError
from veo_story.rehearsed import PROCESSING_S, Generation, Rehearsal, critical_path, read_bill
from veo_story.times import Time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from starlette.types import ASGIApp

    from veo_story.emulator.clock import EmulatorClock
    from veo_story.emulator.faults import FaultScript
    from veo_story.emulator.model import ClipMaker, EmulatorSettings, Footage, Wanted
    from veo_story.emulator.server import RunningEmulator
    from veo_story.engine.events import Event
    from veo_story.engine.stop import StopSignal
    from veo_story.plan.model import Plan
    from veo_story.storyboard.model import Budget, Storyboard

Platform = Literal["gemini", "vertex"]
STORAGE = "gs://emulated-bucket/rehearsal"

_KEPT = frozenset((".lock", ".runner"))


@dataclass(frozen=True, slots=True)
class Conditions:
    """How to rehearse.

    ``speed`` is emulated seconds a second. ``picture``: ``local`` draws clips as the local backend does,
    ``numbers`` makes cheap ones. ``storage``: inputs and results go through Cloud Storage (Vertex only).
    ``latency_s`` is the range of emulated seconds that a generation takes. ``faults`` is a file of scripted
    faults. ``environ`` is asked for ``FFMPEG_BINARY`` and for nothing else.
    """

    platform: Platform
    environ: Mapping[str, str]
    speed: float = 60.0
    picture: Literal["local", "numbers"] = "local"
    storage: bool = False
    latency_s: tuple[float, float] = (40.0, 120.0)
    faults: Path | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """An emulator that is up, with the clock it shares with the run and the environment that leads to it."""

    conditions: Conditions
    emulator: RunningEmulator
    time: Time
    environ: Mapping[str, str]


@contextmanager
def stage(conditions: Conditions) -> Iterator[Stage]:
    """Start the emulator, and end it at the end of the block.

    Raises ConfigError for conditions that cannot be: a place in Cloud Storage on Gemini, a script of faults
    with mistakes.
    """
    from veo_story.emulator.app import create_app
    from veo_story.emulator.model import EmulatorSettings
    from veo_story.emulator.server import running_emulator

    if conditions.storage and conditions.platform != "vertex":
        raise ConfigError(
            f"{conditions.platform} keeps no files in Cloud Storage",
            hint="leave it out, or rehearse on vertex",
        )
    settings = EmulatorSettings(
        speed=conditions.speed,
        latency_s=conditions.latency_s,
        processing_s=PROCESSING_S,
        picture=conditions.picture,
        faults=conditions.faults,
    )
    clocks: list[EmulatorClock] = []

    def create(
        placed: EmulatorSettings, clock: EmulatorClock, maker: ClipMaker, script: FaultScript
    ) -> ASGIApp:
        clocks.append(clock)
        return create_app(placed, clock, _Standing(maker, clock), script)

    with (
        running_emulator(settings, create_app=create) as emulator,
        tempfile.TemporaryDirectory(prefix="veo-story-") as keys,
    ):
        environ = dict(emulator.environ(conditions.platform, Path(keys)))
        environ |= {k: v for k, v in conditions.environ.items() if k == "FFMPEG_BINARY"}
        clock = clocks[0]
        yield Stage(conditions, emulator, Time(clock.now, clock.monotonic, clock.sleep), environ)


class _Standing:
    """A maker of clips that stops the clock while it draws: a slow machine is not a slow service."""

    def __init__(self, maker: ClipMaker, clock: EmulatorClock) -> None:
        self._maker = maker
        self._clock = clock

    async def make(self, wanted: Wanted, into: Path, *, sample: int = 0) -> Footage:
        with self._clock.standing():
            return await self._maker.make(wanted, into, sample=sample)

    async def look_at(self, path: Path) -> Footage:
        with self._clock.standing():
            return await self._maker.look_at(path)

    async def aclose(self) -> None:
        await self._maker.aclose()


def with_cap(storyboard: Storyboard, plan: Plan) -> Storyboard:
    """The storyboard with a cap: its own, else what the plan costs at worst."""
    budget: Budget = storyboard.budget
    if budget.max_usd is None:
        budget = replace(budget, max_usd=plan.worst_usd)
    return replace(storyboard, budget=budget)


async def perform(
    on: Stage,
    storyboard: Storyboard,
    plan: Plan,
    folder: Path,
    *,
    concurrency: int,
    on_event: Callable[[Event], None],
    remark: Callable[[str], None],
    stop: StopSignal | None = None,
) -> Rehearsal:
    """Render and cut the film in ``folder``, which is emptied first: a rehearsal is of the whole film.

    A step that fails is told in the result. Raises what a paid run raises before anything is sent,
    LedgerError when another run holds the folder, and ConfigError when the folder is a link.
    """
    empty(folder)
    settings = making.settings(
        folder,
        on.environ,
        workers=concurrency,
        service=making.Service(STORAGE if on.conditions.storage else None),
        time=on.time,
        remark=remark,
        stop=stop,
    )
    run = await making.render(
        with_cap(storyboard, plan),
        plan,
        folder,
        open_backend=making.backends(settings),
        on_event=on_event,
        clock=on.time.now,
        sleep=on.time.sleep,
        concurrency=concurrency,
        stop=stop,
    )
    film = None
    if making.is_complete(plan, run):
        film = await asyncio.to_thread(making.cut, storyboard, plan, run.takes, folder, environ=on.environ)
    generations = _bill(on, plan, folder)
    return Rehearsal(
        run=run,
        film=film,
        generations=generations,
        expected={s.scene_id: s.expected_usd * s.takes for s in plan.steps() if s.expected_usd},
        makespan_s=max((g.noticed_s for g in generations if g.noticed_s is not None), default=0.0),
        critical_s=critical_path(plan, generations, on.conditions.platform),
        scripted=on.conditions.faults is not None,
    )


def _bill(on: Stage, plan: Plan, folder: Path) -> tuple[Generation, ...]:
    attempts = making.read_stored(folder).attempts
    return read_bill(
        on.emulator.bill()["charges"],
        {a.operation: a.scene_id for a in attempts if a.operation is not None},
        [(a.scene_id, plan.step(a.scene_id).prompt) for a in attempts if a.operation is None],
    )


def empty(folder: Path) -> None:
    """Remove what an earlier rehearsal left in its folder. Raises LedgerError while another one runs."""
    from veo_story.engine.lock import held

    if folder.is_symlink():
        raise ConfigError(f"{folder} is a link, and a rehearsal empties its folder", hint="remove the link")
    if not folder.exists():
        return
    with held(folder):
        for left in folder.iterdir():
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
            elif left.name not in _KEPT:
                left.unlink()
