"""Three paid scenes, each made from the last frame of the one before, for the commands about takes."""

from __future__ import annotations

import shutil
from collections import Counter
from contextlib import chdir
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from tests.support.cli import NOW, FakeBackend, Ran, run, write
from veo_story.backends.base import Inputs, Operation
from veo_story.cli.main import program
from veo_story.cli.shell import Shell
from veo_story.plan.model import Step

CHAIN = """\
storyboard: 1
title: A chain
render: {backend: vertex, tier: fast}
budget: {max_usd: 20, confirm_over_usd: 5, max_takes: 3}
scenes:
  - id: a1
    duration: 4
    action: A small boat leaves the harbour at dawn and turns towards the open sea
  - id: a2
    duration: 4
    first_frame: a1.last_frame
    action: Rain begins to fall over the water while the wind grows and the boat goes on
  - id: a3
    duration: 4
    first_frame: a2.last_frame
    action: The boat comes to rest at an island of black sand under a clearing sky
"""


@dataclass
class Counting(FakeBackend):
    """Counts what was asked for and what it cost."""

    paid: Decimal = Decimal(0)
    asked: Counter[str] = field(default_factory=Counter)

    async def submit(self, step: Step, inputs: Inputs, *, attempt_id: str, samples: int = 1) -> Operation:
        operation = await super().submit(step, inputs, attempt_id=attempt_id, samples=samples)
        self.asked[step.scene_id] += samples
        self.paid += step.expected_usd * samples
        return operation


class Crash(BaseException):
    """The process is gone: nothing catches this."""


@dataclass
class Clock:
    """Moves a second at every look, and is the end of the process at look number ``last``."""

    last: int | None = None
    looks: int = 0
    start: datetime = NOW

    def __call__(self) -> datetime:
        self.looks += 1
        if self.last is not None and self.looks >= self.last:
            raise Crash
        return self.start + timedelta(seconds=self.looks)


def rendered_chain(folder: Path) -> Path:
    """Render the chain in a folder."""
    write(folder / "chain.yaml", CHAIN)
    with chdir(folder):
        ran = run("render", "chain.yaml", "--yes", backend=FakeBackend())
    assert ran.code == 0, ran.err
    return folder


def copied(rendered: Path, into: Path) -> None:
    """The rendered chain in another folder."""
    shutil.copytree(rendered, into, dirs_exist_ok=True)


def at(clock: Clock, *words: str, backend: FakeBackend, environ: dict[str, str]) -> Ran | None:
    """Run a command by a clock; None when it crashed."""
    shell = Shell(environ=environ, now=clock, open_backend=lambda _name: backend)
    try:
        done = CliRunner(env={"COLUMNS": "100"}).invoke(program, list(words), obj=shell)
    except Crash:
        return None
    except BaseExceptionGroup as group:
        if group.subgroup(Crash) is None:
            raise
        return None
    return Ran(done.exit_code, done.stdout, done.stderr)


def serving() -> dict[str, str]:
    """The take in the film, by scene."""
    return {take["scene"]: take["take"] for take in listed() if take["in_film"]}


def listed(*words: str) -> list[dict[str, Any]]:
    """All takes, as ``takes --json`` tells them."""
    found: list[dict[str, Any]] = run("takes", "chain.yaml", *words, "--json").json
    return found
