"""A server on this machine that answers by a script, and a clock that only writes down who waits."""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from veo_story.backends.veo.client import Client
from veo_story.backends.veo.endpoints import Endpoint
from veo_story.backends.veo.transport import Phases
from veo_story.times import Time

KEY = "canary-key-5f2b7c91d0"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Reply:
    """One scripted answer. ``length`` lies about the body's; the rest are mishaps.

    ``cut`` closes the connection after so many bytes of the body, ``reset`` before any byte of the answer.
    ``hang`` never answers, ``trickle`` never ends. ``raw`` are the bytes of the answer, head and all.
    """

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    cut: int | None = None
    reset: bool = False
    hang: bool = False
    trickle: bool = False
    raw: bytes | None = None


@dataclass(frozen=True)
class Seen:
    """A request as it came in; ``connection`` counts from 1."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    connection: int


Script = Callable[[Seen], Reply]


def answer(value: Any, status: int = 200, **headers: str) -> Reply:
    """A JSON answer; underscores in the names of headers stand for dashes."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Reply(status, json.dumps(value).encode(), {"content-type": "application/json", **named})


def in_turn(*replies: Reply) -> Script:
    """One reply after the other; the last one for ever."""
    left = list(replies)
    return lambda _seen: left.pop(0) if len(left) > 1 else left[0]


class Loopback:
    """Answers on 127.0.0.1 by ``script`` and keeps what it saw; ``deaf``: reads no body, never answers."""

    def __init__(self, script: Script, *, deaf: bool = False) -> None:
        self._deaf = deaf
        self.script = script
        self.seen: list[Seen] = []
        self.connections = 0
        self.port = 0
        self._open: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        self.connections += 1
        number = self.connections
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await self._one(reader, writer, number):
                pass
        writer.close()
        self._open.discard(task)

    async def stop(self) -> None:
        for task in tuple(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ")
        headers = {
            name.lower(): text.strip() for name, _, text in (line.partition(":") for line in head[1:-2])
        }
        if self._deaf:
            self.seen.append(Seen(method, target, headers, b"", number))
            await asyncio.Event().wait()
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.seen.append(Seen(method, target, headers, body, number))
        reply = self.script(self.seen[-1])
        if reply.reset:
            _reset(writer)
            return False
        if reply.hang:
            await asyncio.Event().wait()
        return await _send(writer, reply)


async def _send(writer: asyncio.StreamWriter, reply: Reply) -> bool:
    if reply.raw is not None:
        writer.write(reply.raw)
        await writer.drain()
        return False
    length = len(reply.body) if reply.length is None else reply.length
    headers = {"content-length": str(length), **reply.headers}
    head = "".join(f"{name}: {text}\r\n" for name, text in headers.items())
    writer.write(f"HTTP/1.1 {reply.status} Whatever\r\n{head}\r\n".encode("latin-1"))
    while reply.trickle:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.01)
    writer.write(reply.body[: reply.cut])
    await writer.drain()
    return reply.cut is None and length == len(reply.body)


def _reset(writer: asyncio.StreamWriter) -> None:
    socket = writer.get_extra_info("socket")
    # Linger for no time: the peer gets a reset, not a tidy end.
    socket.setsockopt(1, 13, struct.pack("ii", 1, 0))
    writer.transport.abort()


@asynccontextmanager
async def loopback(script: Script | Reply, *, deaf: bool = False) -> AsyncIterator[Loopback]:
    """A server by ``script``, stopped at the end."""
    server = Loopback(script if callable(script) else in_turn(script), deaf=deaf)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        await server.stop()


class Waits:
    """A clock that stands still but for who sleeps by it; ``slept`` are the seconds of each wait."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.time = Time(
            lambda: NOON + timedelta(seconds=sum(self.slept)), lambda: sum(self.slept), self._sleep
        )

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


async def key() -> Mapping[str, str]:
    return {"x-goog-api-key": KEY}


async def nothing() -> Mapping[str, str]:
    return {}


QUICK = Phases(connect_s=5, write_s=0.2, read_s=0.2, pool_s=5, answer_s=0.3, file_s=0.3)
"""Time-outs for tests that wait for one."""


@asynccontextmanager
async def client_of(
    url: str,
    waits: Waits | None = None,
    *,
    authorise: Callable[[], Awaitable[Mapping[str, str]]] = key,
    **more: Any,
) -> AsyncIterator[Client]:
    """A client of the Gemini API at ``url``, whose waits are not shortened by chance."""
    clock = (waits or Waits()).time
    client = Client(
        Endpoint(f"{url}/v1beta", is_default=False),
        more.pop("platform", "gemini"),
        authorise,
        clock,
        jitter=lambda: 0.0,
        **more,
    )
    try:
        yield client
    finally:
        await client.aclose()
