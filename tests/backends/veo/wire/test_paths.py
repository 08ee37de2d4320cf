"""Paths of requests."""

from __future__ import annotations

from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from veo_story.backends.veo.wire import paths


def test_a_model_may_be_named_with_or_without_its_folder() -> None:
    for name in ("veo-3", "models/veo-3", "publishers/google/models/veo-3"):
        assert paths.gemini_submit(name) == "models/veo-3:predictLongRunning"
        assert paths.vertex_model(name, None, "global") == "publishers/google/models/veo-3"


def test_vertex_paths() -> None:
    model = paths.vertex_model("veo-3", "my-project", "europe-west4")
    assert model == "projects/my-project/locations/europe-west4/publishers/google/models/veo-3"
    assert paths.vertex_submit(model) == f"{model}:predictLongRunning"
    assert paths.vertex_poll(model) == f"{model}:fetchPredictOperation"
    assert paths.vertex_model("veo-3", "example.com:film", "global").startswith("projects/example.com:film/")


def test_paths_of_cloud_storage() -> None:
    assert paths.gcs_upload("films", "a/b c.png") == (
        "upload/storage/v1/b/films/o",
        {"uploadType": "media", "name": "a/b c.png"},
    )
    assert paths.gcs_download("films", "a/b c.png") == (
        "storage/v1/b/films/o/a%2Fb%20c.png",
        {"alt": "media"},
    )
    assert paths.gcs_list("films", "a/") == ("storage/v1/b/films/o", {"prefix": "a/"})


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_no_name_leaves_its_place_in_a_path(name: str) -> None:
    path, _query = paths.gcs_download("films", name)
    encoded = path.removeprefix("storage/v1/b/films/o/")
    assert unquote(encoded) == name
    assert not set(encoded) & set("/?#% ") - {"%"}
    submit = paths.gemini_submit(name.replace("/", ""))
    assert submit.count("/") == 1 and not set(submit) & set("?# ")
