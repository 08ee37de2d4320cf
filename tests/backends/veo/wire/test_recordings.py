"""What we send and what we read, held against recordings of Google's own SDKs."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from tests.backends.veo.wire import recorded
from veo_story.backends.veo.wire import paths
from veo_story.backends.veo.wire.errors import refusal
from veo_story.backends.veo.wire.model import Broken, Clip, Finished, Pending, Platform, Withheld
from veo_story.backends.veo.wire.replies import operation_name, read_reply
from veo_story.backends.veo.wire.requests import body_of
from veo_story.errors import ConfigError, GenerationError, QuotaError

SUBMITS = [(p, name) for p, asked in recorded.SUBMITS.items() for name in asked]
POLLS = [(p, name) for p, names in recorded.POLLS.items() for name in names]
MODELS = {"gemini": "veo-3.1-generate-preview", "vertex": "veo-3.1-generate-001"}
LOCATIONS = {"text_global": "global"}
AUDIO = "We encountered an issue with the audio for your prompt. You will not be charged for this attempt."
FILE = "https://generativelanguage.googleapis.com/v1beta/files/xyz789abc:download?alt=media"


def model_path(name: str) -> str:
    project = None if name.endswith("_express_apikey") else "my-project"
    return paths.vertex_model(MODELS["vertex"], project, LOCATIONS.get(name, "us-central1"))


@pytest.mark.parametrize(("platform", "name"), SUBMITS)
def test_a_submit_is_the_recorded_one(platform: Platform, name: str) -> None:
    recording = recorded.read(platform, name)
    body = body_of(recorded.SUBMITS[platform][name], platform)
    path = (
        paths.gemini_submit(MODELS["gemini"])
        if platform == "gemini"
        else paths.vertex_submit(model_path(name))
    )
    assert recording.method == "POST"
    assert path == recording.path
    # Compared as text, so that 8 and 8.0 are not the same.
    expected = recorded.with_our_difference(platform, name, recording.body)
    assert json.dumps(body, sort_keys=True) == json.dumps(expected, sort_keys=True)


@pytest.mark.parametrize(("platform", "name"), POLLS)
def test_a_look_is_the_recorded_one(platform: Platform, name: str) -> None:
    recording = recorded.read(platform, name)
    if platform == "gemini":
        assert (recording.method, recording.body) == ("GET", None)
        assert recording.path == operation_name(recording.served["body"], platform)
        assert recording.path.startswith(f"{paths.gemini_operations(MODELS['gemini'])}/")
        return
    assert (recording.method, recording.path) == ("POST", paths.vertex_poll(model_path(name)))
    assert recording.body["operationName"].startswith(f"{model_path(name)}/operations/")


def test_every_recording_is_compared_or_says_why_not() -> None:
    compared = 0
    for platform in get_args(Platform):
        asked = {*recorded.SUBMITS[platform], *recorded.POLLS[platform]}
        left_out = set(recorded.NOT_COMPARED[platform])
        assert not asked & left_out
        assert sorted(asked | left_out) == recorded.recordings(platform)
        assert set(recorded.DIFFERENT[platform]) <= asked
        assert all(why for why in recorded.NOT_COMPARED[platform].values())
        compared += len(asked) - len(recorded.DIFFERENT[platform])
    assert compared >= 24


@pytest.mark.parametrize("platform", get_args(Platform))
def test_what_the_sdk_refused_is_told_apart(platform: Platform) -> None:
    refused = {n for n, why in recorded.NOT_COMPARED[platform].items() if why.startswith("the SDK refuses")}
    assert refused == {n for n in recorded.recordings(platform) if recorded.sent_nothing(platform, n)}


@pytest.mark.parametrize(("platform", "name"), POLLS)
def test_what_is_read_from_the_recorded_answers(platform: Platform, name: str) -> None:
    found = read_reply(recorded.read(platform, name).served["body"], platform)
    if name in ("poll_pending", "poll_express_apikey"):
        assert found == Pending()
    elif name == "poll_done_bytes":
        assert found == Finished((Clip(data=b"\x00\x00\x00\x18ftypmp42", mime="video/mp4"),))
    elif name == "poll_done" and platform == "gemini":
        assert found == Finished((Clip(uri=FILE),))
    elif name == "poll_done":
        assert found == Finished((Clip(uri="gs://bucket/out/123/sample_0.mp4", mime="video/mp4"),))
    elif name == "poll_rai_filtered" and platform == "gemini":
        assert found == Withheld((AUDIO,), "audio", retry_may_pass=True)
    elif name == "poll_rai_filtered":
        assert found == Withheld(("Support codes: 58061214",), "child", retry_may_pass=False)
    else:
        assert isinstance(found, Broken)
        assert "failed inside the service (code 13): Video generation failed due to" in found.error.message


@pytest.mark.parametrize("platform", get_args(Platform))
@pytest.mark.parametrize(
    ("status", "error", "accepted", "retry"),
    [
        (400, GenerationError, False, False),
        (401, ConfigError, False, False),
        (403, ConfigError, False, False),
        (404, ConfigError, False, False),
        (429, QuotaError, False, True),
        (500, GenerationError, None, False),
        (503, GenerationError, False, True),
    ],
)
def test_the_recorded_errors(
    platform: Platform, status: int, error: type[Exception], accepted: bool | None, retry: bool
) -> None:
    served = recorded.read(platform, f"error_{status}").served
    found = refusal(
        served["status"], {}, json.dumps(served["body"]).encode(), platform, model=MODELS[platform]
    )
    assert type(found.error) is error
    assert (found.accepted, found.retry) == (accepted, retry)
    assert served["body"]["error"]["message"] in found.error.message
    assert found.error.hint
