"""The service-account flow: what is signed with the account that was handed out becomes a token."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import given
from hypothesis import strategies as st

from veo_story.emulator.assertions import AssertionRefused
from veo_story.emulator.clock import EmulatorClock
from veo_story.emulator.oauth import FIXED_ACCESS, GRANT, Authority
from veo_story.emulator.refusals import Refused

_NOW = 1_795_000_000.0
_BASE = "http://127.0.0.1:1/"
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"


def _authority(folder: Path, speed: float = 1.0) -> tuple[Authority, EmulatorClock]:
    clock = EmulatorClock(speed, datetime.fromtimestamp(_NOW, UTC), real=lambda: 0.0)
    return Authority(folder, clock, real_now=lambda: _NOW), clock


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _signed(account: dict[str, str], key: Any = None, alg: str = "RS256", **changes: Any) -> dict[str, str]:
    claims = {
        "iss": account["client_email"],
        "aud": account["token_uri"],
        "iat": _NOW,
        "exp": _NOW + 3600,
        "scope": _SCOPE,
        **changes,
    }
    text = f"{_part({'alg': alg, 'typ': 'JWT'})}.{_part(claims)}"
    signer = key or serialization.load_pem_private_key(account["private_key"].encode(), None)
    signature = signer.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    tail = base64.urlsafe_b64encode(signature).decode().rstrip("=")
    return {"grant_type": GRANT, "assertion": f"{text}.{tail}"}


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> tuple[Authority, EmulatorClock, dict[str, str]]:
    authority, clock = _authority(tmp_path_factory.mktemp("authority"))
    return authority, clock, authority.service_account(_BASE)


_Account = tuple[Authority, EmulatorClock, dict[str, str]]


def test_a_token_is_good_for_an_hour(tmp_path: Path) -> None:
    authority, clock = _authority(tmp_path)
    granted = authority.grant(_signed(authority.service_account(_BASE)), _BASE)
    assert (granted["expires_in"], granted["token_type"]) == (3600, "Bearer")
    header = f"Bearer {granted['access_token']}"
    authority.check_bearer(header)
    clock.advance(3599)
    authority.check_bearer(header)
    clock.advance(2)
    with pytest.raises(Refused) as caught:
        authority.check_bearer(header)
    assert (caught.value.code, caught.value.status) == (401, "UNAUTHENTICATED")
    authority.check_bearer(f"Bearer {FIXED_ACCESS}")


def test_account_and_tokens_survive_a_restart(tmp_path: Path) -> None:
    first, _ = _authority(tmp_path)
    account, token = first.service_account(_BASE), first.mint()
    second, _ = _authority(tmp_path)
    assert second.service_account(_BASE) == account
    second.check_bearer(f"Bearer {token}")
    written = [path.read_text() for path in tmp_path.iterdir()]
    assert not any(token in text for text in written)
    assert [path.stat().st_mode & 0o077 for path in tmp_path.iterdir()] == [0]


def test_a_fast_clock_shortens_the_life_in_real_seconds(tmp_path: Path) -> None:
    authority, _ = _authority(tmp_path, speed=60.0)
    assert authority.grant(_signed(authority.service_account(_BASE)), _BASE)["expires_in"] == 60


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"iss": "nobody@example.com"}, "issuer"),
        ({"aud": "https://example.com/token"}, "audience"),
        ({"exp": _NOW - 400}, "reasonable timeframe"),
        ({"iat": _NOW + 400}, "reasonable timeframe"),
        ({"exp": _NOW + 3700}, "short-lived"),
        ({"exp": "soon"}, "exp must be a number"),
        ({"scope": "email"}, "scope"),
        ({"scope": None}, "scope"),
    ],
)
def test_claims_that_are_refused(account: _Account, changes: dict[str, Any], text: str) -> None:
    authority, _, file = account
    with pytest.raises(AssertionRefused, match=text):
        authority.grant(_signed(file, **changes), _BASE)


def test_google_s_own_audience_is_taken(account: _Account) -> None:
    authority, _, file = account
    assert authority.grant(_signed(file, aud="https://oauth2.googleapis.com/token"), _BASE)


def test_a_foreign_signature_is_refused(account: _Account) -> None:
    authority, _, file = account
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(AssertionRefused, match="Signature"):
        authority.grant(_signed(file, stranger), _BASE)
    with pytest.raises(AssertionRefused, match="RS256"):
        authority.grant(_signed(file, alg="none"), _BASE)


def _other_grant(form: dict[str, str]) -> dict[str, str]:
    return {**form, "grant_type": "password"}


def _cut(form: dict[str, str]) -> dict[str, str]:
    return {**form, "assertion": form["assertion"][:-20]}


def _nothing(_: dict[str, str]) -> dict[str, str]:
    return {}


@pytest.mark.parametrize("spoil", [_other_grant, _cut, _nothing])
def test_a_form_that_is_no_grant(account: _Account, spoil: Callable[[Any], dict[str, str]]) -> None:
    authority, _, file = account
    with pytest.raises(AssertionRefused):
        authority.grant(spoil(_signed(file)), _BASE)


@given(st.text() | st.from_regex(r"[A-Za-z0-9_=-]*\.[A-Za-z0-9_=-]*\.[A-Za-z0-9_=-]*", fullmatch=True))
def test_any_text_as_assertion_or_token_is_refused(account: _Account, text: str) -> None:
    authority, _, _ = account
    with pytest.raises(AssertionRefused):
        authority.grant({"grant_type": GRANT, "assertion": text}, _BASE)
    with pytest.raises(Refused):
        authority.check_bearer(f"Bearer {text}")
