"""Waiting for the parent of an extension, and what is said when it is gone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backends.veo.http.loopback import Loopback, Reply, Seen, answer
from tests.backends.veo.support import NOON, FakeTime, asked, generated
from tests.backends.veo.test_gemini import URI, file_told, parent, service, with_backend
from veo_story.backends.base import Done, Inputs, ParentClip
from veo_story.backends.veo.endpoints import Endpoint
from veo_story.backends.veo.gemini import GeminiBackend
from veo_story.backends.veo.gemini_files import address_of, file_id_of
from veo_story.errors import ExpiredError, GenerationError
from veo_story.storyboard.model import Mode

EXTENSION = generated("s02", Mode.EXTEND, 168, parent="s01")
GATEWAY = Endpoint("https://gateway.example/google/v1beta", is_default=False)
GOOGLE = Endpoint("https://generativelanguage.googleapis.com/v1beta", is_default=True)
GONE = answer({"error": {"code": 404, "message": "Requested entity was not found."}}, 404)


def refused(folder: Path, clip: ParentClip, told: Reply = GONE) -> tuple[Any, list[Seen]]:
    """What ``prepare`` raises for a parent, and what was asked before."""

    async def use(backend: GeminiBackend, server: Loopback, _clock: FakeTime) -> Any:
        with pytest.raises(GenerationError) as caught:
            await backend.prepare(EXTENSION, Inputs(parent=clip))
        return caught.value, server.seen

    error, seen = with_backend(service(file=told), folder, use)
    return error, seen


def offers_the_split(error: Any) -> bool:
    words = ("scene s02", "`mode: animate`", "`first_frame: s01.last_frame`")
    return isinstance(error, ExpiredError) and all(word in str(error.hint) for word in words)


def test_a_parent_made_elsewhere_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    error, seen = refused(tmp_path, parent(handle=None))
    assert offers_the_split(error)
    assert "made elsewhere" in error.message
    assert seen == []


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (GONE, "no longer has the clip of scene s01"),
        (
            answer({"error": {"code": 403, "message": "... the File xyz or it may not exist."}}, 403),
            "no longer has the clip of scene s01",
        ),
        (file_told("FAILED", error={"code": 13, "message": "broken"}), "could not process"),
    ],
)
def test_a_parent_that_is_gone_offers_the_split(tmp_path: Path, told: Reply, words: str) -> None:
    error, seen = refused(tmp_path, parent(), told)
    assert offers_the_split(error)
    assert words in error.message
    assert len(seen) == 1


def test_past_its_time_the_service_has_the_last_word(tmp_path: Path) -> None:
    late = parent(expires_at=NOON - timedelta(hours=1))
    error, _ = refused(tmp_path, late)
    assert offers_the_split(error)

    async def use(backend: GeminiBackend, _server: Loopback, _clock: FakeTime) -> Inputs:
        return await backend.prepare(EXTENSION, Inputs(parent=late))

    # Another extension gave it two more days.
    assert with_backend(service(), tmp_path, use).parent == late


def test_a_parent_without_a_file_is_refused_when_its_time_is_over(tmp_path: Path) -> None:
    error, seen = refused(tmp_path, parent("https://elsewhere.example/1.mp4", NOON))
    assert offers_the_split(error)
    assert seen == []


class Processing:
    """A file that is ready ``ready_s`` after the clock's zero; counts the looks at it."""

    def __init__(self, ready_s: float) -> None:
        self.ready_s = ready_s
        self.looks = 0
        self.clock = FakeTime()

    def __call__(self, _seen: Seen) -> Reply:
        self.looks += 1
        return file_told("ACTIVE" if self.clock.passed_s >= self.ready_s else "PROCESSING")


