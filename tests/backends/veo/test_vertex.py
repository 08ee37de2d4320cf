from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.backends.veo.cloud import KEY, RUNNING, Cloud, done, error, running_cloud
from tests.backends.veo.vertexing import MODEL, PNG, asking, ended, sent, with_vertex
from veo_story.backends.base import Done, Failed, Filtered, Inputs, Operation
from veo_story.backends.veo.vertex import VertexBackend
from veo_story.errors import ConfigError, ExpiredError, GenerationError, MediaError, OutcomeUnknown
from veo_story.storyboard.model import Mode

OURS = f"projects/film-project/locations/us-central1/publishers/google/models/{MODEL}"


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with running_cloud() as running:
        yield running


async def rendered(backend: VertexBackend, into: Path) -> Done:
    status = await ended(backend, await sent(backend, asking()))
    assert isinstance(status, Done), status
    await backend.fetch(status, into)
    return status


def test_a_project_is_asked_with_a_token(cloud: Cloud, tmp_path: Path) -> None:
    cloud.polls = [RUNNING, done(b"clip")]
    into = tmp_path / "clip.mp4"
    status = with_vertex(cloud, tmp_path, lambda backend: rendered(backend, into))
    assert into.read_bytes() == b"clip"
    assert status == Done((f"{OURS}/operations/op-1#0",))
    assert [each.path for each in cloud.requests if each.path != "/token"] == [
        f"/v1/{OURS}:predictLongRunning",
        f"/v1/{OURS}:fetchPredictOperation",
        f"/v1/{OURS}:fetchPredictOperation",
    ]
    assert cloud.requests[-1].json == {"operationName": f"{OURS}/operations/op-1"}
    assert {each.headers.get("authorization") for each in cloud.asked("/v1/")} == {"Bearer token-1"}
    assert cloud.tokens == 1


def test_express_mode_names_no_project(cloud: Cloud, tmp_path: Path) -> None:
    cloud.polls = [done(b"clip")]
    remarks: list[str] = []
    into = tmp_path / "clip.mp4"
    with_vertex(cloud, tmp_path, lambda backend: rendered(backend, into), express=True, remark=remarks.append)
    assert into.read_bytes() == b"clip"
    path = f"/v1beta1/publishers/google/models/{MODEL}"
    assert [each.path for each in cloud.requests] == [
        f"{path}:predictLongRunning",
        f"{path}:fetchPredictOperation",
    ]
    assert {each.headers["x-goog-api-key"] for each in cloud.requests} == {KEY}
    assert "express mode" in remarks[0]


def test_express_mode_asks_for_an_operation_without_its_project(cloud: Cloud, tmp_path: Path) -> None:
    cloud.polls = [done(b"clip")]
    operation = Operation(
        f"projects/12345/locations/us-central1/publishers/google/models/{MODEL}/operations/x"
    )
    status = with_vertex(cloud, tmp_path, lambda backend: ended(backend, operation), express=True)
    assert isinstance(status, Done)
    assert cloud.requests[0].path == f"/v1beta1/publishers/google/models/{MODEL}:fetchPredictOperation"
    assert cloud.requests[0].json == {"operationName": operation.name}


def test_an_operation_is_asked_for_where_it_was_begun(cloud: Cloud, tmp_path: Path) -> None:
    cloud.polls = [done(b"clip")]
    path = f"projects/old/locations/europe-west4/publishers/google/models/{MODEL}"
    operation = Operation(f"{path}/operations/x")
    environ = {"GOOGLE_CLOUD_PROJECT": "new", "GOOGLE_CLOUD_LOCATION": "global"}
    assert isinstance(
        with_vertex(cloud, tmp_path, lambda backend: ended(backend, operation), environ=environ), Done
    )
    assert cloud.requests[-1].path == f"/v1/{path}:fetchPredictOperation"


