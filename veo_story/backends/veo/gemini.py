"""Veo on the Gemini API, or on whatever speaks its protocol at ``GOOGLE_GEMINI_BASE_URL``."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, assert_never

from veo_story.backends.base import Backend, Done, Failed, Filtered, Operation, Running
from veo_story.backends.veo import gemini_listing
from veo_story.backends.veo.admit import admit
from veo_story.backends.veo.client import Client
from veo_story.backends.veo.endpoints import gemini_endpoint
from veo_story.backends.veo.gemini_files import Files, address_of, file_id_of, moment_of
from veo_story.backends.veo.keys import api_key, key_headers
from veo_story.backends.veo.pictures import read_picture
from veo_story.backends.veo.watch import Watch
from veo_story.backends.veo.wire.model import Broken, Finished, Pending, WireError, Withheld
from veo_story.backends.veo.wire.paths import gemini_submit
from veo_story.backends.veo.wire.replies import is_operation_name, operation_name, read_reply
from veo_story.backends.veo.wire.requests import body_of
from veo_story.backends.veo.wire.steps import request_of
from veo_story.errors import ExpiredError, GenerationError, OutcomeUnknown

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from veo_story.backends.base import Candidate, Inputs, Status
    from veo_story.backends.registry import BackendSettings
    from veo_story.backends.veo.wire.model import Medium
    from veo_story.plan.model import Step
    from veo_story.plan.takes import Attempt

_KEPT = timedelta(days=2)
"""How long the service keeps a clip, where it does not say."""


class GeminiBackend(Backend):
    """Renders by the Gemini API. Raises ConfigError when opened without a key or with an unsafe base URL."""

    name = "gemini"

    def __init__(self, settings: BackendSettings) -> None:
        self._settings = settings
        self._endpoint = gemini_endpoint(settings.environ)
        key = api_key(settings.environ, settings.remark)
        self._client = Client(
            self._endpoint, "gemini", key_headers(key), settings.time, is_stopping=settings.is_stopping
        )
        self._watch = Watch(settings.time)
        self._files = Files(self._client, settings.time)
        self._digests: dict[str, str] = {}

    def admit(self, steps: Sequence[Step]) -> None:
        """See :class:`~veo_story.backends.base.Backend`. Refuses models that Google has retired."""
        admit(
            steps,
            backend=self.name,
            today=self._settings.today or self._settings.time.now().date(),
            is_default=self._endpoint.is_default,
            allow_retired=self._settings.allow_retired,
        )

    async def prepare(self, step: Step, inputs: Inputs) -> Inputs:
        """See :class:`~veo_story.backends.base.Backend`. Waits until the parent can be extended."""
        if inputs.parent is not None:
            await self._files.wait_until_active(step, inputs.parent)
        return inputs

    async def submit(self, step: Step, inputs: Inputs, *, attempt_id: str, samples: int = 1) -> Operation:
        """See :class:`~veo_story.backends.base.Backend`. Images go inside the request."""
        media = await asyncio.to_thread(_pictures, inputs)
        body = body_of(request_of(step, media, inputs, "gemini", samples=samples), "gemini")
        answer = await self._client.submit(gemini_submit(step.model), body, model=step.model)
        try:
            operation = Operation(operation_name(answer, "gemini"))
        except WireError as error:
            raise OutcomeUnknown(str(error)) from error
        self._watch.submitted(operation.name, (step.model, step.mode, step.parameters.resolution))
        return operation

    async def status(self, operation: Operation) -> Status:
        """See :class:`~veo_story.backends.base.Backend`. Asks the service only when a look is due."""
        if not is_operation_name(operation.name):
            return Failed(_unknown(operation, "this is no name of an operation there"), may_have_cost=True)
        return await self._watch.status(operation.name, lambda: self._look(operation))

    async def fetch(self, done: Done, into: Path, *, sample: int = 0) -> Path:
        """See :class:`~veo_story.backends.base.Backend`. A clip can be fetched while it is processed."""
        handle = done.handles[sample]
        await self._client.download(
            address_of(handle, self._endpoint), into, sha256=self._digests.get(handle)
        )
        return into

    async def candidates(self, attempt: Attempt, known: Collection[str]) -> tuple[Candidate, ...]:
        """See :class:`~veo_story.backends.base.Backend`. Those of the attempt's model."""
        return await gemini_listing.candidates(self._client, attempt.model, known, self._settings.remark)

    async def aclose(self) -> None:
        """See :class:`~veo_story.backends.base.Backend`."""
        await self._client.aclose()

    async def _look(self, operation: Operation) -> Status:
        try:
            reply = read_reply(await self._client.get_json(operation.name), "gemini")
        except ExpiredError as error:
            return Failed(_unknown(operation, error.message), may_have_cost=True)
        except WireError as error:
            raise GenerationError(f"the Gemini API's answer cannot be understood: {error}") from error
        match reply:
            case Pending():
                return Running(look_again_s=0.0)
            case Withheld(reasons, category, retry_may_pass):
                return Filtered(reasons, category, retry_may_pass)
            case Broken(failure, retry_after_s):
                return Failed(failure, retry_after_s=retry_after_s)
            case Finished():
                return await self._done(reply)
            case _:
                assert_never(reply)

    async def _done(self, reply: Finished) -> Status:
        """The clips' addresses, with what the service says of their files."""
        handles = tuple(clip.uri for clip in reply.clips if clip.uri is not None)
        if len(handles) < len(reply.clips):
            raise GenerationError("the Gemini API sent a clip without an address")
        expires_at = self._settings.time.now() + _KEPT
        for handle in handles:
            if (file := file_id_of(handle)) is None or (state := await self._files.made(file)) is None:
                continue
            if state.state == "FAILED":
                why = f"the service made a clip and lost it: {state.error or file}"
                return Failed(GenerationError(why), may_have_cost=True)
            if state.sha256 is not None:
                self._digests[handle] = state.sha256
            expires_at = min(expires_at, moment_of(state) or expires_at)
        return Done(handles, expires_at=expires_at, withheld=reply.withheld, usage=reply.usage)


def _pictures(inputs: Inputs) -> dict[Path, Medium]:
    """The images of a step, ready to be sent. Raises MediaError that names the file."""
    wanted = (inputs.first_frame, inputs.last_frame, *inputs.references)
    return {path: read_picture(path) for path in wanted if path is not None}


def _unknown(operation: Operation, why: str) -> ExpiredError:
    return ExpiredError(
        f"the Gemini API does not know the operation {operation.name[:120]!r}: {why}",
        hint="It was accepted once, so it may have been charged: look at the billing page of your account "
        "before you render the scene again.",
    )
