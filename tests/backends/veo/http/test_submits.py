"""The request that costs money: sent again only when it was surely not taken, unknown when nobody can say."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable
from typing import Any

import pytest

from tests.backends.veo.http.loopback import (
    KEY,
    QUICK,
    Loopback,
    Reply,
    Script,
    Seen,
    Waits,
    answer,
    client_of,
    in_turn,
    loopback,
    nothing,
)
from veo_story.backends.veo.retry import SUBMITTING
from veo_story.errors import ConfigError, GenerationError, OutcomeUnknown, QuotaError, VeoStoryError

PATH = "models/veo:predictLongRunning"
OK = answer({"name": "models/veo/operations/1"})
BUSY = answer({"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "slow down"}}, 429)
UNKNOWN = {
    "reset before the answer": Reply(reset=True),
    "closed without an answer": Reply(body=b"", length=9),
    "cut in the answer": Reply(body=OK.body, cut=7),
    "no answer": Reply(hang=True),
    "an answer without end": Reply(length=10**6, trickle=True),
    "half an answer": Reply(body=OK.body[:-3]),
    "a page": Reply(body=b"<html>welcome</html>", headers={"content-type": "text/html"}),
    "no object": answer(["name"]),
    "nothing": Reply(204, b""),
    "408": Reply(408, b""),
    "500": answer({"error": {"code": 500, "status": "INTERNAL", "message": "it broke"}}, 500),
    "502": Reply(502, b"<html>bad gateway</html>"),
    "504": answer([{"error": {"code": 504, "message": "too late"}}], 504),
}


def played(script: Script | Reply, **more: Any) -> tuple[Any, Loopback, Waits]:
    """Submit once to a server by ``script``: the answer or the error, the server, the waits."""

    async def play() -> tuple[Any, Loopback, Waits]:
        waits = Waits()
        async with loopback(script) as server, client_of(server.url, waits, phases=QUICK, **more) as client:
            try:
                value: Any = await client.submit(PATH, {"instances": [{"prompt": "grün"}]}, model="veo")
            except VeoStoryError as error:
                value = error
        return value, server, waits

    return asyncio.run(play())


def test_one_request_with_the_key_and_plain_json() -> None:
    value, server, waits = played(OK)
    assert value == {"name": "models/veo/operations/1"}
    (seen,) = server.seen
    assert (seen.method, seen.target) == ("POST", f"/v1beta/{PATH}")
    assert json.loads(seen.body) == {"instances": [{"prompt": "grün"}]}
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["x-goog-api-key"] == KEY
    assert waits.slept == []


@pytest.mark.parametrize("mishap", UNKNOWN)
def test_what_nobody_knows_is_sent_once(mishap: str) -> None:
    value, server, waits = played(in_turn(UNKNOWN[mishap], OK))
    assert isinstance(value, OutcomeUnknown)
    assert "127.0.0.1 at 12:00:00 UTC" in value.message
    assert value.message.endswith("Nobody can tell whether it was accepted.")
    assert (len(server.seen), waits.slept) == (1, [])


@pytest.mark.parametrize(
    "busy", [BUSY, answer({"error": {"code": 503, "message": "x"}}, 503), Reply(503, b"")]
)
def test_what_was_surely_not_taken_is_sent_again(busy: Reply) -> None:
    value, server, waits = played(in_turn(busy, busy, OK))
    assert value == {"name": "models/veo/operations/1"}
    assert (len(server.seen), waits.slept) == (3, [2, 4])
    # Each over a connection of its own: an idle one could end just when it is used.
    assert [seen.connection for seen in server.seen] == [1, 2, 3]


def test_the_service_says_when_to_come_again() -> None:
    asked = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "40s"}]
    busy = answer({"error": {"code": 429, "message": "x", "details": asked}}, 429)
    value, _, waits = played(in_turn(busy, OK))
    assert (value["name"], waits.slept) == ("models/veo/operations/1", [40])


def test_it_gives_up_with_what_the_service_said() -> None:
    value, server, waits = played(BUSY)
    assert isinstance(value, QuotaError)
    assert "slow down" in value.message
    assert len(server.seen) == SUBMITTING.tries
    assert sum(waits.slept) <= SUBMITTING.patience_s


def test_unknown_after_a_refusal_is_unknown() -> None:
    value, server, _ = played(in_turn(BUSY, Reply(reset=True), OK))
    assert isinstance(value, OutcomeUnknown)
    assert len(server.seen) == 2


@pytest.mark.parametrize(
    ("status", "kind"), [(400, GenerationError), (401, ConfigError), (403, ConfigError), (404, ConfigError)]
)
def test_a_no_is_a_no(status: int, kind: type[VeoStoryError]) -> None:
    value, server, _ = played(
        answer({"error": {"code": status, "message": "because", "status": "NO"}}, status)
    )
    assert type(value) is kind
    assert "because" in value.message
    assert len(server.seen) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed(status: int) -> None:
    value, server, _ = played(Reply(status, b"", {"location": "/v1beta/elsewhere"}))
    assert isinstance(value, ConfigError)
    assert "base URL" in (value.hint or "")
    assert len(server.seen) == 1


def test_no_connection_is_tried_again_and_then_said() -> None:
    async def play() -> tuple[VeoStoryError, Waits]:
        waits = Waits()
        async with loopback(OK) as server:
            url = server.url
        async with client_of(url, waits) as client:
            with pytest.raises(ConfigError, match="cannot be reached") as caught:
                await client.submit(PATH, {}, model="veo")
        return caught.value, waits

    _, waits = asyncio.run(play())
    assert waits.slept == [2, 4, 8, 16, 32]


def test_a_service_that_comes_up_gets_it_once() -> None:
    async def play() -> Loopback:
        with socket.socket() as kept:
            kept.bind(("127.0.0.1", 0))
            port = kept.getsockname()[1]
        server = Loopback(in_turn(OK))
        listening: list[asyncio.Server] = []

        async def open_it() -> None:
            listening.append(await asyncio.start_server(server.serve, "127.0.0.1", port))

        waits = _Calling(open_it)
        async with client_of(f"http://127.0.0.1:{port}", waits) as client:
            await client.submit(PATH, {}, model="veo")
        listening[0].close()
        await server.stop()
        return server

    assert len(asyncio.run(play()).seen) == 1


class _Calling(Waits):
    """Does something in the first wait."""

    def __init__(self, what: Callable[[], Any]) -> None:
        super().__init__()
        self._what = what

    async def _sleep(self, seconds: float) -> None:
        if not self.slept:
            await self._what()
        await super()._sleep(seconds)


def test_a_request_that_is_not_read_is_unknown() -> None:
    async def play() -> Any:
        async with loopback(OK, deaf=True) as server, client_of(server.url, phases=QUICK) as client:
            # More than the sockets' buffers hold, so that writing stalls.
            with pytest.raises(OutcomeUnknown, match="stalled"):
                await client.submit(PATH, {"image": "A" * 64_000_000}, model="veo")
            return server

    assert len(asyncio.run(play()).seen) == 1


def test_a_cancelled_submit_stays_cancelled() -> None:
    async def play() -> Loopback:
        arrived = asyncio.Event()

        def script(_seen: Seen) -> Reply:
            arrived.set()
            return Reply(hang=True)

        async with loopback(script) as server, client_of(server.url) as client:
            task = asyncio.create_task(client.submit(PATH, {}, model="veo"))
            await arrived.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return server

    asyncio.run(play())


def test_a_key_that_is_no_header_is_not_shown() -> None:
    async def broken() -> dict[str, str]:
        return {"x-goog-api-key": f"{KEY}\r\nx-more: 1"}

    value, server, _ = played(OK, authorise=broken)
    assert isinstance(value, ConfigError)
    assert KEY not in f"{value!r} {value.hint} {value.__cause__!r}"
    assert server.seen == []


def test_no_key_no_header() -> None:
    _, server, _ = played(OK, authorise=nothing)
    assert "x-goog-api-key" not in server.seen[0].headers


def test_a_path_that_is_no_address_is_never_sent() -> None:
    async def play() -> Loopback:
        async with loopback(OK) as server, client_of(server.url) as client:
            with pytest.raises(ConfigError, match="cannot be sent"):
                await client.submit("models/a\nb:predictLongRunning", {}, model="a\nb")
            with pytest.raises(ConfigError, match="cannot be sent"):
                await client.look_up("models/a\nb:fetchPredictOperation", {})
            return server

    assert asyncio.run(play()).seen == []


@pytest.mark.parametrize("mends", [True, False])
def test_a_stale_token_is_turned_away_at_the_door(mends: bool) -> None:
    stale = answer({"error": {"code": 401, "message": "expired", "status": "UNAUTHENTICATED"}}, 401)
    renewed: list[str] = []

    async def authorise() -> dict[str, str]:
        return {"authorization": "Bearer new-token-2" if renewed else "Bearer old-token-1"}

    async def renew(sent: Any) -> None:
        renewed.append(sent["authorization"])

    value, server, waits = played(in_turn(stale, OK if mends else stale), authorise=authorise, renew=renew)
    assert isinstance(value, dict if mends else ConfigError)
    assert [s.headers["authorization"] for s in server.seen] == ["Bearer old-token-1", "Bearer new-token-2"]
    assert (renewed, waits.slept) == (["Bearer old-token-1"], [])


def test_unknown_after_a_fresh_token_is_unknown() -> None:
    async def renew(_sent: Any) -> None:
        return

    value, server, _ = played(in_turn(Reply(401), Reply(reset=True), OK), renew=renew)
    assert isinstance(value, OutcomeUnknown)
    assert len(server.seen) == 2


def test_who_stops_the_run_stops_what_waits_to_be_sent_again() -> None:
    waits = Waits()

    async def play() -> list[Seen]:
        async with (
            loopback(BUSY) as server,
            client_of(server.url, waits, phases=QUICK, is_stopping=lambda: sum(waits.slept) >= 3) as client,
        ):
            with pytest.raises(QuotaError, match="slow down"):
                await client.submit(PATH, {}, model="veo")
            return server.seen

    # The second wait, of 4 s, is not waited out; surely nothing was accepted.
    assert len(asyncio.run(play())) == 2
    assert sum(waits.slept) == 3
