"""Who may call: API keys, access tokens, and the token endpoint of the service-account flow."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
import secrets
import time
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from veo_story.emulator.assertions import AssertionRefused, check_assertion
from veo_story.emulator.refusals import bad_key, bad_token, no_key
from veo_story.media.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from veo_story.emulator.clock import EmulatorClock

FIXED_ACCESS = "emulator-token"
BAD_KEY = "invalid"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_EMAIL = "emulator@emulator.iam.gserviceaccount.com"
_KEY_FILE = "service-account-key.json"
_LIFETIME_S = 3600


class Authority:
    """Hands out one service account and checks what is signed with it.

    Access tokens carry their own expiry (on the emulator's clock) and signature, so none is ever written
    down. The account's key lies in ``folder``, readable by its owner only, so that clients survive a restart.
    """

    def __init__(
        self, folder: Path, clock: EmulatorClock, *, real_now: Callable[[], float] = time.time
    ) -> None:
        self._path = folder / _KEY_FILE
        self._clock = clock
        self._real_now = real_now
        self._made: tuple[rsa.RSAPrivateKey, bytes] | None = None

    def service_account(self, base_url: str) -> dict[str, str]:
        """The key file of the account, as Google's libraries read it; ``base_url`` ends with a slash."""
        pem = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
        return {
            "type": "service_account",
            "project_id": "emulator",
            "private_key_id": self._key_id,
            "private_key": pem,
            "client_email": _EMAIL,
            "client_id": "100000000000000000000",
            "auth_uri": f"{base_url}auth",
            "token_uri": f"{base_url}token",
            "universe_domain": "googleapis.com",
        }

    def grant(self, form: Mapping[str, str], base_url: str) -> dict[str, Any]:
        """Exchange a signed assertion for an access token. Raises AssertionRefused.

        ``expires_in`` counts real seconds: what 3600 emulated ones are at the clock's speed.
        """
        if form.get("grant_type") != GRANT:
            raise AssertionRefused("unsupported_grant_type", f"Invalid grant_type: expected {GRANT}")
        check_assertion(
            form.get("assertion", ""),
            self._key.public_key(),
            email=_EMAIL,
            audience=f"{base_url}token",
            now=self._real_now(),
        )
        return {
            "access_token": self.mint(),
            "expires_in": max(1, math.ceil(_LIFETIME_S / self._clock.speed)),
            "token_type": "Bearer",
        }

    def mint(self) -> str:
        """A new access token."""
        payload = f"{self._clock.stamp() + _LIFETIME_S:.3f}.{secrets.token_hex(6)}"
        text = base64.urlsafe_b64encode(payload.encode()).decode().rstrip("=")
        return f"ya29.{text}.{self._sign(payload)}"

    def check_bearer(self, authorization: str | None) -> None:
        """Whether a header carries a good access token. Raises Refused (401)."""
        kind, _, token = (authorization or "").partition(" ")
        if not authorization or kind.lower() != "bearer" or not token:
            raise bad_token("CREDENTIALS_MISSING")
        if token.strip() != FIXED_ACCESS and not self._is_good(token.strip()):
            raise bad_token("ACCESS_TOKEN_EXPIRED")

    def _is_good(self, token: str) -> bool:
        prefix, _, rest = token.partition(".")
        text, _, signature = rest.partition(".")
        try:
            payload = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
            expires = float(payload.rpartition(".")[0])
        except ValueError:
            return False
        good = hmac.compare_digest(signature.encode(), self._sign(payload).encode())
        return prefix == "ya29" and good and self._clock.stamp() < expires

    def _sign(self, payload: str) -> str:
        return hmac.new(self._secret, payload.encode(), hashlib.sha256).hexdigest()

    @property
    def _key_id(self) -> str:
        return hashlib.sha256(self._secret + b"id").hexdigest()[:40]

    @property
    def _key(self) -> rsa.RSAPrivateKey:
        return self._load()[0]

    @property
    def _secret(self) -> bytes:
        return self._load()[1]

    def _load(self) -> tuple[rsa.RSAPrivateKey, bytes]:
        if self._made is None:
            self._made = self._read() or self._create()
        return self._made

    def _read(self) -> tuple[rsa.RSAPrivateKey, bytes] | None:
        try:
            saved = json.loads(self._path.read_bytes())
            key = serialization.load_pem_private_key(saved["key"].encode(), password=None)
            return (key, bytes.fromhex(saved["signs"])) if isinstance(key, rsa.RSAPrivateKey) else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def _create(self) -> tuple[rsa.RSAPrivateKey, bytes]:
        key, signs = rsa.generate_private_key(public_exponent=65537, key_size=2048), secrets.token_bytes(32)
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
        self._path.touch(mode=0o600)
        write_whole(self._path, json.dumps({"key": pem, "signs": signs.hex()}).encode())
        self._path.chmod(0o600)
        return key, signs


def check_key(header: str | None, query: str | None) -> None:
    """Whether a call carries an API key: any but one is good. Raises Refused (403, 400)."""
    key = header or query
    if not key:
        raise no_key()
    if key == BAD_KEY:
        raise bad_key()
