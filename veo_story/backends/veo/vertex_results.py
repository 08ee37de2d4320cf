"""What became of requests to Vertex AI: replies as statuses, and clips brought to this disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from veo_story.backends.base import Done, Failed, Filtered, Running
from veo_story.backends.veo.kept import KeptClips, operation_of
from veo_story.backends.veo.places import SCHEME, read_place
from veo_story.backends.veo.wire.model import Broken, Finished, Pending, WireError, Withheld
from veo_story.backends.veo.wire.paths import vertex_poll
from veo_story.backends.veo.wire.replies import read_reply
from veo_story.errors import ConfigError, ExpiredError, GenerationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from veo_story.backends.base import Status
    from veo_story.backends.veo.client import Client
    from veo_story.backends.veo.gcs import Objects
    from veo_story.backends.veo.location import Access
    from veo_story.backends.veo.wire.model import Clip, Reply


class Results:
    """Looks at operations and fetches their clips.

    ``client`` gives the client for a location (None: express mode), ``objects`` reaches Cloud Storage (None:
    no credentials for it), ``work`` gives a folder for clips that come inside an answer.
    """

    def __init__(
        self,
        access: Access,
        client: Callable[[str | None], Client],
        objects: Objects | None,
        work: Callable[[], Path],
    ) -> None:
        self._access = access
        self._client = client
        self._objects = objects
        self._kept = KeptClips(work)

    async def look(self, name: str) -> Status:
        """Where an operation stands: one request. Raises what says that looking failed."""
        try:
            reply = await self._ask(name)
        except ExpiredError as error:
            return Failed(_unknown(name, error.message), may_have_cost=True)
        match reply:
            case Pending():
                return Running(look_again_s=0.0)
            case Finished(clips, withheld, usage):
                handles = [await self._handle(name, sample, clip) for sample, clip in enumerate(clips)]
                return Done(tuple(handles), withheld=withheld, usage=usage)
            case Withheld(reasons, category, retry_may_pass):
                return Filtered(reasons, category, retry_may_pass)
            case Broken(failure, retry_after_s):
                return Failed(failure, retry_after_s=retry_after_s)
            case _:
                assert_never(reply)

    async def fetch(self, handle: str, into: Path) -> Path:
        """Write the clip that a handle names to ``into``."""
        if handle.startswith(SCHEME):
            await self._fetch_object(handle, into)
        elif (inline := operation_of(handle)) is not None:
            if not await self._kept.copy(handle, into):
                await self._fetch_again(*inline, into)
        elif handle.startswith("https://"):
            await self._client(self._access.own_location).download(handle, into)
        else:
            raise GenerationError(f"'{handle[:100]}' names no result of Vertex AI")
        return into

    async def _ask(self, name: str) -> Reply:
        asked_at = self._access.operation_path(name)
        if asked_at is None:
            raise ExpiredError("this is no name of an operation there")
        location, model_path = asked_at
        answer: Any = await self._client(location).look_up(vertex_poll(model_path), {"operationName": name})
        try:
            return read_reply(answer, "vertex")
        except WireError as error:
            raise GenerationError(f"Vertex AI answers what nobody understands: {error}") from error

    async def _handle(self, name: str, sample: int, clip: Clip) -> str:
        if clip.uri is not None:
            return clip.uri
        return await self._kept.keep(name, sample, clip.data or b"")

    async def _fetch_object(self, handle: str, into: Path) -> None:
        place = read_place(handle)
        if place is None:
            raise GenerationError(f"'{handle[:100]}' names no object in Cloud Storage")
        if self._objects is None:
            raise ConfigError(
                f"the clip lies in Cloud Storage ({handle[:100]}), and an API key does not open that",
                hint="Set GOOGLE_CLOUD_PROJECT and sign in with 'gcloud auth application-default login'.",
            )
        await self._objects.fetch(place, into)

    async def _fetch_again(self, operation: str, sample: int, into: Path) -> None:
        """Ask for a clip that came inside the answer to another process."""
        status = await self.look(operation)
        if isinstance(status, Failed):
            raise status.error
        handle = f"{operation}#{sample}"
        if not await self._kept.copy(handle, into):
            raise ExpiredError(f"Vertex AI no longer has the clip {handle[-100:]}")


def _unknown(name: str, why: str) -> ExpiredError:
    return ExpiredError(
        f"Vertex AI does not know the operation {name[:120]!r}: {why}",
        hint="It was accepted once, so it may have been charged: look at the project's bill before "
        "you render the scene again.",
    )
