"""Where a redirect may lead, and whether the key goes there too."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from veo_story.backends.veo.endpoints import Origin, is_loopback, origin_of
from veo_story.errors import GenerationError

MOST_HOPS = 5
REDIRECTS = frozenset((301, 302, 303, 307, 308))


@dataclass(frozen=True, slots=True)
class Hop:
    """An address to get, and whether the key or token may be sent there."""

    url: str
    keyed: bool


def first_hop(url: str, home: Origin) -> Hop:
    """Where to begin: the key is for ``home`` only. Raises GenerationError for what may not be asked."""
    return _checked(url, home, keyed=True)


def next_hop(hop: Hop, location: str, home: Origin) -> Hop:
    """Where an answer at ``hop`` sends us.

    A key that was dropped on the way stays dropped, also when a stranger sends us home again. Raises
    GenerationError for an address that may not be asked.
    """
    try:
        url = urljoin(hop.url, location.strip())
    except ValueError:
        url = ""
    return _checked(url, home, keyed=hop.keyed)


def _checked(url: str, home: Origin, *, keyed: bool) -> Hop:
    origin = origin_of(url)
    unclear = any(char <= " " or char == "\x7f" for char in url)
    if origin is None or unclear or "@" in urlsplit(url).netloc:
        raise _refused("names what is no http(s) address")
    # Plain http is for emulators: a real service has no business to send us to this machine either.
    if origin[0] == "http" and not (is_loopback(origin[1]) and is_loopback(home[1])):
        raise _refused(f"names an address on plain http at {origin[1]}")
    return Hop(url, keyed and origin == home)


def _refused(why: str) -> GenerationError:
    return GenerationError(
        f"The service {why}: it is not followed.",
        hint="Look at the base URL and at the proxy of this machine.",
    )


def tells() -> GenerationError:
    """The error for a redirect that would hand the key on inside of its address."""
    return _refused("names an address with the key or token in it")


def too_many() -> GenerationError:
    """The error for a chain of redirects without an end."""
    return _refused("sends us from one address to the next")
