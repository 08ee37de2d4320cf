"""The local backend: the verbs over a crew of worker processes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

from veo_story.backends.base import Backend, Done, Failed, Inputs, Operation, ParentClip, Running
from veo_story.backends.local.ahead import Ahead, Rendering
from veo_story.backends.local.crew import Crew, WorkerLost
from veo_story.backends.local.order import order_of
from veo_story.backends.workfolder import WorkFolder
from veo_story.errors import ExpiredError, GenerationError, MediaError, VeoStoryError
from veo_story.media.files import MAKE_ROOM

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from veo_story.backends.base import Status
    from veo_story.backends.local.order import RenderOrder
    from veo_story.backends.registry import BackendSettings
    from veo_story.plan.model import Step

_PATIENCE_S = 0.2


class LocalBackend(Backend):
    """Renders on this machine, free. What it accepted is lost with the process: asking again is free too.

    While a clip is drawn and a worker has nothing to do, those that will extend it are begun: how each will
    end is known before it is drawn.
    """

    name = "local"

    def __init__(self, settings: BackendSettings) -> None:
        self._settings = settings
        self.crew = Crew(settings.workers)
        self._work: WorkFolder | None = None
        self._renderings: dict[str, Rendering] = {}
        self._ahead = Ahead()
        self._files = 0
        self.begun = 0
        """How many clips were begun, ahead of time or not."""

    def admit(self, steps: Sequence[Step]) -> None:
        """See :class:`~veo_story.backends.base.Backend`."""
        # Files that hold the whole chain are put together out of those of the clips before.
        self._ahead.expect(steps if self._settings.returns == "tail" else ())

    async def submit(self, step: Step, inputs: Inputs, *, attempt_id: str, samples: int = 1) -> Operation:
        """See :class:`~veo_story.backends.base.Backend`. Rendering begins at once if a worker is free.

        One clip a request: the catalog says so, and several would only be the same.
        """
        order = self._order(step, inputs)
        rendering = await self._ahead.taken(step, order, inputs) or self._begin(step, order)
        name = f"local-{len(self._renderings) + 1}-{attempt_id}"
        self._renderings[name] = rendering
        self._go_on()
        # Let it reach the worker before the engine goes on to something else.
        await asyncio.sleep(0)
        return Operation(name)

    async def status(self, operation: Operation) -> Status:
        """See :class:`~veo_story.backends.base.Backend`. Waits for the end, at most 0.2 s."""
        rendering = self._renderings.get(operation.name)
        if rendering is None:
            return Failed(_gone(operation.name), lost=True)
        task = rendering.task
        assert task is not None
        await asyncio.wait({task}, timeout=_PATIENCE_S)
        if not task.done():
            return Running(look_again_s=0.0, progress=rendering.progress)
        if task.cancelled():
            return Failed(GenerationError("the local backend was closed while it rendered"), lost=True)
        error = task.exception()
        if error is None:
            return Done((operation.name,))
        if isinstance(error, WorkerLost):
            return Failed(GenerationError(f"a local worker died: {error}"), lost=True)
        if isinstance(error, VeoStoryError):
            return Failed(error)
        raise error

    async def fetch(self, done: Done, into: Path, *, sample: int = 0) -> Path:
        """See :class:`~veo_story.backends.base.Backend`. ExpiredError when this run has no such clip."""
        handle = done.handles[sample]
        rendering = self._renderings.get(handle)
        if rendering is None or not rendering.order.into.is_file():
            raise _gone(handle)
        await asyncio.to_thread(_place, rendering.order.into, into)
        return into

    async def aclose(self) -> None:
        """End the workers at once and remove what they left unfinished."""
        self._ahead.stop()
        tasks = [r.task for r in self._all() if r.task is not None]
        for task in tasks:
            task.cancel()
        await self.crew.close()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._work is not None:
            self._work.clear()
            self._work = None

    def _order(self, step: Step, inputs: Inputs) -> RenderOrder:
        if self._work is None:
            self._work = WorkFolder(self._settings.folder, self.name)
        self._files += 1
        into = self._work.path / f"{self._files:04d}.mp4"
        ffmpeg = self._settings.environ.get("FFMPEG_BINARY")
        return order_of(step, inputs, into, self._settings.returns, ffmpeg=ffmpeg)

    def _begin(self, step: Step, order: RenderOrder) -> Rendering:
        rendering = Rendering(step, order)
        self.begun += 1

        def progress(share: float) -> None:
            rendering.progress = share

        def told(state: str) -> None:
            rendering.state = state
            self._go_on()

        rendering.task = asyncio.create_task(self.crew.render(order, progress, told))
        rendering.task.add_done_callback(lambda _: self._go_on())
        return rendering

    def _go_on(self) -> None:
        """Begin extensions of what is under way, while workers have nothing else to do."""
        begun, workers = self._ahead.begun, self._settings.workers
        under_way = [rendering for rendering in self._renderings.values() if not rendering.is_done]
        for rendering in (*under_way, *begun.values()):
            busy = sum(not one.is_done for one in self._all())
            if busy >= workers or len(begun) >= workers:
                return
            child = self._ahead.child(rendering.step) if rendering.state else None
            if child is not None:
                parent = ParentClip(rendering.order.into, rendering.order.frames)
                order = self._order(child, Inputs(parent=parent))
                order = replace(order, lineage=(), before=rendering.state)
                begun[child.scene_id] = self._begin(child, order)

    def _all(self) -> tuple[Rendering, ...]:
        return (*self._renderings.values(), *self._ahead.begun.values())


def _gone(name: str) -> ExpiredError:
    return ExpiredError(f"the local backend of this run knows no {name}", hint="render again")


def _place(source: Path, into: Path) -> None:
    """The finished file under its new name: whole, by a link where the disk can, else by a copy."""
    part = into.with_name(f".{into.name}.part")
    part.unlink(missing_ok=True)
    try:
        try:
            os.link(source, part)
        except OSError:
            shutil.copyfile(source, part)
        part.replace(into)
        # Renaming one link of a file over another of the same file leaves both.
        part.unlink(missing_ok=True)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise MediaError(f"{into} cannot be written: {error}", hint=MAKE_ROOM) from error
