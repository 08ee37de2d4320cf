"""The command line in this process: small storyboards, and a backend that obeys a script."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from tests.support.clips import Recipe, make
from tests.support.command import CLIPS
from veo_story.backends.base import Backend, Done, Failed, Filtered, Inputs, Operation, Status
from veo_story.cli.main import program
from veo_story.cli.shell import Shell
from veo_story.errors import OutcomeUnknown, QuotaError, VeoStoryError
from veo_story.plan.model import Step
from veo_story.times import Time

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


def _clip(frames: int, size: tuple[int, int]) -> bytes:
    """A numbered clip. Making one takes longer than all that a command does with it: the processes of a test
    run share them. On plain ground it is small, and is decoded and written as a picture in no time; with a
    key frame every second its last frames are found without decoding all of it.
    """
    width, height = size
    kept = Path(os.environ[CLIPS], f"{frames}-{width}x{height}.mp4")
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        recipe = Recipe(frames, size=size, x264=(("preset", "ultrafast"), ("g", "24")), gain=0)
        make(kept.with_suffix(f".{os.getpid()}.mp4"), recipe).replace(kept)
    return kept.read_bytes()


@dataclass
class FakeBackend(Backend):
    """Makes a numbered clip of the length asked for. ``trouble`` maps a scene to what happens instead."""

    trouble: dict[str, VeoStoryError | Filtered | Failed] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    steps: dict[str, Step] = field(default_factory=dict)
    samples: dict[str, int] = field(default_factory=dict)
    expires_at: datetime | None = None
    name: str = "fake"

    async def submit(self, step: Step, inputs: Inputs, *, attempt_id: str, samples: int = 1) -> Operation:
        self.sent.append(step.scene_id)
        trouble = self.trouble.get(step.scene_id)
        if isinstance(trouble, OutcomeUnknown | QuotaError):
            raise trouble
        self.steps[step.scene_id] = step
        self.samples[step.scene_id] = samples
        return Operation(step.scene_id)

    async def status(self, operation: Operation) -> Status:
        trouble = self.trouble.get(operation.name)
        if isinstance(trouble, Filtered | Failed):
            return trouble
        if trouble is not None:
            return Failed(trouble)
        samples = self.samples[operation.name]
        cost = self.steps[operation.name].expected_usd * samples
        return Done((operation.name,) * samples, billed_usd=cost, expires_at=self.expires_at)

    async def fetch(self, done: Done, into: Path, *, sample: int = 0) -> Path:
        step = self.steps[done.handles[0]]
        into.write_bytes(_clip(step.new_frames, step.parameters.size))
        return into

    async def aclose(self) -> None:
        return


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


def run(
    *words: str,
    backend: FakeBackend | None = None,
    environ: dict[str, str] | None = None,
    tempo: Time | None = None,
) -> Ran:
    """Run a command in the current folder: ``run("check", "film.yaml")``."""
    opener = None if backend is None else lambda _name: backend
    now = (lambda: NOW) if tempo is None else tempo.now
    kept = {"VEO_STORY_STATE": os.environ["VEO_STORY_STATE"]}
    shell = Shell(environ=kept | (environ or {}), now=now, open_backend=opener, tempo=tempo)
    env = {"COLUMNS": "100", "VEO_STORY_RENDERS": None, **(environ or {})}
    done = CliRunner(env=env).invoke(program, list(words), obj=shell, prog_name="veo-story")
    return Ran(done.exit_code, done.stdout, done.stderr)


CARDS = """\
storyboard: 1
title: Two cards
scenes:
  - {id: hello, card: Hello, duration: 1}
  - {id: bye, card: Goodbye, duration: 0.5, title: The end}
"""

PAID = """\
storyboard: 1
title: Paid
render: {backend: vertex, tier: lite}
budget: {max_usd: 5, confirm_over_usd: 0.5}
sequences:
  - id: a
    scenes:
      - {id: a1, duration: 4, action: A small boat leaves the harbour at dawn and turns towards the open sea}
  - id: b
    scenes:
      - {id: b1, duration: 4, action: Rain falls slowly over a dark forest at night while the wind grows}
"""

BROKEN = """\
storyboard: 1
title: Broken
render: {backend: local, tier: standart}
scenes:
  - {card: Hello, duration: 1}
"""


def write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path
