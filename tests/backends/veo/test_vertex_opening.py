from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backends.veo.vertexing import MODEL, asking
from veo_story.backends.registry import BackendSettings, open_backend
from veo_story.backends.veo.location import Access, open_access
from veo_story.backends.veo.wire.paths import vertex_poll
from veo_story.errors import ConfigError
from veo_story.times import REAL_TIME

NOBODY = {"NO_GCE_CHECK": "true"}
KEYED = {**NOBODY, "GEMINI_API_KEY": "canary-of-a-key"}


async def _authorise() -> dict[str, str]:
    return {}


def access(project: str | None = "p", location: str = "us-central1", **environ: str) -> Access:
    return Access(environ, project, location, _authorise)


def said(environ: dict[str, str], folder: Path, storage: str | None = None) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        open_backend("vertex", BackendSettings(folder, environ=environ, storage=storage))
    assert caught.value.hint
    assert "canary" not in f"{caught.value.message} {caught.value.hint}"
    return caught.value


def test_without_anything_it_says_what_to_set(tmp_path: Path) -> None:
    error = said(NOBODY, tmp_path)
    for way in ("gcloud auth application-default login", "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_API_KEY"):
        assert way in str(error.hint)


def test_a_project_needs_credentials_and_not_a_key(tmp_path: Path) -> None:
    error = said({**KEYED, "GOOGLE_CLOUD_PROJECT": "film"}, tmp_path)
    assert "credentials" in error.message


def test_credentials_need_a_project(tmp_path: Path) -> None:
    file = tmp_path / "login.json"
    login = {
        "type": "authorized_user",
        "client_id": "a",
        "client_secret": "canary",
        "refresh_token": "canary",
    }
    file.write_text(json.dumps(login))
    error = said({**NOBODY, "GOOGLE_APPLICATION_CREDENTIALS": str(file)}, tmp_path)
    assert "GOOGLE_CLOUD_PROJECT" in error.message
    found = open_access(
        {**KEYED, "GOOGLE_APPLICATION_CREDENTIALS": str(file), "GOOGLE_CLOUD_PROJECT": " film "},
        REAL_TIME,
        print,
    )
    assert (found.project, found.location, found.is_express) == ("film", "us-central1", False)


def test_express_mode_has_no_storage(tmp_path: Path) -> None:
    error = said(KEYED, tmp_path, storage="gs://films/keeper")
    assert "--gcs" in error.message
    assert "GOOGLE_CLOUD_PROJECT" in str(error.hint)


def test_a_place_that_is_none_is_said_first(tmp_path: Path) -> None:
    assert "gs://" in said(NOBODY, tmp_path, storage="films/keeper").message


def test_plain_http_to_another_machine_is_refused(tmp_path: Path) -> None:
    error = said({**KEYED, "GOOGLE_VERTEX_BASE_URL": "http://gateway.example"}, tmp_path)
    assert "GOOGLE_VERTEX_BASE_URL" in error.message


def test_opening_leaves_no_trace(tmp_path: Path) -> None:
    backend = open_backend("vertex", BackendSettings(tmp_path, environ=KEYED))
    assert backend.name == "vertex"
    assert list(tmp_path.iterdir()) == []


def test_retired_models_are_refused_unless_it_is_another_address(tmp_path: Path) -> None:
    old = replace(asking(), model="veo-3.0-generate-001")
    today = date(2026, 11, 22)
    settings = BackendSettings(tmp_path, environ=KEYED, today=today)
    with pytest.raises(ConfigError, match=r"veo-3\.0-generate-001"):
        open_backend("vertex", settings).admit([asking(), old])
    open_backend("vertex", settings).admit([asking()])
    open_backend("vertex", replace(settings, allow_retired=True)).admit([old])
    gateway = {**KEYED, "GOOGLE_VERTEX_BASE_URL": "https://gateway.example"}
    open_backend("vertex", replace(settings, environ=gateway)).admit([old])


@pytest.mark.parametrize(
    ("found", "location", "url"),
    [
        (access(), None, "https://us-central1-aiplatform.googleapis.com/v1"),
        (access(location="global"), None, "https://aiplatform.googleapis.com/v1"),
        (access(), "europe-west4", "https://europe-west4-aiplatform.googleapis.com/v1"),
        (access(None), None, "https://aiplatform.googleapis.com/v1beta1"),
        (access(None), "europe-west4", "https://aiplatform.googleapis.com/v1beta1"),
        (access(GOOGLE_VERTEX_BASE_URL="https://g.example/veo/"), None, "https://g.example/veo/v1"),
    ],
)
def test_addresses(found: Access, location: str | None, url: str) -> None:
    assert found.endpoint(location).base_url == url


@pytest.mark.parametrize("location", ["evil.example/", "us-central1.evil", "a b", "..", "US", "x@y"])
def test_a_location_becomes_no_other_host(location: str) -> None:
    asked = access().operation_path(
        f"projects/p/locations/{location}/publishers/google/models/m/operations/o"
    )
    if asked is not None:
        with pytest.raises(ConfigError, match="no location"):
            access().endpoint(asked[0])


@pytest.mark.parametrize(
    ("found", "name", "asked"),
    [
        (
            access(),
            "projects/q/locations/l/publishers/google/models/m/operations/o",
            ("l", "projects/q/locations/l/publishers/google/models/m"),
        ),
        (
            access(),
            "publishers/google/models/m/operations/o",
            ("us-central1", "projects/p/locations/us-central1/publishers/google/models/m"),
        ),
        (
            access(None),
            "projects/q/locations/l/publishers/google/models/m/operations/o",
            (None, "publishers/google/models/m"),
        ),
        (access(), "projects/q/locations/l/operations/o", None),
        (access(), "models/m/operations/o", None),
        (access(), "publishers/google/models/m/operations/o/more", None),
    ],
)
def test_where_operations_are_asked_for(
    found: Access, name: str, asked: tuple[str | None, str] | None
) -> None:
    assert found.operation_path(name) == asked
    if asked is not None:
        assert vertex_poll(asked[1]).endswith("models/m:fetchPredictOperation")


def test_models_stand_below_the_project() -> None:
    assert access().model_path(MODEL) == f"projects/p/locations/us-central1/publishers/google/models/{MODEL}"
    assert access(None).model_path(MODEL) == f"publishers/google/models/{MODEL}"


@given(
    st.text() | st.from_regex(r"(projects/[^/]*/locations/[^/]*/)?publishers/google/models/.*/operations/.*")
)
def test_any_name_is_asked_for_below_a_model_or_not_at_all(name: str) -> None:
    for found in (access(), access(None)):
        asked = found.operation_path(name)
        if asked is not None:
            assert not re.search(r"[\s?#\\]|//|/\.\.?/", asked[1])
            assert (asked[0] is None) is found.is_express
