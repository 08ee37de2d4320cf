"""The log shows what went over the wire, and no secret, whatever the service sends back."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backends.veo.http.loopback import KEY, Loopback, Reply, Waits, answer, client_of, in_turn, loopback
from veo_story.backends.veo import logs
from veo_story.errors import VeoStoryError

SIGNATURE = "canary-signature-77aa"
COOKIE = "canary-cookie-19bc"


@contextmanager
def listening(level: int = logging.DEBUG, name: str = "veo_story.http") -> Iterator[io.StringIO]:
    """What a logger and those below it write."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    logger = logging.getLogger(name)
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(level)
    try:
        yield text
    finally:
        logger.setLevel(before)
        logger.removeHandler(handler)


def echo(status: int) -> Reply:
    """An error page that quotes the request, as gateways do."""
    head = {"set-cookie": f"a={COOKIE}", "content-type": "text/html", "server": KEY}
    return Reply(status, f"<html><title>no: {KEY}</title>x-goog-api-key: {KEY}</html>".encode(), head)


async def everything(home: Loopback, other: Loopback, folder: Path) -> list[VeoStoryError]:
    """All kinds of calls, with troubles in most of them; returns what was raised."""
    caught: list[VeoStoryError] = []
    file = folder / "in.mp4"
    file.write_bytes(b"film")
    signed = Reply(302, b"", {"location": f"{other.url}/o?X-Goog-Signature={SIGNATURE}&alt=media"})
    image = {"instances": [{"prompt": "p" * 999, "image": {"bytesBase64Encoded": "QUJD" * 99}}]}
    async with client_of(home.url, Waits()) as client:
        calls: list[tuple[Reply, Any]] = [
            (echo(500), lambda: client.get_json("a")),
            (echo(400), lambda: client.get_json("a", {"key": KEY})),
            (echo(401), lambda: client.look_up("b", {"token": KEY})),
            (echo(500), lambda: client.submit("c", image, model="m")),
            (echo(429), lambda: client.submit("c", image, model="m")),
            (Reply(reset=True), lambda: client.submit("c", image, model="m")),
            (answer({"name": "n", "access_token": KEY}), lambda: client.submit("c", image, model="m")),
            (echo(403), lambda: client.upload("d", None, file, "video/mp4")),
            (signed, lambda: client.download("e", folder / "out.mp4")),
            (echo(404), lambda: client.download("f", folder / "never.mp4")),
        ]
        for reply, call in calls:
            home.script = in_turn(reply)
            try:
                await call()
            except VeoStoryError as error:
                caught.append(error)
    return caught


def played(folder: Path) -> list[VeoStoryError]:
    async def play() -> list[VeoStoryError]:
        clip = Reply(body=b"clip", headers={"content-type": "video/mp4"})
        async with loopback(clip) as other, loopback(clip) as home:
            return await everything(home, other, folder)

    return asyncio.run(play())


def test_no_secret_in_the_log_or_in_an_error(tmp_path: Path) -> None:
    with listening() as text:
        caught = played(tmp_path)
    log = text.getvalue()
    assert "> POST http://127.0.0.1" in log
    assert "QUJDQUJD" not in log
    for secret in (KEY, SIGNATURE, COOKIE):
        assert secret not in log
        assert not [path for path in tmp_path.iterdir() if secret.encode() in path.read_bytes()]
    assert len(caught) == 8
    for error in caught:
        chain: BaseException | None = error
        while chain is not None:
            assert KEY not in f"{chain!r} {chain} {getattr(chain, 'hint', '')}"
            chain = chain.__cause__


def test_nothing_is_said_unless_asked_for(tmp_path: Path) -> None:
    with listening(logging.INFO) as text:
        played(tmp_path)
    assert text.getvalue() == ""


def test_our_logger_alone_keeps_the_others_quiet(tmp_path: Path) -> None:
    with listening(), listening(logging.WARNING, "") as text:
        logging.getLogger("veo_story.http").propagate = False
        try:
            played(tmp_path)
        finally:
            logging.getLogger("veo_story.http").propagate = True
    assert text.getvalue() == ""


def test_one_line_a_request_and_an_answer() -> None:
    async def play() -> None:
        busy = answer({"error": {"code": 503, "message": "x"}}, 503, retry_after="7")
        async with (
            loopback(in_turn(busy, answer({"done": True}))) as server,
            client_of(server.url, Waits()) as client,
        ):
            await client.look_up("op", {"operationName": "n"})

    with listening() as text:
        asyncio.run(play())
    lines = text.getvalue().splitlines()
    assert [line.split(" ")[0] for line in lines] == [">", "<", "answered", ">", "<"]
    assert "(try 1)" in lines[0]
    assert "x-goog-api-key: [hidden]" in lines[0]
    assert '{"operationName": "n"}' in lines[0]
    assert lines[1].startswith("< 503 POST http://127.0.0.1:")
    assert " ms, " in lines[1]
    assert "retry-after: 7" in lines[1]
    assert lines[2] == "answered with 503: try 2 of 8 in 7.0 s"
    assert "(try 2)" in lines[3]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://h/p%2Fq?alt=media&name=a", "https://h/p%2Fq?alt=media&name=a"),
        ("https://h/p?key=canary&alt=json", "https://h/p?key=[hidden]&alt=json"),
        ("https://u:canary@h:1/p?X-Goog-Signature=canary#canary", "https://h:1/p?X-Goog-Signature=[hidden]"),
        ("https://[", "[no URL]"),
    ],
)
def test_urls(url: str, shown: str) -> None:
    assert logs.shown_url(url) == shown


def test_headers() -> None:
    shown = logs.shown_headers(
        {
            "Authorization": "Bearer canary",
            "X-Goog-Api-Key": "canary",
            "Cookie": "canary",
            "Set-Cookie": "canary",
            "X-Anything": "canary",
            "Content-Type": "video/mp4",
            "Location": "https://h/?sig=canary",
        }
    )
    assert "canary" not in shown
    assert "content-type: video/mp4" in shown
    assert "location: https://h/?sig=[hidden]" in shown


def test_bodies() -> None:
    body = {
        "prompt": "p" * 400,
        "image": {"bytesBase64Encoded": "A" * 4000, "mimeType": "image/png"},
        "refresh_token": "canary",
        "client_secret": "canary",
        "private_key": ["canary"],
        "uri": "https://h/f?sig=canary",
        "list": [{"assertion": "canary"}, 1, None],
    }
    shown = logs.shown_body(json.dumps(body).encode())
    assert "canary" not in shown
    assert "[4000 characters of base64]" in shown
    assert "(400 characters)" in shown
    assert logs.shown_body(b"") == ""
    assert len(logs.shown_body(json.dumps(["word"] * 9999).encode())) < 2100


@pytest.mark.parametrize(
    "secret",
    [
        "AIzaSyA1234567890abcdefghijk",
        "ya29.a0AfH6SMBcanary",
        "Bearer abcdefgh1234",
        "eyJhbGciOiJS.eyJpc3Mi.sig",
    ],
)
def test_what_looks_like_a_secret_is_one(secret: str) -> None:
    assert secret not in logs.without_secrets(f"it says {secret} here")


@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)).map(
        lambda value: json.dumps(value).encode()
    )
)
def test_any_body_can_be_shown(body: bytes) -> None:
    assert isinstance(logs.shown_body(body), str)
    assert isinstance(logs.shown_url(body.decode("latin-1")), str)
