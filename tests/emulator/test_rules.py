"""Every rule of a submit: what is wrong, and the message that says so. No server, no media."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.emulator.calling import body, image
from veo_story.catalog.catalog import load_catalog
from veo_story.emulator.ask import Ask
from veo_story.emulator.model import Footage, Platform
from veo_story.emulator.refusals import Refused
from veo_story.emulator.rules_media import check_parent
from veo_story.emulator.rules_shape import read_ask
from veo_story.emulator.rules_values import check_values, least_tokens
from veo_story.storyboard.tokens import estimate_tokens

_MODELS = {
    "gemini": {"standard": "veo-3.1-generate-preview", "lite": "veo-3.1-lite-generate-preview"},
    "vertex": {"standard": "veo-3.1-generate-001", "lite": "veo-3.1-lite-generate-001"},
}
_GCS = {"gcsUri": "gs://b/o.mp4", "mimeType": "video/mp4"}
_URI = {"uri": "https://generativelanguage.googleapis.com/v1beta/files/abc"}
_REFERENCE = {"image": image(), "referenceType": "asset"}


def _ask(content: Any, platform: Platform = "gemini", tier: str = "standard") -> Ask:
    model = load_catalog().capabilities(platform, model=_MODELS[platform][tier])
    ask = read_ask(content, platform, model.model)
    check_values(ask, model)
    return ask


def _refused(content: Any, platform: Platform = "gemini", tier: str = "standard") -> str:
    with pytest.raises(Refused) as caught:
        _ask(content, platform, tier)
    assert (caught.value.code, caught.value.status, caught.value.rpc_code) == (400, "INVALID_ARGUMENT", 3)
    return caught.value.message


_P = {"prompt": "x"}


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ([], "must be an object"),
        ({}, "`instances` is missing"),
        ({"instances": [_P, _P]}, "Only one instance"),
        ({"instances": ["x"]}, "must be an object"),
        ({**body(), "labels": {"a": "b"}}, 'Unknown name "labels"'),
        (body({"prompt": 7}), "The value type for `prompt` needs to be a string."),
        (body({}), "A prompt is required"),
        (body({"prompt": "  "}), "Your use case is currently not supported."),
        (body({"prompt": "x", "mask": {}}), "`mask` isn't supported by this model."),
        (body(numberOfVideos=1), "`numberOfVideos` isn't supported by this model."),
        (body(generateAudio=False), "`generateAudio` isn't supported by this model."),
        (body(generateAudio=True), "`generateAudio` isn't supported by this model."),
        (body(seed=1), "`seed` isn't supported by this model."),
        (body(enhancePrompt=True), "`enhancePrompt` isn't supported by this model."),
        (body(storageUri="gs://b/o"), "`storageUri` isn't supported by this model."),
        (body(compressionQuality="optimized"), "`compressionQuality` isn't supported by this model."),
        (body(resizeMode="pad"), "`resizeMode` isn't supported by this model."),
        (body(sampleCount=2), "`sampleCount` must be 1."),
        (body(sampleCount=True), "`sampleCount` needs to be a number."),
        (body(sampleCount=1.5), "`sampleCount` needs to be a whole number."),
        (body(durationSeconds="8"), "`durationSeconds` needs to be a number."),
        (body(durationSeconds=5), "The duration of 5 seconds is out of bound"),
        (body(durationSeconds=10**400), "`durationSeconds` is out of bound."),
        (body(durationSeconds=6, resolution="1080p"), "1080p is not supported for a duration of 6 seconds."),
        (body(durationSeconds=4, resolution="4k"), "4k is not supported for a duration of 4 seconds."),
        (body(resolution="480p"), "Resolution 480p is not supported"),
        (body(aspectRatio="1:1"), "Aspect ratio 1:1 is not supported."),
        (body(personGeneration="everybody"), "everybody for personGeneration is currently not supported."),
        (body({"prompt": "word " * 1025}), "the limit is 1024 tokens"),
        (body(negativePrompt="word " * 1025), "the limit is 1024 tokens"),
        (body({**_P, "lastFrame": image()}), "`lastFrame` needs `image`"),
        (
            body({**_P, "image": image(), "lastFrame": image()}, durationSeconds=6),
            "6 seconds is out of bound",
        ),
        (body({**_P, "image": {"inlineData": {}}}), "`inlineData` isn't supported by this model."),
        (body({**_P, "image": {"gcsUri": "gs://b/o", "mimeType": "image/png"}}), "`gcsUri` isn't supported"),
        (body({**_P, "image": {"mimeType": "image/png"}}), "exactly one of bytesBase64Encoded"),
        (body({**_P, "image": {"bytesBase64Encoded": "AAAA"}}), "`mimeType` is required in `image`."),
        (body({**_P, "image": {**image(), "bytesBase64Encoded": "*"}}), "Base64 decoding failed"),
        (body({**_P, "referenceImages": [_REFERENCE] * 4}), "at most 3"),
        (body({**_P, "referenceImages": [_REFERENCE], "image": image()}), "cannot be set together"),
        (body({**_P, "referenceImages": [_REFERENCE], "video": _URI}), "cannot be set together"),
        (body({"referenceImages": [_REFERENCE]}), "A prompt is required"),
        (
            body({**_P, "referenceImages": [_REFERENCE]}, durationSeconds=4),
            "not supported for a duration of 4",
        ),
        (body({**_P, "referenceImages": [{**_REFERENCE, "referenceType": "STYLE"}]}), "type STYLE is not"),
        (body({**_P, "referenceImages": [{"image": image()}]}), "Reference type None is not supported"),
        (body({**_P, "referenceImages": [{}]}), "`image` is required in `referenceImages`."),
        (body({**_P, "referenceImages": {}}), "needs to be a list"),
        (body({**_P, "video": {**_URI, "encoding": "video/mp4"}}), "`encoding` isn't supported"),
        (body({**_P, "video": {"encodedVideo": "AAAA"}}), "`encodedVideo` isn't supported"),
        (body({**_P, "video": {}}), "Video URI not found in the request."),
        (body({**_P, "video": _URI, "image": image()}), "cannot be set together with a video"),
        (
            body({**_P, "video": _URI}, durationSeconds=7),
            "`durationSeconds` isn't supported for video extension",
        ),
        (body({**_P, "video": _URI}, resolution="1080p"), "1080p is not supported for video extension."),
    ],
)
def test_what_gemini_refuses(content: Any, text: str) -> None:
    assert text in _refused(content)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (body(negativePrompt="fog"), "`negativePrompt` isn't supported"),
        (body({**_P, "referenceImages": [_REFERENCE]}), "`referenceImages` isn't supported"),
        (body({**_P, "video": _URI}), "Video extension is not allowed for this model."),
        (body(resolution="4k"), "Resolution 4k is not supported"),
    ],
)
def test_what_the_lite_model_of_gemini_refuses(content: Any, text: str) -> None:
    assert text in _refused(content, tier="lite")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (body(sampleCount=5), "`sampleCount` must be between 1 and 4."),
        (body(sampleCount=0), "`sampleCount` must be between 1 and 4."),
        (body(seed=2**32), "`seed` must be between 0 and 4294967295."),
        (body(seed=-1), "`seed` must be between 0 and 4294967295."),
        (body(enhancePrompt=False), "`enhancePrompt` isn't supported"),
        (body(numberOfVideos=2), "`numberOfVideos` isn't supported"),
        (body(fps=24), "`fps` isn't supported"),
        (body(pubsubTopic="t"), "`pubsubTopic` isn't supported"),
        (body(generateAudio="no"), "`generateAudio` needs to be a boolean."),
        (body(storageUri="bucket/out"), "must be a Cloud Storage URI"),
        (body(storageUri="gs://"), "must be a Cloud Storage URI"),
        (body(compressionQuality="best"), "optimized or lossless"),
        (body(resizeMode="pad"), "only supported together with `image`"),
        (body({**_P, "image": image()}, resizeMode="fit"), "pad or crop"),
        ({**body(), "labels": {"a": 1}}, "`labels` must map"),
        ({**body(), "labels": {"a" * 64: "b"}}, "`labels` must map"),
        (body({**_P, "video": {"gcsUri": "gs://b/o.mp4"}}), "`mimeType` is required in `video`."),
        (body({**_P, "video": {"mimeType": "video/mp4"}}), "exactly one of bytesBase64Encoded or gcsUri"),
        (body({**_P, "video": {**_GCS, "bytesBase64Encoded": "AAAA"}}), "exactly one of"),
        (body({**_P, "video": _URI}), "`uri` isn't supported"),
        (body({**_P, "video": _GCS}, durationSeconds=8), "8 seconds is out of bound"),
        (body({**_P, "video": _GCS, "lastFrame": image()}), "cannot be set together with a video"),
    ],
)
def test_what_vertex_refuses(content: Any, text: str) -> None:
    assert text in _refused(content, "vertex")


@pytest.mark.parametrize(
    ("content", "platform"),
    [
        (body(durationSeconds=8.0, resolution="1080p", aspectRatio="9:16"), "gemini"),
        (
            body(resolution="4k", negativePrompt="fog", personGeneration="allow_adult", sampleCount=1),
            "gemini",
        ),
        (body({"image": image()}), "gemini"),
        (body({**_P, "video": _URI}, resolution="720p", aspectRatio="16:9"), "gemini"),
        (body({**_P, "referenceImages": [{**_REFERENCE, "referenceType": "ASSET"}] * 3}), "gemini"),
        (body(seed=0, sampleCount=4, generateAudio=False, storageUri="gs://b/o/"), "vertex"),
        (body({**_P, "image": image()}, resizeMode="crop", compressionQuality="lossless"), "vertex"),
        (body({**_P, "image": image()}, resizeMode="PAD", compressionQuality="OPTIMIZED"), "vertex"),
        (body({**_P, "video": _GCS}, durationSeconds=7), "vertex"),
        ({**body(personGeneration="dont_allow"), "labels": {"team": "film"}}, "vertex"),
        ({"instances": [_P]}, "vertex"),
        ({"instances": [_P], "parameters": None}, "gemini"),
    ],
)
def test_what_is_taken(content: Any, platform: Platform) -> None:
    assert _ask(content, platform).platform == platform


_RULES = load_catalog().capabilities("gemini", model="veo-3.1-generate-preview")
_ON_VERTEX = load_catalog().capabilities("vertex", model="veo-3.1-generate-001")
_HD = (1280, 720)


def _footage(seconds: int, size: tuple[int, int] = _HD) -> Footage:
    return Footage(Path("clip.mp4"), seconds * 24, size)


def test_how_long_a_video_may_be_extended() -> None:
    check_parent(_footage(141), "16:9", _HD, _RULES, extensions=19)
    check_parent(_footage(30), None, _HD, _ON_VERTEX)
    check_parent(_footage(1), None, _HD, _ON_VERTEX)


@pytest.mark.parametrize(
    ("parent", "model", "extensions", "text"),
    [
        (_footage(142), _RULES, 0, "duration of 142 seconds is not supported"),
        (_footage(31), _ON_VERTEX, 0, "between 1 and 30 seconds"),
        (replace(_footage(1), frames=23), _ON_VERTEX, 0, "between 1 and 30 seconds"),
        (_footage(100), _RULES, 20, "at most 20 times"),
        (_footage(8, (720, 1280)), _RULES, 0, "does not match the input video's aspect ratio"),
        (_footage(8, (1920, 1080)), _RULES, 0, "1920x1080 is not supported: 1280x720 expected"),
    ],
)
def test_what_cannot_be_extended(parent: Footage, model: Any, extensions: int, text: str) -> None:
    with pytest.raises(Refused, match=text):
        check_parent(parent, "16:9", _HD, model, extensions)


def test_the_result_has_its_own_limit() -> None:
    chain = replace(_RULES.chain, longest_result_s=Decimal(147)) if _RULES.chain else None
    with pytest.raises(Refused, match="longer than 147 seconds"):
        check_parent(_footage(141), None, _HD, replace(_RULES, chain=chain))


@given(st.text())
def test_no_prompt_that_was_planned_is_too_long_here(text: str) -> None:
    assert least_tokens(text) <= max(1, estimate_tokens(text))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
_FIELDS = ["prompt", "image", "lastFrame", "referenceImages", "video", "gcsUri", "uri", "mimeType"]
_NAMED = st.dictionaries(
    st.sampled_from([*_FIELDS, "bytesBase64Encoded", "referenceType"]), _JSON, max_size=4
)
_NUMBERS = ["sampleCount", "durationSeconds", "seed", "aspectRatio", "resolution", "storageUri", "resizeMode"]


@given(
    st.lists(
        st.dictionaries(st.sampled_from(_FIELDS), _JSON | _NAMED | st.lists(_NAMED, max_size=2)), max_size=2
    ),
    st.dictionaries(st.sampled_from(_NUMBERS), _JSON) | _JSON,
    st.sampled_from(["gemini", "vertex"]),
)
def test_any_json_is_understood_or_refused(instances: Any, parameters: Any, platform: Platform) -> None:
    try:
        ask = _ask({"instances": instances, "parameters": parameters}, platform)
    except Refused as refused:
        assert refused.code == 400
    else:
        assert 4 <= ask.new_seconds <= 8
        assert math.prod(ask.size) >= 1280 * 720
