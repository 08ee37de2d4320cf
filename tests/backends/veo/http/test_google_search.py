"""Credentials are found where Google's own tools leave them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from google.auth.transport import Request

from tests.backends.veo.http.loopback import Loopback, Reply, Seen, Waits, answer, loopback
from tests.backends.veo.http.test_google_auth import PEM, account, token
from veo_story.backends.veo.google_auth import GoogleCredentials, google_credentials
from veo_story.backends.veo.google_transport import HttpxRequest
from veo_story.errors import ConfigError

LOGIN = {
    "type": "authorized_user",
    "client_id": "gcloud",
    "client_secret": "canary-client-secret",
    "refresh_token": "canary-refresh-token",
    "quota_project_id": "paying",
}
IMPERSONATED = {
    "type": "impersonated_service_account",
    "service_account_impersonation_url": "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/"
    "veo@film.iam.gserviceaccount.com:generateAccessToken",
    "delegates": [],
    "source_credentials": LOGIN,
}


class Rerouted(Request):
    """Sends what is for Google to a server of this machine."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.asked: list[str] = []

    def __call__(self, url: str, *rest: Any, **named: Any) -> Any:
        self.asked.append(url)
        return HttpxRequest()(f"{self._url}/{url.rpartition('/')[2]}", *rest, **named)


def tokens(seen: Seen) -> Reply:
    """Tokens by person and by account."""
    if seen.target.endswith(":generateAccessToken"):
        assert seen.headers["authorization"] == "Bearer canary-token-person"
        return answer({"accessToken": "canary-token-account", "expireTime": "2099-01-01T00:00:00Z"})
    return token("person")


def machine(seen: Seen) -> Reply:
    """The metadata server of Google's machines."""
    assert seen.headers["metadata-flavor"] == "Google"
    if seen.target == "/computeMetadata/v1/project/project-id":
        return Reply(200, b"machine-project", {"metadata-flavor": "Google"})
    assert seen.target == "/computeMetadata/v1/instance/service-accounts/default/token"
    return token("machine", 600)


def found(
    environ: Mapping[str, str], script: Any = tokens
) -> tuple[GoogleCredentials, dict[str, str], Loopback]:
    """Find credentials and get one token; ``HOST`` in the environment becomes the server's."""

    async def play() -> tuple[GoogleCredentials, dict[str, str], Loopback]:
        async with loopback(script) as server:
            there = {name: text.replace("HOST", f"127.0.0.1:{server.port}") for name, text in environ.items()}
            request = None if "GCE_METADATA_HOST" in there else Rerouted(server.url)
            credentials = await asyncio.to_thread(google_credentials, there, Waits().time, request=request)
            return credentials, dict(await credentials.authorise()), server

    return asyncio.run(play())


def written(folder: Path, value: Any, name: str = "application_default_credentials.json") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(value))
    return folder / name


@pytest.mark.parametrize("place", ["HOME", "CLOUDSDK_CONFIG", "APPDATA", "named"])
def test_a_persons_login(place: str, tmp_path: Path) -> None:
    below = {"HOME": ".config/gcloud", "APPDATA": "gcloud"}.get(place, "")
    path = written(tmp_path / below, LOGIN)
    environ = {"GOOGLE_APPLICATION_CREDENTIALS": str(path)} if place == "named" else {place: str(tmp_path)}
    credentials, headers, server = found(environ)
    assert headers == {"authorization": "Bearer canary-token-person", "x-goog-user-project": "paying"}
    assert credentials.project is None
    # The scopes are those that the person gave.
    assert b"scope" not in server.seen[0].body


def test_the_named_file_wins(tmp_path: Path) -> None:
    written(tmp_path / ".config/gcloud", LOGIN)
    environ = account(tmp_path, "https://tokens.example/token")
    credentials, _, _ = found({**environ, "HOME": str(tmp_path)})
    assert credentials.project == "film"


@pytest.mark.parametrize("active", ["default", "work"])
def test_the_project_that_gcloud_works_in(active: str, tmp_path: Path) -> None:
    folder = written(tmp_path / ".config/gcloud", LOGIN).parent
    (folder / "configurations").mkdir()
    (folder / "configurations" / f"config_{active}").write_text(
        "[core]\nproject = of-gcloud\naccount = me%\n"
    )
    if active != "default":
        (folder / "active_config").write_text(active)
    assert found({"HOME": str(tmp_path)})[0].project == "of-gcloud"


