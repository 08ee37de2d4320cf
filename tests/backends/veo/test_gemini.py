"""The Gemini backend against a server that answers by a script, on a clock that only sleeping moves."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.backends.veo.http.loopback import Loopback, Reply, Script, Seen, answer, loopback
from tests.backends.veo.support import FAST, KEY, FakeTime, asked, generated, settings_for
from veo_story.backends.base import Done, Failed, Filtered, Inputs, Operation, ParentClip
from veo_story.backends.veo.gemini import GeminiBackend
from veo_story.errors import ConfigError, ExpiredError, GenerationError, MediaError, OutcomeUnknown
from veo_story.storyboard.model import Mode

NAME = f"models/{FAST}/operations/abc123"
URI = "https://generativelanguage.googleapis.com/v1beta/files/xyz789:download?alt=media"
CLIP = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 64
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100
EXPIRES = "2026-10-03T12:00:00Z"


def file_told(state: str = "ACTIVE", sha256: str | None = None, **more: Any) -> Reply:
    digest = sha256 or hashlib.sha256(CLIP).hexdigest()
    encoded = base64.b64encode(bytes.fromhex(digest)).decode()
    told = {"name": "files/xyz789", "state": state, "expirationTime": EXPIRES, "sha256Hash": encoded}
    return answer({**told, **more})


def done_told(uri: str = URI) -> Reply:
    response = {"generateVideoResponse": {"generatedSamples": [{"video": {"uri": uri}}]}}
    return answer({"name": NAME, "done": True, "response": response})


def service(**replies: Reply | Script) -> Script:
    """Answers by what is asked: ``submit``, ``poll``, ``file``, ``download``, ``blob``."""
    usual: dict[str, Reply | Script] = {
        "submit": answer({"name": NAME}),
        "poll": done_told(),
        "file": file_told(),
        "download": Reply(302, b"", {"location": "/blob"}),
        "blob": Reply(200, CLIP, {"content-type": "video/mp4"}),
        **replies,
    }

    def script(seen: Seen) -> Reply:
        reply = usual[_kind(seen)]
        return reply(seen) if callable(reply) else reply

    return script


def _kind(seen: Seen) -> str:
    if seen.method == "POST":
        return "submit"
    if "/operations/" in seen.target:
        return "poll"
    if ":download" in seen.target:
        return "download"
    return "file" if "/files/" in seen.target else "blob"


Use = Callable[[GeminiBackend, Loopback, FakeTime], Awaitable[Any]]


def with_backend(script: Script, folder: Path, use: Use, **settings: Any) -> Any:
    async def whole() -> Any:
        async with loopback(script) as server:
            clock = FakeTime()
            environ = {"GEMINI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": server.url}
            backend = GeminiBackend(settings_for(folder, environ, clock.time, **settings))
            try:
                return await use(backend, server, clock)
            finally:
                await backend.aclose()

    return asyncio.run(whole())


def status_of(script: Script, folder: Path) -> Any:
    async def use(backend: GeminiBackend, _server: Loopback, clock: FakeTime) -> Any:
        return await asked(backend, generated(), clock.time)

    return with_backend(script, folder, use)


def parent(handle: str | None = URI, expires_at: datetime | None = None) -> ParentClip:
    return ParentClip(Path("first.mp4"), 96, handle, expires_at=expires_at)


def test_a_key_is_needed_and_both_names_are_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        GeminiBackend(settings_for(tmp_path, {"GEMINI_API_KEY": " "}, FakeTime().time))
    assert "GOOGLE_API_KEY" in caught.value.message
    assert "GEMINI_API_KEY" in caught.value.message


def test_the_key_does_not_go_over_plain_http(tmp_path: Path) -> None:
    environ = {"GEMINI_API_KEY": KEY, "GOOGLE_GEMINI_BASE_URL": "http://gateway.example"}
    with pytest.raises(ConfigError, match="plain http"):
        GeminiBackend(settings_for(tmp_path, environ, FakeTime().time))


@pytest.mark.parametrize(
    ("today", "more", "refused"),
    [
        (date(2026, 10, 21), {}, False),
        (date(2026, 10, 22), {}, True),
        (None, {}, True),
        (date(2026, 11, 22), {"allow_retired": True}, False),
    ],
)
def test_a_retired_model_is_refused_where_google_answers(
    tmp_path: Path, today: date | None, more: dict[str, Any], refused: bool
) -> None:
    clock = FakeTime(datetime(2026, 11, 22, tzinfo=UTC))
    backend = GeminiBackend(settings_for(tmp_path, {"GEMINI_API_KEY": KEY}, clock.time, today=today, **more))
    if not refused:
        backend.admit([generated()])
        return
    with pytest.raises(ConfigError) as caught:
        backend.admit([generated()])
    assert FAST in caught.value.message
    assert "2026-10-22" in caught.value.message
    assert "Vertex" in str(caught.value.hint)


def test_a_gateway_may_serve_retired_models(tmp_path: Path) -> None:
    async def use(backend: GeminiBackend, _server: Loopback, _clock: FakeTime) -> None:
        backend.admit([generated()])

    with_backend(service(), tmp_path, use, today=date(2027, 1, 1))


def test_done_names_the_file_and_when_it_goes(tmp_path: Path) -> None:
    done = status_of(service(), tmp_path)
    assert done == Done((URI,), expires_at=datetime(2026, 10, 3, 12, tzinfo=UTC))


@pytest.mark.parametrize("told", [answer({}), answer({"error": {"code": 404}}, 404), Reply(200, b"[]")])
def test_a_file_without_description_is_kept_for_two_days(tmp_path: Path, told: Reply) -> None:
    done = status_of(service(file=told), tmp_path)
    assert isinstance(done, Done)
    assert done.expires_at is not None
    assert timedelta(hours=47) < done.expires_at - datetime(2026, 10, 1, 12, tzinfo=UTC) < timedelta(hours=49)


def test_right_after_the_submit_nothing_is_asked(tmp_path: Path) -> None:
    async def use(backend: GeminiBackend, server: Loopback, _clock: FakeTime) -> int:
        operation = await backend.submit(generated(), Inputs(), attempt_id="a")
        await backend.status(operation)
        return len(server.seen)

    assert with_backend(service(), tmp_path, use) == 1


def test_the_clip_is_fetched_at_the_base_url_and_the_digest_held(tmp_path: Path) -> None:
    async def use(backend: GeminiBackend, server: Loopback, clock: FakeTime) -> list[Seen]:
        done = await asked(backend, generated(), clock.time)
        assert (await backend.fetch(done, tmp_path / "clip.mp4")).read_bytes() == CLIP
        return server.seen

    targets = [seen.target for seen in with_backend(service(), tmp_path, use)]
    assert targets[-2:] == ["/v1beta/files/xyz789:download?alt=media", "/blob"]


def test_another_digest_is_no_clip(tmp_path: Path) -> None:
    async def use(backend: GeminiBackend, _server: Loopback, clock: FakeTime) -> None:
        done = await asked(backend, generated(), clock.time)
        with pytest.raises(GenerationError, match="SHA-256"):
            await backend.fetch(done, tmp_path / "clip.mp4")

    with_backend(service(file=file_told(sha256="0" * 64)), tmp_path, use)
    assert list(tmp_path.iterdir()) == []


def test_a_clip_elsewhere_gets_no_key(tmp_path: Path) -> None:
    async def elsewhere(backend: GeminiBackend, server: Loopback, clock: FakeTime) -> list[Seen]:
        async with loopback(Reply(200, CLIP, {"content-type": "video/mp4"})) as stranger:
            done = Done((f"{stranger.url}/clips/1.mp4",))
            await backend.fetch(done, tmp_path / "clip.mp4")
            return stranger.seen

    seen = with_backend(service(), tmp_path, elsewhere)
    assert [one.target for one in seen] == ["/clips/1.mp4"]
    assert all(KEY not in text for one in seen for text in one.headers.values())


def test_a_clip_that_is_gone_says_so(tmp_path: Path) -> None:
    async def use(backend: GeminiBackend, _server: Loopback, _clock: FakeTime) -> None:
        with pytest.raises(ExpiredError):
            await backend.fetch(Done((URI,)), tmp_path / "clip.mp4")

    gone = answer({"error": {"code": 404, "message": "Requested entity was not found."}}, 404)
    with_backend(service(download=gone), tmp_path, use)


def test_a_filtered_clip_says_why(tmp_path: Path) -> None:
    reasons = ["Sorry, we can't create videos with real people's names. Support codes: 29310472"]
    told = {"generateVideoResponse": {"raiMediaFilteredCount": 1, "raiMediaFilteredReasons": reasons}}
    status = status_of(service(poll=answer({"name": NAME, "done": True, "response": told})), tmp_path)
    assert status == Filtered(tuple(reasons), "celebrity", retry_may_pass=False)


def test_a_failed_operation_is_told_with_its_code(tmp_path: Path) -> None:
    error = {"code": 13, "message": "internal server issue"}
    status = status_of(service(poll=answer({"name": NAME, "done": True, "error": error})), tmp_path)
    assert isinstance(status, Failed)
    assert "13" in status.error.message
    assert "internal server issue" in status.error.message


@pytest.mark.parametrize("name", ["of-another-run", NAME, "models/../operations/x", "//evil.example/a"])
def test_an_unknown_operation_failed_and_may_have_cost(tmp_path: Path, name: str) -> None:
    async def use(backend: GeminiBackend, server: Loopback, _clock: FakeTime) -> Any:
        return await backend.status(Operation(name)), [seen.target for seen in server.seen]

    unknown = answer({"error": {"code": 404, "message": "Operation not found."}}, 404)
    status, targets = with_backend(service(poll=unknown), tmp_path, use)
    assert isinstance(status, Failed)
    assert not status.lost
    assert status.may_have_cost
    assert "may have been charged" in str(status.error.hint)
    assert targets == ([f"/v1beta/{NAME}"] if name == NAME else [])


@pytest.mark.parametrize("status", [403, 404, 429, 500])
def test_a_clip_comes_home_though_its_file_cannot_be_looked_at(tmp_path: Path, status: int) -> None:
    refused = answer({"error": {"code": status, "message": "no"}}, status)
    assert status_of(service(file=refused), tmp_path).handles == (URI,)


def test_a_clip_that_the_service_made_and_lost_may_have_cost(tmp_path: Path) -> None:
    status = status_of(service(file=file_told("FAILED", error={"code": 13, "message": "broken"})), tmp_path)
    assert isinstance(status, Failed)
    assert status.may_have_cost
    assert "broken" in status.error.message


def test_an_answer_nobody_understands_leaves_the_request_open(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match="cannot be understood"):
        status_of(service(poll=answer({"name": NAME, "done": "perhaps"})), tmp_path)


def test_a_submit_that_is_accepted_without_a_name_is_unknown(tmp_path: Path) -> None:
    with pytest.raises(OutcomeUnknown):
        status_of(service(submit=answer({"ok": True})), tmp_path)


@pytest.mark.parametrize("name", ["operations/generate-1", "models/veo~1/operations/a:b@c"])
def test_an_operation_is_asked_for_by_whatever_name_it_got(tmp_path: Path, name: str) -> None:
    assert isinstance(status_of(service(submit=answer({"name": name})), tmp_path), Done)


def test_images_are_checked_before_anything_is_sent(tmp_path: Path) -> None:
    wrong = tmp_path / "boat.png"
    wrong.write_bytes(b"GIF89a")

    async def use(backend: GeminiBackend, server: Loopback, _clock: FakeTime) -> int:
        with pytest.raises(MediaError, match=r"boat\.png"):
            await backend.submit(generated(mode=Mode.ANIMATE), Inputs(first_frame=wrong), attempt_id="a")
        return len(server.seen)

    assert with_backend(service(), tmp_path, use) == 0


def test_images_go_inside_the_request(tmp_path: Path) -> None:
    image = tmp_path / "boat.png"
    image.write_bytes(PNG)

    async def use(backend: GeminiBackend, server: Loopback, _clock: FakeTime) -> Any:
        inputs = Inputs(first_frame=image, last_frame=image)
        await backend.submit(generated(mode=Mode.INTERPOLATE, frames=192), inputs, attempt_id="a")
        return json.loads(server.seen[0].body)["instances"][0]

    sent = with_backend(service(), tmp_path, use)
    picture = {"bytesBase64Encoded": base64.b64encode(PNG).decode(), "mimeType": "image/png"}
    assert sent["image"] == sent["lastFrame"] == picture


def test_an_extension_names_its_parent_and_no_length(tmp_path: Path) -> None:
    async def use(backend: GeminiBackend, server: Loopback, _clock: FakeTime) -> Any:
        step = generated("s02", Mode.EXTEND, 168, parent="s01")
        inputs = await backend.prepare(step, Inputs(parent=parent()))
        await backend.submit(step, inputs, attempt_id="a")
        return json.loads(server.seen[-1].body)

    body = with_backend(service(), tmp_path, use)
    assert body["instances"][0]["video"] == {"uri": URI}
    assert "durationSeconds" not in body["parameters"]
