from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backends.veo.cloud import Cloud, error, md5, running_cloud
from veo_story.backends.veo.client import Client
from veo_story.backends.veo.endpoints import storage_endpoint
from veo_story.backends.veo.gcs import Objects
from veo_story.backends.veo.places import Place, storage_of
from veo_story.errors import ConfigError, ExpiredError, GenerationError, MediaError
from veo_story.times import sped_up

_NAMES = st.sampled_from(["items", "name", "md5Hash", "nextPageToken", "other"])
PLACE = storage_of("gs://films/keeper").below("inputs/Ä b?.png")


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with running_cloud() as running:
        yield running


def with_objects(cloud: Cloud, use: Callable[[Objects], Coroutine[Any, Any, Any]]) -> Any:
    async def authorise() -> Mapping[str, str]:
        return {"authorization": "Bearer token-of-the-test"}

    async def run() -> Any:
        endpoint = storage_endpoint({"STORAGE_EMULATOR_HOST": cloud.url})
        client = Client(endpoint, "gcs", authorise, sped_up(1000))
        try:
            return await use(Objects(client))
        finally:
            await client.aclose()

    return asyncio.run(run())


def test_a_file_is_put_found_and_fetched(cloud: Cloud, tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"picture" * 100_000)

    async def use(objects: Objects) -> None:
        assert await objects.find(PLACE) is None
        assert await objects.put(file, PLACE, "image/png") == "gs://films/keeper/inputs/Ä b?.png"
        found = await objects.find(PLACE)
        assert found is not None
        assert found.md5 == md5(file.read_bytes())
        await objects.fetch(PLACE, tmp_path / "b.png")

    with_objects(cloud, use)
    assert (tmp_path / "b.png").read_bytes() == file.read_bytes()
    (upload,) = cloud.asked("POST /upload/")
    assert upload.query == {"uploadType": "media", "name": "keeper/inputs/Ä b?.png"}
    assert upload.headers["content-type"] == "image/png"
    assert upload.headers["content-length"] == str(len(file.read_bytes()))
    assert all(each.headers["authorization"] == "Bearer token-of-the-test" for each in cloud.requests)


def test_what_is_there_is_not_uploaded_again(cloud: Cloud, tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"picture")

    async def use(objects: Objects) -> None:
        for _ in range(2):
            await objects.put(file, PLACE, "image/png")
        file.write_bytes(b"another")
        await objects.put(file, PLACE, "image/png")

    with_objects(cloud, use)
    assert [each.body for each in cloud.asked("POST /upload/")] == [b"picture", b"another"]


def test_an_object_is_not_the_one_whose_name_begins_alike(cloud: Cloud) -> None:
    cloud.objects["films", f"{PLACE.name}.old"] = b"x"
    assert with_objects(cloud, lambda objects: objects.find(PLACE)) is None


def test_a_list_of_many_pages(cloud: Cloud) -> None:
    cloud.page = 2
    for number in range(5):
        cloud.objects["films", f"a/{number}"] = b"x"
    cloud.objects["films", "b/0"] = b"x"
    found = with_objects(cloud, lambda objects: objects.list_below(Place("films", "a/")))
    assert [each.place.name for each in found] == [f"a/{number}" for number in range(5)]


def test_an_upload_that_arrives_damaged_is_an_error(cloud: Cloud, tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"picture")
    cloud.refusals = [("POST /upload/", 200, {"name": PLACE.name, "md5Hash": md5(b"damaged")})]
    with pytest.raises(GenerationError, match="arrived damaged"):
        with_objects(cloud, lambda objects: objects.put(file, PLACE, "image/png"))


def test_a_lost_object_is_gone_and_not_its_bucket(cloud: Cloud, tmp_path: Path) -> None:
    with pytest.raises(ExpiredError, match=r"gs://films/keeper/.* is no longer in its bucket"):
        with_objects(cloud, lambda objects: objects.fetch(PLACE, tmp_path / "a.png"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("verb", ["find", "put", "fetch"])
def test_a_missing_bucket_is_named(cloud: Cloud, tmp_path: Path, verb: str) -> None:
    cloud.buckets.clear()
    with pytest.raises(ConfigError) as caught:
        with_objects(cloud, _using(verb, tmp_path))
    assert "gs://films: cannot" in caught.value.message
    assert "bucket" in caught.value.message
    assert "gs://films" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("verb", "pattern", "deed", "role"),
    [
        ("find", "GET", "list it", "roles/storage.objectViewer"),
        ("put", "POST", "write to it", "roles/storage.objectUser"),
        ("fetch", "GET", "read from it", "roles/storage.objectViewer"),
    ],
)
def test_a_missing_role_is_named(
    cloud: Cloud, tmp_path: Path, verb: str, pattern: str, deed: str, role: str
) -> None:
    cloud.objects[PLACE.bucket, PLACE.name] = b"picture"
    if verb == "put":
        cloud.objects.clear()
    cloud.refusals = [(pattern, *error(403, "film@p.iam does not have storage.objects access"))]
    with pytest.raises(ConfigError) as caught:
        with_objects(cloud, _using(verb, tmp_path))
    assert f"gs://films: cannot {deed}" in caught.value.message
    assert role in str(caught.value.hint)


def test_a_file_that_is_gone_is_said(cloud: Cloud, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="nowhere"):
        with_objects(cloud, lambda objects: objects.put(tmp_path / "nowhere", PLACE, "image/png"))


@pytest.mark.parametrize(
    "answer",
    [[], "text", 7, None, {"items": 3}, {"items": "x"}, {"items": {"name": "a"}}, {"nextPageToken": ["a"]},
     {"items": [None, 3, {"name": 7}, {"name": "keeper", "md5Hash": 9}]}],
)  # fmt: skip
def test_a_list_that_is_none(cloud: Cloud, answer: Any) -> None:
    cloud.refusals = [("GET", 200, answer)]
    try:
        found = with_objects(cloud, lambda objects: objects.find(PLACE))
    except GenerationError as caught:
        assert "no list of objects" in caught.message
    else:
        assert found is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(_JSON)
def test_any_list_is_objects_or_an_error(answer: Any) -> None:
    class Answering:
        async def get_json(self, path: str, params: Mapping[str, str]) -> Any:
            return answer

    objects = Objects(cast(Client, Answering()))
    try:
        found = asyncio.run(objects.list_below(PLACE))
    except GenerationError as caught:
        assert "no list of objects" in caught.message
    else:
        assert all(isinstance(each.place.name, str) for each in found)


def test_a_list_without_end_ends(cloud: Cloud) -> None:
    cloud.refusals = [("GET", 200, {"nextPageToken": "again"})] * 200
    assert with_objects(cloud, lambda objects: objects.find(PLACE)) is None
    assert len(cloud.requests) == 100


def _using(verb: str, folder: Path) -> Callable[[Objects], Coroutine[Any, Any, Any]]:
    file = folder / "a.png"
    if verb == "find":
        return lambda objects: objects.find(PLACE)
    if verb == "fetch":
        return lambda objects: objects.fetch(PLACE, file)
    file.write_bytes(b"picture")
    return lambda objects: objects.put(file, PLACE, "image/png")
