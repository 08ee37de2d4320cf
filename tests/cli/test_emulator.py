"""``veo-story emulator`` as a person starts it: a process that answers until it is told to stop."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.support.cli import run
from tests.support.command import command, environment

if TYPE_CHECKING:
    from collections.abc import Iterator

_FREE = ("--port", "0", "--picture", "numbers", "--json")


@contextmanager
def running(folder: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """The process, and what it printed once it answered."""
    process = subprocess.Popen(
        command("emulator", *_FREE, *words), cwd=folder, env=environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process, _document(process)
    finally:
        process.kill()
        process.communicate()


def _document(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line
        if line == "}\n":
            document: dict[str, Any] = json.loads(text)
            return document
    raise AssertionError(process.communicate()[1])


def test_the_key_file_is_named_so_that_another_folder_finds_it(folder: Path) -> None:
    with running(folder, "--dir", "kept") as (_, told):
        key_file = Path(told["environ"]["vertex"]["GOOGLE_APPLICATION_CREDENTIALS"])
        assert key_file.is_absolute()
        assert key_file.samefile(folder / "kept" / "service-account.json")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_until_it_is_told_to_stop(folder: Path, number: int) -> None:
    with running(folder) as (process, told):
        bill = httpx.get(f"{told['url']}/_emulator/bill", trust_env=False).json()
        assert bill["total"]["generations"] == 0
        key_file = Path(told["environ"]["vertex"]["GOOGLE_APPLICATION_CREDENTIALS"])
        assert key_file.stat().st_mode & 0o777 == 0o600
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
        assert process.returncode == 0
        assert err == "stopped\n"
        assert not key_file.exists()


def test_what_it_keeps_outlives_it(folder: Path) -> None:
    words = ("--dir", "kept", "--speed", "1000", "--latency", "1")
    path = "/v1beta/models/veo-3.1-generate-preview:predictLongRunning"
    with running(folder, *words) as (process, told):
        headers = {"x-goog-api-key": told["environ"]["gemini"]["GEMINI_API_KEY"]}
        ask = {"instances": [{"prompt": "a harbour"}], "parameters": {}}
        answer = httpx.post(f"{told['url']}{path}", json=ask, headers=headers, trust_env=False)
        assert answer.status_code == 200
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    with running(folder, *words) as (_, told):
        bill = httpx.get(f"{told['url']}/_emulator/bill", trust_env=False).json()
        assert [charge["prompt"] for charge in bill["charges"]] == ["a harbour"]


def test_people_are_told_what_to_set(folder: Path) -> None:
    process = subprocess.Popen(
        command("emulator", "--port", "0"), cwd=folder, env=environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if line.startswith("state:"):
            break
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    url = lines[0]
    assert url.startswith("http://127.0.0.1:")
    assert f"export GOOGLE_GEMINI_BASE_URL={url}" in lines
    assert f"export GOOGLE_VERTEX_BASE_URL={url}" in lines
    assert f"export STORAGE_EMULATOR_HOST={url}" in lines
    assert f"bill:  {url}/_emulator/bill" in lines


def test_a_port_that_is_taken_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = run("emulator", "--port", str(port))
    assert ran.code == 6
    assert f"port {port} of 127.0.0.1 is taken" in ran.err
    assert "--port" in ran.err


def test_a_wrong_script_of_faults_is_told(folder: Path) -> None:
    (folder / "faults.yaml").write_text("- {on: submit, fault: rate_limt}\n")
    ran = run("emulator", "--port", "0", "--faults", "faults.yaml")
    assert ran.code == 6
    assert "faults.yaml: rule 1: fault: 'rate_limt' is not known" in ran.err
    assert "did you mean 'rate_limit'?" in ran.err


@pytest.mark.parametrize("latency", ["x", "120-40", "-1", "1-inf", ""])
def test_a_wrong_latency_is_wrong_usage(latency: str) -> None:
    ran = run("emulator", "--latency", latency)
    assert ran.code == 2
    assert "is not a range of seconds like 40-120" in ran.err
