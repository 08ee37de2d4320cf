"""Whatever is sent, the emulator answers with an error of the service's form, and goes on."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.emulator.calling import PLACE, STANDARD, VERTEX_MODEL, Gemini, body, image
from veo_story.emulator.server import RunningEmulator

_PATHS = [
    f"/v1beta/models/{STANDARD}:predictLongRunning",
    f"/v1/{PLACE}/{VERTEX_MODEL}:predictLongRunning",
    f"/v1/{PLACE}/{VERTEX_MODEL}:fetchPredictOperation",
    f"/v1beta1/publishers/google/models/{VERTEX_MODEL}:predictLongRunning",
    "/upload/storage/v1/b/films/o?uploadType=media&name=x",
    "/token",
    "/_emulator/clock",
    "/_emulator/faults",
]
_PIECES = st.sampled_from(
    [
        "v1",
        "v1beta",
        "models",
        STANDARD,
        "operations",
        "files",
        "x:download",
        "storage",
        "b",
        "o",
        "films",
        "..",
        "%",
    ]
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@pytest.fixture(scope="module")
def caller(quick: RunningEmulator) -> httpx.Client:
    client = Gemini(quick.url).http
    client.headers["authorization"] = "Bearer emulator-token"
    return client


def _expect_an_answer(answer: httpx.Response) -> None:
    assert answer.status_code < 500, answer.text
    assert "Traceback" not in answer.text
    if answer.status_code >= 400 and answer.content and "json" in answer.headers.get("content-type", ""):
        assert "error" in answer.json()


@settings(max_examples=150)
@given(
    path=st.sampled_from(_PATHS),
    content=st.binary(max_size=200) | _JSON.map(lambda j: json.dumps(j).encode()),
)
def test_any_body(caller: httpx.Client, path: str, content: bytes) -> None:
    _expect_an_answer(caller.post(path, content=content))
    caller.post("/_emulator/faults", json=[])


_OFTEN: dict[str, Any] = {"prompt": "x", "image": image(), "video": {"uri": "files/x"}}


@settings(max_examples=150)
@given(
    path=st.sampled_from(_PATHS[:4]),
    instance=st.dictionaries(st.sampled_from([*_OFTEN, "lastFrame", "referenceImages"]), _JSON, max_size=3),
    kept=st.sets(st.sampled_from(sorted(_OFTEN))),
    parameters=st.dictionaries(
        st.sampled_from(["sampleCount", "durationSeconds", "seed", "resolution", "storageUri"]),
        _JSON,
        max_size=3,
    ),
)
def test_almost_good_submits(
    caller: httpx.Client, path: str, instance: dict[str, Any], kept: set[str], parameters: dict[str, Any]
) -> None:
    content = body({**instance, **{name: _OFTEN[name] for name in kept}}, **parameters)
    _expect_an_answer(caller.post(path, content=json.dumps(content).encode()))


@settings(max_examples=150)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"]),
    pieces=st.lists(_PIECES | st.text(max_size=8), max_size=7),
    query=st.dictionaries(
        st.sampled_from(
            ["alt", "name", "pageToken", "pageSize", "maxResults", "prefix", "uploadType", "key"]
        ),
        st.text(max_size=5) | st.just("media"),
        max_size=3,
    ),
)
def test_any_path(caller: httpx.Client, method: str, pieces: list[str], query: dict[str, str]) -> None:
    try:
        request = caller.build_request(method, "/" + "/".join(pieces), params=query)
    except (httpx.InvalidURL, UnicodeEncodeError):
        return
    if request.url.host != "127.0.0.1":
        return
    _expect_an_answer(caller.send(request))


@pytest.mark.parametrize(
    "span", ["bytes=5-2", "bytes=99999999999-", "bytes=a-b", "lines=1-2", "bytes=-0", "bytes="]
)
def test_ranges_that_make_no_sense(caller: httpx.Client, span: str) -> None:
    caller.post("/upload/storage/v1/b/films/o?uploadType=media&name=r", content=b"0123456789")
    answer = caller.get("/storage/v1/b/films/o/r?alt=media", headers={"range": span})
    assert answer.status_code in (200, 206, 400, 416)


def test_deep_and_endless_json(caller: httpx.Client) -> None:
    for content in (b"[" * 100_000, b'{"a":' * 50_000, b"9" * 10_000, b"NaN", b"\xff\xfe", b""):
        answer = caller.post(_PATHS[0], content=content)
        assert (answer.status_code, answer.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")


@pytest.mark.parametrize("host", ["[", "a b", "", "evil.example.com", "127.0.0.1:x"])
def test_a_strange_host_header(caller: httpx.Client, host: str) -> None:
    account = caller.get("/_emulator/service-account", headers={"host": host})
    assert account.json()["token_uri"] == f"{str(caller.base_url).rstrip('/')}/token"
