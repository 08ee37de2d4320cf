"""Where the services are: Google's own addresses, or those that the official SDKs' variables name.

=========================  ============================================  ==========================
Variable                   Default                                       Path that follows
=========================  ============================================  ==========================
``GOOGLE_GEMINI_BASE_URL`` ``https://generativelanguage.googleapis.com`` ``/v1beta``
``GOOGLE_VERTEX_BASE_URL`` ``https://LOCATION-aiplatform.googleapis.com`` ``/v1``, express ``/v1beta1``
``STORAGE_EMULATOR_HOST``  ``https://storage.googleapis.com``            none
=========================  ============================================  ==========================

Keys and tokens go to these addresses, so plain http is accepted for this machine only.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlencode, urlsplit

from veo_story.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

GEMINI_VARIABLE = "GOOGLE_GEMINI_BASE_URL"
VERTEX_VARIABLE = "GOOGLE_VERTEX_BASE_URL"
STORAGE_VARIABLE = "STORAGE_EMULATOR_HOST"

_GEMINI = "https://generativelanguage.googleapis.com"
_STORAGE = "https://storage.googleapis.com"
_PORTS = {"http": 80, "https": 443}
_LOCATION = re.compile(r"[a-z]+(-[a-z]+[0-9]*)*")

Origin = tuple[str, str, int]
"""Scheme, host and port: who gets what is sent there."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """``base_url`` has the API's version and no slash at its end.

    ``is_default``: it is Google's own address, not that of a gateway or an emulator.
    """

    base_url: str
    is_default: bool

    def url_of(self, path: str, params: Mapping[str, str] | None = None) -> str:
        """The URL of a path below the base, or the URL itself; ``params`` are added to its query.

        Paths come percent-encoded; nothing in them is encoded again.
        """
        url = path if "://" in path else f"{self.base_url}/{path.lstrip('/')}"
        if not params:
            return url
        return f"{url}{'&' if '?' in url else '?'}{urlencode(params)}"

    @property
    def origin(self) -> Origin:
        """Who answers at this endpoint."""
        origin = origin_of(self.base_url)
        assert origin is not None
        return origin


def gemini_endpoint(environ: Mapping[str, str]) -> Endpoint:
    """The Gemini API. Raises ConfigError for an address that may not be used."""
    return _endpoint(environ, GEMINI_VARIABLE, _GEMINI, "/v1beta")


def vertex_endpoint(environ: Mapping[str, str], location: str | None) -> Endpoint:
    """Vertex AI in ``location``; None is express mode, which has none.

    Raises ConfigError for an address that may not be used and for what cannot be a location.
    """
    if location is None:
        return _endpoint(environ, VERTEX_VARIABLE, "https://aiplatform.googleapis.com", "/v1beta1")
    if not _LOCATION.fullmatch(location):
        # It becomes a part of a host name that gets a token.
        raise ConfigError(
            f"'{location[:60]}' is no location of Vertex AI",
            hint="Set GOOGLE_CLOUD_LOCATION to one such as us-central1, or to global.",
        )
    prefix = "" if location == "global" else f"{location}-"
    return _endpoint(environ, VERTEX_VARIABLE, f"https://{prefix}aiplatform.googleapis.com", "/v1")


def storage_endpoint(environ: Mapping[str, str]) -> Endpoint:
    """Google Cloud Storage. ``STORAGE_EMULATOR_HOST`` may come without scheme, and is http then."""
    return _endpoint(environ, STORAGE_VARIABLE, _STORAGE, "", scheme="http")


def origin_of(url: str) -> Origin | None:
    """Scheme, host and port of a URL, or None when it is no http(s) URL with a host."""
    parts = _split(url)
    if parts is None or parts.scheme not in _PORTS or not parts.hostname:
        return None
    return parts.scheme, parts.hostname.rstrip("."), _port(parts) or _PORTS[parts.scheme]


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine: localhost, 127.0.0.0/8, ::1."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_private_enough(url: str) -> bool:
    """Whether what is sent to ``url`` is read by nobody on the way: https, or http to this machine."""
    origin = origin_of(url)
    return origin is not None and (origin[0] == "https" or is_loopback(origin[1]))


def _endpoint(
    environ: Mapping[str, str], variable: str, default: str, path: str, *, scheme: str | None = None
) -> Endpoint:
    given = environ.get(variable, "").strip()
    if not given:
        return Endpoint(default + path, is_default=True)
    if scheme and "://" not in given:
        given = f"{scheme}://{given}"
    _check(given, variable, default)
    base = given.rstrip("/")
    return Endpoint(base + path, is_default=origin_of(base) == origin_of(default))


def _check(url: str, variable: str, default: str) -> None:
    """Refuse an address that may not get a key. The value itself is not shown: it may hold a password."""
    parts = _split(url)
    fix = f"Set {variable} to an address such as {default}, or unset it."
    if parts is None or parts.scheme not in _PORTS or not parts.hostname or _port(parts) == 0:
        raise ConfigError(f"{variable} is not an http(s) address", hint=fix)
    if any(ord(char) <= 32 or ord(char) == 127 or char == "\\" for char in url):
        raise ConfigError(f"{variable} has blanks or control characters in it", hint=fix)
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise ConfigError(
            f"{variable} has a user name or password in it",
            hint="Leave it out: keys and tokens come from their own variables.",
        )
    if "?" in url or "#" in url:
        raise ConfigError(f"{variable} has a query or fragment in it", hint=fix)
    if not is_private_enough(url):
        raise ConfigError(
            f"{variable} is plain http to {parts.hostname}: anybody on the way could read the key",
            hint=f"Set {variable} to an https address; http is for this machine only (127.0.0.1, localhost).",
        )


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _port(parts: SplitResult) -> int | None:
    """The port as written, None where there is none, 0 where it is none."""
    try:
        return parts.port
    except ValueError:
        return 0
