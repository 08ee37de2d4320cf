"""What a body may hold, whatever is asked."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.backends.veo.wire.model import Medium, Platform, VideoRequest
from veo_story.backends.veo.wire.requests import body_of
from veo_story.errors import GenerationError

NOT_ON_GEMINI = {"seed", "generateAudio", "storageUri", "compressionQuality", "resizeMode"}
PARAMETERS = NOT_ON_GEMINI | {
    *("sampleCount", "durationSeconds", "aspectRatio", "resolution", "personGeneration", "negativePrompt"),
}
PNG = Medium(mime="image/png", data=b"picture")

mimes = st.sampled_from(["image/png", "image/jpeg"])
images = st.builds(Medium, mime=mimes, data=st.binary(max_size=40), uri=st.none() | st.just("gs://b/i.png"))
videos = st.builds(Medium, mime=st.none() | st.just("video/mp4"), data=st.none(), uri=st.just("gs://b/v.mp4"))
texts = st.none() | st.text(max_size=20)


@st.composite
def requests(draw: st.DrawFn) -> VideoRequest:
    """Any request that holds together."""
    image = draw(st.none() | images)
    video = draw(st.none() | videos) if image is None else None
    alone = image is None and video is None
    return VideoRequest(
        prompt=draw(texts),
        image=image,
        last_frame=draw(st.none() | images) if image else None,
        references=tuple(draw(st.lists(images, max_size=3))) if alone else (),
        video=video,
        samples=draw(st.none() | st.integers(1, 4)),
        duration_s=draw(st.none() | st.integers(4, 8)),
        aspect=draw(texts),
        resolution=draw(texts),
        people=draw(texts),
        negative_prompt=draw(texts),
        seed=draw(st.none() | st.integers(0, 2**32 - 1)),
        audio=draw(st.none() | st.booleans()),
        storage_uri=draw(texts),
        compression=draw(st.none() | st.sampled_from(["optimized", "lossless"])),
        resize=draw(st.none() | st.sampled_from(["pad", "crop"])),
        labels=draw(st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2)),
    )


def nones(value: Any) -> int:
    """How many nulls a body holds."""
    if isinstance(value, dict):
        return sum(nones(each) for each in value.values())
    if isinstance(value, list):
        return sum(nones(each) for each in value)
    return int(value is None)


@given(requests(), st.sampled_from(get_args(Platform)))
def test_only_what_the_platform_takes_is_sent(request: VideoRequest, platform: Platform) -> None:
    body = body_of(request, platform)
    assert json.loads(json.dumps(body)) == body
    assert nones(body) == 0
    parameters = body.get("parameters", {})
    assert set(parameters) <= (PARAMETERS - NOT_ON_GEMINI if platform == "gemini" else PARAMETERS)
    assert set(body) <= {"instances", "parameters", *(["labels"] if platform == "vertex" else [])}
    assert len(body["instances"]) == 1
    assert set(body["instances"][0]) <= {"prompt", "image", "lastFrame", "video", "referenceImages"}
    assert "parameters" not in body or parameters


@given(requests(), st.sampled_from(get_args(Platform)))
def test_everything_the_platform_takes_is_sent(request: VideoRequest, platform: Platform) -> None:
    body = body_of(request, platform)
    instance, parameters = body["instances"][0], body.get("parameters", {})
    assert instance.get("prompt") == request.prompt
    assert ("image" in instance) == (request.image is not None)
    assert ("lastFrame" in instance) == (request.last_frame is not None)
    assert len(instance.get("referenceImages", [])) == len(request.references)
    assert parameters.get("durationSeconds") == request.duration_s
    if platform == "vertex":
        assert parameters.get("generateAudio") is request.audio
        assert parameters.get("seed") == request.seed
        assert parameters.get("storageUri") == request.storage_uri
        assert body.get("labels", {}) == request.labels
    elif request.video is not None:
        assert instance["video"] == {"uri": request.video.uri}
    if request.image is not None and "bytesBase64Encoded" in instance["image"]:
        assert b64decode(instance["image"]["bytesBase64Encoded"]) == request.image.data


@pytest.mark.parametrize(
    ("request_", "platform", "message"),
    [
        (VideoRequest("x", last_frame=PNG), "gemini", "without a first frame"),
        (VideoRequest("x", image=PNG, references=(PNG,)), "vertex", "together with a frame"),
        (
            VideoRequest("x", video=Medium(uri="gs://b/v"), references=(PNG,)),
            "vertex",
            "together with a frame",
        ),
        (VideoRequest("x", video=Medium(uri="gs://b/v"), image=PNG), "vertex", "cannot be extended"),
        (
            VideoRequest("x", video=Medium("video/mp4", b"bytes")),
            "gemini",
            "only videos that it keeps itself",
        ),
        (VideoRequest("x", video=Medium("video/mp4")), "vertex", "needs its bytes or its place"),
        (VideoRequest("x", image=Medium("image/png", uri="gs://b/i")), "gemini", "sent as its bytes"),
        (VideoRequest("x", image=Medium(data=b"bytes")), "gemini", "what kind it is"),
    ],
)
def test_what_no_body_can_say_is_refused(request_: VideoRequest, platform: Platform, message: str) -> None:
    with pytest.raises(GenerationError, match=message):
        body_of(request_, platform)


def test_lengths_are_json_numbers_without_a_point() -> None:
    assert '"durationSeconds": 8}' in json.dumps(body_of(VideoRequest("x", duration_s=8), "vertex"))
