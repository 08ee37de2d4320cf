"""What the emulator remembers from one start to the next, and what it never writes down."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.emulator.calling import GOOGLE, Gemini, Vertex, accepted, body
from veo_story.emulator.clock import EmulatorClock
from veo_story.emulator.keeping import Keeper
from veo_story.emulator.model import EmulatorSettings
from veo_story.emulator.records import StoredObject
from veo_story.emulator.server import RunningEmulator, running_emulator
from veo_story.emulator.state import State
from veo_story.errors import ConfigError


def _settings(folder: Path) -> EmulatorSettings:
    return EmulatorSettings(folder=folder, picture="numbers", latency_s=(60, 60), processing_s=0)


def test_what_was_under_way_goes_on(tmp_path: Path) -> None:
    with running_emulator(_settings(tmp_path)) as emulator:
        emulator.advance(5000)
        gemini, vertex = Gemini(emulator.url), Vertex(emulator.url)
        first = accepted(gemini.submit(body(durationSeconds=4)))
        emulator.advance(60)
        sample = gemini.wait(first)["response"]["generateVideoResponse"]["generatedSamples"][0]
        vertex.upload("films", "kept", b"kept")
        extension = accepted(gemini.submit(body({"prompt": "x", "video": sample["video"]})))
        inline = accepted(vertex.submit(body(durationSeconds=4)))
        bill, now = emulator.bill(), emulator.now()
    with running_emulator(_settings(tmp_path)) as emulator:
        gemini, vertex = Gemini(emulator.url), Vertex(emulator.url)
        assert emulator.bill() == bill
        assert emulator.now() >= now
        assert gemini.poll(first).json()["done"]
        assert "done" not in gemini.poll(extension).json()
        emulator.advance(60)
        assert "response" in gemini.wait(extension)
        assert "videos" in vertex.wait(inline)["response"]
        assert vertex.download("gs://films/kept").content == b"kept"
        assert accepted(gemini.submit(body())) not in (first, extension)


def test_no_key_and_no_token_is_written_down(tmp_path: Path) -> None:
    key, token = "canary-key-5417", "canary-token-5417"
    with running_emulator(_settings(tmp_path)) as emulator:
        accepted(Gemini(emulator.url, key).submit(body(durationSeconds=4)))
        Gemini(emulator.url, None).http.get("/v1beta/files/x", params={"key": key})
        Vertex(emulator.url, token).submit(body())
        account = json.dumps(emulator.service_account(tmp_path / "account.json").read_text())
        (tmp_path / "account.json").unlink()
        shown = json.dumps([emulator.state(), emulator.log(), emulator.bill()])
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in (key, token):
        assert secret not in shown
        assert secret.encode() not in written
    assert "PRIVATE KEY" in account
    assert "PRIVATE KEY" not in shown


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"emulator": 2}', '{"emulator": 1, "seed": ""}', "\ud800"])
def test_a_damaged_memory_is_no_reason_to_start_empty(tmp_path: Path, text: str) -> None:
    (tmp_path / "state.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(ConfigError), running_emulator(_settings(tmp_path)):
        pass


def test_a_text_that_cannot_be_encoded_is_remembered(tmp_path: Path) -> None:
    with running_emulator(_settings(tmp_path)) as emulator:
        content = b'{"instances": [{"prompt": "\\ud800 fox"}]}'
        client = Gemini(emulator.url)
        path = "/v1beta/models/veo-3.1-generate-preview:predictLongRunning"
        assert client.http.post(path, content=content).status_code == 200
        assert client.http.get("/_emulator/bill").status_code == 200
    with running_emulator(_settings(tmp_path)) as emulator:
        text = Gemini(emulator.url).http.get("/_emulator/bill").text
        assert "\\ud800 fox" in text


def test_it_is_saved_while_it_runs_and_a_failure_to_save_is_not_the_end(tmp_path: Path) -> None:
    clock = EmulatorClock(1.0, datetime(2026, 10, 1, tzinfo=UTC))
    state = State(tmp_path / "later")
    state.put_object(StoredObject("films", "x", "objects/x", 1, "", "text/plain", 1, 0.0))
    keeper = Keeper(state, clock)

    async def run() -> None:
        saving = asyncio.create_task(keeper.keep())
        await asyncio.sleep(0)
        assert not saving.done()
        saving.cancel()
        with suppress(asyncio.CancelledError):
            await saving

    asyncio.run(run())
    (tmp_path / "later").mkdir()
    asyncio.run(run())
    again = State(tmp_path / "later")
    Keeper(again, clock).load()
    assert again.objects == state.objects


def test_chains_side_by_side(quick: RunningEmulator) -> None:
    before = len(quick.bill()["charges"])

    def chain(number: int) -> int:
        client = Gemini(quick.url)
        path = client.made(body({"prompt": f"chain {number}"}, durationSeconds=4))
        for _ in range(2):
            path = client.made(body({"prompt": f"chain {number}", "video": {"uri": f"{GOOGLE}{path}"}}))
        return len(client.http.get(path).content)

    with ThreadPoolExecutor(4) as pool:
        sizes = list(pool.map(chain, range(4)))
    assert min(sizes) > 1000
    charges = quick.bill()["charges"][before:]
    assert len({charge["operation"] for charge in charges}) == 12
    assert {charge["outcome"] for charge in charges} == {"done"}
    assert sorted(charge["seconds"] for charge in charges) == [4] * 4 + [7] * 8
