"""Cloud Storage as the emulator speaks it, over a real connection."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.emulator.calling import Vertex
from veo_story.emulator.server import RunningEmulator

_DATA = bytes(range(256)) * 40


def test_what_goes_up_comes_down(quick: RunningEmulator) -> None:
    client = Vertex(quick.url)
    told = client.upload("films", "a/b c.bin", _DATA).json()
    assert (told["name"], told["bucket"], told["size"]) == ("a/b c.bin", "films", str(len(_DATA)))
    answer = client.download("gs://films/a/b c.bin")
    assert answer.content == _DATA
    digest = base64.b64encode(hashlib.md5(_DATA).digest()).decode()
    assert answer.headers["x-goog-hash"] == f"md5={digest}"
    assert told["md5Hash"] == digest


def test_a_download_goes_on_where_it_broke_unless_the_object_is_another(quick: RunningEmulator) -> None:
    client = Vertex(quick.url)
    client.upload("films", "part.bin", _DATA)
    etag = client.download("gs://films/part.bin").headers["etag"]
    going_on = {"range": "bytes=1000-", "if-range": etag}
    part = client.download("gs://films/part.bin", **going_on)
    assert (part.status_code, part.content) == (206, _DATA[1000:])
    client.upload("films", "part.bin", b"new")
    whole = client.download("gs://films/part.bin", **going_on)
    assert (whole.status_code, whole.content) == (200, b"new")


def test_a_name_is_one_segment_of_the_path(quick: RunningEmulator) -> None:
    client = Vertex(quick.url)
    client.upload("films", "x/y", b"1")
    assert client.http.get("/storage/v1/b/films/o/x/y").status_code == 404
    assert client.http.get("/storage/v1/b/films/o/x%2Fy").json()["name"] == "x/y"


def test_listing_by_prefix_in_pages(quick: RunningEmulator) -> None:
    client = Vertex(quick.url)
    names = [f"list/{number}" for number in range(5)]
    for name in [*names, "other"]:
        client.upload("shelf", name, b"")
    query = {"prefix": "list/", "maxResults": "3"}
    first = client.http.get("/storage/v1/b/shelf/o", params=query).json()
    rest = client.http.get(
        "/storage/v1/b/shelf/o", params={**query, "pageToken": first["nextPageToken"]}
    ).json()
    assert [each["name"] for each in first["items"] + rest["items"]] == names
    assert "nextPageToken" not in rest
    assert "items" not in client.http.get("/storage/v1/b/shelf/o", params={"prefix": "none"}).json()


def test_only_if_it_is_new(quick: RunningEmulator) -> None:
    client = Vertex(quick.url)
    assert client.upload("films", "once", b"1", ifGenerationMatch="0").status_code == 200
    again = client.upload("films", "once", b"2", ifGenerationMatch="0")
    assert (again.status_code, again.json()["error"]["errors"][0]["reason"]) == (412, "conditionNotMet")
    assert client.download("gs://films/once").content == b"1"


def test_deleted_is_gone(quick: RunningEmulator) -> None:
    client = Vertex(quick.url)
    client.upload("films", "brief", b"1")
    assert client.http.delete("/storage/v1/b/films/o/brief").status_code == 204
    missing = client.download("gs://films/brief")
    assert (missing.status_code, missing.text) == (404, "No such object: films/brief")
    assert client.http.get("/storage/v1/b/films/o/brief").json()["error"]["code"] == 404


@pytest.mark.parametrize("bucket", ["no-such-bucket", "A", "b%20c"])
def test_a_bucket_that_does_not_exist(quick: RunningEmulator, bucket: str) -> None:
    client = Vertex(quick.url)
    for answer in (client.upload(bucket, "x", b""), client.http.get(f"/storage/v1/b/{bucket}/o")):
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, 404)


def test_strangers_stay_outside(quick: RunningEmulator) -> None:
    client = Vertex(quick.url, None)
    assert client.upload("films", "x", b"").status_code == 401
    assert client.download("gs://films/x").status_code == 401
    assert client.http.get("/storage/v1/b/films/o").json()["error"]["errors"][0]["reason"] == "authError"


def test_uploads_that_are_not_understood(quick: RunningEmulator) -> None:
    client = Vertex(quick.url)
    assert client.upload("films", "x", b"", uploadType="resumable").status_code == 400
    assert client.upload("films", "", b"").status_code == 400
    assert client.upload("films", "x" * 1025, b"").status_code == 400


@settings(max_examples=40)
@given(name=st.text(min_size=1, max_size=60).filter(lambda n: n.isprintable() and n.strip(".") != ""))
def test_any_name_finds_its_bytes_again(quick: RunningEmulator, name: str) -> None:
    client = Vertex(quick.url)
    assert client.upload("names", name, name.encode()).status_code == 200
    listed = client.http.get("/storage/v1/b/names/o", params={"prefix": name}).json()["items"]
    assert name in [each["name"] for each in listed]
