from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.backends.veo.cloud import RUNNING, Cloud, done, error, running_cloud
from tests.backends.veo.vertexing import PNG, asking, ended, longer, parent_of, sent, with_vertex
from tests.support.clips import Recipe, make, numbers_of
from veo_story.backends.base import Done, Failed, Inputs, Operation, Running
from veo_story.backends.veo.vertex import VertexBackend
from veo_story.errors import ConfigError, ExpiredError, GenerationError, OutcomeUnknown
from veo_story.plan.takes import Attempt, AttemptState
from veo_story.storyboard.model import Mode

GCS = "gs://films/keeper"


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with running_cloud() as running:
        yield running


def attempt(attempt_id: str, samples: int = 1, storage: str | None = GCS) -> Attempt:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    state, cost = AttemptState.UNKNOWN, Decimal(1)
    return Attempt(attempt_id, "s01", "f", "vertex", "m", state, cost, now, samples=samples, storage=storage)


def instance(cloud: Cloud) -> Any:
    return cloud.asked("predictLongRunning")[-1].json["instances"][0]


def test_images_go_through_the_bucket_once(cloud: Cloud, tmp_path: Path) -> None:
    first, other = tmp_path / "first.png", tmp_path / "other.png"
    first.write_bytes(PNG)
    other.write_bytes(b"\xff\xd8\xff a photo")

    async def use(backend: VertexBackend) -> None:
        wanted = asking(mode=Mode.INTERPOLATE)
        inputs = Inputs(first_frame=first, last_frame=other)
        await asyncio.gather(*(sent(backend, wanted, inputs, f"a{n}") for n in range(4)))

    for _ in range(2):  # the second run finds what the first one has uploaded
        with_vertex(cloud, tmp_path, use, storage=GCS)
    names = [f"keeper/inputs/{hashlib.sha256(PNG).hexdigest()}.png"]
    names += [f"keeper/inputs/{hashlib.sha256(other.read_bytes()).hexdigest()}.jpg"]
    assert sorted(each.query["name"] for each in cloud.asked("POST /upload")) == sorted(names)
    assert instance(cloud)["image"] == {"gcsUri": f"gs://films/{names[0]}", "mimeType": "image/png"}
    assert instance(cloud)["lastFrame"] == {"gcsUri": f"gs://films/{names[1]}", "mimeType": "image/jpeg"}
    places = {each.json["parameters"]["storageUri"] for each in cloud.asked("predictLongRunning")}
    assert places == {f"{GCS}/a{n}/" for n in range(4)}


def test_results_are_fetched_from_the_bucket(cloud: Cloud, tmp_path: Path) -> None:
    cloud.objects["films", "keeper/a1/77/sample_0.mp4"] = b"a clip"
    cloud.polls = [done(f"{GCS}/a1/77/sample_0.mp4")]
    into = tmp_path / "clip.mp4"

    async def use(backend: VertexBackend) -> Done:
        status = await ended(backend, await sent(backend, asking()))
        assert isinstance(status, Done)
        await backend.fetch(status, into)
        return status

    assert with_vertex(cloud, tmp_path, use, storage=GCS).handles == (f"{GCS}/a1/77/sample_0.mp4",)
    assert into.read_bytes() == b"a clip"
    cloud.objects.clear()
    with pytest.raises(ExpiredError, match="no longer in its bucket"):
        with_vertex(cloud, tmp_path, use, storage=GCS)


def test_a_parent_in_a_bucket_is_extended_where_it_lies(cloud: Cloud, tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"a clip")
    handle = "gs://films/keeper/a1/77/sample_0.mp4"
    cloud.objects["films", "keeper/a1/77/sample_0.mp4"] = b"a clip"
    for storage in (GCS, None):
        inputs = parent_of(clip, handle=handle)
        with_vertex(cloud, tmp_path, lambda backend, i=inputs: sent(backend, longer(), i), storage=storage)
        assert instance(cloud)["video"] == {"gcsUri": handle, "mimeType": "video/mp4"}
    assert not cloud.asked("POST /upload")


@pytest.mark.parametrize(
    "handle",
    ["gs://films/keeper/gone.mp4", "gs://bucket-of-another-run/x.mp4", "projects/p/operations/o#0", None],
)
def test_a_parent_that_is_nowhere_is_uploaded_from_this_disk(
    cloud: Cloud, tmp_path: Path, handle: str | None
) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"a clip")
    inputs = parent_of(clip, handle=handle)
    with_vertex(cloud, tmp_path, lambda backend: sent(backend, longer(), inputs), storage=GCS)
    name = f"keeper/inputs/{hashlib.sha256(b'a clip').hexdigest()}.mp4"
    assert cloud.objects["films", name] == b"a clip"
    assert instance(cloud)["video"] == {"gcsUri": f"gs://films/{name}", "mimeType": "video/mp4"}


