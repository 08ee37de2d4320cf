"""A service that outlives every process, and the command line in front of it.

``python -m tests.machine.journaled JOURNAL WAY words...`` runs a command. What the service accepts stands in
the journal, synced before it answers, so that the journal is its bill. WAY says what a look at a request
gives: ``done``: it is made; ``slow``: it is still being made, whenever one looks; ``blind``: looking fails.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tests.support.clips import Recipe, make
from veo_story.backends.base import Backend, Done, Inputs, Operation, Running, Status
from veo_story.cli.main import program
from veo_story.cli.shell import Shell
from veo_story.errors import GenerationError
from veo_story.plan.model import Step

_PREFIX = "operations/"


@dataclass
class Journaled(Backend):
    """Accepts everything. Its clips are all the same one, which lies beside the journal."""

    journal: Path
    way: str = "done"
    name: str = "journaled"

    async def submit(self, step: Step, inputs: Inputs, *, attempt_id: str, samples: int = 1) -> Operation:
        clip_of(self.journal, step.new_frames, step.parameters.size)
        line = [attempt_id, step.scene_id, step.new_frames, f"{step.expected_usd:f}"]
        with self.journal.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())
        return Operation(_PREFIX + attempt_id)

    async def status(self, operation: Operation) -> Status:
        if self.way == "slow":
            return Running(3600, 0.25)
        if self.way == "blind":
            raise GenerationError("The service does not answer.", hint="Try again later.")
        line = self._line(operation.name.removeprefix(_PREFIX))
        return Done((operation.name,), billed_usd=Decimal(line[3]))

    async def fetch(self, done: Done, into: Path, *, sample: int = 0) -> Path:
        frames = int(self._line(done.handles[0].removeprefix(_PREFIX))[2])
        shutil.copyfile(clip_of(self.journal, frames, (1280, 720)), into)
        return into

    def _line(self, attempt_id: str) -> list[str]:
        return next(line for line in lines_of(self.journal) if line[0] == attempt_id)


def clip_of(journal: Path, frames: int, size: tuple[int, int]) -> Path:
    """The clip of so many frames."""
    clip = journal.with_name(f"clip{frames}.mp4")
    if not clip.exists():
        make(clip, Recipe(frames, size=size, x264=(("preset", "ultrafast"),)))
    return clip


def lines_of(journal: Path) -> list[list[str]]:
    """All that was accepted: request, scene, frames, USD."""
    if not journal.exists():
        return []
    return [json.loads(line) for line in journal.read_text("utf-8").splitlines()]


def paid(journal: Path) -> Counter[str]:
    """How many requests were accepted for each scene."""
    return Counter(line[1] for line in lines_of(journal))


if __name__ == "__main__":
    service = Journaled(Path(sys.argv[1]), sys.argv[2])
    program(sys.argv[3:], prog_name="veo-story", obj=Shell(open_backend=lambda _name: service))