def test_it_waits_until_the_parent_is_ready(tmp_path: Path) -> None:
    file = Processing(1e9)

    async def use(backend: GeminiBackend, _server: Loopback, clock: FakeTime) -> tuple[float, int]:
        file.clock = clock
        done = await asked(backend, generated(), clock.time)
        assert isinstance(done, Done)
        noticed_s, file.looks = clock.passed_s, 0
        file.ready_s = noticed_s + 14.6
        await backend.prepare(EXTENSION, Inputs(parent=parent(done.handles[0])))
        looks = file.looks
        await backend.prepare(EXTENSION, Inputs(parent=parent(done.handles[0])))
        assert file.looks == looks
        return clock.passed_s - file.ready_s, looks

    late_s, looks = with_backend(service(file=file), tmp_path, use)
    assert 0 <= late_s < 2
    assert looks <= 4


def test_a_parent_of_another_run_is_looked_at_at_once(tmp_path: Path) -> None:
    async def use(backend: GeminiBackend, server: Loopback, clock: FakeTime) -> tuple[int, float]:
        await backend.prepare(EXTENSION, Inputs(parent=parent()))
        return len(server.seen), clock.passed_s

    assert with_backend(service(), tmp_path, use) == (1, 0.0)


def test_it_does_not_wait_for_ever(tmp_path: Path) -> None:
    error, seen = refused(tmp_path, parent(), file_told("PROCESSING"))
    assert "still processes" in error.message
    assert "Nothing was asked for" in error.hint
    assert len(seen) < 60


def test_how_long_processing_takes_is_learnt(tmp_path: Path) -> None:
    file = Processing(1e9)

    async def use(backend: GeminiBackend, _server: Loopback, clock: FakeTime) -> list[int]:
        file.clock, looks = clock, []
        for number in range(5):
            uri = URI.replace("xyz789", f"file{number}")
            await backend._files.made(f"file{number}")
            file.ready_s, file.looks = clock.passed_s + 60, 0
            await backend.prepare(EXTENSION, Inputs(parent=parent(uri)))
            looks.append(file.looks)
            file.ready_s = 1e9
        return looks

    looks = with_backend(service(file=file), tmp_path, use)
    assert looks[-1] < looks[0]
    assert looks[-1] <= 6


@pytest.mark.parametrize(
    ("uri", "endpoint", "address"),
    [
        (URI, GOOGLE, URI),
        (URI, GATEWAY, "https://gateway.example/google/v1beta/files/xyz789:download?alt=media"),
        ("files/abc", GATEWAY, "https://gateway.example/google/v1beta/files/abc:download?alt=media"),
        ("files/abc", GOOGLE, f"{GOOGLE.base_url}/files/abc:download?alt=media"),
        (f"{GOOGLE.base_url}/files/abc", GOOGLE, f"{GOOGLE.base_url}/files/abc:download?alt=media"),
        ("https://gateway.example/own/clip.mp4", GATEWAY, "https://gateway.example/own/clip.mp4"),
        ("https://elsewhere.example/x?y=z", GATEWAY, "https://elsewhere.example/x?y=z"),
        (
            "https://generativelanguage.googleapis.com.evil.example/v1beta/files/a:download?alt=media",
            GATEWAY,
            "https://generativelanguage.googleapis.com.evil.example/v1beta/files/a:download?alt=media",
        ),
    ],
)
def test_where_a_clip_is_downloaded(uri: str, endpoint: Endpoint, address: str) -> None:
    assert address_of(uri, endpoint) == address


@pytest.mark.parametrize(
    ("uri", "file"),
    [
        (URI, "xyz789"),
        ("files/abc", "abc"),
        ("https://gateway.example/v1beta/files/a-b_c", "a-b_c"),
        ("https://elsewhere.example/1.mp4", None),
        ("https://elsewhere.example/profiles/7", None),
        ("", None),
    ],
)
def test_the_file_in_a_uri(uri: str, file: str | None) -> None:
    assert file_id_of(uri) == file


@given(st.text(max_size=300))
def test_no_uri_is_too_odd(uri: str) -> None:
    file = file_id_of(uri)
    assert file is None or (file in uri and "/" not in file and "." not in file)
    assert address_of(uri, GATEWAY)
