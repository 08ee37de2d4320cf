"""Whatever comes over the wire, there is an answer or one of our errors, and no submit goes out twice."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.backends.veo.http.loopback import QUICK, Loopback, Reply, Waits, client_of, loopback
from veo_story.backends.veo.client import Client
from veo_story.errors import OutcomeUnknown, VeoStoryError

NAMES = (
    "content-type",
    "content-length",
    "content-encoding",
    "content-range",
    "transfer-encoding",
    "location",
)
MORE = ("retry-after", "etag", "accept-ranges", "x-goog-hash", "set-cookie", "date", "connection")
VALUES = (
    "video/mp4",
    "gzip",
    "chunked",
    "-1",
    "9" * 40,
    "bytes 0-1/2",
    "md5=AAAA",
    '"e"',
    "http://[",
    "\x85",
    "Thu, 32 Foo",
)
HEADERS = st.lists(
    st.tuples(st.sampled_from(NAMES + MORE), st.sampled_from(VALUES) | st.text("azAZ09 /;=", max_size=9)),
    max_size=4,
)
JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(("error", "code", "details", "message")), inner)
    ),
    max_leaves=8,
)


def _answer(status: int, headers: list[tuple[str, str]], body: bytes) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"HTTP/1.1 {status} Noise\r\n{head}\r\n".encode("latin-1") + body


ANSWERS = st.binary(max_size=80) | st.builds(
    _answer,
    st.sampled_from(
        (200, 204, 206, 301, 302, 304, 307, 400, 401, 403, 404, 408, 413, 416, 429, 500, 502, 503, 504, 599)
    ),
    HEADERS,
    st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()),
)
Call = Callable[[Client, Path], Awaitable[Any]]


def outcome(raw: bytes, call: Call) -> tuple[Any, Loopback, list[str]]:
    async def play() -> tuple[Any, Loopback, list[str]]:
        with tempfile.TemporaryDirectory() as folder:
            into = Path(folder) / "clip.mp4"
            async with (
                loopback(Reply(raw=raw)) as server,
                client_of(server.url, Waits(), phases=QUICK) as client,
            ):
                try:
                    value: Any = await call(client, into)
                except VeoStoryError as error:
                    value = error
            return value, server, [path.name for path in Path(folder).iterdir()]

    return asyncio.run(play())


@settings(max_examples=60)
@given(ANSWERS)
def test_a_submit_is_answered_refused_or_unknown(raw: bytes) -> None:
    value, server, _ = outcome(raw, lambda client, _into: client.submit("m", {}, model="m"))
    assert isinstance(value, dict | VeoStoryError)
    # Sent again only for what says, in its status, that nothing was taken.
    again = raw.startswith((b"HTTP/1.1 429 ", b"HTTP/1.1 503 ", b"HTTP/1.1 400 "))
    assert len(server.seen) == 1 or again
    if not raw.startswith(b"HTTP/1.1 "):
        assert isinstance(value, OutcomeUnknown)


@settings(max_examples=60)
@given(ANSWERS)
def test_a_look_is_answered_or_refused(raw: bytes) -> None:
    value, _, _ = outcome(raw, lambda client, _into: client.get_json("x"))
    assert value is None or isinstance(value, dict | list | str | int | float | VeoStoryError)


@settings(max_examples=60)
@given(ANSWERS)
def test_a_download_is_whole_or_nothing(raw: bytes) -> None:
    value, _, files = outcome(raw, lambda client, into: client.download("x", into, sha256="0" * 64))
    assert isinstance(value, VeoStoryError)
    assert files == []


@pytest.mark.parametrize("status", [100, 103])
def test_an_answer_that_never_comes_after_a_first_word(status: int) -> None:
    value, server, _ = outcome(
        f"HTTP/1.1 {status} Wait\r\n\r\n".encode(), lambda client, _into: client.submit("m", {}, model="m")
    )
    assert isinstance(value, OutcomeUnknown)
    assert len(server.seen) == 1
