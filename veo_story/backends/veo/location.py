"""Where Vertex AI is asked, and as whom: a project with Google credentials, or express mode with a key."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from veo_story.backends.veo import keys
from veo_story.backends.veo.endpoints import vertex_endpoint
from veo_story.backends.veo.wire.paths import vertex_model
from veo_story.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from veo_story.backends.veo.endpoints import Endpoint
    from veo_story.backends.veo.exchange import Authorise
    from veo_story.backends.veo.looks import Renew
    from veo_story.times import Time

PROJECT_VARIABLE = "GOOGLE_CLOUD_PROJECT"
LOCATION_VARIABLE = "GOOGLE_CLOUD_LOCATION"
DEFAULT_LOCATION = "us-central1"

_CREDENTIALS_VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS"
_OPERATION = re.compile(
    r"(?:projects/(?P<project>[^/]+)/locations/(?P<location>[^/]+)/)?"
    r"publishers/google/models/(?P<model>[^/]+)/operations/[^/]+"
)


@dataclass(frozen=True, slots=True)
class Access:
    """How Vertex AI is reached. ``project`` is None in express mode, whose paths name no location either.

    ``authorise`` and ``renew`` are what a client takes.
    """

    environ: Mapping[str, str]
    project: str | None
    location: str
    authorise: Authorise
    renew: Renew | None = None

    @property
    def is_express(self) -> bool:
        """Whether an API key stands for a project."""
        return self.project is None

    @property
    def own_location(self) -> str | None:
        """Where new requests go; express mode names no location."""
        return None if self.is_express else self.location

    def endpoint(self, location: str | None = None) -> Endpoint:
        """The address for a location, by default our own. Raises ConfigError."""
        return vertex_endpoint(self.environ, None if self.is_express else location or self.location)

    def model_path(self, model: str) -> str:
        """A model's path here."""
        return vertex_model(model, self.project, self.location)

    def operation_path(self, name: str) -> tuple[str | None, str] | None:
        """Location and model path to ask for an operation at; None when it is no operation of Vertex AI.

        It is asked for where it was begun, wherever new requests go to now.
        """
        found = _OPERATION.fullmatch(name)
        if found is None or {".", ".."} & set(name.split("/")):
            return None
        project, location = found["project"] or self.project, found["location"] or self.location
        if self.is_express:
            return None, vertex_model(found["model"], None, location)
        return location, vertex_model(found["model"], project, location)


def open_access(environ: Mapping[str, str], time: Time, remark: Callable[[str], None]) -> Access:
    """Find project, location and credentials in the environment.

    A key alone, with neither project nor credentials file named, is express mode; ``remark`` is told so.
    Raises ConfigError that says what is missing and how to set it.
    """
    project = environ.get(PROJECT_VARIABLE, "").strip()
    location = environ.get(LOCATION_VARIABLE, "").strip() or DEFAULT_LOCATION
    has_file = bool(environ.get(_CREDENTIALS_VARIABLE, "").strip())
    has_key = any(environ.get(name, "").strip() for name in keys.VARIABLES)
    if has_key and not project and not has_file:
        remark("Vertex AI is used in express mode: with an API key, without a project.")
        return Access(environ, None, location, keys.key_headers(keys.api_key(environ, remark)))
    from veo_story.backends.veo.google_auth import google_credentials

    credentials = google_credentials(environ, time)
    project = project or credentials.project or ""
    if not project:
        raise ConfigError(
            f"no Google Cloud project: {PROJECT_VARIABLE} is not set, and the credentials name none",
            hint=f"Set {PROJECT_VARIABLE} to the id of a project in which the Vertex AI API is enabled.",
        )
    return Access(environ, project, location, credentials.authorise, credentials.renew)
