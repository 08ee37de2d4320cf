"""The HTTP layer and the emulator's faults, written apart: what we say of a submit is what the bill says."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from veo_story.backends.veo.client import Client
from veo_story.backends.veo.endpoints import gemini_endpoint, storage_endpoint
from veo_story.backends.veo.google_auth import google_credentials
from veo_story.backends.veo.keys import api_key, key_headers
from veo_story.backends.veo.wire.replies import read_file
from veo_story.emulator.model import EmulatorSettings
from veo_story.emulator.server import RunningEmulator, running_emulator
from veo_story.errors import GenerationError, OutcomeUnknown, VeoStoryError
from veo_story.times import Time, sped_up

MODEL = "veo-3.1-generate-preview"
SUBMIT = f"models/{MODEL}:predictLongRunning"
BODY = {
    "instances": [{"prompt": "a lighthouse"}],
    "parameters": {"durationSeconds": 4, "aspectRatio": "16:9"},
}
SPEED = 500.0
TROUBLES = [
    "rate_limit",
    "unavailable",
    "error_500_before",
    "error_500_after",
    "reset_before",
    "reset_after",
    "html_error",
    "list_error",
    "malformed_json",
]


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEmulator]:
    settings = EmulatorSettings(speed=SPEED, picture="numbers", folder=tmp_path_factory.mktemp("emulator"))
    with running_emulator(settings) as running:
        yield running


def gemini(emulator: RunningEmulator, time: Time) -> Client:
    environ = emulator.environ("gemini", emulator.folder)
    return Client(gemini_endpoint(environ), "gemini", key_headers(api_key(environ, print)), time)


async def finished(client: Client, time: Time, name: str) -> str:
    """Wait for an operation; the address of its clip."""
    while not (reply := await client.get_json(name)).get("done"):
        await time.sleep(10)
    samples = reply["response"]["generateVideoResponse"]["generatedSamples"]
    address: str = samples[0]["video"]["uri"]
    return address.partition("/v1beta/")[2]


@pytest.mark.parametrize("times", [1, 50])
@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_is_said_of_a_submit_is_what_the_bill_says(
    trouble: str, times: int, emulator: RunningEmulator
) -> None:
    async def play() -> Any:
        client = gemini(emulator, sped_up(SPEED))
        try:
            return await client.submit(SUBMIT, BODY, model=MODEL)
        except VeoStoryError as error:
            return error
        finally:
            await client.aclose()

    emulator.set_faults([{"on": "submit", "fault": trouble, "times": times}])
    before = emulator.bill()["charges"]
    outcome = asyncio.run(play())
    emulator.set_faults([])
    accepted = len(emulator.bill()["charges"]) - len(before)
    if isinstance(outcome, OutcomeUnknown):
        assert accepted in (0, 1)
    else:
        assert accepted == (1 if isinstance(outcome, dict) else 0)
    passes = trouble in ("rate_limit", "unavailable", "list_error")
    assert isinstance(outcome, OutcomeUnknown) == (not passes)
    assert isinstance(outcome, dict) == (passes and times == 1)


@pytest.mark.parametrize(
    ("on", "trouble"),
    [
        *(("poll", trouble) for trouble in TROUBLES),
        *(("download", trouble) for trouble in TROUBLES if trouble != "malformed_json"),
        ("download", "half_download"),
        ("download", "wrong_length"),
    ],
)
def test_what_costs_nothing_is_repeated_until_it_works(
    on: str, trouble: str, emulator: RunningEmulator, tmp_path: Path
) -> None:
    async def play() -> None:
        time = sped_up(SPEED)
        client = gemini(emulator, time)
        name = (await client.submit(SUBMIT, BODY, model=MODEL))["name"]
        address = await finished(client, time, name)
        file = read_file(await client.get_json(address.partition(":")[0]))
        await client.download(address, tmp_path / "whole.mp4", sha256=file.sha256)
        emulator.set_faults([{"on": on, "fault": trouble, "times": 2}])
        assert (await client.get_json(name))["done"]
        await client.download(address, tmp_path / "clip.mp4", sha256=file.sha256)
        await client.aclose()

    asyncio.run(play())
    emulator.set_faults([])
    assert (tmp_path / "clip.mp4").read_bytes() == (tmp_path / "whole.mp4").read_bytes()


def test_a_service_account_stores_and_fetches(emulator: RunningEmulator, tmp_path: Path) -> None:
    file = tmp_path / "in.mp4"
    file.write_bytes(bytes(range(256)) * 500)

    async def play() -> Any:
        time = sped_up(SPEED)
        environ = emulator.environ("vertex", tmp_path)
        credentials = google_credentials(environ, time)
        assert credentials.project == environ["GOOGLE_CLOUD_PROJECT"]
        client = Client(
            storage_endpoint(environ), "gcs", credentials.authorise, time, renew=credentials.renew
        )
        name = {"uploadType": "media", "name": "a/b c.mp4"}
        stored = await client.upload("upload/storage/v1/b/films/o", name, file, "video/mp4")
        emulator.advance(4000)  # the token is stale there, and we do not know
        path = "storage/v1/b/films/o/a%2Fb%20c.mp4"
        await client.download(path, tmp_path / "out.mp4", params={"alt": "media"})
        await client.aclose()
        return stored

    stored = asyncio.run(play())
    assert stored["name"] == "a/b c.mp4"
    assert (tmp_path / "out.mp4").read_bytes() == file.read_bytes()


def test_a_clip_that_never_comes_whole_is_said(emulator: RunningEmulator, tmp_path: Path) -> None:
    async def play() -> None:
        time = sped_up(SPEED)
        client = gemini(emulator, time)
        name = (await client.submit(SUBMIT, BODY, model=MODEL))["name"]
        address = await finished(client, time, name)
        emulator.set_faults([{"on": "download", "fault": "half_download", "times": 99, "share": 0.0}])
        with pytest.raises(GenerationError, match="closed before"):
            await client.download(address, tmp_path / "clip.mp4")
        await client.aclose()

    asyncio.run(play())
    emulator.set_faults([])
    assert list(tmp_path.iterdir()) == []
