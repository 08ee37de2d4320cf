"""Waiting for a service: how soon a finished clip is noticed, what a step costs besides, chains side by side.

The emulator stands for the service. Where latency matters its clock runs faster than ours, and so does the
client's; all seconds of these tables are the service's. Overheads of this machine count as much longer there.
"""

from __future__ import annotations

import asyncio
import math
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from benchmarks.emulated import emulated
from benchmarks.report import Table, ms
from veo_story.backends.registry import BackendSettings, open_backend
from veo_story.catalog.catalog import load_catalog
from veo_story.emulator.model import EmulatorSettings
from veo_story.engine.media import MediaTools
from veo_story.engine.run import render
from veo_story.plan.check import check_storyboard
from veo_story.times import REAL_TIME, Time, sped_up

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from veo_story.emulator.model import Platform
    from veo_story.plan.model import Plan
    from veo_story.storyboard.model import Storyboard

P = ParamSpec("P")
R = TypeVar("R")

_EVERY_S = 10
_SPEED = 10
_SIDE_BY_SIDE = 8
_MOMENT_S = 0.02
_WHEN = date(2026, 11, 22)
DEAD_COLUMNS = ("latency", "steps", "median", "mean", "looks a step", f"looks at every {_EVERY_S} s", "aim")
MAKESPAN_COLUMNS = ("what", "critical path", "makespan", "over it", "aim")
STEP_COLUMNS = ("what", "time a step", "aim")


@dataclass(frozen=True)
class Served:
    """One film through the emulator: the bill, looks at operations, seconds of the service's clock and ours.

    ``proof_s`` is what the clips' proof took: their probe, and finding their parents in them.
    """

    charges: Sequence[Mapping[str, Any]]
    looks: int
    makespan_s: float
    proof_s: float


def dead_table() -> Table:
    """Sixteen chains of five steps each, on both platforms, for several kinds of latency."""
    rows = [
        _dead("40 to 120 s, gemini", "gemini", (40, 120)),
        _dead("40 to 120 s, vertex", "vertex", (40, 120)),
        _dead("always 60 s, vertex", "vertex", (60, 60)),
    ]
    note = (
        "From `done` at the service to the answer that says so. Looks are requests after the state of an "
        f"operation; beside them those of a client that looks every {_EVERY_S} s."
    )
    return Table(
        "waiting",
        f"Noticing that a clip is done (sixteen chains of five, eight at a time, {_SPEED} x speed)",
        DEAD_COLUMNS,
        rows,
        note,
    )


def makespan_table() -> Table:
    """One chain of twelve, and eight chains of six side by side, at a fixed latency."""
    rows = [
        _makespan("one chain of twelve", chains=1, steps=12),
        _makespan("eight chains of six side by side", chains=8, steps=6),
    ]
    note = (
        "Every clip takes 60 s at the service and its file 15 s more before it can be extended. The critical "
        "path is what a chain has to wait for: its clips, and their files between them."
    )
    return Table("makespan", "Chains at a fixed latency (gemini, 8x speed)", MAKESPAN_COLUMNS, rows, note)


def step_table(runs: int) -> Table:
    """A chain of twelve at no latency at all: from one clip's end to the next one's beginning."""
    steps, whole, proof = 12, [], []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as temporary:
            served = _serve(
                "gemini", Path(temporary), chains=1, steps=steps, latency_s=(0, 0), processing_s=0
            )
            pairs = zip(served.charges, served.charges[1:], strict=False)
            whole.append(statistics.mean(_between(c["done_at"], d["accepted_at"]) for c, d in pairs))
            proof.append(served.proof_s / steps)
    besides = [w - p for w, p in zip(whole, proof, strict=True)]
    rows = [
        (
            "orchestration: requests, download, digest, ledger, files",
            ms(statistics.median(besides)),
            "under 60 ms",
        ),
        ("proof of the clip: probe, and finding its parent in it", ms(statistics.median(proof)), ""),
    ]
    note = (
        "From a clip's end at the service to the acceptance of the next. The chain grows to 85 s, files are "
        f"synced. Looks come every {_MOMENT_S * 1000:.0f} ms, so noticing takes half of that."
    )
    return Table("orchestration", "A step of a chain at zero latency (gemini)", STEP_COLUMNS, rows, note)


def _dead(name: str, platform: Platform, latency_s: tuple[float, float]) -> tuple[str, ...]:
    with tempfile.TemporaryDirectory() as temporary:
        served = _serve(platform, Path(temporary), chains=16, steps=5, latency_s=latency_s, speed=_SPEED)
    dead = [_between(c["done_at"], c["noticed_at"]) for c in served.charges]
    plain = sum(math.ceil(_between(c["accepted_at"], c["done_at"]) / _EVERY_S) for c in served.charges)
    steps = len(dead)
    return (
        name,
        str(steps),
        f"{statistics.median(dead):.2f} s",
        f"{statistics.mean(dead):.2f} s",
        f"{served.looks / steps:.1f}",
        f"{plain / steps:.1f}",
        "median under 1.5 s, no more looks",
    )


