"""What doctor says of credentials, endpoints and packages; nothing it says holds a secret."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from tests.support.cli import run
from tests.support.command import ROOT
from veo_story.cli import machine
from veo_story.cli.credentials import credentials, endpoints

SECRET = "canary-5d41402abc"


def told(environ: dict[str, str]) -> list[tuple[str, str]]:
    """State and text of all findings about credentials and endpoints."""
    found = [*credentials(environ), *endpoints(environ)]
    assert not any(SECRET in f"{finding.text}{finding.fix}" for finding in found)
    return [(finding.state, finding.text) for finding in found]


def test_nothing_is_set() -> None:
    assert told({"GOOGLE_API_KEY": "", "GOOGLE_GEMINI_BASE_URL": ""}) == [
        ("ok", "gemini: no key set (local needs none)"),
        ("ok", "vertex: none set (local needs none)"),
        ("ok", "Google's own"),
    ]


def test_which_key_counts() -> None:
    both = {"GOOGLE_API_KEY": SECRET, "GEMINI_API_KEY": SECRET}
    assert told(both)[0] == (
        "warn",
        "gemini: GOOGLE_API_KEY and GEMINI_API_KEY are both set: GOOGLE_API_KEY is used",
    )
    assert told(both)[1] == ("ok", "vertex: GOOGLE_API_KEY set, and no project: express mode")
    assert told({**both, "GOOGLE_API_KEY": " "})[0] == ("ok", "gemini: GEMINI_API_KEY set")
    assert told({**both, "GOOGLE_CLOUD_PROJECT": "films"})[1][0] == "warn"
    state, text = told({"GEMINI_API_KEY": f"two {SECRET}"})[0]
    assert state == "fail"
    assert "GEMINI_API_KEY is no API key" in text


def test_a_file_of_credentials(tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    environ = {"GOOGLE_APPLICATION_CREDENTIALS": str(path), "GOOGLE_CLOUD_PROJECT": "films"}
    assert told(environ)[1] == (
        "fail",
        f"vertex: GOOGLE_APPLICATION_CREDENTIALS: {path}: No such file or directory",
    )
    for text, wrong in ((f"not {SECRET}", "it is no JSON"), (f'["{SECRET}"]', "it holds no credentials")):
        path.write_text(text, "utf-8")
        assert told(environ)[1][1].endswith(wrong)
    path.write_text(json.dumps({"type": "service_account", "private_key": SECRET}), "utf-8")
    state, text = told(environ)[1]
    assert state == "ok"
    assert f"GOOGLE_APPLICATION_CREDENTIALS {path}; GOOGLE_CLOUD_PROJECT films" in text
    assert "GOOGLE_CLOUD_LOCATION not set: us-central1" in text


def test_a_login_of_gcloud(tmp_path: Path) -> None:
    environ = {"CLOUDSDK_CONFIG": str(tmp_path), "GOOGLE_CLOUD_PROJECT": "films"}
    assert told(environ)[1][0] == "warn"
    (tmp_path / "application_default_credentials.json").write_text("{}", "utf-8")
    state, text = told(environ)[1]
    assert (state, "gcloud's login" in text) == ("ok", True)


@pytest.mark.parametrize(
    ("variable", "value", "state", "expected"),
    [
        ("GOOGLE_GEMINI_BASE_URL", "http://127.0.0.1:8080", "ok", "requests go to http://127.0.0.1:8080"),
        (
            "GOOGLE_VERTEX_BASE_URL",
            "https://gateway.example/veo",
            "ok",
            "requests go to https://gateway.example:443",
        ),
        ("STORAGE_EMULATOR_HOST", "localhost:9000", "ok", "requests go to http://localhost:9000"),
        ("GOOGLE_GEMINI_BASE_URL", "http://gateway.example", "fail", "plain http to gateway.example"),
        ("STORAGE_EMULATOR_HOST", "10.0.0.7:9000", "fail", "plain http to 10.0.0.7"),
        ("GOOGLE_VERTEX_BASE_URL", f"https://me:{SECRET}@gateway.example", "fail", "a user name or password"),
    ],
)
def test_endpoints(variable: str, value: str, state: str, expected: str) -> None:
    ((found, text),) = told({variable: value})[2:]
    assert found == state
    assert variable in text
    assert expected in text


def test_doctor_fails_for_an_endpoint_that_anybody_could_listen_to() -> None:
    ran = run("doctor", "--json", environ={"GOOGLE_GEMINI_BASE_URL": "http://gateway.example"})
    assert ran.code == 6
    (failed,) = (finding for finding in ran.json if finding["state"] == "fail")
    assert failed["name"] == "endpoints"


def test_the_packages_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {need.partition(">=")[0] for need in project["dependencies"]}
    assert set(machine.PACKAGES) == wanted
    assert machine.needed_packages("no-such-package-xyz") == machine.PACKAGES
    assert "pytest" not in machine.needed_packages()
    # Of an installed distribution its metadata counts, without the packages that only its extras need.
    assert "pluggy" in machine.needed_packages("pytest")
    assert "hypothesis" not in machine.needed_packages("pytest")
