"""Veo on Vertex AI: a project with Google credentials, or express mode with an API key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.backends.base import Backend, Failed, Operation
from veo_story.backends.veo import landing
from veo_story.backends.veo.admit import admit
from veo_story.backends.veo.client import Client
from veo_story.backends.veo.endpoints import storage_endpoint
from veo_story.backends.veo.gcs import Objects
from veo_story.backends.veo.location import open_access
from veo_story.backends.veo.places import read_place, storage_of
from veo_story.backends.veo.staging import Staging
from veo_story.backends.veo.vertex_results import Results
from veo_story.backends.veo.watch import Watch
from veo_story.backends.veo.wire.model import WireError
from veo_story.backends.veo.wire.paths import vertex_submit
from veo_story.backends.veo.wire.replies import operation_name
from veo_story.backends.veo.wire.requests import body_of
from veo_story.backends.veo.wire.steps import request_of
from veo_story.backends.workfolder import WorkFolder
from veo_story.errors import ConfigError, ExpiredError, OutcomeUnknown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from veo_story.backends.base import Done, Inputs, Status
    from veo_story.backends.registry import BackendSettings
    from veo_story.plan.model import Step
    from veo_story.plan.takes import Attempt

_SIGN_IN = "Set GOOGLE_CLOUD_PROJECT and sign in with 'gcloud auth application-default login'"


class VertexBackend(Backend):
    """See :class:`~veo_story.backends.base.Backend`.

    With ``settings.storage`` inputs and results go through Cloud Storage: each attempt has a prefix of its
    own there, by which a request whose answer was lost is found again. Without it they stand inside the
    requests and answers, and clips to extend are limited to about 15 MB. Raises ConfigError when opened
    without credentials or with settings that do not go together.
    """

    name = "vertex"

    def __init__(self, settings: BackendSettings) -> None:
        self._settings = settings
        self._storage = None if settings.storage is None else storage_of(settings.storage)
        self.storage = None if self._storage is None else self._storage.uri
        self._access = open_access(settings.environ, settings.time, settings.remark)
        if self._access.is_express and self._storage is not None:
            raise ConfigError(
                "an API key does not open Cloud Storage, so express mode cannot use --gcs",
                hint=f"{_SIGN_IN}, or leave --gcs out.",
            )
        # An address that may not get the key is said now, not with the first request.
        self._is_google = self._access.endpoint().is_default
        self._watch = Watch(settings.time)
        self._clients: dict[str | None, Client] = {}
        self._work: WorkFolder | None = None
        self._objects_client = None if self._access.is_express else self._open_storage()
        self._objects = None if self._objects_client is None else Objects(self._objects_client)
        self._staging = Staging(self._objects, self._storage, self._work_folder)
        self._results = Results(self._access, self._client, self._objects, self._work_folder)
        self._landing = None if self._objects is None else landing.Landing(self._objects)

    def admit(self, steps: Sequence[Step]) -> None:
        """See :class:`~veo_story.backends.base.Backend`. Refuses models that are known to be switched off."""
        admit(
            steps,
            backend=self.name,
            today=self._settings.today or self._settings.time.now().date(),
            is_default=self._is_google,
            allow_retired=self._settings.allow_retired,
        )

    async def prepare(self, step: Step, inputs: Inputs) -> Inputs:
        """See :class:`~veo_story.backends.base.Backend`. Uploads what is not in Cloud Storage yet."""
        return await self._staging.stage(step, inputs)

    async def submit(self, step: Step, inputs: Inputs, *, attempt_id: str, samples: int = 1) -> Operation:
        """See :class:`~veo_story.backends.base.Backend`."""
        media = await self._staging.media(step, inputs)
        results = None if self._storage is None else landing.results_of(self._storage, attempt_id).uri
        request = request_of(
            step,
            media,
            inputs,
            "vertex",
            samples=samples,
            storage_uri=results,
            labels=self._settings.labels,
        )
        path = vertex_submit(self._access.model_path(step.model))
        answer = await self._client(self._access.own_location).submit(
            path, body_of(request, "vertex"), model=step.model
        )
        try:
            operation = Operation(operation_name(answer, "vertex"))
        except WireError as error:
            raise OutcomeUnknown(str(error)) from error
        if self._access.operation_path(operation.name) is None:
            # Accepted, and never to be asked for: not one to be forgotten as failed.
            raise OutcomeUnknown(
                f"Vertex AI accepted the request as {operation.name[:200]!r}, which is no name to ask it by"
            )
        self._watch.submitted(operation.name, (step.model, step.mode, step.parameters.resolution))
        return operation

    async def status(self, operation: Operation) -> Status:
        """See :class:`~veo_story.backends.base.Backend`. Asks the service only when a look is due."""
        return await self._watch.status(operation.name, lambda: self._look(operation))

    async def fetch(self, done: Done, into: Path, *, sample: int = 0) -> Path:
        """See :class:`~veo_story.backends.base.Backend`."""
        return await self._results.fetch(done.handles[sample], into)

    async def recall(self, attempt: Attempt) -> Operation | None:
        """See :class:`~veo_story.backends.base.Backend`. Looks below the attempt's prefix, if it has one.

        That one was written down before the request was sent; where this run keeps its own does not matter.
        """
        storage = None if attempt.storage is None else read_place(attempt.storage)
        if storage is None:
            return None
        if self._objects is None:
            self._settings.remark(
                f"what a lost request of {attempt.scene_id} left would lie below {storage.uri}, "
                f"and an API key does not open Cloud Storage: {_SIGN_IN}, then look again"
            )
            return None
        return await landing.recall(self._objects, storage, attempt)

    async def aclose(self) -> None:
        """See :class:`~veo_story.backends.base.Backend`."""
        await self._staging.aclose()
        for client in (*self._clients.values(), self._objects_client):
            if client is not None:
                await client.aclose()
        if self._work is not None:
            self._work.clear()
            self._work = None

    async def _look(self, operation: Operation) -> Status:
        if not landing.is_recalled(operation):
            return await self._results.look(operation.name)
        if self._landing is None:
            raise ConfigError(
                f"what a lost request left lies in Cloud Storage ({operation.name[:100]}), "
                "and an API key does not open that",
                hint=f"{_SIGN_IN}.",
            )
        status = await self._landing.look(operation, self._settings.time.monotonic())
        if status is None:
            gone = ExpiredError(f"'{operation.name[:100]}' names no place that can be looked at")
            return Failed(gone, may_have_cost=True)
        return status

    def _client(self, location: str | None) -> Client:
        """The client for a location; None is express mode."""
        if location not in self._clients:
            access = self._access
            self._clients[location] = Client(
                access.endpoint(location),
                "vertex",
                access.authorise,
                self._settings.time,
                renew=access.renew,
                is_stopping=self._settings.is_stopping,
            )
        return self._clients[location]

    def _open_storage(self) -> Client:
        access, time = self._access, self._settings.time
        endpoint = storage_endpoint(access.environ)
        return Client(endpoint, "gcs", access.authorise, time, renew=access.renew)

    def _work_folder(self) -> Path:
        if self._work is None:
            self._work = WorkFolder(self._settings.folder, self.name)
        return self._work.path
