"""Scripted faults that need to know the service: what the client is told, and what the bill says."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.calling import GOOGLE, STANDARD, Gemini, Vertex, accepted, body
from veo_story.emulator.fates import AUDIO_TEXT
from veo_story.emulator.server import RunningEmulator


def _last(emulator: RunningEmulator) -> tuple[str, str]:
    charge = emulator.bill()["charges"][-1]
    return charge["outcome"], charge["usd"]


def _rule(kind: str, on: str = "submit", **rest: Any) -> list[dict[str, Any]]:
    return [{"on": on, "fault": kind, **rest}]


@pytest.mark.parametrize("on", ["submit", "poll"])
def test_filtered_by_policy(quick: RunningEmulator, on: str) -> None:
    quick.set_faults(_rule("filtered", on))
    told = Gemini(quick.url).wait(accepted(Gemini(quick.url).submit(body(durationSeconds=4))))
    video = told["response"]["generateVideoResponse"]
    assert (video["raiMediaFilteredCount"], "generatedSamples" in video) == (1, False)
    assert "Support codes: 64151117" in video["raiMediaFilteredReasons"][0]
    assert _last(quick) == ("filtered", "0.00")


def test_filtered_for_its_sound(quick: RunningEmulator) -> None:
    quick.set_faults(_rule("filtered_audio"))
    told = Vertex(quick.url).made(body(durationSeconds=4))["response"]
    assert told["raiMediaFilteredReasons"] == [AUDIO_TEXT]
    assert "videos" not in told
    assert _last(quick) == ("filtered", "0.00")


def test_a_filter_that_keeps_some(quick: RunningEmulator) -> None:
    quick.set_faults(_rule("partial_filter", withheld=2))
    told = Vertex(quick.url).made(body(durationSeconds=4, sampleCount=3))["response"]
    assert (told["raiMediaFilteredCount"], len(told["videos"])) == (2, 1)
    assert _last(quick) == ("done", "1.60")


@pytest.mark.parametrize(
    ("kind", "extra", "code", "text"),
    [
        ("operation_error", {}, 13, "internal server issue"),
        ("operation_error", {"code": 8, "message": "No room."}, 8, "No room."),
        ("provisioning", {}, 9, "Service agents are being provisioned"),
    ],
)
@pytest.mark.parametrize("on", ["submit", "poll"])
def test_an_operation_that_breaks(
    quick: RunningEmulator, on: str, kind: str, extra: dict[str, Any], code: int, text: str
) -> None:
    quick.set_faults(_rule(kind, on, **extra))
    error = Vertex(quick.url).made(body(durationSeconds=4))["error"]
    assert error["code"] == code
    assert text in error["message"]
    assert _last(quick) == ("failed", "0.00")


def test_a_submit_s_fault_shows_when_it_is_due(slow: RunningEmulator) -> None:
    slow.set_faults(_rule("operation_error"))
    client = Gemini(slow.url)
    name = accepted(client.submit(body()))
    assert "done" not in client.poll(name).json()
    assert _last(slow) == ("running", "3.20")
    slow.advance(60)
    assert "error" in client.poll(name).json()


def test_never_done(quick: RunningEmulator) -> None:
    quick.set_faults(_rule("never_done"))
    client = Gemini(quick.url)
    name = accepted(client.submit(body()))
    quick.advance(86_400)
    assert client.poll(name).json() == {"name": name}
    assert _last(quick)[0] == "running"


def test_an_operation_expires(quick: RunningEmulator) -> None:
    client = Gemini(quick.url)
    name = accepted(client.submit(body(durationSeconds=4)))
    quick.set_faults(_rule("expired", "poll"))
    assert client.poll(name).status_code == 404
    assert client.poll(name).status_code == 404
    vertex = Vertex(quick.url)
    name = accepted(vertex.submit(body(durationSeconds=4)))
    quick.set_faults(_rule("expired", "poll"))
    assert [vertex.poll(name).status_code for _ in range(2)] == [404, 404]


@pytest.mark.parametrize("on", ["file", "download"])
def test_a_file_expires(quick: RunningEmulator, on: str) -> None:
    client = Gemini(quick.url)
    path = client.made(body(durationSeconds=4))
    quick.set_faults(_rule("expired", on))
    first = client.file(path) if on == "file" else client.http.get(path)
    assert (first.status_code, first.json()["error"]["status"]) == (404, "NOT_FOUND")
    assert client.file(path).status_code == 404
    assert client.submit(body({"video": {"uri": f"{GOOGLE}{path}"}})).status_code == 400


def test_a_parent_expires_as_it_is_used(quick: RunningEmulator) -> None:
    client = Gemini(quick.url)
    path = client.made(body(durationSeconds=4))
    quick.set_faults(_rule("expired"))
    assert client.submit(body({"video": {"uri": f"{GOOGLE}{path}"}})).status_code == 400
    assert client.file(path).status_code == 404


def test_a_model_is_retired(quick: RunningEmulator) -> None:
    quick.set_faults(_rule("retired", times=2))
    before = quick.bill()["total"]
    for answer in (Gemini(quick.url).submit(body()), Vertex(quick.url).submit(body())):
        error = answer.json()["error"]
        assert (answer.status_code, error["status"]) == (404, "NOT_FOUND")
        assert "is no longer available" in error["message"]
    assert quick.bill()["total"] == before
    assert STANDARD in Gemini(quick.url).submit(body(durationSeconds=4)).text


def test_what_is_withheld_is_not_in_the_bucket(quick: RunningEmulator) -> None:
    client = Vertex(quick.url)
    for on in ("submit", "poll"):
        quick.set_faults(_rule("partial_filter", on))
        client.made(body(durationSeconds=4, sampleCount=2, storageUri=f"gs://films/kept/{on}"))
        query = {"prefix": f"kept/{on}/"}
        listed = client.http.get("/storage/v1/b/films/o", params=query).json()["items"]
        assert [each["name"].rpartition("/")[2] for each in listed] == ["sample_0.mp4"]


def test_what_was_told_stays_told(quick: RunningEmulator) -> None:
    client = Gemini(quick.url)
    name = accepted(client.submit(body(durationSeconds=4)))
    told = client.wait(name)
    quick.set_faults(_rule("filtered", "poll"))
    assert client.poll(name).json() == told


def test_an_object_expires_as_it_is_used(quick: RunningEmulator) -> None:
    client = Vertex(quick.url)
    told = client.made(body(durationSeconds=4, storageUri="gs://films/gone"))
    video = told["response"]["videos"][0]
    quick.set_faults(_rule("expired"))
    error = client.made(body({"prompt": "x", "video": video}))["error"]
    assert (error["code"], "does not exist" in error["message"]) == (3, True)
    assert client.download(video["gcsUri"]).status_code == 404
