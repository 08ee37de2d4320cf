"""The generations under way: each a task that makes its clips while the clock runs."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from veo_story.emulator.intake import check_order, fail, wanted_of
from veo_story.emulator.records import FootageRecord, Operation, Result, StoredFile, StoredObject
from veo_story.emulator.refusals import Refused
from veo_story.errors import MediaError, VeoStoryError

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.catalog.catalog import Catalog
    from veo_story.emulator.clock import EmulatorClock
    from veo_story.emulator.model import ClipMaker, Footage
    from veo_story.emulator.state import State

_AT_ONCE = 4
_BROKE = Refused(
    500,
    "Video generation failed due to an internal server issue. Please try again in a few minutes. If the "
    "problem persists, please contact support.",
    "INTERNAL",
)


@dataclass(frozen=True, slots=True)
class Digests:
    """A file's size and digests: SHA-256 in hexadecimal, MD5 in base64."""

    bytes: int
    sha256: str
    md5: str


def digests_of(path: Path) -> Digests:
    """Read a file once. Raises OSError."""
    data = path.read_bytes()
    md5 = base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
    return Digests(len(data), hashlib.sha256(data).hexdigest(), md5)


class Generations:
    """Makes what was accepted. When a client sees it is not decided here: that is its due time."""

    def __init__(self, state: State, clock: EmulatorClock, maker: ClipMaker, catalog: Catalog) -> None:
        self._state = state
        self._clock = clock
        self._maker = maker
        self._catalog = catalog
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(_AT_ONCE)

    def start(self, operation: Operation) -> None:
        """Begin (or go on) with a generation, unless its fate needs no clip."""
        if operation.made_at is not None:
            return
        if operation.fate != "done":
            operation.made_at = self._clock.stamp()
            self._state.changed()
            return
        task = asyncio.create_task(self._run(operation))
        self._tasks.add(task)
        task.add_done_callback(lambda ended: self._end(ended, operation))

    def resume(self) -> None:
        """Go on with everything that was under way when the state was saved."""
        for operation in self._state.operations.values():
            self.start(operation)

    async def aclose(self) -> None:
        """Stop them all; what was not finished is made by the next :meth:`resume`. The maker stays open."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _end(self, task: asyncio.Task[None], operation: Operation) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            fail(operation, _BROKE, self._clock.stamp())
            self._state.changed()

    async def _run(self, operation: Operation) -> None:
        try:
            if operation.platform == "vertex":
                model = self._catalog.capabilities("vertex", model=operation.model)
                await check_order(operation.order, model, self._state, self._maker, self._clock.stamp())
            async with self._room:
                results = [await self._sample(operation, number) for number in range(operation.samples)]
        except Refused as refused:
            fail(operation, refused, self._clock.stamp())
        except (VeoStoryError, OSError):
            fail(operation, _BROKE, self._clock.stamp())
        else:
            self._settle(operation, results)
        self._state.changed()

    async def _sample(self, operation: Operation, number: int) -> tuple[Footage, Digests]:
        folder = self._state.folder
        into = folder / "clips" / f"{operation.name.rpartition('/')[2]}_{number}.mp4"
        into.parent.mkdir(parents=True, exist_ok=True)
        footage = await self._maker.make(wanted_of(operation, folder), into, sample=number)
        if footage.frames <= 0:
            raise MediaError(f"{into}: an empty clip was made")
        return footage, await asyncio.to_thread(digests_of, footage.path)

    def _settle(self, operation: Operation, made: list[tuple[Footage, Digests]]) -> None:
        if operation.made_at is not None:  # a scripted fault was quicker
            return
        operation.made_at = self._clock.stamp()
        for number, (footage, digests) in enumerate(made[: operation.samples - operation.withheld]):
            record = FootageRecord.of(footage, self._state.folder)
            self._state.footage[digests.sha256] = record
            result = Result(record, digests.bytes, digests.sha256)
            operation.results.append(result)
            if operation.platform == "gemini":
                result.file = self._to_file(operation, result).id
            elif operation.order.storage_uri is not None:
                result.gcs_uri = self._to_bucket(operation, result, number, digests)

    def _to_file(self, operation: Operation, result: Result) -> StoredFile:
        extensions = operation.order.parent_extensions + 1 if operation.order.parent is not None else 0
        stored = StoredFile(
            id=self._state.draw("file")[:12],
            operation=operation.name,
            footage=result.footage,
            bytes=result.bytes,
            sha256=result.sha256,
            extensions=extensions,
        )
        self._state.files[stored.id] = stored
        return stored

    def _to_bucket(self, operation: Operation, result: Result, number: int, digests: Digests) -> str:
        bucket, _, prefix = (operation.order.storage_uri or "").removeprefix("gs://").partition("/")
        folder = str(int(hashlib.sha256(operation.name.encode()).hexdigest()[:16], 16)).zfill(20)
        name = "/".join(part for part in (prefix.strip("/"), folder, f"sample_{number}.mp4") if part)
        stored = StoredObject(
            bucket=bucket,
            name=name,
            path=result.footage.path,
            bytes=result.bytes,
            md5=digests.md5,
            content_type="video/mp4",
            generation=int(operation.accepted_at * 1e6) + number,
            created_at=max(operation.due_at, operation.made_at or 0.0),
            footage=result.footage,
        )
        self._state.put_object(stored)
        return f"gs://{bucket}/{name}"
