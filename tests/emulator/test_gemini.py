"""The Gemini API as the emulator speaks it, over a real connection."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import httpx
import pytest

from tests.emulator.calling import GOOGLE, STANDARD, Gemini, accepted, body, image
from veo_story.emulator.server import RunningEmulator
from veo_story.media.probe import probe

_LITE = "veo-3.1-lite-generate-preview"


def _message(answer: httpx.Response, code: int = 400, status: str = "INVALID_ARGUMENT") -> str:
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["status"]) == (code, code, status), answer.text
    return str(error["message"])


def test_from_text_to_a_clip_that_decodes(quick: RunningEmulator, tmp_path: Path) -> None:
    client = Gemini(quick.url)
    path = client.made(body(durationSeconds=4, aspectRatio="9:16"))
    film = tmp_path / "film.mp4"
    film.write_bytes(client.http.get(path).content)
    seen = probe(film)
    assert (seen.frames, seen.width, seen.height) == (96, 720, 1280)
    told = client.file(path).json()
    assert told["state"] == "ACTIVE"
    assert told["uri"] == f"{GOOGLE}{path}"
    assert base64.b64decode(told["sha256Hash"]) == hashlib.sha256(film.read_bytes()).digest()
    assert told["sizeBytes"] == str(film.stat().st_size)


def test_the_download_leads_to_bytes_that_need_no_key(quick: RunningEmulator) -> None:
    client = Gemini(quick.url)
    path = client.made(body(durationSeconds=4))
    first = client.http.get(path, follow_redirects=False)
    assert first.status_code == 302
    place = first.headers["location"]
    stranger = Gemini(quick.url, None)
    whole = stranger.http.get(place)
    part = stranger.http.get(place, headers={"range": "bytes=100-", "if-range": whole.headers["etag"]})
    assert part.status_code == 206
    assert part.content == whole.content[100:]
    assert whole.headers["content-length"] == str(len(whole.content))
    assert stranger.http.get(path).status_code == 403


def test_it_takes_its_time_and_then_the_file_takes_its_own(slow: RunningEmulator) -> None:
    client = Gemini(slow.url)
    name = accepted(client.submit(body(durationSeconds=4)))
    assert client.poll(name).json() == {"name": name}
    slow.advance(60)
    told = client.wait(name)
    uri = told["response"]["generateVideoResponse"]["generatedSamples"][0]["video"]["uri"]
    path = uri.removeprefix(GOOGLE)
    assert client.file(path).json()["state"] == "PROCESSING"
    extension = body({"prompt": "It sleeps", "video": {"uri": uri}})
    assert "has been processed" in _message(client.submit(extension))
    slow.advance(16)
    assert client.file(path).json()["state"] == "ACTIVE"
    accepted(client.submit(extension))


def test_an_extension_is_one_longer_file(quick: RunningEmulator, tmp_path: Path) -> None:
    client = Gemini(quick.url)
    path = client.made(body(durationSeconds=4))
    for uri in (f"{GOOGLE}{path}", f"{GOOGLE}{path}".partition(":download")[0]):
        longer = client.made(body({"prompt": "It sleeps", "video": {"uri": uri}}, sampleCount=1))
        film = tmp_path / "longer.mp4"
        film.write_bytes(client.http.get(longer).content)
        assert probe(film).frames == 96 + 168


def test_files_go_after_two_days_unless_they_are_used(slow: RunningEmulator) -> None:
    client = Gemini(slow.url)
    name = accepted(client.submit(body(durationSeconds=4)))
    slow.advance(60)
    sample = client.wait(name)["response"]["generateVideoResponse"]["generatedSamples"][0]
    uri = sample["video"]["uri"]
    path = uri.removeprefix(GOOGLE)
    slow.advance(40 * 3600)
    before = client.file(path).json()["expirationTime"]
    accepted(client.submit(body({"video": {"uri": uri}})))
    assert client.file(path).json()["expirationTime"] > before
    slow.advance(40 * 3600)
    assert client.http.get(path).status_code == 200
    slow.advance(9 * 3600)
    assert _message(client.file(path), 404, "NOT_FOUND")
    assert _message(client.http.get(path), 404, "NOT_FOUND")
    assert "has been processed" in _message(client.submit(body({"video": {"uri": uri}})))


def test_operations_are_listed_newest_first(quick: RunningEmulator) -> None:
    client = Gemini(quick.url)
    model = "veo-3.1-fast-generate-preview"
    names = [accepted(client.submit(body(durationSeconds=4), model)) for _ in range(3)]
    first = client.http.get(f"/v1beta/models/{model}/operations", params={"pageSize": 2}).json()
    token = first["nextPageToken"]
    rest = client.http.get(f"/v1beta/models/{model}/operations", params={"pageSize": 2, "pageToken": token})
    assert [o["name"] for o in first["operations"] + rest.json()["operations"]] == names[::-1]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"/v1beta/models/{STANDARD}:predictLongRunning"),
        ("GET", f"/v1beta/models/{STANDARD}/operations/x"),
        ("GET", f"/v1beta/models/{STANDARD}/operations"),
        ("GET", "/v1beta/files/x"),
        ("GET", "/v1beta/files/x:download?alt=media"),
    ],
)
def test_nothing_without_a_good_key(quick: RunningEmulator, method: str, path: str) -> None:
    missing = Gemini(quick.url, None).http.request(method, path)
    assert "unregistered callers" in _message(missing, 403, "PERMISSION_DENIED")
    wrong = Gemini(quick.url, "invalid").http.request(method, path)
    assert _message(wrong) == "API key not valid. Please pass a valid API key."
    assert wrong.json()["error"]["details"][0]["reason"] == "API_KEY_INVALID"


def test_what_is_not_there_is_a_404(quick: RunningEmulator) -> None:
    client = Gemini(quick.url)
    assert "is not found for API version" in _message(client.submit(body(), "veo-9"), 404, "NOT_FOUND")
    _message(client.poll(f"models/{STANDARD}/operations/none"), 404, "NOT_FOUND")
    _message(client.http.get("/v1beta/files/none"), 404, "NOT_FOUND")
    _message(client.http.get("/v2/anything"), 404, "NOT_FOUND")
    _message(client.http.put(f"/v1beta/models/{STANDARD}:predictLongRunning"), 404, "NOT_FOUND")


def test_images_and_references_are_taken(quick: RunningEmulator) -> None:
    client = Gemini(quick.url)
    client.made(body({"prompt": "x", "image": image()}, durationSeconds=4))
    client.made(body({"prompt": "x", "image": image(), "lastFrame": image()}, durationSeconds=8))
    reference = {"image": image(), "referenceType": "ASSET"}
    client.made(body({"prompt": "x", "referenceImages": [reference] * 3}))
    modes = [charge["mode"] for charge in quick.bill()["charges"]]
    assert modes[-3:] == ["animate", "interpolate", "open"]


@pytest.mark.parametrize(
    ("data", "mime", "text"),
    [
        (b"no picture", "image/png", "Unable to process input image"),
        (None, "image/webp", "Unsupported image mime type"),
        (b"\0" * 20_000_001, "image/png", "too large"),
    ],
)
def test_images_that_cannot_be_used(quick: RunningEmulator, data: bytes | None, mime: str, text: str) -> None:
    answer = Gemini(quick.url).submit(body({"prompt": "x", "image": image(data, mime)}))
    assert text in _message(answer)


@pytest.mark.parametrize(
    "uri", [f"{GOOGLE}/v1beta/files/none", "https://example.com/film.mp4", "gs://b/o", ""]
)
def test_only_its_own_videos_are_extended(quick: RunningEmulator, uri: str) -> None:
    answer = Gemini(quick.url).submit(body({"prompt": "x", "video": {"uri": uri}}))
    assert "video" in _message(answer).lower()


def test_lite_does_not_extend(quick: RunningEmulator) -> None:
    client = Gemini(quick.url)
    video = {"uri": f"{GOOGLE}{client.made(body(durationSeconds=4))}"}
    answer = client.submit(body({"prompt": "x", "video": video}), _LITE)
    assert _message(answer) == "Video extension is not allowed for this model."
