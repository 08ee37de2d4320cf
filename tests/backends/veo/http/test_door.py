"""Whatever a service quotes of a key or token, nothing behind the client sees it."""

from __future__ import annotations

import asyncio
import base64
import html
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.backends.veo.http.loopback import Loopback, Reply, answer, client_of, in_turn, loopback
from tests.backends.veo.http.test_logs import listening
from veo_story.backends.veo.logs import HIDDEN, scrub, scrub_bytes
from veo_story.errors import GenerationError, VeoStoryError

SECRET = "ck/canary+73='&<9f2e>=="
"""It has all that JSON, HTML and addresses spell otherwise."""

SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    lambda text: json.dumps(text)[1:-1],
    lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    lambda text: text.replace("=", "\\u003d").replace("<", "\\u003c"),
    html.escape,
    quote,
    quote_plus,
    lambda text: quote(text, safe=""),
)


async def canary() -> Mapping[str, str]:
    return {"x-goog-api-key": SECRET}


@given(st.text("/+='&<>\"%\\ZTQ09_-.~", min_size=8), st.sampled_from(SPELLINGS), st.text("abc ", max_size=9))
def test_a_secret_goes_however_it_is_spelled(secret: str, spell: Callable[[str], str], around: str) -> None:
    spelled = f"{around}{spell(secret)}{around}"
    hidden = f"{around}{HIDDEN}{around}"
    assert scrub(spelled, [secret]) == hidden
    assert scrub_bytes(spelled.encode(), [secret]) == hidden.encode()


def test_a_body_without_secrets_is_the_very_same() -> None:
    clip = bytes(range(256)) * 4
    assert scrub_bytes(clip, [SECRET]) is clip


@pytest.mark.parametrize("spell", SPELLINGS[:4])
def test_an_operations_error_does_not_tell(spell: Callable[[str], str]) -> None:
    """An answer of 200: its text goes into the error, the ledger and the events."""
    body = f'{{"done": true, "error": {{"code": 13, "message": "no: {spell(SECRET)}"}}}}'.encode()

    async def play() -> tuple[object, object]:
        async with loopback(Reply(body=body)) as home, client_of(home.url, authorise=canary) as client:
            return await client.get_json("op"), await client.submit("m", {}, model="m")

    with listening() as text:
        told = asyncio.run(play())
    for each in told:
        assert each == {"done": True, "error": {"code": 13, "message": f"no: {HIDDEN}"}}
    assert "canary" not in text.getvalue()


def test_the_log_does_not_cut_a_secret_in_two() -> None:
    """A page is shown to its 300th character; half a key is a key's half."""
    pages = [f"<p>{'x' * before}{SECRET}</p>".encode() for before in range(270, 300, 5)]

    async def play() -> None:
        async with loopback(Reply(400)) as home, client_of(home.url, authorise=canary) as client:
            for page in pages:
                home.script = in_turn(Reply(400, page, {"content-type": "text/html"}))
                with pytest.raises(VeoStoryError):
                    await client.get_json("a")

    with listening() as text:
        asyncio.run(play())
    assert "xxx" in text.getvalue()
    assert "canary" not in text.getvalue()
    assert "ck/" not in text.getvalue()


def test_a_token_that_was_renewed_is_still_a_secret() -> None:
    tokens = iter(("canary-first-token", "canary-second-token"))
    current = next(tokens)

    async def authorise() -> Mapping[str, str]:
        return {"authorization": f"Bearer {current}"}

    async def renew(_sent: Mapping[str, str]) -> None:
        nonlocal current
        current = next(tokens)

    async def play() -> object:
        late = answer({"said": "canary-first-token and canary-second-token"})
        async with (
            loopback(in_turn(answer({}, 401), late)) as home,
            client_of(home.url, authorise=authorise, renew=renew) as client,
        ):
            return await client.get_json("a")

    assert asyncio.run(play()) == {"said": f"{HIDDEN} and {HIDDEN}"}


def test_a_content_type_does_not_tell(tmp_path: Path) -> None:
    async def play() -> None:
        async with (
            loopback(Reply(body=b"x", headers={"content-type": f"text/{SECRET}"})) as home,
            client_of(home.url, authorise=canary) as client,
        ):
            await client.download("f", tmp_path / "clip.mp4")

    with pytest.raises(GenerationError, match="in place of a clip") as caught:
        asyncio.run(play())
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("spell", [str, lambda text: quote(text, safe="")])
@pytest.mark.parametrize(
    "where", ["{other}/clip?key={secret}", "{other}/{secret}/clip", "{home}/clip?k={secret}"]
)
def test_a_redirect_that_hands_the_key_on_is_not_followed(
    where: str, spell: Callable[[str], str], tmp_path: Path
) -> None:
    async def play() -> Loopback:
        async with (
            loopback(Reply(body=b"clip")) as other,
            loopback(Reply(500)) as home,
            client_of(home.url, authorise=canary) as client,
        ):
            location = where.format(home=home.url, other=other.url, secret=spell(SECRET))
            home.script = in_turn(Reply(302, b"", {"location": location}), Reply(body=b"clip"))
            with pytest.raises(GenerationError, match="the key or token in it") as caught:
                await client.download("f", tmp_path / "clip.mp4")
            assert "canary" not in str(caught.value)
            assert len(home.seen) == 1
        return other

    with listening() as text:
        assert asyncio.run(play()).seen == []
    assert "canary" not in text.getvalue()


def test_a_clip_inside_of_an_answer_stays_as_it_is() -> None:
    clip = base64.b64encode(bytes(range(256)) * 999).decode()

    async def play() -> object:
        async with loopback(answer({"video": clip})) as home, client_of(home.url, authorise=canary) as client:
            return await client.get_json("a")

    assert asyncio.run(play()) == {"video": clip}
