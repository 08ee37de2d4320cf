"""Every documented shape of an answer, and shapes that are none."""

from __future__ import annotations

from typing import Any

import pytest

from veo_story.backends.veo.wire.model import Broken, Clip, FileState, Finished, Pending, WireError, Withheld
from veo_story.backends.veo.wire.replies import operation_name, read_file, read_operations, read_reply
from veo_story.errors import ExpiredError, GenerationError

NAME = "models/veo-3.1-generate-preview/operations/abc"


def done(response: Any) -> dict[str, Any]:
    return {"name": NAME, "done": True, "response": response}


@pytest.mark.parametrize(
    ("response", "found"),
    [
        (
            {"generateVideoResponse": {"generatedSamples": [{"video": {"uri": "u"}}]}},
            Finished((Clip(uri="u"),)),
        ),
        ({"generatedSamples": [{"video": {"uri": "u", "encoding": "e"}}]}, Finished((Clip("u", None, "e"),))),
        ({"generatedSamples": [{"video": {"encodedVideo": "AAEC"}}]}, Finished((Clip(None, b"\0\1\2"),))),
        ({"videos": [{"gcsUri": "gs://b/o", "mimeType": "m"}]}, Finished((Clip("gs://b/o", None, "m"),))),
        ({"videos": [{"bytesBase64Encoded": "AAEC"}]}, Finished((Clip(None, b"\0\1\2"),))),
        ({"videos": [{"gcsUri": "a"}, {"gcsUri": "b"}]}, Finished((Clip("a"), Clip("b")))),
        (
            {"videos": [{"gcsUri": "a"}, {}], "raiMediaFilteredCount": 1, "raiMediaFilteredReasons": ["why"]},
            Finished((Clip("a"),), ("why",)),
        ),
        ({"videos": [{"gcsUri": "a"}], "raiMediaFilteredCount": 0}, Finished((Clip("a"),))),
        (
            {"videos": [{"gcsUri": "a"}], "raiMediaFilteredCount": 2},
            Finished((Clip("a"),), ("the service gave no reason",)),
        ),
        ({"videos": [], "raiMediaFilteredReasons": ["hm"]}, Withheld(("hm",), None, False)),
        ({"raiMediaFilteredReasons": "the audio"}, Withheld(("the audio",), "audio", True)),
        ({"raiMediaFilteredCount": "1"}, Withheld(("the service gave no reason",), None, False)),
        (
            {"generateVideoResponse": {"raiMediaFilteredReasons": [{"code": 58061214}]}},
            Withheld(('{"code": 58061214}',), "child", False),
        ),
    ],
)
def test_the_shapes_of_a_response(response: Any, found: Any) -> None:
    assert read_reply(done(response), "gemini") == found
    assert read_reply(done(response), "vertex") == found


@pytest.mark.parametrize("answer", [{}, {"name": NAME}, {"name": NAME, "done": False, "metadata": {"a": 1}}])
def test_not_finished(answer: Any) -> None:
    assert read_reply(answer, "gemini") == Pending()


@pytest.mark.parametrize(
    "answer", [{"done": True}, done({}), done({"generateVideoResponse": {}}), done({"videos": []})]
)
def test_done_with_nothing_at_all_is_broken(answer: Any) -> None:
    found = read_reply(answer, "vertex")
    assert isinstance(found, Broken) and type(found.error) is GenerationError
    assert found.error.message == "the service says that it is done, and gives neither a video nor a reason"


@pytest.mark.parametrize(
    "response",
    [
        {"predictions": [{"gcsUri": "gs://b/o"}]},
        {"generateVideoResponse": {"generatedMedia": [{"uri": "files/a"}]}},
        {"generateVideoResponse": {"generatedSamples": [{"video": {"fileUri": "files/a"}}]}},
        {"videos": [{"mimeType": "video/mp4", "path": "gs://b/o"}]},
    ],
)
def test_a_video_in_a_shape_that_nobody_knows_is_not_taken_for_none(response: Any) -> None:
    with pytest.raises(WireError, match="no video that is known"):
        read_reply(done(response), "gemini")


@pytest.mark.parametrize(
    "response",
    [{"@type": "type.googleapis.com/x", "videos": []}, {"videos": [{"mimeType": "video/mp4"}]}, {"x": None}],
)
def test_what_says_nothing_is_nothing(response: Any) -> None:
    assert isinstance(read_reply(done(response), "vertex"), Broken)


def test_an_error_ends_an_operation() -> None:
    found = read_reply({"done": True, "error": {"code": 3, "message": "Video URI not found."}}, "gemini")
    assert isinstance(found, Broken) and isinstance(found.error, ExpiredError)


def test_a_late_safety_error_is_a_filter() -> None:
    told = "The image violates usage guidelines. Support codes: 15236754"
    found = read_reply({"done": True, "error": {"code": 3, "message": told}}, "vertex")
    assert found == Withheld((told,), "celebrity", retry_may_pass=False)


