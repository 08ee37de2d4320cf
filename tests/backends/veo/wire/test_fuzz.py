"""Whatever comes over the network: nothing but a value or a WireError comes out."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from typing import Any, get_args

from hypothesis import example, given, settings
from hypothesis import strategies as st

from veo_story.backends.veo.wire.errors import operation_error, refusal
from veo_story.backends.veo.wire.listing import read_page
from veo_story.backends.veo.wire.model import Platform, WireError
from veo_story.backends.veo.wire.replies import operation_name, read_file, read_operations, read_reply
from veo_story.errors import VeoStoryError

KEYS = [
    *(
        "name",
        "done",
        "error",
        "response",
        "code",
        "message",
        "status",
        "details",
        "reason",
        "retryDelay",
        "errors",
    ),
    *(
        "generateVideoResponse",
        "generatedSamples",
        "videos",
        "video",
        "uri",
        "gcsUri",
        "encodedVideo",
        "seconds",
    ),
    *(
        "bytesBase64Encoded",
        "raiMediaFilteredCount",
        "raiMediaFilteredReasons",
        "state",
        "sha256Hash",
        "nanos",
    ),
    *("expirationTime", "operations", "file", "error_description"),
    *("usageMetadata", "metadata", "createTime", "nextPageToken"),
]
VALUES = [
    "ACTIVE",
    "AAAA",
    "12.5s",
    "1e999s",
    "2026-01-01T00:00:00Z",
    "operations/x",
    "Support codes: 58061214",
]

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.sampled_from(VALUES)
)
json_values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)
platforms = st.sampled_from(get_args(Platform))
services = st.sampled_from(["gemini", "vertex", "gcs"])
header_values = st.text(max_size=30) | st.sampled_from(
    ["12", "nan", "inf", "-3", "Sun, 22 Nov 2026 17:00:00 GMT"]
)
headers = st.dictionaries(st.sampled_from(["Retry-After", "date", "content-type"]), header_values)
DEEP = "[" * 100_000 + "]" * 100_000


@given(json_values, platforms)
@settings(max_examples=300)
def test_any_json_is_read_or_refused(answer: Any, platform: Platform) -> None:
    readers: list[Callable[[], object]] = [
        lambda: operation_name(answer, platform),
        lambda: read_reply(answer, platform),
        lambda: read_file(answer),
        lambda: read_operations(answer),
        lambda: read_page(answer),
    ]
    for reader in readers:
        with contextlib.suppress(WireError):
            reader()


def check_refusal(status: int, headers: dict[str, str], body: bytes, service: Any, model: str | None) -> None:
    found = refusal(status, headers, body, service, model=model)
    assert isinstance(found.error, VeoStoryError)
    assert 0 < len(found.error.message) < 700
    assert found.error.message.isprintable()
    assert found.retry_after_s is None or 0 <= found.retry_after_s < float("inf")
    assert found.accepted is False or not found.retry


@given(st.integers(300, 599), headers, st.binary(max_size=200), services, st.none() | st.text(max_size=20))
@example(502, {}, b"\xff\xfe\x00", "vertex", None)
@example(400, {}, DEEP.encode(), "gemini", "m")
@example(400, {}, b'{"error": {"code": ' + b"9" * 10_000 + b"}}", "gemini", "m")
def test_any_bytes_are_a_refusal(
    status: int, headers: dict[str, str], body: bytes, service: Any, model: str | None
) -> None:
    check_refusal(status, headers, body, service, model)


@given(st.integers(300, 599), headers, json_values, services, st.sampled_from(["utf-8", "utf-16", "latin-1"]))
@settings(max_examples=300)
def test_any_json_is_a_refusal(
    status: int, headers: dict[str, str], answer: Any, service: Any, charset: str
) -> None:
    for body in (answer, {"error": answer}, [{"error": answer}]):
        text = json.dumps(body, ensure_ascii=False)
        check_refusal(status, headers, text.encode(charset, errors="replace"), service, "m")


@given(st.dictionaries(st.sampled_from(KEYS), json_values))
def test_any_error_ends_an_operation(error: dict[str, Any]) -> None:
    found = operation_error(error)
    assert isinstance(found.error, VeoStoryError)
    assert len(found.error.message) < 700
