"""Run the command line with a backend that never finishes: ``python endless.py WAY words...``.

``polite`` answers every look with "still running"; ``deaf`` hangs inside of a look and hears no stop.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from veo_story.backends.base import Backend, Done, Inputs, Operation, Running, Status
from veo_story.cli.main import program
from veo_story.cli.shell import Shell
from veo_story.plan.model import Step


class Endless(Backend):
    name = "endless"

    def __init__(self, way: str) -> None:
        self.way = way

    async def submit(self, step: Step, inputs: Inputs, *, attempt_id: str, samples: int = 1) -> Operation:
        return Operation(attempt_id)

    async def status(self, operation: Operation) -> Status:
        if self.way == "deaf":
            await asyncio.Event().wait()
        return Running(3600, 0.25)

    async def fetch(self, done: Done, into: Path, *, sample: int = 0) -> Path:
        raise AssertionError("it never ends")

    async def aclose(self) -> None:
        return


if __name__ == "__main__":
    way = sys.argv[1]
    program(sys.argv[2:], prog_name="veo-story", obj=Shell(open_backend=lambda _name: Endless(way)))
