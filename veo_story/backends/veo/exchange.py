"""One request and its answer: authorised, logged, with nothing secret left in what comes back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx

from veo_story.backends.veo import logs, redirects
from veo_story.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from veo_story.backends.veo.endpoints import Endpoint
    from veo_story.times import Time

    Authorise = Callable[[], Awaitable[Mapping[str, str]]]

LARGEST_ANSWER = 1 << 30
"""Bytes of a JSON answer, inline clips included; more is nothing that a service would send."""

_SECRET_HEADERS = ("authorization", "x-goog-api-key")
_SHORTEST_SECRET = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. ``content`` is its body, or a function that begins to read it from a file."""

    method: str
    url: str
    content: bytes | Callable[[], AsyncIterator[bytes]] = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    keyed: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; ``sent`` are the headers that authorised its request (no repr shows them)."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    sent: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """An answer whose body is still to be read; whoever has it closes ``response``."""

    response: httpx.Response
    asked: Asked
    sent: Mapping[str, str] = field(repr=False)
    began_s: float


class Exchange:
    """Sends requests to an endpoint, each once. Whatever httpx raises comes through.

    ``answer_s`` is the longest that reading a whole answer may take. It closes ``http`` when it is closed.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        endpoint: Endpoint,
        authorise: Authorise,
        time: Time,
        *,
        answer_s: float,
    ) -> None:
        self._http = http
        self._endpoint = endpoint
        self._authorise = authorise
        self._time = time
        self._answer_s = answer_s
        # All that were ever sent: a redirect or a late answer can bring back one that is no longer in use.
        self._secrets: dict[str, None] = {}

    async def ask(self, asked: Asked, *, number: int) -> Answer:
        """Send one request and read its answer; ``number`` is the try, for the log."""
        return await self.read(await self.open(asked, number=number))

    async def open(self, asked: Asked, *, number: int) -> Opened:
        """Send one request and wait for the head of its answer."""
        sent = await self._sent() if asked.keyed else {}
        content = asked.content if isinstance(asked.content, bytes) else asked.content()
        headers = {**asked.headers, **sent}
        body = content if isinstance(content, bytes) else b""
        logs.log_request(asked.method, asked.url, headers, body, number=number, secrets=self._secrets)
        began_s = self._time.monotonic()
        request = self._http.build_request(asked.method, asked.url, content=content or None, headers=headers)
        response = await self._http.send(request, stream=True)
        return Opened(response, asked, sent, began_s)

    async def _sent(self) -> Mapping[str, str]:
        """The headers that authorise. Raises ConfigError for what no header can carry, without showing it."""
        sent = dict(await self._authorise())
        self._secrets.update(dict.fromkeys(secrets_of(sent)))
        if all(" " <= char <= "~" for value in sent.values() for char in value):
            return sent
        raise ConfigError(
            "The key or token has line breaks or other characters in it that cannot be sent.",
            hint="Set it again, without anything around it.",
        )

    async def get(self, url: str, headers: Mapping[str, str], *, number: int) -> Opened:
        """GET, with redirects followed by hand: the key stays with the endpoint's own host.

        Raises GenerationError for a redirect that may not be followed.
        """
        hop = redirects.first_hop(url, self._endpoint.origin)
        for _ in range(redirects.MOST_HOPS + 1):
            opened = await self.open(Asked("GET", hop.url, headers=headers, keyed=hop.keyed), number=number)
            location = opened.response.headers.get("location")
            if opened.response.status_code not in redirects.REDIRECTS or not location:
                return opened
            self.log(opened, None)
            await opened.response.aclose()
            if self.harmless(location) != location:
                raise redirects.tells()
            hop = redirects.next_hop(hop, location, self._endpoint.origin)
        raise redirects.too_many()

    async def read(self, opened: Opened) -> Answer:
        """Read an answer to its end. Raises TimeoutError when it trickles for too long."""
        try:
            async with asyncio.timeout(self._answer_s):
                body = await _whole(opened.response)
        finally:
            await opened.response.aclose()
        # Error pages of gateways quote the request, its headers included, and so can an operation's error in
        # an answer that is a success. Here is the door: nothing behind it sees a secret.
        body = logs.scrub_bytes(body, self._secrets)
        self.log(opened, body)
        return Answer(opened.response.status_code, opened.response.headers, body, opened.sent)

    def log(self, opened: Opened, body: bytes | None) -> None:
        """Write the answer's line to the log; ``body`` None is one that is streamed or not read."""
        logs.log_answer(
            opened.asked.method,
            opened.asked.url,
            opened.response.status_code,
            opened.response.headers,
            body,
            took_ms=(self._time.monotonic() - opened.began_s) * 1000,
            secrets=self._secrets,
        )

    def harmless(self, text: str) -> str:
        """``text`` of an answer's head without the keys and tokens that were sent; its body has none."""
        return logs.scrub(text, self._secrets)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()


def secrets_of(headers: Mapping[str, str]) -> list[str]:
    """The keys and tokens among headers, as they could turn up in a text."""
    values = [value for name, value in headers.items() if name.lower() in _SECRET_HEADERS]
    return [part for value in values if len(part := value.split()[-1]) >= _SHORTEST_SECRET]


async def _whole(response: httpx.Response) -> bytes:
    body = bytearray()
    async for portion in response.aiter_bytes():
        body += portion
        if len(body) > LARGEST_ANSWER:
            raise httpx.DecodingError("the answer is too large", request=response.request)
    return bytes(body)
