"""Commands as processes that can be killed at any moment, cheaply: children of a fork server."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Any

from tests.support.command import ROOT

_LOOK_S = 0.001
PATIENCE_S = 120.0
"""A command that is still there after so long hangs."""


@dataclass
class Victim:
    """A command that runs. ``code`` is its exit code once it is :meth:`buried`, -9 when it was killed."""

    pid: int
    out: Path
    err: Path
    line: Victims
    lifeline: int
    code: int | None = None
    killed: bool = False

    def kill(self) -> None:
        """SIGKILL for it and for all that it started. Any thread may call it, and more than once."""
        with self.line.lock:
            if self.code is None:
                self.killed = True
                with suppress(ProcessLookupError):
                    os.killpg(self.pid, signal.SIGKILL)

    def ended(self, within_s: float) -> bool:
        """Wait so long; whether it has ended by then."""
        return self.code is not None or bool(select.select([self.lifeline], [], [], within_s)[0])

    def buried(self, watch: Callable[[float], None] | None = None) -> Victim:
        """Wait until it has ended; ``watch`` is called every millisecond with its age in seconds."""
        began = time.monotonic()
        while not self.ended(_LOOK_S if watch else 1.0):
            age = time.monotonic() - began
            if age > PATIENCE_S:
                self.kill()
                raise AssertionError(f"{self.out.name} hangs: {self.said()[-2000:]}")
            if watch is not None:
                watch(age)
        self.code = self.line.bury(self)
        return self

    def said(self) -> str:
        """All that it printed so far."""
        return "".join(path.read_text("utf-8") for path in (self.out, self.err) if path.exists())


@dataclass
class Victims:
    """The way to the fork server."""

    socket: socket.socket
    said: Path
    born: int = 0
    lock: Any = field(default_factory=RLock)

    def bear(
        self,
        words: list[str],
        *,
        cwd: Path,
        environ: Mapping[str, str],
        speed: float,
        began: datetime,
        start: int | None = None,
    ) -> Victim:
        """Start a command. It begins when ``start``, a pipe's end to read from, says so (None: at once)."""
        self.born += 1
        out, err = (self.said / f"{self.born:04}-{words[0]}.{end}" for end in ("out", "err"))
        ours, theirs = os.pipe()
        told = {
            "words": words, "cwd": str(cwd), "environ": dict(environ), "out": str(out), "err": str(err),
            "speed": speed, "began": began.isoformat(),
        }  # fmt: skip
        fds = [theirs] if start is None else [theirs, start]
        try:
            pid = self._ask(told, fds)["pid"]
        finally:
            os.close(theirs)
        return Victim(pid, out, err, self, ours)

    def bury(self, victim: Victim) -> int:
        with self.lock:
            os.close(victim.lifeline)
            return int(self._ask({"bury": victim.pid}, [])["code"])

    def _ask(self, told: dict[str, Any], fds: list[int]) -> dict[str, Any]:
        socket.send_fds(self.socket, [json.dumps(told).encode() + b"\n"], fds)
        return self.hear()

    def hear(self) -> dict[str, Any]:
        data = b""
        while not data.endswith(b"\n"):
            part = self.socket.recv(65536)
            if not part:
                raise AssertionError("the fork server has died")
            data += part
        answer: dict[str, Any] = json.loads(data)
        return answer


@contextmanager
def nursery(said: Path) -> Iterator[Victims]:
    """A fork server for this block; what its children print goes to files in the folder ``said``."""
    said.mkdir(parents=True, exist_ok=True)
    ours, theirs = socket.socketpair()
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.nursery", str(theirs.fileno())],
        env=environ, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, cwd=ROOT,
    )  # fmt: skip
    try:
        theirs.close()
        victims = Victims(ours, said)
        victims.hear()
        yield victims
    finally:
        ours.close()
        process.wait()
