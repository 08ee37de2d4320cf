"""Run a command and measure it: wall time and the peak memory of it and all its children."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
_SAMPLE_S = (0.002, 0.05)  # between two looks at the memory: short for short commands, longer later


@dataclass(frozen=True)
class Cost:
    """What one run took. ``peak_mb`` is in MB of 10^6 bytes."""

    wall_s: float
    peak_mb: float


def python(*words: str | Path) -> list[str]:
    """The command line of this Python."""
    return [sys.executable, *map(str, words)]


def veo_story(*words: str | Path) -> list[str]:
    """The command line of the program."""
    return python("-m", "veo_story", *words)


def run(command: list[str], cwd: Path, *, watched: bool = True) -> Cost:
    """Run once. ``RuntimeError`` with the end of its stderr when it fails.

    Watching the memory takes some percent of a core: where all cores are busy, better not.
    """
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "NO_COLOR": "1"}
    start = time.perf_counter()
    with subprocess.Popen(
        command, cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        watch = _Watch(process.pid)
        if watched:
            watch.start()
        _, err = process.communicate()
        wall = time.perf_counter() - start
        if watched:
            watch.stop()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command[1:])} ended with {process.returncode}:\n{err[-2000:]}")
    return Cost(wall, watch.peak_mb)


def medians(commands: Mapping[str, list[str]], cwd: Path, runs: int) -> dict[str, Cost]:
    """Run all commands in turn, ``runs`` times over, so that a slow spell of the machine hits them alike."""
    found: dict[str, list[Cost]] = defaultdict(list)
    for command in commands.values():  # files and byte code into the caches
        run(command, cwd)
    for _ in range(runs):
        for name, command in commands.items():
            found[name].append(run(command, cwd))
    return {name: middle(costs) for name, costs in found.items()}


def middle(costs: list[Cost]) -> Cost:
    """The medians of both figures."""
    return Cost(statistics.median(c.wall_s for c in costs), statistics.median(c.peak_mb for c in costs))


class _Watch(threading.Thread):
    """Sums the resident memory of a process and its descendants over and over; keeps the largest."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak_mb = 0.0
        self._root = psutil.Process(pid)
        self._ended = threading.Event()

    def run(self) -> None:
        start, (shortest, longest) = time.perf_counter(), _SAMPLE_S
        ended = False
        while not ended:
            self.peak_mb = max(self.peak_mb, sum(_resident_mb(member) for member in self._family()))
            ended = self._ended.wait(min(longest, max(shortest, (time.perf_counter() - start) / 20)))

    def stop(self) -> None:
        self._ended.set()
        self.join()

    def _family(self) -> list[psutil.Process]:
        try:
            return [self._root, *self._root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


def _resident_mb(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / 1e6
    except psutil.Error:  # it ended meanwhile
        return 0.0
