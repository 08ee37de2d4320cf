"""Requests to one endpoint: what may be repeated is, what costs money is sent again only when surely untaken.

===========  ============================================================================================
Call         Repeated
===========  ============================================================================================
get_json     on every failure of the network, 429, 5xx and answers that are cut short
look_up      the same
upload       the same
download     the same, from where it broke off when the server allows
submit       when no connection was made, when the service took nothing and says to come again (429, 503),
             and once with a fresh token when it was turned away for the old one (401)
===========  ============================================================================================
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from veo_story.backends.veo.download import Download
from veo_story.backends.veo.exchange import Asked, Exchange, Opened
from veo_story.backends.veo.looks import Looks
from veo_story.backends.veo.retry import CHANCE, LOOKING, MOVING, Policy
from veo_story.backends.veo.submits import Submits
from veo_story.backends.veo.transport import Phases, open_http
from veo_story.backends.veo.upload import upload_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from veo_story.backends.veo.endpoints import Endpoint
    from veo_story.backends.veo.exchange import Authorise
    from veo_story.backends.veo.looks import Renew, Service
    from veo_story.times import Time

_JSON = {"content-type": "application/json"}


class Client:
    """One service at one address. Close it when done.

    ``authorise`` gives the headers that prove who we are, anew for each request; ``renew`` gets those that
    were answered with 401, so that the next ones are fresh. ``jitter`` gives numbers from 0 to 1. All waits
    between tries go by ``time``. While ``is_stopping`` says so, no submit is sent again.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        platform: Service,
        authorise: Authorise,
        time: Time,
        *,
        renew: Renew | None = None,
        phases: Phases | None = None,
        jitter: Callable[[], float] = CHANCE,
        is_stopping: Callable[[], bool] | None = None,
    ) -> None:
        self.endpoint = endpoint
        limits = phases or Phases()
        self._file_s = limits.file_s
        host = endpoint.origin[1]
        # A server may close an idle connection just when we use it again, and nobody could say then whether
        # it took the request. On a fresh connection for each submit, "no connection" means "not sent".
        kept, fresh = open_http(host, limits)
        looking = Exchange(kept, endpoint, authorise, time, answer_s=limits.answer_s)
        submitting = Exchange(fresh, endpoint, authorise, time, answer_s=limits.answer_s)
        self._looks = Looks(looking, platform, host, time, renew, jitter)
        self._submits = Submits(submitting, platform, host, time, renew, jitter, is_stopping)

    async def get_json(
        self, path: str, params: Mapping[str, str] | None = None, *, absent: Collection[int] = ()
    ) -> Any:
        """GET a path or URL and return its JSON; None for answers whose status is one of ``absent``.

        Raises what the service's refusal says, and ConfigError or GenerationError when the network fails.
        """
        url = self.endpoint.url_of(path, params)

        async def opened(number: int) -> Opened:
            return await self._looks.exchange.get(url, {}, number=number)

        return await self._looks.json_of(opened, absent=absent)

    async def look_up(self, path: str, body: Mapping[str, Any]) -> Any:
        """POST a question that may be repeated and return its JSON. Raises as :meth:`get_json` does."""
        return await self._post(Asked("POST", self.endpoint.url_of(path), _encoded(body), _JSON), LOOKING)

    async def upload(self, url_or_path: str, params: Mapping[str, str] | None, file: Path, mime: str) -> Any:
        """POST a file and return the JSON of the answer. Raises OSError when the file cannot be read."""
        asked = upload_of(self.endpoint.url_of(url_or_path, params), file, mime)
        return await self._post(asked, MOVING)

    async def download(
        self,
        url: str,
        into: Path,
        *,
        params: Mapping[str, str] | None = None,
        sha256: str | None = None,
    ) -> None:
        """Write what a URL or path holds to the file ``into``: whole, or not at all.

        ``sha256`` are the hex digits that it must have. Raises GenerationError when it stays incomplete or
        damaged (the clip stays where it is and can be fetched later), what the service's refusal says, and
        OSError when the disk fails.
        """
        download = Download(self.endpoint.url_of(url, params), into, self._looks, sha256, self._file_s)
        try:
            await self._looks.repeat(download.attempt, MOVING)
        finally:
            download.tidy()

    async def submit(self, path: str, body: Mapping[str, Any], *, model: str | None) -> dict[str, Any]:
        """POST the one request that costs money; ``model`` is for the words of errors.

        Raises OutcomeUnknown when nobody can tell whether it was taken; every other VeoStoryError means
        that it was not. A cancelled submit stays cancelled: its outcome is unknown, too.
        """
        asked = Asked("POST", self.endpoint.url_of(path), _encoded(body), _JSON)
        return await self._submits.submit(asked, model)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._looks.exchange.aclose()
        await self._submits.exchange.aclose()

    async def _post(self, asked: Asked, policy: Policy) -> Any:
        return await self._looks.json_of(lambda n: self._looks.exchange.open(asked, number=n), policy)


def _encoded(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
