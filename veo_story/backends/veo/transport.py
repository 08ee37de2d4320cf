"""How connections are made: time-outs for each phase, proxies, cookies, and what went wrong in our words."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Any

import httpx

from veo_story.backends.veo.endpoints import is_loopback
from veo_story.errors import ConfigError, GenerationError
from veo_story.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable
    from ssl import SSLContext

    from veo_story.errors import VeoStoryError

USER_AGENT = f"veo-story/{__version__}"


@dataclass(frozen=True, slots=True)
class Phases:
    """The longest that each phase of a request may take, in seconds of the network.

    A clock that is sped up does not shorten them: the way to an emulator is as long as it is.
    """

    connect_s: float = 15
    """Name, TCP and TLS. Nothing was sent yet, so giving up early costs nothing but another try."""
    write_s: float = 60
    """For one portion of the body, not for all of it: slow lines send 20 MB images too."""
    read_s: float = 120
    """Between two portions of the answer. A submit checks images before it answers, and when this ends it
    the outcome is unknown: better long. The services' own front ends give up after 60 s."""
    pool_s: float = 600
    """For a free connection of our own. Others are busy downloading; nothing is wrong."""
    answer_s: float = 600
    """For a whole JSON answer, however slowly it trickles; clips that come inside of it are large."""

    file_s: float = 1800
    """For one try at a download: 100 MB on a line of 0.5 Mbit/s. What trickles for longer never ends."""

    def for_httpx(self) -> httpx.Timeout:
        """These limits as httpx takes them; the last one has no counterpart there."""
        return httpx.Timeout(connect=self.connect_s, write=self.write_s, read=self.read_s, pool=self.pool_s)


def open_http(host: str, phases: Phases) -> tuple[httpx.AsyncClient, httpx.AsyncClient]:
    """Two HTTP clients that follow no redirects, keep no cookies and repeat nothing.

    The first keeps connections open for further requests, the second makes one for each. The proxies and
    certificates of the environment hold, as for every program of this machine; only what goes to this machine
    itself, or to ``host`` when that is a loopback address, never passes a proxy. Raises ConfigError when the
    environment's proxies or certificates cannot be used.
    """
    try:
        # Reading all certificates takes 20 ms: once is enough.
        trusted = httpx.create_ssl_context()
        return _client(host, phases, trusted, keep_alive=True), _client(
            host, phases, trusted, keep_alive=False
        )
    except (ImportError, ValueError, OSError) as error:
        # The text may hold the proxy's password.
        raise ConfigError(
            f"The proxy or certificate settings of the environment cannot be used ({type(error).__name__}).",
            hint="Look at HTTPS_PROXY, ALL_PROXY, NO_PROXY, SSL_CERT_FILE and SSL_CERT_DIR.",
        ) from None


def _client(host: str, phases: Phases, trusted: SSLContext, *, keep_alive: bool) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        timeout=phases.for_httpx(),
        limits=httpx.Limits(max_connections=100, max_keepalive_connections=20 if keep_alive else 0),
        mounts={f"all://{_bracketed(name)}": None for name in _direct_hosts(host)},
        cookies=_no_cookies(),
        headers={"user-agent": USER_AGENT},
        follow_redirects=False,
        verify=trusted,
    )


def _direct_hosts(host: str) -> Iterable[str]:
    return {"localhost", "127.0.0.1", "::1", *([host] if is_loopback(host) else [])}


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _no_cookies() -> CookieJar:
    return CookieJar(DefaultCookiePolicy(allowed_domains=()))


def was_never_sent(error: httpx.HTTPError) -> bool:
    """Whether a request surely did not reach anybody: the connection was never there."""
    return isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError)


def is_hopeless(error: Exception) -> bool:
    """Whether a request cannot be sent at all, however often it is tried."""
    return isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError | httpx.InvalidURL)


def what_happened(error: Exception) -> str:
    """A failure of the network in a few words; never with anything that was sent."""
    for kind, words in _WORDS:
        if isinstance(error, kind):
            return words
    return f"the connection failed ({type(error).__name__})"


def cannot_reach(where: str, error: Exception) -> VeoStoryError:
    """The error for a connection that was never made."""
    detail = f" ({str(error)[:200]})" if isinstance(error, httpx.ConnectError) and str(error) else ""
    failure = ConfigError(
        f"{where} cannot be reached: {what_happened(error)}{detail}.",
        hint="Look at the network, at HTTPS_PROXY and at the base URL, then run again.",
    )
    failure.__cause__ = error
    return failure


def cannot_send(where: str, error: Exception) -> VeoStoryError:
    """The error for a request that HTTP does not allow. The reason may quote a header: it is not shown."""
    return ConfigError(
        f"The request to {where} cannot be sent ({type(error).__name__}).",
        hint="Look at the base URL, and at the key for characters that do not belong there.",
    )


def redirected(where: str) -> VeoStoryError:
    """The error for a POST that is answered with another address."""
    return ConfigError(
        f"{where} redirects a request that is not sent to strangers.",
        hint="Set the base URL to the address of the service itself.",
    )


def broke_off(where: str, what: str, error: Exception | None = None) -> VeoStoryError:
    """The error for a look, an upload or a download that failed every time."""
    failure = GenerationError(f"{where}: {what}.", hint="Look at the network, then run again.")
    failure.__cause__ = error
    return failure


# From the special to the general: the first that fits is taken.
_WORDS: tuple[tuple[Any, str], ...] = (
    (httpx.ConnectTimeout, "no connection in time"),
    (httpx.ProxyError, "the proxy refused"),
    (httpx.ConnectError, "no connection"),
    (httpx.PoolTimeout, "all connections stayed busy"),
    (httpx.WriteTimeout, "sending the request stalled"),
    (httpx.ReadTimeout, "no answer in time"),
    (TimeoutError, "the answer did not end in time"),
    (httpx.RemoteProtocolError, "the connection was closed before the answer was complete"),
    (httpx.NetworkError, "the connection was reset"),
)
