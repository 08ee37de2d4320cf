"""google-auth's requests for tokens, over httpx, and the tokens of Google's own machines."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
from google.auth import exceptions, transport

from veo_story.backends.veo import logs
from veo_story.backends.veo.endpoints import is_loopback, is_private_enough, origin_of
from veo_story.backends.veo.transport import USER_AGENT, what_happened
from veo_story.errors import ConfigError
from veo_story.times import REAL_TIME

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

METADATA_HOST = "169.254.169.254"
"""Where Google's own machines find their tokens; an address that no router passes on."""

_TIMEOUT_S = 30.0
_PING_S = 3.0
_GATEWAY = (502, 504)
"""What stands between the network and the service had trouble; the service itself said nothing."""
_ERRORS: Any = exceptions  # their constructors have no types
_FLAVOUR = {"Metadata-Flavor": "Google"}


class Response(transport.Response):
    """What google-auth wants of an answer."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self._response.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, to be asked for in any case."""
        return self._response.headers

    @property
    def data(self) -> bytes:
        """The body."""
        return self._response.content


class HttpxRequest(transport.Request):
    """Sends one request for a token. Blocks: call it in a thread.

    ``metadata_host`` may be asked over plain http, without a proxy, as no other but this machine.
    """

    def __init__(self, metadata_host: str = METADATA_HOST) -> None:
        self._metadata_host = metadata_host

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **_options: Any,
    ) -> Response:
        """Raises TransportError when network or gateway fail and ConfigError for an address on plain http."""
        direct = self._is_direct(url)
        if not direct and not is_private_enough(url):
            raise ConfigError(
                "The credentials name a token address that is not https; nothing is sent there.",
                hint="Look at token_uri and the other addresses in the credentials file.",
            )
        logs.say(f"> {method} {logs.shown_url(url)} (for a token)")
        try:
            # Tokens last an hour: a connection is not worth keeping. Certificates take 20 ms to read, and
            # plain http has none to check.
            verify = not url.lower().startswith("http:")
            with httpx.Client(trust_env=not direct, timeout=timeout or _TIMEOUT_S, verify=verify) as http:
                response = http.request(
                    method, url, content=body, headers={"user-agent": USER_AGENT, **(headers or {})}
                )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # Not the error's own text: a complaint about a header would quote the token in it.
            raise _ERRORS.TransportError(what_happened(error)) from None
        except (ImportError, ValueError, OSError) as error:
            raise _ERRORS.TransportError(
                f"the proxy or certificate settings cannot be used ({type(error).__name__})"
            ) from None
        logs.say(f"< {response.status_code} {method} {logs.shown_url(url)}, {len(response.content)} bytes")
        if response.status_code in _GATEWAY:
            # google-auth takes them for a no, with a page of HTML as its reason.
            raise _ERRORS.TransportError(f"the answer was {response.status_code}")
        return Response(response)

    def _is_direct(self, url: str) -> bool:
        origin = origin_of(url)
        if origin is None:
            return False
        return is_loopback(origin[1]) or url.startswith(f"http://{self._metadata_host}/")


class MachineCredentials:
    """The service account of the Google machine that we run on, as far as google-auth's credentials go.

    google-auth's own class for it needs the `requests` library. ``expiry`` is UTC without saying so, as
    everywhere in google-auth.
    """

    def __init__(self, metadata_host: str = METADATA_HOST) -> None:
        self.expiry: datetime | None = None
        self._token = ""
        self._base = f"http://{metadata_host}/computeMetadata/v1"

    def refresh(self, request: transport.Request) -> None:
        """Get a token. Raises RefreshError and TransportError as google-auth does."""
        url = f"{self._base}/instance/service-accounts/default/token"
        response = request(url=url, method="GET", headers=_FLAVOUR)
        if response.status != 200:
            raise _ERRORS.RefreshError(
                f"the metadata server answered with {response.status}", retryable=response.status >= 500
            )
        try:
            answer = json.loads(response.data)
            self._token = str(answer["access_token"])
            lifetime = timedelta(seconds=float(answer["expires_in"]))
            self.expiry = REAL_TIME.now().replace(tzinfo=None) + lifetime
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise _ERRORS.RefreshError("the metadata server's answer is no token") from error

    def apply(self, headers: dict[str, str]) -> None:
        """Add the token to ``headers``."""
        headers["authorization"] = f"Bearer {self._token}"

    def project(self, request: transport.Request) -> str | None:
        """The project of this machine; None when there is no metadata server here, or no project."""
        url = f"{self._base}/project/project-id"
        try:
            response = request(url=url, method="GET", headers=_FLAVOUR, timeout=_PING_S)
        except exceptions.TransportError:
            return None
        # Other clouds have something at that address, too.
        if response.status != 200 or response.headers.get("metadata-flavor") != "Google":
            return None
        return bytes(response.data).decode("utf-8", "replace").strip() or None
