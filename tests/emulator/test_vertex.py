"""Vertex AI as the emulator speaks it, over a real connection."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.emulator.calling import PLACE, VERTEX_MODEL, Vertex, accepted, body, image, png
from veo_story.emulator.model import EmulatorSettings
from veo_story.emulator.server import RunningEmulator, running_emulator
from veo_story.media.probe import probe


def _message(answer: httpx.Response, code: int, status: str) -> str:
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["status"]) == (code, code, status), answer.text
    return str(error["message"])


def _bytes(told: dict[str, Any]) -> bytes:
    return base64.b64decode(told["response"]["videos"][0]["bytesBase64Encoded"])


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
def test_a_clip_comes_back_inline_and_can_be_extended(
    quick: RunningEmulator, tmp_path: Path, version: str
) -> None:
    client = Vertex(quick.url, version=version)
    told = client.made(body(durationSeconds=4))
    assert told["response"]["raiMediaFilteredCount"] == 0
    sent = {"bytesBase64Encoded": base64.b64encode(_bytes(told)).decode(), "mimeType": "video/mp4"}
    longer = client.made(body({"prompt": "x", "video": sent}, durationSeconds=7))
    film = tmp_path / "film.mp4"
    film.write_bytes(_bytes(longer))
    assert probe(film).frames == 96 + 168


def test_several_samples_land_in_the_bucket(quick: RunningEmulator) -> None:
    client = Vertex(quick.url)
    told = client.made(body(durationSeconds=4, sampleCount=3, storageUri="gs://films/out/7/"))
    uris = [video["gcsUri"] for video in told["response"]["videos"]]
    prefix = uris[0].removesuffix("/sample_0.mp4")
    assert uris == [f"{prefix}/sample_{number}.mp4" for number in range(3)]
    assert prefix.removeprefix("gs://films/out/7/").isdigit()
    assert [client.download(uri).status_code for uri in uris] == [200] * 3
    video = {"gcsUri": uris[1], "mimeType": "video/mp4"}
    longer = client.made(body({"prompt": "x", "video": video}, storageUri="gs://films/out/8"))
    assert longer["response"]["videos"][0]["gcsUri"].startswith("gs://films/out/8/")


def test_an_object_appears_when_the_operation_is_done(slow: RunningEmulator) -> None:
    client = Vertex(slow.url)
    name = accepted(client.submit(body(durationSeconds=4, storageUri="gs://films/late")))
    listing = "/storage/v1/b/films/o"
    assert "items" not in client.http.get(listing, params={"prefix": "late/"}).json()
    assert client.poll(name).json() == {"name": name}
    slow.advance(60)
    client.wait(name)
    assert len(client.http.get(listing, params={"prefix": "late/"}).json()["items"]) == 1


def test_a_video_from_elsewhere_is_extended(quick: RunningEmulator) -> None:
    client = Vertex(quick.url)
    clip = _bytes(client.made(body(durationSeconds=6)))
    assert client.upload("films", "in/a tail+1.mp4", clip).status_code == 200
    video = {"gcsUri": "gs://films/in/a tail+1.mp4", "mimeType": "video/mp4"}
    assert "error" not in client.made(body({"prompt": "x", "video": video}))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (body(durationSeconds=5), "The duration of 5 seconds is out of bound"),
        (body(resolution="1080p", durationSeconds=6), "1080p is not supported for a duration of 6"),
        (body(sampleCount=9), "`sampleCount` must be"),
        (body(personGeneration="who"), "personGeneration"),
        (body({"prompt": "x", "image": image(b"none")}), "Unable to process input image"),
        (body({"prompt": "x", "image": image(mime="image/gif")}), "Unsupported image mime type"),
        (
            body({"prompt": "x", "image": {"gcsUri": "gs://films/none", "mimeType": "image/png"}}),
            "does not exist",
        ),
        (body({"prompt": "x", "video": {"gcsUri": "gs://films/none", "mimeType": "video/mp4"}}), "not exist"),
        (
            body({"prompt": "x", "video": {"bytesBase64Encoded": "AAAA", "mimeType": "video/mp4"}}),
            "input video",
        ),
        (
            body({"prompt": "x", "video": {"bytesBase64Encoded": "AAAA", "mimeType": "video/avi"}}),
            "Unsupported",
        ),
    ],
)
def test_most_mistakes_are_found_late(quick: RunningEmulator, content: Any, text: str) -> None:
    told = Vertex(quick.url).made(content)
    assert told["error"]["code"] == 3
    assert text in told["error"]["message"]
    assert "response" not in told
    last = quick.bill()["charges"][-1]
    assert (last["outcome"], last["usd"]) == ("failed", "0.00")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (body(aspectRatio="4:3"), "Aspect ratio 4:3"),
        (body(numberOfVideos=1), "`numberOfVideos` isn't supported"),
        ({"instances": []}, "`instances` is missing"),
        (body({"prompt": "x", "video": {"gcsUri": "gs://b/o"}}), "`mimeType` is required"),
    ],
)
def test_model_shape_and_aspect_are_judged_at_once(quick: RunningEmulator, content: Any, text: str) -> None:
    client = Vertex(quick.url)
    assert text in _message(client.submit(content), 400, "INVALID_ARGUMENT")
    assert "not found" in _message(client.submit(content, "veo-9"), 404, "NOT_FOUND")


def test_a_missing_bucket_ends_the_operation(quick: RunningEmulator) -> None:
    told = Vertex(quick.url).made(body(storageUri="gs://no-such-bucket/out"))
    assert (told["error"]["code"], told["error"]["message"]) == (5, "The specified bucket does not exist.")


def test_images_from_a_bucket(quick: RunningEmulator) -> None:
    client = Vertex(quick.url)
    client.upload("films", "first.png", png())
    picture = {"gcsUri": "gs://films/first.png", "mimeType": "image/png"}
    told = client.made(body({"prompt": "x", "image": picture, "lastFrame": picture}, resizeMode="crop"))
    assert len(_bytes(told)) > 1000


def test_express_mode_needs_no_project_but_a_key(quick: RunningEmulator) -> None:
    client = Vertex(quick.url, None, "v1beta1")
    place = "publishers/google/models"
    _message(client.submit(body(), place=place), 401, "UNAUTHENTICATED")
    client.http.headers["x-goog-api-key"] = "canary"
    name = accepted(client.submit(body(durationSeconds=4), place=place))
    assert name.startswith(f"{place}/{VERTEX_MODEL}/operations/")
    assert "videos" in client.wait(name)["response"]
    _message(client.submit(body()), 401, "UNAUTHENTICATED")


@pytest.mark.parametrize("token", [None, "nobody", "ya29.e30.00", "ya29.%.x"])
def test_nothing_without_a_good_token(quick: RunningEmulator, token: str | None) -> None:
    client = Vertex(quick.url, token)
    _message(client.submit(body()), 401, "UNAUTHENTICATED")
    _message(client.poll(f"{PLACE}/{VERTEX_MODEL}/operations/x"), 401, "UNAUTHENTICATED")


def test_an_operation_is_asked_for_by_its_own_model(quick: RunningEmulator) -> None:
    client = Vertex(quick.url)
    name = f"{PLACE}/{VERTEX_MODEL}/operations/none"
    _message(client.poll(name), 404, "NOT_FOUND")
    assert client.http.get(f"/v1/{name}").status_code == 404
    path = f"/v1/{PLACE}/veo-3.1-fast-generate-001:fetchPredictOperation"
    _message(client.http.post(path, json={"operationName": name}), 400, "INVALID_ARGUMENT")
    _message(client.http.post(path, json={}), 400, "INVALID_ARGUMENT")


def test_fifty_submits_a_minute() -> None:
    with running_emulator(EmulatorSettings(picture="numbers", latency_s=(60, 60))) as emulator:
        client = Vertex(emulator.url)
        for _ in range(50):
            accepted(client.submit(body(durationSeconds=5)))
        refused = client.submit(body())
        assert "Quota exceeded" in _message(refused, 429, "RESOURCE_EXHAUSTED")
        wait = refused.json()["error"]["details"][0]["retryDelay"]
        assert 0 < int(wait.removesuffix("s")) <= 61
        accepted(client.submit(body(durationSeconds=5), "veo-3.1-fast-generate-001"))
        emulator.advance(61)
        accepted(client.submit(body(durationSeconds=5)))
