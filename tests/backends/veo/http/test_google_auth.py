"""Google credentials give tokens, fresh ones in long runs, and say plainly what is missing."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.backends.veo.http.loopback import Loopback, Reply, Script, Waits, answer, in_turn, loopback
from tests.backends.veo.http.test_logs import listening
from veo_story.backends.veo.google_auth import SCOPE, GoogleCredentials, google_credentials
from veo_story.errors import ConfigError

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
NO_MACHINE = {"NO_GCE_CHECK": "true"}


def token(name: str = "one", lifetime_s: Any = 3600) -> Reply:
    return answer({"access_token": f"canary-token-{name}", "expires_in": lifetime_s, "token_type": "Bearer"})


def account(folder: Path, url: str, **more: Any) -> dict[str, str]:
    """A service account's key file; the environment that names it."""
    info = {
        "type": "service_account",
        "project_id": "film",
        "private_key_id": "1",
        "private_key": PEM,
        "client_email": "veo@film.iam.gserviceaccount.com",
        "token_uri": url,
        **more,
    }
    path = folder / "account.json"
    path.write_text(json.dumps(info))
    return {"GOOGLE_APPLICATION_CREDENTIALS": str(path), **NO_MACHINE}


Play = Callable[[GoogleCredentials, Waits, Loopback], Awaitable[Any]]


def played(folder: Path, script: Script | Reply, play: Play) -> tuple[Any, Loopback, Waits]:
    """Do something with a service account whose token endpoint answers by ``script``."""

    async def run() -> tuple[Any, Loopback, Waits]:
        waits = Waits()
        async with loopback(script) as server:
            environ = account(folder, f"{server.url}/token")
            credentials = google_credentials(environ, waits.time, clock=waits.time.monotonic)
            return await play(credentials, waits, server), server, waits

    return asyncio.run(run())


async def once(credentials: GoogleCredentials, _waits: Waits, _server: Loopback) -> Any:
    try:
        return await credentials.authorise()
    except ConfigError as error:
        return error


def test_a_service_account_signs_for_its_token(tmp_path: Path) -> None:
    headers, server, _ = played(tmp_path, token(), once)
    assert headers == {"authorization": "Bearer canary-token-one"}
    (seen,) = server.seen
    form = parse_qs(seen.body.decode())
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    head, claims, signature = form["assertion"][0].split(".")
    told = json.loads(_decoded(claims))
    assert (told["iss"], told["scope"]) == ("veo@film.iam.gserviceaccount.com", SCOPE)
    assert told["aud"] == "https://oauth2.googleapis.com/token"  # wherever it is sent
    KEY.public_key().verify(
        _decoded(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256()
    )


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_a_token_is_used_until_shortly_before_its_end(tmp_path: Path) -> None:
    async def play(credentials: GoogleCredentials, waits: Waits, _server: Loopback) -> list[str]:
        seen = []
        for wait_s in (0, 3200, 120, 0):
            await waits.time.sleep(wait_s)
            seen.append((await credentials.authorise())["authorization"][-3:])
        return seen

    seen, server, _ = played(tmp_path, in_turn(token("one"), token("two")), play)
    assert seen == ["one", "one", "two", "two"]
    assert len(server.seen) == 2


def test_a_short_lived_token_is_used_for_half_its_life(tmp_path: Path) -> None:
    async def play(credentials: GoogleCredentials, waits: Waits, _server: Loopback) -> None:
        for wait_s in (0, 20, 20):
            await waits.time.sleep(wait_s)
            await credentials.authorise()

    _, server, _ = played(tmp_path, token("one", 60), play)
    assert len(server.seen) == 2


def test_one_refresh_at_a_time(tmp_path: Path) -> None:
    async def play(credentials: GoogleCredentials, _waits: Waits, _server: Loopback) -> Any:
        return await asyncio.gather(*(credentials.authorise() for _ in range(20)))

    headers, server, _ = played(tmp_path, token(), play)
    assert len(server.seen) == 1
    assert {h["authorization"] for h in headers} == {"Bearer canary-token-one"}


def test_a_token_that_was_refused_is_dropped_once(tmp_path: Path) -> None:
    async def play(credentials: GoogleCredentials, _waits: Waits, _server: Loopback) -> list[str]:
        old = await credentials.authorise()
        await credentials.renew(old)
        new = await credentials.authorise()
        await credentials.renew(old)  # another request, answered late
        return [headers["authorization"][-3:] for headers in (old, new, await credentials.authorise())]

    seen, server, _ = played(tmp_path, in_turn(token("one"), token("two"), token("odd")), play)
    assert seen == ["one", "two", "two"]
    assert len(server.seen) == 2


@pytest.mark.parametrize(
    "trouble",
    [
        Reply(reset=True),
        Reply(502, b"<html>"),
        Reply(504, b"<html>"),
        Reply(200, b"no json"),
        Reply(200, b"[]"),
        Reply(200, b"\xff\xfe"),
        token("bad", "soon"),
        token("bad", [1]),
        answer({"error": "temporarily_unavailable"}, 400),
    ],
)
def test_a_trouble_that_passes_is_waited_out(trouble: Reply, tmp_path: Path) -> None:
    headers, _, _ = played(tmp_path, in_turn(trouble, token()), once)
    assert headers == {"authorization": "Bearer canary-token-one"}


@pytest.mark.parametrize(
    ("no", "says"),
    [
        (answer({"error": "invalid_grant", "error_description": "Invalid JWT"}, 400), "invalid_grant"),
        (answer({"error": "unauthorized_client"}, 401), "unauthorized_client"),
        (Reply(404, b"<html>"), "html"),
        (answer({}), "No access token"),
    ],
)
def test_a_no_is_said(no: Reply, says: str, tmp_path: Path) -> None:
    error, server, waits = played(tmp_path, no, once)
    assert isinstance(error, ConfigError)
    assert says in error.message
    assert "application-default login" in str(error.hint)
    assert "canary" not in error.message
    assert (len(server.seen), waits.slept) == (1, [])


def test_nobody_there_is_said(tmp_path: Path) -> None:
    async def play(credentials: GoogleCredentials, waits: Waits, server: Loopback) -> Any:
        server.script = in_turn(Reply(reset=True))
        return await once(credentials, waits, server)

    error, server, waits = played(tmp_path, token(), play)
    assert isinstance(error, ConfigError)
    assert "wait some minutes" in str(error.hint)
    assert (len(server.seen), len(waits.slept)) == (5, 4)


def test_no_secret_in_log_error_or_repr(tmp_path: Path) -> None:
    def script(seen: Any) -> Reply:
        return Reply(400, json.dumps({"error": seen.body.decode(), "error_description": PEM}).encode())

    with listening() as text:
        error, server, _ = played(tmp_path, script, once)
        headers, _, _ = played(tmp_path, token(), once)
    assert headers
    log = f"{text.getvalue()} {error!r} {error.hint} {error.__cause__!r}"
    assertion = parse_qs(server.seen[0].body.decode())
    assert "> POST http://127.0.0.1" in log
    assert "canary" not in log
    assert "PRIVATE KEY" not in log
    assert not assertion or assertion["assertion"][0] not in log


@pytest.mark.parametrize("url", ["http://tokens.example/token", "ftp://127.0.0.1/token", "tokens"])
def test_nothing_is_signed_for_a_token_address_on_plain_http(url: str, tmp_path: Path) -> None:
    credentials = google_credentials(account(tmp_path, url), Waits().time)
    with pytest.raises(ConfigError, match="not https"):
        asyncio.run(_authorised(credentials))


async def _authorised(credentials: GoogleCredentials) -> Any:
    return await credentials.authorise()