def test_without_a_bucket_a_parent_goes_inside_the_request(cloud: Cloud, tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"a clip")
    with_vertex(cloud, tmp_path, lambda backend: sent(backend, longer(), parent_of(clip)), express=True)
    assert instance(cloud)["video"] == {"bytesBase64Encoded": "YSBjbGlw", "mimeType": "video/mp4"}


def test_a_parent_that_is_too_large_needs_a_bucket(cloud: Cloud, tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    with clip.open("wb") as file:
        file.truncate(15_000_001)
    with pytest.raises(ConfigError, match=r"Scene s02 extends a clip of 15\.0 MB") as caught:
        with_vertex(cloud, tmp_path, lambda backend: backend.prepare(longer(), parent_of(clip)))
    assert "--gcs gs://bucket/prefix" in str(caught.value.hint)
    assert not cloud.asked("predictLongRunning")


@pytest.mark.parametrize("storage", [GCS, None])
def test_a_window_sends_the_tail(cloud: Cloud, tmp_path: Path, storage: str | None) -> None:
    clip = make(tmp_path / "clip.mp4", Recipe(72, first=0, seed=3))
    inputs = parent_of(clip, 72, handle="gs://films/keeper/whole.mp4")
    cloud.objects["films", "keeper/whole.mp4"] = clip.read_bytes()
    wanted = longer(window_frames=48)

    async def use(backend: VertexBackend) -> None:
        await asyncio.gather(*(sent(backend, wanted, inputs, f"a{n}") for n in range(3)))

    with_vertex(cloud, tmp_path, use, storage=storage)
    tail = tmp_path / "tail.mp4"
    if storage is None:
        tail.write_bytes(base64.b64decode(instance(cloud)["video"]["bytesBase64Encoded"]))
    else:
        (upload,) = cloud.asked("POST /upload")
        assert upload.query["name"].endswith("-last48.mp4")
        tail.write_bytes(upload.body)
        with_vertex(cloud, tmp_path, use, storage=storage)
        assert len(cloud.asked("POST /upload")) == 1
    assert numbers_of(tail) == list(range(24, 72))
    assert list((tmp_path / "film").iterdir()) == []


def test_a_window_as_long_as_the_clip_is_the_clip(cloud: Cloud, tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"a clip")
    wanted = longer(window_frames=192)
    with_vertex(cloud, tmp_path, lambda backend: sent(backend, wanted, parent_of(clip)), storage=GCS)
    assert b"a clip" in cloud.objects.values()


def test_a_lost_request_is_found_by_what_it_left(cloud: Cloud, tmp_path: Path) -> None:
    cloud.refusals = [("predictLongRunning", *error(500, "Internal error"))]

    async def use(backend: VertexBackend) -> Operation | None:
        with pytest.raises(OutcomeUnknown):
            await sent(backend, asking())
        assert await backend.recall(attempt("a1")) is None
        cloud.objects["films", "keeper/a1/77/sample_0.mp4"] = b"a clip"
        cloud.objects["films", "keeper/a12/78/sample_0.mp4"] = b"of another"
        operation = await backend.recall(attempt("a1"))
        assert operation is not None
        assert await backend.recall(attempt("a3")) is None
        status = await ended(backend, operation)
        assert isinstance(status, Done)
        assert status.handles == (f"{GCS}/a1/77/sample_0.mp4",)
        await backend.fetch(status, tmp_path / "clip.mp4")
        return operation

    operation = with_vertex(cloud, tmp_path, use, storage=GCS)
    assert operation == Operation(f"{GCS}/a1/")
    assert (tmp_path / "clip.mp4").read_bytes() == b"a clip"


def test_clips_of_a_found_request_are_waited_for(cloud: Cloud, tmp_path: Path) -> None:
    names = [f"keeper/a1/77/sample_{n}.mp4" for n in (0, 2, 10)]
    cloud.objects["films", names[2]] = b"x"
    cloud.objects["films", "keeper/a1/77/notes.txt"] = b"x"

    async def use(backend: VertexBackend) -> Any:
        operation = await backend.recall(attempt("a1", samples=3))
        assert operation == Operation(f"{GCS}/a1/#3")
        assert isinstance(await backend.status(operation), Running)
        for name in names[:2]:
            cloud.objects["films", name] = b"x"
        return await ended(backend, operation)

    status = with_vertex(cloud, tmp_path, use, storage=GCS)
    assert status == Done(tuple(f"gs://films/{name}" for name in names), samples=(0, 2, 10))


def test_clips_that_do_not_come_are_taken_for_withheld(cloud: Cloud, tmp_path: Path) -> None:
    cloud.objects["films", "keeper/a1/77/sample_1.mp4"] = b"x"
    status = with_vertex(
        cloud, tmp_path, lambda backend: ended(backend, Operation(f"{GCS}/a1/#3")), storage=GCS
    )
    assert status == Done((f"{GCS}/a1/77/sample_1.mp4",), samples=(1,))


@pytest.mark.parametrize("second", ["78/sample_1.mp4", "77/other.mp4"])
def test_clips_that_no_number_tells_apart_go_by_their_order(
    cloud: Cloud, tmp_path: Path, second: str
) -> None:
    for name in ("77/sample_1.mp4", second):
        cloud.objects["films", f"keeper/a1/{name}"] = b"x"
    status = with_vertex(
        cloud, tmp_path, lambda backend: ended(backend, Operation(f"{GCS}/a1/#2")), storage=GCS
    )
    assert isinstance(status, Done)
    assert (len(status.handles), status.samples) == (2, None)


def test_a_found_request_whose_clips_are_gone_stays_open(cloud: Cloud, tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match="still running"):
        with_vertex(cloud, tmp_path, lambda backend: ended(backend, Operation(f"{GCS}/a1/")), storage=GCS)


def test_what_was_found_is_not_given_up_for_want_of_credentials(cloud: Cloud, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="an API key does not open that"):
        with_vertex(cloud, tmp_path, lambda backend: ended(backend, Operation(f"{GCS}/a1/")), express=True)


def test_a_place_that_is_none_has_failed(cloud: Cloud, tmp_path: Path) -> None:
    status = with_vertex(cloud, tmp_path, lambda backend: ended(backend, Operation("gs://X/")))
    assert isinstance(status, Failed)


def test_without_a_bucket_nothing_is_recalled(cloud: Cloud, tmp_path: Path) -> None:
    for storage in (None, "", "gs://"):
        lost = attempt("a1", storage=storage)
        found = with_vertex(cloud, tmp_path, lambda backend, a=lost: backend.recall(a), storage=GCS)
        assert found is None
    assert not cloud.asked("/storage/")


@pytest.mark.parametrize("now", [None, "gs://films/of-this-run"])
@pytest.mark.parametrize("then", [GCS, "gs://films/"])
def test_a_lost_request_is_looked_for_where_it_was_sent_to(
    cloud: Cloud, tmp_path: Path, then: str, now: str | None
) -> None:
    place = "keeper/" if then == GCS else ""
    cloud.objects["films", f"{place}a1/77/sample_0.mp4"] = b"a clip"
    cloud.objects["films", "of-this-run/a1/77/sample_0.mp4"] = b"of another film"

    async def use(backend: VertexBackend) -> Done:
        operation = await backend.recall(attempt("a1", storage=then))
        assert operation is not None
        status = await ended(backend, operation)
        assert isinstance(status, Done)
        await backend.fetch(status, tmp_path / "clip.mp4")
        return status

    handles = with_vertex(cloud, tmp_path, use, storage=now).handles
    assert handles == (f"gs://films/{place}a1/77/sample_0.mp4",)
    assert (tmp_path / "clip.mp4").read_bytes() == b"a clip"


@pytest.mark.parametrize(
    ("storage", "written"), [(None, None), (GCS, GCS), (f"{GCS}/", GCS), ("gs://films", "gs://films/")]
)
def test_what_is_written_down_with_every_attempt(
    cloud: Cloud, tmp_path: Path, storage: str | None, written: str | None
) -> None:
    async def use(backend: VertexBackend) -> str | None:
        await sent(backend, asking())
        return backend.storage

    assert with_vertex(cloud, tmp_path, use, storage=storage) == written
    sent_to = cloud.asked("predictLongRunning")[0].json["parameters"].get("storageUri")
    assert sent_to == (None if written is None else f"{written.rstrip('/')}/a1/")


def test_an_api_key_cannot_look_and_says_where_to(cloud: Cloud, tmp_path: Path) -> None:
    said: list[str] = []
    found = with_vertex(
        cloud, tmp_path, lambda backend: backend.recall(attempt("a1")), express=True, remark=said.append
    )
    assert found is None
    assert len([text for text in said if GCS in text and "sign in" in text]) == 1
    assert not cloud.asked("/storage/")


def test_a_result_in_a_bucket_needs_more_than_a_key(cloud: Cloud, tmp_path: Path) -> None:
    cloud.polls = [RUNNING, done(f"{GCS}/x.mp4")]

    async def use(backend: VertexBackend) -> None:
        status = await ended(backend, await sent(backend, asking()))
        assert isinstance(status, Done)
        await backend.fetch(status, tmp_path / "clip.mp4")

    with pytest.raises(ConfigError, match="an API key does not open that"):
        with_vertex(cloud, tmp_path, use, express=True)
