"""Requests that cost nothing are repeated after whatever may pass, in time and not for ever."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.backends.veo.http.loopback import (
    KEY,
    QUICK,
    Loopback,
    Reply,
    Waits,
    answer,
    client_of,
    in_turn,
    loopback,
)
from veo_story.backends.veo.retry import LOOKING
from veo_story.errors import ConfigError, GenerationError, QuotaError, VeoStoryError

OK = answer({"done": True})
TROUBLES = {
    "reset": Reply(reset=True),
    "cut": Reply(body=b'{"done": true}', cut=5),
    "closed": Reply(body=b"", length=9),
    "malformed": Reply(body=b'{"done": tr'),
    "deep": Reply(body=b"[" * 100_000),
    "silent": Reply(hang=True),
    "endless": Reply(length=10**6, trickle=True),
    "429": answer({"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "slow down"}}, 429),
    "500": Reply(500, b"<html>oops</html>", {"content-type": "text/html"}),
    "502": Reply(502, b""),
    "503": answer([{"error": {"code": 503, "message": "busy", "status": "UNAVAILABLE"}}], 503),
    "504": Reply(504, b"\xff\xfe"),
    "408": Reply(408, b""),
}


async def get(server: Loopback, waits: Waits | None = None, **more: Any) -> Any:
    async with client_of(server.url, waits, **more) as client:
        return await client.get_json("operations/1", {"alt": "json"})


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_trouble_that_passes_is_not_noticed(trouble: str) -> None:
    async def play() -> tuple[Any, Loopback, Waits]:
        waits = Waits()
        async with loopback(in_turn(TROUBLES[trouble], OK)) as server:
            return await get(server, waits, phases=QUICK), server, waits

    value, server, waits = asyncio.run(play())
    assert value == {"done": True}
    assert [(seen.method, seen.target) for seen in server.seen] == [
        ("GET", "/v1beta/operations/1?alt=json")
    ] * 2
    assert waits.slept == [LOOKING.first_s]
    assert server.seen[1].headers["x-goog-api-key"] == KEY
    assert server.seen[1].headers["user-agent"].startswith("veo-story/")


@pytest.mark.parametrize(
    ("trouble", "kind"), [("500", GenerationError), ("429", QuotaError), ("reset", GenerationError)]
)
def test_it_gives_up_after_all_tries(trouble: str, kind: type[VeoStoryError]) -> None:
    async def play() -> tuple[Loopback, Waits]:
        waits = Waits()
        async with loopback(TROUBLES[trouble]) as server:
            with pytest.raises(kind) as caught:
                await get(server, waits, phases=QUICK)
        assert type(caught.value) is kind
        return server, waits

    server, waits = asyncio.run(play())
    assert len(server.seen) == LOOKING.tries
    assert waits.slept == [0.5, 1, 2, 4, 8, 16, 20]


@pytest.mark.parametrize("asked", ["header", "info"])
def test_the_wait_is_as_long_as_the_service_says(asked: str) -> None:
    details = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "37.5s"}]
    error = {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "x"}
    busy = (
        answer({"error": error}, 429, retry_after="37")
        if asked == "header"
        else answer({"error": {**error, "details": details}}, 429)
    )

    async def play() -> Waits:
        waits = Waits()
        async with loopback(in_turn(busy, OK)) as server:
            await get(server, waits)
        return waits

    assert asyncio.run(play()).slept == [37.0 if asked == "header" else 37.5]


def test_a_wait_longer_than_the_patience_ends_it_at_once() -> None:
    async def play() -> tuple[Loopback, Waits]:
        waits = Waits()
        async with loopback(
            answer({"error": {"code": 429, "message": "x"}}, 429, retry_after="3600")
        ) as server:
            with pytest.raises(QuotaError):
                await get(server, waits)
        return server, waits

    server, waits = asyncio.run(play())
    assert (len(server.seen), waits.slept) == (1, [])


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_clear_no_is_not_asked_again(status: int) -> None:
    async def play() -> Loopback:
        error = {"error": {"code": status, "message": "no such thing", "status": "NO"}}
        async with loopback(answer(error, status)) as server:
            with pytest.raises(VeoStoryError, match="no such thing"):
                await get(server)
        return server

    assert len(asyncio.run(play()).seen) == 1


def test_nobody_there_is_an_error_of_this_machine() -> None:
    async def play() -> Waits:
        waits = Waits()
        async with loopback(OK) as server:
            url = server.url
        async with client_of(url, waits) as client:
            with pytest.raises(ConfigError, match=r"127\.0\.0\.1 cannot be reached: no connection"):
                await client.get_json("x")
        return waits

    assert len(asyncio.run(play()).slept) == LOOKING.tries - 1


def test_a_look_up_is_posted_again(tmp_path: Path) -> None:
    async def play() -> Loopback:
        async with (
            loopback(in_turn(Reply(reset=True), Reply(502), OK)) as server,
            client_of(server.url) as client,
        ):
            assert await client.look_up("m:fetchPredictOperation", {"operationName": "ö"}) == {"done": True}
            return server

    seen = asyncio.run(play()).seen
    assert {(s.method, s.target, s.body) for s in seen} == {
        ("POST", "/v1beta/m:fetchPredictOperation", '{"operationName":"ö"}'.encode())
    }
    assert len(seen) == 3


def test_an_upload_is_sent_whole_each_time(tmp_path: Path) -> None:
    file = tmp_path / "tail.mp4"
    file.write_bytes(bytes(range(256)) * 4096)

    async def play() -> Loopback:
        async with (
            loopback(in_turn(Reply(503), OK)) as server,
            client_of(server.url, platform="gcs") as client,
        ):
            await client.upload("b/o", {"name": "a/b ü.mp4", "uploadType": "media"}, file, "video/mp4")
            return server

    seen = asyncio.run(play()).seen
    assert [s.body for s in seen] == [file.read_bytes()] * 2
    assert seen[0].target == "/v1beta/b/o?name=a%2Fb+%C3%BC.mp4&uploadType=media"
    assert seen[0].headers["content-type"] == "video/mp4"
    assert "transfer-encoding" not in seen[0].headers


def test_a_file_that_is_not_there_is_an_error_of_the_disk(tmp_path: Path) -> None:
    async def play() -> None:
        async with loopback(OK) as server, client_of(server.url) as client:
            with pytest.raises(FileNotFoundError):
                await client.upload("b/o", None, tmp_path / "none.mp4", "video/mp4")

    asyncio.run(play())


def test_a_redirected_post_is_not_followed() -> None:
    async def play() -> Loopback:
        async with (
            loopback(Reply(307, headers={"location": "/elsewhere"})) as server,
            client_of(server.url) as client,
        ):
            with pytest.raises(ConfigError, match="redirects"):
                await client.look_up("m:fetchPredictOperation", {})
            return server

    assert len(asyncio.run(play()).seen) == 1


@pytest.mark.parametrize("mends", [True, False])
def test_a_401_gets_a_fresh_token_once(mends: bool) -> None:
    stale = answer({"error": {"code": 401, "message": "expired", "status": "UNAUTHENTICATED"}}, 401)
    tokens = ["Bearer old-token-1", "Bearer new-token-2", "Bearer new-token-2"]
    renewed: list[str] = []

    async def authorise() -> dict[str, str]:
        return {"authorization": tokens[len(renewed)]}

    async def renew(sent: Any) -> None:
        renewed.append(sent["authorization"])

    async def play() -> tuple[Loopback, Any]:
        waits = Waits()
        async with loopback(in_turn(stale, OK if mends else stale)) as server:
            try:
                value = await get(server, waits, authorise=authorise, renew=renew)
            except ConfigError as error:
                value = error
        assert waits.slept == []
        return server, value

    server, value = asyncio.run(play())
    assert [s.headers["authorization"] for s in server.seen] == tokens[:2]
    assert renewed == ["Bearer old-token-1"]
    assert value == {"done": True} if mends else isinstance(value, ConfigError)
