"""Each fault of the connection does what it says, on a real connection."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.emulator.serving import DOWNLOAD, MEDIA, POLL, SUBMIT, counting
from veo_story.emulator.fault_kinds import ROUTES
from veo_story.emulator.mischief import route_of

_ASK = {"instances": [{"prompt": "a harbour"}], "parameters": {}}
_OBJECT = "/storage/v1/b/bucket/o/folder%2Fsample_0.mp4"


@pytest.mark.parametrize(
    ("kind", "status", "handled"),
    [
        ("rate_limit", 429, False),
        ("unavailable", 503, False),
        ("error_500_before", 500, False),
        ("error_500_after", 500, True),
    ],
)
def test_refusals_are_envelopes(kind: str, status: int, handled: bool) -> None:
    with counting() as (emulator, behind, client):
        emulator.set_faults([{"on": "submit", "fault": kind, "message": "so it is"}])
        answer = client.post(SUBMIT, json=_ASK)
        assert answer.status_code == status
        assert answer.json()["error"]["code"] == status
        assert answer.json()["error"]["message"] == "so it is"
        assert bool(behind.asked) is handled
        assert client.post(SUBMIT, json=_ASK).status_code == 200


@pytest.mark.parametrize("kind", ["rate_limit", "unavailable"])
def test_refusals_may_say_when_to_come_back(kind: str) -> None:
    with counting() as (emulator, _, client):
        emulator.set_faults([{"on": "submit", "fault": kind, "retry_after_s": 2.5}])
        answer = client.post(SUBMIT, json=_ASK)
        assert answer.headers["retry-after"] == "3"
        [detail] = answer.json()["error"]["details"]
        assert detail == {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "2.5s"}


@pytest.mark.parametrize(("kind", "handled"), [("reset_before", False), ("reset_after", True)])
def test_connections_are_reset(kind: str, handled: bool) -> None:
    with counting() as (emulator, behind, client):
        emulator.set_faults([{"on": "submit", "fault": kind}])
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            client.post(SUBMIT, json=_ASK)
        assert bool(behind.asked) is handled
        assert client.post(SUBMIT, json=_ASK).status_code == 200


def test_a_slow_answer_waits_on_the_emulators_clock() -> None:
    with counting(speed=1000) as (emulator, behind, client):
        emulator.set_faults([{"on": "poll", "fault": "slow", "seconds": 100}])
        before = emulator.now()
        assert client.get(POLL).status_code == 200
        assert (emulator.now() - before).total_seconds() >= 100
        assert behind.asked == [POLL]


def test_a_dripping_answer_comes_whole() -> None:
    with counting(speed=1000) as (emulator, _, client):
        emulator.set_faults([{"on": "download", "fault": "slow", "seconds": 100, "drip": True}])
        before = emulator.now()
        with client.stream("GET", DOWNLOAD) as answer:
            parts = list(answer.iter_raw())
        assert b"".join(parts) == MEDIA
        assert (emulator.now() - before).total_seconds() >= 100


@pytest.mark.parametrize("path", [DOWNLOAD, f"{_OBJECT}?alt=media"])
def test_half_a_download_keeps_its_length(path: str) -> None:
    with counting() as (emulator, _, client):
        emulator.set_faults([{"on": "download", "fault": "half_download", "share": 0.25}])
        received = bytearray()
        with client.stream("GET", path) as answer:
            assert int(answer.headers["content-length"]) == len(MEDIA)
            with pytest.raises(httpx.RemoteProtocolError):
                for part in answer.iter_raw():
                    received.extend(part)
        assert bytes(received) == MEDIA[: len(MEDIA) // 4]
        assert client.get(path).content == MEDIA


@pytest.mark.parametrize(("change", "expected"), [(-300, MEDIA[:-300]), (5, MEDIA + bytes(5))])
def test_a_wrong_length_is_told_as_if_it_were_right(change: int, expected: bytes) -> None:
    with counting() as (emulator, _, client):
        emulator.set_faults([{"on": "download", "fault": "wrong_length", "bytes": change}])
        answer = client.get(DOWNLOAD)
        assert int(answer.headers["content-length"]) == len(expected)
        assert answer.content == expected
        assert answer.headers["etag"] == '"one"'


def test_an_edge_speaks_html() -> None:
    with counting() as (emulator, behind, client):
        emulator.set_faults([{"on": "poll", "fault": "html_error", "status": 504}])
        answer = client.get(POLL)
        assert answer.status_code == 504
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.text.startswith("<!DOCTYPE html>")
        assert behind.asked == []


def test_an_error_may_come_in_a_list() -> None:
    with counting() as (emulator, _, client):
        emulator.set_faults([{"on": "list", "fault": "list_error", "status": 400}])
        answer = client.get("/storage/v1/b/bucket/o")
        assert answer.status_code == 400
        assert answer.json()[0]["error"]["code"] == 400


def test_json_may_be_cut_off() -> None:
    with counting() as (emulator, behind, client):
        emulator.set_faults([{"on": "submit", "fault": "malformed_json"}])
        answer = client.post(SUBMIT, json=_ASK)
        assert answer.status_code == 200
        with pytest.raises(ValueError, match=r"Unterminated|Expecting|Invalid"):
            json.loads(answer.content)
        assert behind.asked == [SUBMIT]


@pytest.mark.parametrize("kind", ["filtered", "never_done", "operation_error", "expired", "provisioning"])
def test_other_faults_are_told_to_the_routes(kind: str) -> None:
    with counting() as (emulator, behind, client):
        emulator.set_faults([{"on": "submit", "fault": kind}])
        for _ in range(2):
            assert client.post(SUBMIT, json=_ASK).status_code == 200
        assert behind.told == [kind]


def test_a_rule_finds_its_prompt_and_the_body_still_arrives() -> None:
    with counting() as (emulator, behind, client):
        emulator.set_faults([{"on": "submit", "fault": "retired", "match": "lighthouse"}])
        asks: list[Any] = [_ASK, {"instances": [{"prompt": "a lighthouse"}]}, _ASK]
        for ask in asks:
            client.post(SUBMIT, json=ask)
        assert behind.told == ["retired"]
        assert [json.loads(body) for body in behind.bodies] == asks


def test_a_rule_finds_its_model_in_the_path() -> None:
    with counting() as (emulator, behind, client):
        emulator.set_faults([{"on": "submit", "fault": "retired", "match": "fast"}])
        client.post(SUBMIT, json=_ASK)
        client.post(SUBMIT.replace("generate", "fast-generate"), content=b"no JSON")
        assert behind.told == ["retired"]


@pytest.mark.parametrize(
    ("method", "path", "query", "on"),
    [
        ("POST", SUBMIT, "", "submit"),
        ("POST", "/v1/projects/p/locations/l/publishers/google/models/m:predictLongRunning", "", "submit"),
        ("POST", "/v1beta1/publishers/google/models/m:predictLongRunning", "", "submit"),
        ("POST", "/v1/projects/p/locations/l/publishers/google/models/m:fetchPredictOperation", "", "poll"),
        ("GET", POLL, "", "poll"),
        ("GET", "/v1beta/models/m/operations", "", "list"),
        ("GET", "/v1beta/files/abc", "", "file"),
        ("GET", "/v1beta/files/abc:download", "alt=media", None),
        ("GET", "/_emulator/blob/abc", "", "download"),
        ("POST", "/upload/storage/v1/b/bucket/o", "uploadType=media&name=x", "upload"),
        ("GET", "/storage/v1/b/bucket/o", "prefix=x", "list"),
        ("GET", "/storage/v1/b/bucket/o/a/b.mp4", "alt=media", "download"),
        ("GET", "/storage/v1/b/bucket/o/a/b.mp4", "", "file"),
        ("POST", "/token", "", "token"),
        ("GET", "/_emulator/bill", "", None),
        ("GET", SUBMIT, "", None),
    ],
)
def test_requests_are_told_apart(method: str, path: str, query: str, on: str | None) -> None:
    assert route_of(method, path, query) == on


@given(st.text(max_size=12), st.text(max_size=60), st.text(max_size=30))
def test_any_request_is_of_some_kind_or_none(method: str, path: str, query: str) -> None:
    assert route_of(method, path, query) in {None, *ROUTES}