def test_images_and_labels_go_inside_the_request(cloud: Cloud, tmp_path: Path) -> None:
    first, last = tmp_path / "first.png", tmp_path / "last.png"
    first.write_bytes(PNG)
    last.write_bytes(PNG)
    inputs = Inputs(first_frame=first, last_frame=last)
    with_vertex(
        cloud,
        tmp_path,
        lambda backend: sent(backend, asking(mode=Mode.INTERPOLATE), inputs, samples=3),
        labels={"film": "keeper"},
    )
    (request,) = cloud.asked("predictLongRunning")
    instance = request.json["instances"][0]
    assert instance["image"]["mimeType"] == "image/png"
    assert instance["lastFrame"]["bytesBase64Encoded"]
    assert request.json["parameters"]["sampleCount"] == 3
    assert "storageUri" not in request.json["parameters"]
    assert request.json["labels"] == {"film": "keeper"}


def test_several_samples_some_of_them_withheld(cloud: Cloud, tmp_path: Path) -> None:
    cloud.polls = [done(b"one", b"two", raiMediaFilteredCount=1, raiMediaFilteredReasons=["violence"])]

    async def use(backend: VertexBackend) -> Done:
        status = await ended(backend, await sent(backend, asking(), samples=3))
        assert isinstance(status, Done)
        for sample in (1, 0, 1):
            await backend.fetch(status, tmp_path / f"{sample}.mp4", sample=sample)
        return status

    status = with_vertex(cloud, tmp_path, use)
    assert len(status.handles) == 2
    assert status.withheld == ("violence",)
    assert (tmp_path / "0.mp4").read_bytes() == b"one"
    assert (tmp_path / "1.mp4").read_bytes() == b"two"


def test_an_inline_clip_is_asked_for_again_by_another_process(cloud: Cloud, tmp_path: Path) -> None:
    cloud.polls = [done(b"one", b"two")]
    status = Done((f"{OURS}/operations/x#0", f"{OURS}/operations/x#1"))
    into = tmp_path / "clip.mp4"
    with_vertex(cloud, tmp_path, lambda backend: backend.fetch(status, into, sample=1))
    assert into.read_bytes() == b"two"
    cloud.polls = [error(404, "Operation not found")]
    with pytest.raises(ExpiredError, match="does not know the operation"):
        with_vertex(cloud, tmp_path, lambda backend: backend.fetch(status, into))


def test_nothing_is_left_in_the_film_s_folder(cloud: Cloud, tmp_path: Path) -> None:
    cloud.polls = [done(b"clip")]
    with_vertex(cloud, tmp_path, lambda backend: rendered(backend, tmp_path / "clip.mp4"))
    assert list((tmp_path / "film").iterdir()) == []


def test_a_filter_is_an_answer(cloud: Cloud, tmp_path: Path) -> None:
    cloud.polls = [done(raiMediaFilteredCount=1, raiMediaFilteredReasons=["Support codes: 61493863"])]
    status = with_vertex(cloud, tmp_path, _end)
    assert isinstance(status, Filtered)
    assert status.category == "violence"
    assert not status.retry_may_pass


@pytest.mark.parametrize(
    ("said", "retried"),
    [
        ({"code": 9, "message": "Service agents are being provisioned. Please try again."}, True),
        ({"code": 3, "message": "Unsupported output video duration 5 seconds."}, False),
        ({"code": 13, "message": "Internal error."}, False),
    ],
)
def test_an_operation_s_error_is_an_answer(
    cloud: Cloud, tmp_path: Path, said: dict[str, Any], retried: bool
) -> None:
    cloud.polls = [(200, {"name": "op", "done": True, "error": said})]
    status = with_vertex(cloud, tmp_path, _end)
    assert isinstance(status, Failed)
    assert said["message"].rstrip(".") in status.error.message
    assert (status.retry_after_s is not None) is retried
    assert not status.lost


async def _end(backend: VertexBackend) -> Any:
    return await ended(backend, await sent(backend, asking()))


@pytest.mark.parametrize(
    "name", ["of-another-run", "", "models/x/operations/y", f"{OURS}/operations/", "a/../b"]
)
def test_names_that_are_none_are_not_asked_for(cloud: Cloud, tmp_path: Path, name: str) -> None:
    status = with_vertex(cloud, tmp_path, lambda backend: ended(backend, Operation(name)))
    assert isinstance(status, Failed)
    assert not cloud.asked("fetchPredictOperation")


