"""Clips come whole or not at all."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from tests.backends.veo.http.loopback import (
    KEY,
    QUICK,
    Loopback,
    Reply,
    Script,
    Seen,
    answer,
    client_of,
    in_turn,
    loopback,
)
from veo_story.backends.veo.retry import LOOKING
from veo_story.errors import ConfigError, ExpiredError, GenerationError, VeoStoryError

CLIP = bytes(range(256)) * 300
SHA256 = hashlib.sha256(CLIP).hexdigest()
MD5 = base64.b64encode(hashlib.md5(CLIP).digest()).decode()
VIDEO = {"content-type": "video/mp4"}
WHOLE = Reply(body=CLIP, headers=VIDEO)


def ranged(*cuts: int | None, etag: str = '"one"') -> Script:
    """A server that offers ranges; its n-th answer ends after ``cuts[n]`` bytes."""
    left = list(cuts)

    def script(seen: Seen) -> Reply:
        cut = left.pop(0) if left else None
        head = {**VIDEO, "etag": etag, "accept-ranges": "bytes"}
        found = re.fullmatch(r"bytes=(\d+)-", seen.headers.get("range", ""))
        if found and seen.headers.get("if-range") == etag:
            start = int(found[1])
            head["content-range"] = f"bytes {start}-{len(CLIP) - 1}/{len(CLIP)}"
            return Reply(206, CLIP[start:], head, cut=cut)
        return Reply(200, CLIP, head, cut=cut)

    return script


def fetched(script: Script | Reply, into: Path, **more: Any) -> tuple[VeoStoryError | None, Loopback]:
    """Download once: the error, if any, and the server."""

    async def play() -> tuple[VeoStoryError | None, Loopback]:
        async with loopback(script) as server, client_of(server.url, phases=QUICK) as client:
            try:
                await client.download(f"{server.url}/v1beta/files/1:download?alt=media", into, **more)
            except VeoStoryError as error:
                return error, server
        return None, server

    result = asyncio.run(play())
    assert [path.name for path in into.parent.iterdir()] == ([] if result[0] else [into.name])
    return result


def test_a_clip_is_written_to_its_file(tmp_path: Path) -> None:
    error, server = fetched(WHOLE, tmp_path / "clip.mp4", sha256=SHA256.upper())
    assert error is None
    assert (tmp_path / "clip.mp4").read_bytes() == CLIP
    (seen,) = server.seen
    assert (seen.target, seen.headers["x-goog-api-key"]) == ("/v1beta/files/1:download?alt=media", KEY)
    assert "range" not in seen.headers


def test_it_goes_on_where_it_broke_off(tmp_path: Path) -> None:
    error, server = fetched(ranged(20_000, 30_000), tmp_path / "clip.mp4", sha256=SHA256)
    assert error is None
    assert (tmp_path / "clip.mp4").read_bytes() == CLIP
    assert [seen.headers.get("range") for seen in server.seen] == [None, "bytes=20000-", "bytes=50000-"]
    assert server.seen[1].headers["if-range"] == '"one"'


@pytest.mark.parametrize(
    "head", [{}, {"etag": 'W/"weak"'}, {"etag": '"one"', "accept-ranges": "none"}, {"etag": "bare"}]
)
def test_it_begins_anew_where_that_is_not_offered(head: dict[str, str], tmp_path: Path) -> None:
    half = Reply(body=CLIP, headers={**VIDEO, **head}, cut=999)
    error, server = fetched(in_turn(half, half, WHOLE), tmp_path / "clip.mp4")
    assert error is None
    assert (tmp_path / "clip.mp4").read_bytes() == CLIP
    assert [seen.headers.get("range") for seen in server.seen] == [None] * 3


@pytest.mark.parametrize(
    "second",
    [
        Reply(200, CLIP, VIDEO),  # the file changed: all of it
        Reply(206, CLIP[1000:], {**VIDEO, "content-range": f"bytes 1000-{len(CLIP) - 1}/{len(CLIP)}"}),
        Reply(206, CLIP[999:], {**VIDEO, "content-range": f"bytes 999-{len(CLIP)}/{len(CLIP) + 1}"}),
        Reply(206, CLIP[999:], VIDEO),
        Reply(416, b"", {"content-range": "bytes */5"}),
    ],
)
def test_another_part_than_asked_for_is_not_pasted_in(second: Reply, tmp_path: Path) -> None:
    half = Reply(body=CLIP, headers={**VIDEO, "etag": '"one"'}, cut=999)
    error, _ = fetched(in_turn(half, second, WHOLE), tmp_path / "clip.mp4")
    assert error is None
    assert (tmp_path / "clip.mp4").read_bytes() == CLIP


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (Reply(body=CLIP, headers=VIDEO, cut=700), "closed before"),
        (Reply(body=b"", headers=VIDEO), "0 bytes"),
        (Reply(body=CLIP[:-1], headers={**VIDEO, "x-goog-hash": f"crc32c=AAAAAA==,md5={MD5}"}), "MD5"),
        (Reply(body=CLIP[:-1] + b"!", headers=VIDEO), "SHA-256"),
        (
            Reply(body=b"<html>log in</html>", headers={"content-type": "text/html; charset=utf-8"}),
            "text/html",
        ),
        (answer({"name": "files/1"}), "application/json"),
        (Reply(body=CLIP, headers={**VIDEO, "content-encoding": "gzip"}), "compressed"),
        (Reply(reset=True), "reset"),
        (Reply(hang=True), "no answer in time"),
        (Reply(503), "503"),
    ],
)
def test_what_is_never_whole_never_appears(broken: Reply, says: str, tmp_path: Path) -> None:
    error, server = fetched(broken, tmp_path / "clip.mp4", sha256=SHA256)
    assert type(error) is GenerationError
    assert says in error.message
    assert len(server.seen) == LOOKING.tries


@pytest.mark.parametrize(
    "broken", [Reply(503), Reply(reset=True), Reply(body=CLIP[:-1] + b"!", headers=VIDEO)]
)
def test_what_is_right_in_the_end_appears(broken: Reply, tmp_path: Path) -> None:
    error, _ = fetched(in_turn(broken, broken, WHOLE), tmp_path / "clip.mp4", sha256=SHA256)
    assert error is None
    assert (tmp_path / "clip.mp4").read_bytes() == CLIP


def test_the_digest_of_cloud_storage_is_checked_over_a_break(tmp_path: Path) -> None:
    def script(seen: Seen) -> Reply:
        reply = ranged(*([5000] if "range" not in seen.headers else []))(seen)
        return Reply(reply.status, reply.body, {**reply.headers, "x-goog-hash": f"md5={MD5}"}, cut=reply.cut)

    error, server = fetched(script, tmp_path / "clip.mp4")
    assert error is None
    assert len(server.seen) == 2


def test_a_clip_that_is_gone_is_said_at_once(tmp_path: Path) -> None:
    error, server = fetched(answer({"error": {"code": 404, "message": "gone"}}, 404), tmp_path / "clip.mp4")
    assert isinstance(error, ExpiredError)
    assert len(server.seen) == 1


def test_a_disk_that_fails_is_an_error_of_the_disk(tmp_path: Path) -> None:
    async def play() -> Loopback:
        async with loopback(WHOLE) as server, client_of(server.url) as client:
            with pytest.raises(FileNotFoundError):
                await client.download("files/1", tmp_path / "none" / "clip.mp4")
            return server

    assert len(asyncio.run(play()).seen) == 1


def test_a_cancelled_download_leaves_nothing(tmp_path: Path) -> None:
    async def play() -> None:
        began = asyncio.Event()

        def script(_seen: Seen) -> Reply:
            began.set()
            return Reply(length=10**6, headers=VIDEO, trickle=True)

        async with loopback(script) as server, client_of(server.url) as client:
            task = asyncio.create_task(client.download("files/1", tmp_path / "clip.mp4"))
            await began.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(play())
    assert list(tmp_path.iterdir()) == []


def test_a_config_error_is_not_swallowed(tmp_path: Path) -> None:
    async def nobody() -> dict[str, str]:
        raise ConfigError("no token")

    async def play() -> None:
        async with loopback(WHOLE) as server, client_of(server.url, authorise=nobody) as client:
            with pytest.raises(ConfigError, match="no token"):
                await client.download("files/1", tmp_path / "clip.mp4")

    asyncio.run(play())


def test_a_download_that_never_ends_is_given_up_and_tried_again(tmp_path: Path) -> None:
    endless = Reply(headers=VIDEO, length=10**6, trickle=True)
    error, server = fetched(in_turn(endless, WHOLE), tmp_path / "clip.mp4")
    assert error is None
    assert (tmp_path / "clip.mp4").read_bytes() == CLIP
    assert len(server.seen) == 2
