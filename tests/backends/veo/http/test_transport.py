"""Connections: time-outs, proxies, and what was surely never sent."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.backends.veo.http.loopback import KEY, Loopback, Reply, Waits, answer, client_of, loopback
from veo_story.backends.veo.client import Client
from veo_story.backends.veo.endpoints import Endpoint
from veo_story.backends.veo.retry import SUBMITTING
from veo_story.backends.veo.transport import Phases
from veo_story.errors import ConfigError

OK = answer({"name": "n"})
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@contextmanager
def full_house() -> Iterator[int]:
    """The port of a server that takes no further connections."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(server.getsockname())
        try:
            yield server.getsockname()[1]
        finally:
            for one in waiting:
                one.close()


def test_no_connection_in_time_is_never_sent() -> None:
    async def play(port: int) -> Waits:
        waits = Waits()
        async with client_of(f"http://127.0.0.1:{port}", waits, phases=Phases(connect_s=0.05)) as client:
            with pytest.raises(ConfigError, match="cannot be reached"):
                await client.submit("m", {}, model="m")
        return waits

    with full_house() as port:
        assert len(asyncio.run(play(port)).slept) == SUBMITTING.tries - 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.3.2.1"])
def test_this_machine_is_reached_without_a_proxy(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def play() -> tuple[Any, Loopback]:
        async with loopback(OK) as proxy, loopback(OK) as server:
            for name in PROXIES[:3]:
                monkeypatch.setenv(name, proxy.url)
            listening = await asyncio.start_server(server.serve, host, 0)
            port = listening.sockets[0].getsockname()[1]
            async with client_of(f"http://{host}:{port}") as client:
                value = await client.get_json("x")
            listening.close()
        return value, proxy

    value, proxy = asyncio.run(play())
    assert value == {"name": "n"}
    assert proxy.connections == 0


def test_a_proxy_that_refuses_saw_no_key_and_nothing_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    async def key() -> dict[str, str]:
        return {"x-goog-api-key": KEY}

    async def play() -> Loopback:
        waits = Waits()
        async with loopback(Reply(403)) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
            endpoint = Endpoint("https://service.invalid/v1", is_default=False)
            client = Client(endpoint, "gemini", key, waits.time)
            with pytest.raises(ConfigError, match="the proxy refused"):
                await client.submit("m", {}, model="m")
            await client.aclose()
        return proxy

    proxy = asyncio.run(play())
    assert {(seen.method, seen.target) for seen in proxy.seen} == {("CONNECT", "service.invalid:443")}
    assert len(proxy.seen) == SUBMITTING.tries
    assert KEY not in str(proxy.seen)


def test_a_proxy_that_cannot_be_used_is_said_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "ftp://me:canary-pass@proxy.invalid:1")

    async def play() -> None:
        async with client_of("https://service.invalid"):
            pass

    with pytest.raises(ConfigError, match="settings of the environment") as caught:
        asyncio.run(play())
    assert "HTTPS_PROXY" in (caught.value.hint or "")
    assert "canary" not in f"{caught.value!r} {caught.value.__cause__!r}"