def _makespan(name: str, *, chains: int, steps: int) -> tuple[str, ...]:
    latency, processing = 60.0, 15.0
    with tempfile.TemporaryDirectory() as temporary:
        served = _serve(
            "gemini", Path(temporary), chains=chains, steps=steps,
            latency_s=(latency, latency), processing_s=processing, speed=8,
        )  # fmt: skip
    critical = steps * latency + (steps - 1) * processing
    over = served.makespan_s / critical - 1
    return (name, f"{critical:.0f} s", f"{served.makespan_s:.1f} s", f"{over:.1%}", "under 3 %")


def _serve(
    platform: Platform,
    folder: Path,
    *,
    chains: int,
    steps: int,
    latency_s: tuple[float, float],
    processing_s: float = 15.0,
    speed: float = 1.0,
) -> Served:
    """Render ``chains`` x ``steps`` scenes through the real client against an emulator."""
    storyboard, plan = _film(folder, platform, chains, steps)
    settings = EmulatorSettings(
        speed=speed, latency_s=latency_s, processing_s=processing_s, picture="numbers", quotas=False
    )
    with emulated(settings, platform, folder) as emulator:
        clock = sped_up(speed) if max(latency_s) else _without_waiting()
        opening = BackendSettings(folder / "film", environ=emulator.environ, time=clock)
        proof = _Proof()
        result = asyncio.run(
            render(
                plan,
                folder / "film",
                budget=storyboard.budget,
                open_backend=lambda name: open_backend(name, opening),
                on_event=lambda event: None,
                clock=clock.now,
                sleep=clock.sleep,
                concurrency=_SIDE_BY_SIDE,
                media=proof.media,
            )
        )
        if not result.ok:
            raise RuntimeError(f"the film was not rendered: {result.failures}")
        bill, log = emulator.report()
    charges = bill["charges"]
    looks = sum(_is_look(seen["method"], seen["path"]) for seen in log["requests"])
    first = min(_read(c["accepted_at"]) for c in charges)
    last = max(_read(c["noticed_at"]) for c in charges)
    return Served(charges, looks, (last - first).total_seconds(), proof.took_s)


class _Proof:
    """The engine's looks at media files, and how long they took."""

    def __init__(self) -> None:
        self.took_s = 0.0
        real = MediaTools()
        self.media = MediaTools(
            probe=self._timed(real.probe), find_repeat=self._timed(real.find_repeat),
            usable_last_frame=real.usable_last_frame, write_png=real.write_png,
        )  # fmt: skip

    def _timed(self, look: Callable[P, R]) -> Callable[P, R]:
        def timed(*words: P.args, **named: P.kwargs) -> R:
            began = time.perf_counter()
            try:
                return look(*words, **named)
            finally:
                self.took_s += time.perf_counter() - began

        return timed


def _without_waiting() -> Time:
    """A clock that is put on instead of waiting, but for a moment: nothing here takes as long as it could."""
    waited_s = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal waited_s
        waited_s += seconds
        await asyncio.sleep(min(seconds, _MOMENT_S))

    return Time(
        lambda: REAL_TIME.now() + timedelta(seconds=waited_s),
        lambda: REAL_TIME.monotonic() + waited_s,
        sleep,
    )


def _film(folder: Path, platform: Platform, chains: int, steps: int) -> tuple[Storyboard, Plan]:
    lines = ["storyboard: 1", "title: Waiting", f"render: {{backend: {platform}, tier: fast}}"]
    lines += ["budget: {max_usd: 1000}", "sequences:"]
    for chain in range(chains):
        lines += [f"  - id: c{chain}", "    scenes:"]
        lines += [f"      - {{id: c{chain}s{n:02}, action: The sea at hour {n}}}" for n in range(steps)]
    path = folder / "waiting.yaml"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    checked = check_storyboard(path, load_catalog(), today=_WHEN, with_digests=True)
    if checked.storyboard is None or checked.plan is None:
        raise RuntimeError(f"the storyboard of this benchmark is wrong: {checked.problems}")
    return checked.storyboard, checked.plan


def _is_look(method: str, path: str) -> bool:
    return (method == "GET" and "/operations/" in path) or path.endswith(":fetchPredictOperation")


def _between(start: str | None, end: str | None) -> float:
    return (_read(end) - _read(start)).total_seconds()


def _read(text: str | None) -> datetime:
    if text is None:
        raise RuntimeError("the emulator's bill lacks a time")
    return datetime.fromisoformat(text).astimezone(UTC)
