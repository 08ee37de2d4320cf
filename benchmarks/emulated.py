"""An emulator in a process of its own, so that what it does is not counted as ours."""

from __future__ import annotations

import multiprocessing
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from veo_story.emulator.server import running_emulator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from multiprocessing.connection import Connection
    from pathlib import Path

    from veo_story.emulator.model import EmulatorSettings, Platform


@dataclass(frozen=True)
class Emulated:
    """A running emulator: ``environ`` leads a client there."""

    environ: Mapping[str, str]
    _line: Connection

    def report(self) -> tuple[Any, Any]:
        """Its bill and its log, as ``/_emulator/bill`` and ``/_emulator/log`` give them."""
        self._line.send("report")
        bill, log = self._line.recv()
        return bill, log


@contextmanager
def emulated(settings: EmulatorSettings, platform: Platform, folder: Path) -> Iterator[Emulated]:
    """Run an emulator until the end of the block. Its key file is written into ``folder``."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, settings, platform, folder), daemon=True)
    process.start()
    theirs.close()  # else nobody would notice that the process died
    try:
        yield Emulated(ours.recv(), ours)
    finally:
        ours.send("end")
        process.join()


def _serve(line: Connection, settings: EmulatorSettings, platform: Platform, folder: Path) -> None:
    with running_emulator(settings) as emulator:
        line.send(emulator.environ(platform, folder))
        while line.recv() == "report":
            line.send((emulator.bill(), emulator.log()))
