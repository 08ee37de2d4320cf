"""The worker processes: started when there is work, at most so many, ended at once."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from veo_story import errors
from veo_story.media.children import environ_of_child

if TYPE_CHECKING:
    from collections.abc import Callable

    from veo_story.backends.local.order import RenderOrder

# The package's own folder goes along, because the parent may have found it in a way that a child does not.
_ROOT = str(Path(__file__).resolve().parents[3])
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from veo_story.backends.local.worker import main; main()"
)
_ALONE = {"OPENBLAS_NUM_THREADS": "1"}
"""Its products of matrices are tiny: threads of their own would only wait, on cores that others need."""
_LINE_LIMIT = 2**20
_LAST_WORDS = 2000


def _ignore(_state: str) -> None:
    return


class WorkerLost(Exception):
    """A worker died with an order in its hands; ``str`` of it is the end of what it said."""


class Worker:
    """One process that renders one order at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._said = b""
        self._killed = False
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls) -> Worker:
        """Start a process. Raises :class:`~veo_story.errors.ConfigError` when this machine cannot."""
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-c",
                _START,
                _ROOT,
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                env=environ_of_child() | _ALONE,
                limit=_LINE_LIMIT,
                start_new_session=True,
            )
        except OSError as error:
            raise errors.ConfigError(f"cannot start a worker process: {error}") from error
        return cls(process)

    @property
    def alive(self) -> bool:
        """Whether it can take another order."""
        return not self._killed and self._process.returncode is None

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid

    async def render(
        self,
        order: RenderOrder,
        progress: Callable[[float], None],
        told: Callable[[str], None],
    ) -> None:
        """Render one order. ``told`` gets the state that its chain will be in, long before it is drawn.

        Raises what the rendering raised, or :class:`WorkerLost`.
        """
        reader, writer = self._process.stdout, self._process.stdin
        assert reader is not None and writer is not None
        try:
            writer.write(order.to_json().encode() + b"\n")
            await writer.drain()
            while True:
                answer = _answer(await reader.readline())
                if "progress" in answer:
                    progress(float(answer["progress"]))
                elif "state" in answer:
                    told(str(answer["state"]))
                elif "error" in answer:
                    raise _error(answer)
                elif "done" in answer:
                    return
        except asyncio.CancelledError:
            # Its answer to this order would be taken for the next one's.
            self.kill()
            raise
        except (ConnectionError, ValueError) as error:
            self.kill()
            await self._process.wait()
            await self._listening
            said = self._said.decode("utf-8", "replace").strip()
            raise WorkerLost(f"worker ended with code {self._process.returncode} {said}".strip()) from error

    def kill(self) -> None:
        """End it at once, whatever it does."""
        self._killed = True
        with contextlib.suppress(ProcessLookupError):
            if hasattr(os, "killpg") and self._process.returncode is None:
                # An ffmpeg that it runs stands in its group.
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                # Not both: looking after a child that just died would take its end from asyncio.
                self._process.kill()
        if self._process.stdin is not None:
            self._process.stdin.close()

    async def gone(self) -> None:
        """Return when the process has ended and its pipes are read."""
        await self._process.wait()
        await self._listening

    async def _listen(self) -> None:
        assert self._process.stderr is not None
        while chunk := await self._process.stderr.read(4096):
            self._said = (self._said + chunk)[-_LAST_WORDS:]


class Crew:
    """At most ``size`` workers. Orders wait for a free one."""

    def __init__(self, size: int) -> None:
        self._free = asyncio.Semaphore(max(1, size))
        self._idle: list[Worker] = []
        self._all: list[Worker] = []
        self._closed = False

    @property
    def workers(self) -> tuple[Worker, ...]:
        """The workers that live."""
        return tuple(worker for worker in self._all if worker.alive)

    async def render(
        self,
        order: RenderOrder,
        progress: Callable[[float], None],
        told: Callable[[str], None] = _ignore,
    ) -> None:
        """Render one order on the next free worker. See :meth:`Worker.render`, also for what it raises."""
        async with self._free:
            worker = await self._take()
            try:
                await worker.render(order, progress, told)
            finally:
                if worker.alive:
                    self._idle.append(worker)

    async def get_ready(self) -> None:
        """Start a worker that waits for the first order: whoever knows that one will come saves time so."""
        if not self._closed and not self.workers:
            self._idle.append(await self._take())

    async def close(self) -> None:
        """End all workers at once, and wait until they are gone."""
        self._closed = True
        for worker in self._all:
            worker.kill()
        for worker in self._all:
            await worker.gone()
        self._all.clear()
        self._idle.clear()

    async def _take(self) -> Worker:
        if self._closed:
            raise WorkerLost("the backend is closed")
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                return worker
        worker = await Worker.start()
        self._all = [w for w in self._all if w.alive]
        self._all.append(worker)
        return worker


def _answer(line: bytes) -> dict[str, Any]:
    """One line of a worker. Raises ValueError for anything that is not one, the end of its output too."""
    if not line.endswith(b"\n"):
        raise ValueError("no answer")
    answer: dict[str, Any] = json.loads(line)
    return answer


def _error(answer: dict[str, Any]) -> errors.VeoStoryError:
    kind = getattr(errors, str(answer["error"]), errors.GenerationError)
    error: errors.VeoStoryError = kind(str(answer["message"]), hint=answer["hint"])
    return error
