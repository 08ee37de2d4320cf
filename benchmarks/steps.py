"""What the engine itself costs a step: everything but waiting for a service and decoding clips."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from datetime import date
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import av

from benchmarks.report import Table
from veo_story.backends.base import Backend, Done, Operation
from veo_story.catalog.catalog import load_catalog
from veo_story.engine.media import MediaTools
from veo_story.engine.run import render
from veo_story.plan.check import check_storyboard
from veo_story.storyboard.model import FPS, Budget
from veo_story.times import REAL_TIME

if TYPE_CHECKING:
    from collections.abc import Callable

    from veo_story.backends.base import Inputs, Status
    from veo_story.engine.media import Probed
    from veo_story.plan.model import Plan, Step

_SCENES = 100


class _Instant(Backend):
    """Gives the same clip for everything, at once."""

    name = "instant"

    def __init__(self, clip: Path) -> None:
        self._clip = clip

    async def submit(self, step: Step, inputs: Inputs, *, attempt_id: str, samples: int = 1) -> Operation:
        return Operation(attempt_id)

    async def status(self, operation: Operation) -> Status:
        return Done((operation.name,))

    async def fetch(self, done: Done, into: Path, *, sample: int = 0) -> Path:
        await asyncio.to_thread(shutil.copyfile, self._clip, into)
        return into

    async def aclose(self) -> None:
        return


class _Watched:
    """The real probe, and how long it took."""

    def __init__(self, probe: Callable[[Path], Probed]) -> None:
        self._probe = probe
        self.spent_s = 0.0

    def __call__(self, clip: Path) -> Probed:
        began = time.perf_counter()
        try:
            return self._probe(clip)
        finally:
            self.spent_s += time.perf_counter() - began


def table(runs: int) -> Table:
    """Milliseconds a step with a real ledger and real syncs, the probing of the clip taken off."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        plan = _plan(folder)
        clip = _clip(folder / "clip.mp4", plan.chains[0].steps[0].new_frames)
        found = [_a_step_s(plan, folder / f"film{number}", clip) for number in range(runs)]
    engine = median(engine for engine, _ in found)
    probing = median(probing for _, probing in found)
    rows = [
        ("orchestration", f"{engine * 1000:.1f} ms", "under 60 ms"),
        ("probing the clip (4 s, small)", f"{probing * 1000:.1f} ms", ""),
    ]
    return Table("steps", "A step at zero latency", ("what", "time a step", "aim"), rows)


def _a_step_s(plan: Plan, folder: Path, clip: Path) -> tuple[float, float]:
    """Seconds a step: the engine's own and those of the probe."""
    probe = _Watched(MediaTools().probe)
    began = time.perf_counter()
    result = asyncio.run(
        render(
            plan,
            folder,
            budget=Budget(),
            open_backend=lambda _name: _Instant(clip),
            on_event=lambda _event: None,
            clock=REAL_TIME.now,
            concurrency=1,
            media=MediaTools(probe=probe),
        )
    )
    took = time.perf_counter() - began
    if not result.ok:
        raise RuntimeError(f"the run failed: {result.failures[0].error}")
    return (took - probe.spent_s) / _SCENES, probe.spent_s / _SCENES


def _plan(folder: Path) -> Plan:
    scenes = "".join(
        f"  - {{id: c{n}, scenes: [{{id: s{n}, duration: 4, action: Rain}}]}}\n" for n in range(_SCENES)
    )
    path = folder / "steps.yaml"
    path.write_text(f"storyboard: 1\ntitle: Steps\nsequences:\n{scenes}", "utf-8")
    plan = check_storyboard(path, load_catalog(), today=date(2026, 12, 1)).plan
    if plan is None:
        raise RuntimeError("the storyboard of this benchmark has errors")
    return plan


def _clip(path: Path, frames: int) -> Path:
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=Fraction(FPS))
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for _ in range(frames):
            container.mux(stream.encode(av.VideoFrame(320, 180, "yuv420p")))
        container.mux(stream.encode())
    return path
