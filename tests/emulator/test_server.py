"""An emulator starts, answers on the loopback, and is gone afterwards."""

from __future__ import annotations

import json
import socket
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.emulator.serving import Counting
from veo_story.emulator.model import EmulatorSettings
from veo_story.emulator.server import running_emulator
from veo_story.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

_NUMBERS = EmulatorSettings(picture="numbers")


def test_it_answers_at_its_address_and_stops() -> None:
    with running_emulator(_NUMBERS) as emulator:
        host, port = emulator.url.removeprefix("http://").split(":")
        assert host == "127.0.0.1"
        assert emulator.bill()["total"]["generations"] == 0
        assert isinstance(emulator.state(), dict)
        assert emulator.log()["requests"][0]["path"] == "/_emulator/bill"
    with pytest.raises(ConnectionRefusedError), socket.create_connection((host, int(port)), timeout=5):
        pass
    assert "veo-story emulator" not in {thread.name for thread in threading.enumerate()}


def test_the_clock_begins_where_it_is_told_and_moves_on() -> None:
    began = datetime(2026, 10, 1, 12, tzinfo=UTC)
    with running_emulator(_NUMBERS, began=began) as emulator:
        assert 0 <= (emulator.now() - began).total_seconds() < 3600
        emulator.advance(7200)
        assert (emulator.now() - began).total_seconds() >= 7200


def test_two_run_side_by_side() -> None:
    with running_emulator(_NUMBERS) as one, running_emulator(_NUMBERS) as other:
        assert one.url != other.url
        assert one.bill() == other.bill()


def test_a_port_that_is_taken_is_told() -> None:
    with running_emulator(_NUMBERS) as emulator:
        port = int(emulator.url.rsplit(":", 1)[1])
        taken = EmulatorSettings(port=port, picture="numbers")
        with pytest.raises(ConfigError, match=f"port {port} of 127.0.0.1 is taken"), running_emulator(taken):
            pass


def test_a_port_that_is_none_is_told() -> None:
    with pytest.raises(ConfigError, match="cannot listen"), running_emulator(EmulatorSettings(port=70_000)):
        pass


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    wrong = EmulatorSettings(folder=tmp_path / "file" / "folder")
    with pytest.raises(ConfigError, match="cannot keep anything in"), running_emulator(wrong):
        pass


def test_a_script_of_faults_with_mistakes_is_told_before_anything_starts(tmp_path: Path) -> None:
    (tmp_path / "faults.yaml").write_text("- {on: submit, fault: slo}\n")
    wrong = EmulatorSettings(faults=tmp_path / "faults.yaml")
    with pytest.raises(ConfigError, match="rule 1: fault"), running_emulator(wrong):
        pass


def test_a_script_of_faults_is_in_force(tmp_path: Path) -> None:
    (tmp_path / "faults.yaml").write_text("- {on: list, fault: unavailable}\n")
    with running_emulator(EmulatorSettings(picture="numbers", faults=tmp_path / "faults.yaml")) as emulator:
        answer = httpx.get(f"{emulator.url}/storage/v1/b/bucket/o", trust_env=False)
        assert answer.status_code == 503


def test_an_application_that_does_not_come_up_is_told() -> None:
    def refuse(*_: object) -> None:
        raise ConfigError("its state is damaged")

    with (
        pytest.raises(ConfigError, match="its state is damaged"),
        running_emulator(_NUMBERS, create_app=refuse),
    ):
        pass


def test_an_error_inside_the_block_passes_through() -> None:
    with pytest.raises(KeyError), running_emulator(_NUMBERS, create_app=Counting().app):
        raise KeyError("ours")


def test_its_own_folder_is_removed_and_another_is_kept(tmp_path: Path) -> None:
    with running_emulator(EmulatorSettings(folder=tmp_path / "kept", picture="numbers")):
        pass
    assert (tmp_path / "kept").is_dir()


def test_the_environment_leads_here(tmp_path: Path) -> None:
    with running_emulator(_NUMBERS) as emulator:
        gemini = emulator.environ("gemini", tmp_path)
        vertex = emulator.environ("vertex", tmp_path)
        express = emulator.environ("vertex", tmp_path, express=True)
        assert gemini["GOOGLE_GEMINI_BASE_URL"] == emulator.url
        assert vertex["GOOGLE_VERTEX_BASE_URL"] == vertex["STORAGE_EMULATOR_HOST"] == emulator.url
        assert "GOOGLE_APPLICATION_CREDENTIALS" not in express and express["GOOGLE_API_KEY"]
        key_file = tmp_path / "service-account.json"
        assert vertex["GOOGLE_APPLICATION_CREDENTIALS"] == str(key_file)
        assert key_file.stat().st_mode & 0o777 == 0o600
        key = json.loads(key_file.read_text())
        assert (key["type"], key["token_uri"]) == ("service_account", f"{emulator.url}/token")


def test_rules_can_be_changed_while_it_runs() -> None:
    with running_emulator(_NUMBERS) as emulator:
        path = f"{emulator.url}/storage/v1/b/bucket/o"
        emulator.set_faults([{"on": "list", "fault": "rate_limit"}])
        assert httpx.get(path, trust_env=False).status_code == 429
        assert httpx.get(path, trust_env=False).status_code != 429
        with pytest.raises(ConfigError, match="rule 1"):
            emulator.set_faults([{"on": "list"}])