@pytest.mark.parametrize("text", ["no ini", "[core]\n", "[core]\nproject\n", "\xff"])
def test_a_broken_configuration_has_no_project(text: str, tmp_path: Path) -> None:
    folder = written(tmp_path / ".config/gcloud", LOGIN).parent
    (folder / "configurations").mkdir()
    (folder / "configurations" / "config_default").write_bytes(text.encode("latin-1"))
    assert found({"HOME": str(tmp_path)})[0].project is None


def test_the_quota_project_of_the_environment(tmp_path: Path) -> None:
    path = written(tmp_path, LOGIN)
    environ = {"GOOGLE_APPLICATION_CREDENTIALS": str(path), "GOOGLE_CLOUD_QUOTA_PROJECT": "other"}
    assert found(environ)[1]["x-goog-user-project"] == "other"


def test_an_impersonated_account(tmp_path: Path) -> None:
    path = written(tmp_path, IMPERSONATED)
    _, headers, server = found({"GOOGLE_APPLICATION_CREDENTIALS": str(path)})
    assert headers["authorization"] == "Bearer canary-token-account"
    assert [seen.target for seen in server.seen] == [
        "/token",
        "/veo@film.iam.gserviceaccount.com:generateAccessToken",
    ]
    assert json.loads(server.seen[1].body)["scope"] == ["https://www.googleapis.com/auth/cloud-platform"]


def test_a_workload_of_another_cloud(tmp_path: Path) -> None:
    subject = tmp_path / "subject"
    subject.write_text("canary-subject-token")

    def script(seen: Seen) -> Reply:
        assert b"canary-subject-token" in seen.body
        return answer({**json.loads(token("federated").body), "issued_token_type": "x"})

    info = {
        "type": "external_account",
        "audience": "//iam.googleapis.com/locations/global/workforcePools/p/providers/q",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": "https://sts.googleapis.com/v1/token",
        "credential_source": {"file": str(subject)},
    }
    path = written(tmp_path, info, "external.json")
    assert found({"GOOGLE_APPLICATION_CREDENTIALS": str(path)}, script)[1] == {
        "authorization": "Bearer canary-token-federated"
    }


def test_a_machine_of_googles() -> None:
    credentials, headers, server = found({"GCE_METADATA_HOST": "HOST"}, machine)
    assert credentials.project == "machine-project"
    assert headers == {"authorization": "Bearer canary-token-machine"}
    assert len(server.seen) == 2


@pytest.mark.parametrize("there", [Reply(200, b"ami-1"), Reply(404), Reply(reset=True)])
def test_a_machine_of_somebody_else(there: Reply) -> None:
    with pytest.raises(ConfigError, match="no Google credentials") as caught:
        found({"GCE_METADATA_HOST": "HOST"}, there)
    hint = caught.value.hint or ""
    assert all(
        way in hint for way in ("gcloud auth application-default login", "APPLICATION_CREDENTIALS", "API_KEY")
    )


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"no json",
        b"[1]",
        b"\xff",
        b"[" * 99_999,
        b'{"type": "gdch_service_account"}',
        b'{"type": "service_account"}',
        b'{"type": "authorized_user", "refresh_token": "canary-refresh"}',
        b'{"type": "impersonated_service_account"}',
        b'{"type": "external_account"}',
        json.dumps(
            {"type": "service_account", "client_email": "a", "token_uri": "b", "private_key": "canary-key"}
        ).encode(),
        json.dumps(
            {"type": "service_account", "client_email": 1, "token_uri": 2, "private_key": PEM[:200]}
        ).encode(),
    ],
)
def test_a_file_that_is_none(bad: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(bad)
    with pytest.raises(ConfigError) as caught:
        google_credentials({"GOOGLE_APPLICATION_CREDENTIALS": str(path)}, Waits().time)
    assert str(path) in caught.value.message
    assert "GOOGLE_APPLICATION_CREDENTIALS" in caught.value.message
    assert "canary" not in f"{caught.value!r} {caught.value.__cause__!r}"
    assert PEM[40:80] not in caught.value.message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        google_credentials({"GOOGLE_APPLICATION_CREDENTIALS": str(tmp_path / "none.json")}, Waits().time)
