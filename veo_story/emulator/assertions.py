"""The signed assertion with which a service account asks for an access token (RFC 7523)."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

SCOPES = frozenset(
    {
        "https://www.googleapis.com/auth/cloud-platform",
        "https://www.googleapis.com/auth/devstorage.read_write",
        "https://www.googleapis.com/auth/devstorage.full_control",
    }
)
GOOGLE_AUDIENCE = "https://oauth2.googleapis.com/token"
"""What Google's own libraries sign for, wherever the token endpoint is."""

_SKEW_S = 300
_LONGEST_S = 3600


class AssertionRefused(Exception):
    """The answer 400 of a token endpoint: ``error`` (RFC 6749) and what is wrong."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


def check_assertion(assertion: str, key: RSAPublicKey, *, email: str, audience: str, now: float) -> None:
    """Hold a JWT to its signature, issuer, audience, times and scope. Raises AssertionRefused.

    ``now`` is the client's kind of time: real seconds since 1970.
    """
    claims = _verified(assertion, key)
    if claims.get("iss") != email:
        raise AssertionRefused("invalid_grant", "Invalid issuer: not a client this server knows.")
    if claims.get("aud") not in (audience, GOOGLE_AUDIENCE):
        raise AssertionRefused("invalid_grant", f"Invalid JWT: audience must be {audience}")
    issued, expires = _time(claims, "iat"), _time(claims, "exp")
    if not issued - _SKEW_S <= now <= expires + _SKEW_S or expires - issued > _LONGEST_S:
        raise AssertionRefused(
            "invalid_grant",
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.",
        )
    scopes = claims.get("scope")
    if not isinstance(scopes, str) or not SCOPES & set(scopes.split()):
        raise AssertionRefused("invalid_scope", "Invalid OAuth scope or ID token audience provided.")


def _time(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise AssertionRefused("invalid_grant", f"Invalid JWT: {name} must be a number.")
    return value


def _verified(assertion: str, key: RSAPublicKey) -> dict[str, Any]:
    signed, _, signature = assertion.rpartition(".")
    head, _, body = signed.partition(".")
    header, claims = _json(head), _json(body)
    if header.get("alg") != "RS256":
        raise AssertionRefused("invalid_grant", "Invalid JWT: the algorithm must be RS256.")
    try:
        key.verify(_decoded(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        raise AssertionRefused("invalid_grant", "Invalid JWT Signature.") from None
    return claims


def _json(part: str) -> dict[str, Any]:
    try:
        value = json.loads(_decoded(part))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise AssertionRefused("invalid_grant", "Invalid JWT: it cannot be read.")
    return value


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
