"""Redirects are followed by hand, and the key goes to nobody but the endpoint."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backends.veo.http.loopback import KEY, Loopback, Reply, answer, client_of, in_turn, loopback
from veo_story.backends.veo.endpoints import is_loopback, origin_of
from veo_story.backends.veo.redirects import MOST_HOPS, first_hop, next_hop
from veo_story.errors import GenerationError

CLIP = b"not really a clip" * 99
WHOLE = Reply(body=CLIP, headers={"content-type": "video/mp4"})


def redirected(
    tmp_path: Path, location: Callable[[Loopback, Loopback], str], *, start: str = "files/1"
) -> Any:
    """Download from one server that redirects as ``location`` says, with another one at hand."""

    async def play() -> tuple[Loopback, Loopback]:
        async with loopback(WHOLE) as other, loopback(WHOLE) as home, client_of(home.url) as client:
            home.script = lambda seen: (
                WHOLE
                if seen.target.endswith("/clip")
                else Reply(302, b"", {"location": location(home, other)})
            )
            await client.download(start, tmp_path / "clip.mp4")
        return home, other

    return asyncio.run(play())


@pytest.mark.parametrize(
    "same", ["/media/clip", "../clip", "//127.0.0.1:{port}/clip", "http://127.0.0.1:{port}/clip"]
)
def test_the_key_goes_on_to_the_same_host(same: str, tmp_path: Path) -> None:
    home, _ = redirected(tmp_path, lambda home, _: same.format(port=home.port))
    assert [seen.headers.get("x-goog-api-key") for seen in home.seen] == [KEY, KEY]
    assert (tmp_path / "clip.mp4").read_bytes() == CLIP


def test_another_port_does_not_get_the_key(tmp_path: Path) -> None:
    home, other = redirected(tmp_path, lambda _, other: f"{other.url}/signed?X-Goog-Signature=abc%2Fdef")
    (seen,) = other.seen
    assert seen.target == "/signed?X-Goog-Signature=abc%2Fdef"
    assert KEY not in str(seen)
    assert len(home.seen) == 1
    assert (tmp_path / "clip.mp4").read_bytes() == CLIP


def test_a_key_that_was_dropped_stays_dropped(tmp_path: Path) -> None:
    async def play() -> Loopback:
        async with loopback(WHOLE) as other, loopback(WHOLE) as home, client_of(home.url) as client:
            home.script = in_turn(Reply(302, b"", {"location": f"{other.url}/there"}), WHOLE)
            other.script = in_turn(Reply(302, b"", {"location": f"{home.url}/back"}))
            await client.download("files/1", tmp_path / "clip.mp4")
        return home

    assert [seen.headers.get("x-goog-api-key") for seen in asyncio.run(play()).seen] == [KEY, None]


def test_a_clip_elsewhere_is_fetched_without_the_key(tmp_path: Path) -> None:
    async def play() -> Loopback:
        async with loopback(WHOLE) as other, loopback(WHOLE) as home, client_of(home.url) as client:
            await client.download(f"{other.url}/clip", tmp_path / "clip.mp4")
        return other

    assert "x-goog-api-key" not in asyncio.run(play()).seen[0].headers


@pytest.mark.parametrize(
    "bad",
    [
        "http://192.0.2.1/clip",
        "ftp://127.0.0.1/x",
        "file:///etc/passwd",
        "http://user@127.0.0.1/x",
        "http://[",
        "/v1beta/files/1",
    ],
)
def test_where_no_redirect_may_lead(bad: str, tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match="not followed"):
        redirected(tmp_path, lambda _home, _other: bad)
    assert list(tmp_path.iterdir()) == []


def test_a_real_service_sends_nobody_to_this_machine() -> None:
    home = ("https", "generativelanguage.googleapis.com", 443)
    hop = first_hop("https://generativelanguage.googleapis.com/v1beta/files/1", home)
    with pytest.raises(GenerationError, match="plain http"):
        next_hop(hop, "http://127.0.0.1:8080/latest/meta-data", home)


@given(st.text(max_size=60) | st.from_regex(r"(https?:)?//[a-z0-9.@:\[\]-]{0,20}(/\S{0,9})?", fullmatch=True))
def test_no_redirect_takes_the_key_away(location: str) -> None:
    home = ("https", "example.org", 443)
    hop = first_hop("https://example.org/a/b", home)
    try:
        after = next_hop(hop, location, home)
    except GenerationError:
        return
    origin = origin_of(after.url)
    assert origin is not None
    assert after.keyed == (origin == home)
    # What is asked is what was looked at: httpx reads addresses in its own way.
    assert not after.keyed or httpx.URL(after.url).host.rstrip(".") == "example.org"
    assert origin[0] == "https" or is_loopback(origin[1])


def test_json_is_looked_for_elsewhere_too() -> None:
    async def play() -> Loopback:
        async with (
            loopback(answer({"done": True})) as other,
            loopback(WHOLE) as home,
            client_of(home.url) as client,
        ):
            home.script = in_turn(Reply(301, b"", {"location": f"{other.url}/op"}))
            assert await client.get_json("operations/1") == {"done": True}
        return other

    assert "x-goog-api-key" not in asyncio.run(play()).seen[0].headers


def test_redirects_come_to_an_end() -> None:
    async def play() -> Loopback:
        async with loopback(Reply(302, b"", {"location": "/round"})) as home, client_of(home.url) as client:
            with pytest.raises(GenerationError, match="from one address to the next"):
                await client.get_json("operations/1")
        return home

    assert len(asyncio.run(play()).seen) == MOST_HOPS + 1


def test_cookies_are_not_kept() -> None:
    async def play() -> Loopback:
        async with (
            loopback(answer({}, set_cookie="session=canary; Path=/")) as home,
            client_of(home.url) as client,
        ):
            await client.get_json("operations/1")
            await client.get_json("operations/1")
        return home

    assert "cookie" not in asyncio.run(play()).seen[1].headers
