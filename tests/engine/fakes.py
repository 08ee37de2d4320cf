"""Fakes for the engine: plans without YAML, clips that are text files, a backend that obeys a script.

A fake clip is a text file of one line a frame; a line says who drew the frame (``s02:7`` is the eighth new
frame of s02). So measuring, finding repeats and picking frames work on real files at thousands a second.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from tests.engine.fake_media import FAKE_MEDIA, frames_of
from tests.engine.fake_service import FakeService
from veo_story.backends.base import (
    Backend,
    Done,
    Failed,
    Inputs,
    Operation,
    Running,
    Status,
)
from veo_story.catalog.model import Capabilities, ChainLimits, Price
from veo_story.engine.events import Event
from veo_story.engine.run import RunResult, render
from veo_story.engine.stop import StopSignal
from veo_story.errors import GenerationError, VeoStoryError
from veo_story.plan.model import Chain, FrameInput, Input, Parameters, Placement, Plan, Step
from veo_story.storyboard.model import Budget, FrameOf, Mode

START = datetime(2026, 11, 22, 12, tzinfo=UTC)


def capabilities(
    *, free: bool = True, returns: str = "tail", samples: int = 1, slack: int = 0
) -> Capabilities:
    return Capabilities(
        backend="fake",
        model="fake-1",
        tier="fast",
        stage="GA",
        modes=frozenset(Mode),
        durations_s={},
        resolutions=("720p",),
        extend_resolutions=("720p",),
        aspects=("16:9",),
        chain=ChainLimits(Decimal(7), Decimal(1), Decimal(141), Decimal(148), 20),
        returns=returns,
        remade_frames=0,
        references=3,
        prompt_tokens=1024,
        samples=samples,
        length_slack_frames=slack,
        prices=(Price("720p", True, Decimal(0 if free else "0.10")),),
    )


def step(
    scene_id: str,
    *,
    parent: Step | None = None,
    frames: tuple[tuple[str, Step, str | None], ...] = (),
    files: tuple[Input, ...] = (),
    words: str = "",
    new_frames: int = 48,
    price: str = "0",
    takes: int = 1,
    pick: int | None = None,
    window_frames: int | None = None,
    backend: str = "fake",
) -> Step:
    """A step whose fingerprint covers its words and those of all it is made from."""
    sources = (*((parent,) if parent else ()), *(source for _, source, _ in frames))
    text = "|".join((words or scene_id, str(new_frames), *(s.fingerprint for s in sources)))
    parts = {"prompt": sha256((words or scene_id).encode()).hexdigest()}
    parts |= {f"after {s.scene_id}": s.fingerprint for s in sources}
    mode = Mode.EXTEND if parent else Mode.ANIMATE if frames else Mode.OPEN
    inputs = tuple(
        FrameInput(role, FrameOf(s.scene_id, None if at is None else Decimal(at))) for role, s, at in frames
    )
    return Step(
        scene_id=scene_id,
        mode=mode,
        backend=backend,
        model="fake-1",
        prompt=words or scene_id,
        parameters=Parameters("16:9", "720p", Decimal(new_frames) / 24),
        new_frames=new_frames,
        fingerprint=sha256(text.encode()).hexdigest(),
        parts=parts,
        inputs=(*inputs, *files),
        parent=parent.scene_id if parent else None,
        window_frames=window_frames,
        takes=takes,
        pick=pick,
        expected_usd=Decimal(price),
        worst_usd=Decimal(price),
    )


def chain_of(count: int, *, prefix: str = "s", price: str = "0", **more: object) -> Chain:
    """A chain of ``count`` steps: an opening and its extensions."""
    steps: list[Step] = []
    for n in range(count):
        parent = steps[-1] if steps else None
        steps.append(step(f"{prefix}{n + 1:02}", parent=parent, price=price, **more))
    return Chain(f"chain-{prefix}", tuple(steps))


def plan_of(
    *chains: Chain,
    free: bool = True,
    returns: str = "tail",
    film: str = "film",
    samples: int = 1,
    slack: int = 0,
) -> Plan:
    steps = [s for chain in chains for s in chain.steps]
    placements, at = [], 0
    for s in steps:
        placements.append(Placement(s.scene_id, at, 0, s.new_frames))
        at += s.new_frames
    total = sum((s.expected_usd for s in steps), Decimal(0))
    caps = capabilities(free=free, returns=returns, samples=samples, slack=slack)
    return Plan(
        film=film,
        title=film,
        backend="fake",
        chains=chains,
        placements=tuple(placements),
        capabilities={s.scene_id: caps for s in steps},
        expected_usd=total,
        worst_usd=total,
        other_basis_usd=total,
        basis="new",
    )


def clock() -> datetime:
    """A clock that stands still: nothing in the engine may depend on it moving."""
    return START


async def no_sleep(seconds: float) -> None:
    await asyncio.sleep(0)


@dataclass
class FakeBackend(Backend):
    """Draws clips as text; of several samples, each but the first has its number on its last frame.

    Faults come from the hooks, each called with the scene's id.

    ``on_submit`` and ``on_fetch`` may raise or wait; ``on_status`` may return a status to give instead.
    """

    service: FakeService = field(default_factory=FakeService)
    name: str = "fake"
    combined: bool = False
    looks: int = 1
    billed: Decimal | None = None
    soft: int = 0
    asked: list[tuple[str, Inputs]] = field(default_factory=list)
    running: set[str] = field(default_factory=set)
    most_running: int = 0
    closed: int = 0
    _looked: Counter[str] = field(default_factory=Counter)

    async def on_submit(self, scene_id: str) -> None:
        """Before the service takes it."""

    async def on_accepted(self, scene_id: str) -> None:
        """After the service took it, before the answer."""

    async def on_status(self, scene_id: str) -> Status | None:
        """Instead of the true status."""
        return None

    async def on_fetch(self, scene_id: str) -> None:
        """Before the clip is written."""

    def draw(self, step: Step, inputs: Inputs) -> list[str]:
        new = [f"{step.scene_id}:{n}" for n in range(step.new_frames)]
        for n in range(self.soft):
            new[-1 - n] += ":soft"
        if inputs.parent is not None and self.combined:
            parent = frames_of(inputs.parent.path)
            return [*(parent if step.window_frames is None else parent[-step.window_frames :]), *new]
        return new

    async def submit(self, step: Step, inputs: Inputs, *, attempt_id: str, samples: int = 1) -> Operation:
        self.asked.append((step.scene_id, inputs))
        await self.on_submit(step.scene_id)
        self.service.accept(attempt_id, step.scene_id, self.draw(step, inputs), samples)
        self.running.add(step.scene_id)
        self.most_running = max(self.most_running, len(self.running))
        await self.on_accepted(step.scene_id)
        return Operation(attempt_id)

    async def status(self, operation: Operation) -> Status:
        if operation.name not in self.service.operations:
            return Failed(GenerationError("no such operation"), lost=True)
        scene_id = self.service.operations[operation.name][0]
        instead = await self.on_status(scene_id)
        if instead is not None:
            if not isinstance(instead, Running):
                self.running.discard(scene_id)
            return instead
        self._looked[operation.name] += 1
        if self._looked[operation.name] <= self.looks:
            return Running(0.0, progress=0.5)
        self.running.discard(scene_id)
        count = self.service.samples[operation.name]
        further = (f"handle-{operation.name}#{n}" for n in range(1, count))
        return Done((f"handle-{operation.name}", *further), billed_usd=self.billed)

    async def fetch(self, done: Done, into: Path, *, sample: int = 0) -> Path:
        name, _, number = done.handles[sample].removeprefix("handle-").partition("#")
        scene_id, lines = self.service.operations[name]
        await self.on_fetch(scene_id)
        lines = [*lines[:-1], f"{number}#{lines[-1]}"] if number else lines
        into.write_text("\n".join(lines) + "\n")
        return into

    async def aclose(self) -> None:
        self.closed += 1

    @property
    def sent(self) -> list[str]:
        """The scenes that were sent, in order."""
        return [scene_id for scene_id, _ in self.asked]


@dataclass
class Ticking:
    """A clock that moves a second at every look."""

    now: datetime = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


async def run(
    plan: Plan,
    folder: Path,
    backend: Backend,
    *,
    events: list[Event] | None = None,
    budget: Budget | None = None,
    stop: StopSignal | None = None,
    **more: object,
) -> RunResult:
    """Render with fakes all round."""
    usual: dict[str, object] = {"open_backend": lambda name: backend, "sleep": no_sleep, "media": FAKE_MEDIA}
    return await render(
        plan,
        folder,
        budget=budget or Budget(max_usd=Decimal(100)),
        on_event=(events if events is not None else []).append,
        stop=stop,
        **({"clock": Ticking()} | usual | more),
    )


def failed_with(result: RunResult, scene_id: str) -> VeoStoryError:
    """The error of a scene that failed."""
    return next(f.error for f in result.failures if f.scene_id == scene_id)