@pytest.mark.parametrize(
    "answer",
    [
        *(None, [], "done", 7),
        {"done": "true"},
        {"done": True, "error": "no"},
        {"done": True, "response": []},
        done({"videos": {}}),
        done({"videos": ["gs://b/o"]}),
        done({"videos": [{"gcsUri": 7}]}),
        done({"videos": [{"bytesBase64Encoded": "not base64!"}]}),
        done({"raiMediaFilteredCount": -1}),
        done({"raiMediaFilteredCount": True}),
        done({"generateVideoResponse": None}),
    ],
)
def test_what_is_not_understood(answer: Any) -> None:
    with pytest.raises(WireError) as caught:
        read_reply(answer, "gemini")
    assert len(str(caught.value)) < 250


def test_reasons_are_bounded() -> None:
    found = read_reply(done({"raiMediaFilteredReasons": ["x y " * 5000] * 500}), "gemini")
    assert isinstance(found, Withheld)
    assert len(found.reasons) <= 20 and max(map(len, found.reasons)) <= 400


@pytest.mark.parametrize("name", [NAME, "publishers/google/models/veo-3/operations/a-b_c", "operations/1"])
def test_the_name_of_an_operation(name: str) -> None:
    assert operation_name({"name": name}, "gemini") == name


@pytest.mark.parametrize(
    "answer",
    [
        *([], {}, {"name": None}, {"name": ""}, {"name": "models/veo"}, {"name": "a b/operations/c"}),
        *({"name": "models/../operations/x"}, {"name": "/operations/x"}, {"name": "http://h/operations/x"}),
        *({"name": "operations/x?key=1"}, {"name": "operations/" + "x" * 2000}, {"error": {"code": 3}}),
    ],
)
def test_names_that_are_none(answer: Any) -> None:
    with pytest.raises(WireError):
        operation_name(answer, "vertex")


@pytest.mark.parametrize("place", ["response", "generateVideoResponse", "metadata", "operation"])
def test_what_the_service_says_of_its_use_is_kept_as_it_is(place: str) -> None:
    told = {"usageMetadata": {"videoDurationSeconds": 8, "total": 2.50, "über": None}}
    inner: dict[str, Any] = {"generatedSamples": [{"video": {"uri": "u"}}]}
    response: dict[str, Any] = {"generateVideoResponse": inner}
    answer = done(response)
    at = {"response": response, "generateVideoResponse": inner, "operation": answer}
    at.get(place, answer.setdefault("metadata", {})).update(told)
    found = read_reply(answer, "gemini")
    assert found == Finished(
        (Clip(uri="u"),), usage='{"videoDurationSeconds": 8, "total": 2.5, "über": null}'
    )


@pytest.mark.parametrize("usage", [None, {}, {"text": "x" * 5000}])
def test_no_use_and_an_endless_one_are_not_kept(usage: Any) -> None:
    answer = done({"videos": [{"gcsUri": "a"}], "usageMetadata": usage})
    assert read_reply(answer, "vertex") == Finished((Clip("a"),))


def test_a_list_of_operations() -> None:
    assert read_operations({}) == ()
    assert read_operations({"operations": [{"name": NAME}, {"name": "operations/b", "done": True}]}) == (
        (NAME, False),
        ("operations/b", True),
    )
    for answer in ([], {"operations": {}}, {"operations": [{}]}, {"operations": [{"name": NAME, "done": 1}]}):
        with pytest.raises(WireError):
            read_operations(answer)


DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=", DIGEST),
        (
            "OWY4NmQwODE4ODRjN2Q2NTlhMmZlYWEwYzU1YWQwMTVhM2JmNGYxYjJiMGI4MjJjZDE1ZDZjMTViMGYwMGEwOA==",
            DIGEST,
        ),
        (DIGEST.upper(), DIGEST),
        *(("!", None), ("AAEC", None), ("", None), (7, None)),
    ],
)
def test_the_digest_of_a_file(sent: Any, read: str | None) -> None:
    assert read_file({"state": "ACTIVE", "sha256Hash": sent}).sha256 == read


def test_a_file() -> None:
    told = {"name": "files/x", "state": "ACTIVE", "uri": "https://h/v1beta/files/x"}
    when = "2026-11-24T10:00:00.123456789Z"
    expected = FileState("ACTIVE", told["uri"], when)
    assert read_file({**told, "expirationTime": when}) == expected
    assert read_file({"file": {**told, "expirationTime": when}}) == expected
    assert read_file({**told, "expirationTime": "soon"}).expires_at is None
    assert read_file({"state": "FAILED", "error": {"code": 13, "message": "no"}}).error == "no"
    for answer in (None, [], {}, {"state": "DONE"}, {"state": ["ACTIVE"]}):
        with pytest.raises(WireError):
            read_file(answer)
