"""Candidates for a lost request: what the Gemini API lists, scripted and on the emulator."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.backends.veo.http.loopback import Loopback, Reply, Script, Seen, answer, loopback
from tests.backends.veo.support import FAST, KEY, FakeTime, generated, settings_for
from veo_story.backends.base import Candidate, Inputs
from veo_story.backends.veo.gemini import GeminiBackend
from veo_story.emulator.model import EmulatorSettings
from veo_story.emulator.server import running_emulator
from veo_story.errors import ConfigError, OutcomeUnknown
from veo_story.plan.takes import Attempt, AttemptState
from veo_story.times import sped_up

LOST = Attempt(
    "a1", "s01", "f", "gemini", FAST, AttemptState.UNKNOWN, Decimal(1), datetime(2026, 11, 22, tzinfo=UTC)
)
REFUSED = {"error": {"code": 0, "message": "no"}}


def name(number: int) -> str:
    return f"models/{FAST}/operations/op{number}"


def listed(script: Script | Reply, known: tuple[str, ...] = ()) -> tuple[Any, list[str], list[str]]:
    """What the backend finds, the paths that it asked, and what it remarks."""
    said: list[str] = []

    async def whole() -> tuple[Any, list[str]]:
        async with loopback(script) as server:
            environ = {"GEMINI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": server.url}
            backend = GeminiBackend(settings_for(Path("film"), environ, FakeTime().time, remark=said.append))
            try:
                return await backend.candidates(LOST, known), _targets(server)
            finally:
                await backend.aclose()

    found, targets = asyncio.run(whole())
    return found, targets, said


def _targets(server: Loopback) -> list[str]:
    return [seen.target for seen in server.seen]


def pages(seen: Seen) -> Reply:
    if "pageToken=more" not in seen.target:
        video = {"generateVideoResponse": {"generatedSamples": [{"video": {"uri": "https://x/files/1"}}]}}
        first = {"name": name(1), "done": True, "response": video}
        return answer({"operations": [first, {"name": name(2)}], "nextPageToken": "more"})
    failed = {"name": name(3), "done": True, "error": {"code": 13, "message": "inside"}}
    began = {"name": name(4), "metadata": {"createTime": "2026-11-22T12:00:00Z"}}
    hidden = {"raiMediaFilteredReasons": ["a face"]}
    withheld = {"name": name(5), "done": True, "response": hidden}
    odd = {"name": name(6), "done": True, "response": {"predictions": [1]}}
    return answer({"operations": [failed, began, withheld, odd]})


def test_all_pages_are_read_and_what_is_known_is_left_out() -> None:
    found, targets, said = listed(pages, known=(name(2),))
    assert targets == [
        f"/v1beta/models/{FAST}/operations",
        f"/v1beta/models/{FAST}/operations?pageToken=more",
    ]
    assert found == (
        Candidate(name(1), True, "finished, 1 clip"),
        Candidate(name(3), True, "failed: the generation failed inside the service (code 13): inside"),
        Candidate(name(4), False, "still running, begun 2026-11-22T12:00:00Z"),
        Candidate(name(5), True, "withheld by a filter: a face"),
        Candidate(name(6), True, "finished"),
    )
    assert said == []


@pytest.mark.parametrize(
    "reply",
    [*(answer(REFUSED, status) for status in (403, 404, 405, 501)), answer([]), answer({"operations": 1})],
)
def test_a_service_that_lists_nothing_is_said_and_no_failure(reply: Reply) -> None:
    found, targets, said = listed(reply)
    assert found == ()
    assert len(targets) == 1
    assert len(said) == 1
    assert "does not list the operations" in said[0]


def test_an_empty_list_is_an_answer() -> None:
    assert listed(answer({})) == ((), [f"/v1beta/models/{FAST}/operations"], [])


def test_a_wrong_key_is_told() -> None:
    wrong = {"error": {"code": 400, "message": "API key not valid. Please pass a valid API key."}}
    with pytest.raises(ConfigError):
        listed(answer(wrong, 400))


def test_a_list_without_an_end_is_left() -> None:
    found, targets, _ = listed(answer({"operations": [{"name": name(1)}], "nextPageToken": "again"}))
    assert [candidate.name for candidate in found] == [name(1)]
    assert len(targets) == 40


@pytest.mark.parametrize("fault", ["error_500_after", "reset_after"])
def test_a_request_whose_answer_was_lost_is_listed_by_the_emulator(tmp_path: Path, fault: str) -> None:
    settings = EmulatorSettings(speed=100, picture="numbers", latency_s=(0, 0))
    with running_emulator(settings) as emulator:
        environ = emulator.environ("gemini", tmp_path)

        async def whole() -> tuple[str, tuple[Candidate, ...]]:
            backend = GeminiBackend(settings_for(tmp_path, environ, sped_up(100)))
            try:
                before = await backend.submit(generated(), Inputs(), attempt_id="a0")
                emulator.set_faults([{"on": "submit", "fault": fault, "nth": 1}])
                with pytest.raises(OutcomeUnknown):
                    await backend.submit(generated("s02"), Inputs(), attempt_id="a1")
                return before.name, await backend.candidates(LOST, {before.name})
            finally:
                await backend.aclose()

        known, found = asyncio.run(whole())
        charges = {charge["operation"] for charge in emulator.bill()["charges"]}
    assert {known, *(candidate.name for candidate in found)} == charges
    assert len(found) == 1