def test_an_operation_that_cannot_be_asked_for_may_be_paid(cloud: Cloud, tmp_path: Path) -> None:
    name = "projects/p/locations/us-central1/operations/77"
    cloud.refusals = [("predictLongRunning", 200, {"name": name})]
    with pytest.raises(OutcomeUnknown, match="us-central1/operations/77"):
        with_vertex(cloud, tmp_path, lambda backend: sent(backend, asking()))


def test_an_operation_that_is_gone_has_failed(cloud: Cloud, tmp_path: Path) -> None:
    cloud.polls = [error(404, "Operation not found", "NOT_FOUND")]
    status = with_vertex(
        cloud, tmp_path, lambda backend: ended(backend, Operation(f"{OURS}/operations/gone"))
    )
    assert isinstance(status, Failed)
    assert isinstance(status.error, ExpiredError)
    assert status.may_have_cost


def test_an_answer_that_nobody_understands_is_no_end(cloud: Cloud, tmp_path: Path) -> None:
    cloud.polls = [(200, {"done": "perhaps"}), done(b"clip")]

    async def use(backend: VertexBackend) -> Any:
        operation = await sent(backend, asking())
        with pytest.raises(GenerationError, match="nobody understands"):
            await ended(backend, operation)
        return await ended(backend, operation)

    assert isinstance(with_vertex(cloud, tmp_path, use), Done)


def test_a_retired_model_explains_itself(cloud: Cloud, tmp_path: Path) -> None:
    cloud.refusals = [("predictLongRunning", *error(404, "The model is no longer available.", "NOT_FOUND"))]
    with pytest.raises(ConfigError, match=MODEL) as caught:
        with_vertex(cloud, tmp_path, lambda backend: sent(backend, asking()))
    assert "GOOGLE_CLOUD_LOCATION" in str(caught.value.hint)


@pytest.mark.parametrize("mends", [True, False])
def test_a_submit_gets_a_fresh_token_once(cloud: Cloud, tmp_path: Path, mends: bool) -> None:
    """A token can be older than it seems: clocks stand still while a machine sleeps."""
    cloud.refusals = [("predictLongRunning", *error(401, "expired", "UNAUTHENTICATED"))] * (1 if mends else 9)

    async def use(backend: VertexBackend) -> None:
        if mends:
            await sent(backend, asking())
        else:
            with pytest.raises(ConfigError, match="expired"):
                await sent(backend, asking())

    with_vertex(cloud, tmp_path, use)
    tokens = [each.headers["authorization"] for each in cloud.asked("predictLongRunning")]
    assert tokens == ["Bearer token-1", "Bearer token-2"]


def test_an_operation_without_a_name_may_have_been_accepted(cloud: Cloud, tmp_path: Path) -> None:
    cloud.refusals = [("predictLongRunning", 200, {"done": False})]
    with pytest.raises(OutcomeUnknown):
        with_vertex(cloud, tmp_path, lambda backend: sent(backend, asking()))


def test_a_missing_image_is_named_before_anything_is_asked(cloud: Cloud, tmp_path: Path) -> None:
    inputs = Inputs(first_frame=tmp_path / "nowhere.png")
    with pytest.raises(MediaError, match=r"nowhere\.png"):
        with_vertex(cloud, tmp_path, lambda backend: sent(backend, asking(mode=Mode.ANIMATE), inputs))
    assert not cloud.requests


def test_closing_twice_and_side_by_side(cloud: Cloud, tmp_path: Path) -> None:
    cloud.polls = [done(b"clip")]

    async def use(backend: VertexBackend) -> None:
        await asyncio.gather(*(rendered(backend, tmp_path / f"{n}.mp4") for n in range(4)))
        await backend.aclose()

    with_vertex(cloud, tmp_path, use)
    assert len(cloud.asked("predictLongRunning")) == 4
