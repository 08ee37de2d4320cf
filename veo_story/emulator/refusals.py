"""The services' error answers: codes, statuses, envelopes, and the messages that more than one place says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON_TYPE = "application/json; charset=UTF-8"
_RPC = "type.googleapis.com/google.rpc."
_RPC_CODES = {
    "INVALID_ARGUMENT": 3,
    "NOT_FOUND": 5,
    "PERMISSION_DENIED": 7,
    "RESOURCE_EXHAUSTED": 8,
    "FAILED_PRECONDITION": 9,
    "INTERNAL": 13,
    "UNAVAILABLE": 14,
    "UNAUTHENTICATED": 16,
}


class Refused(Exception):
    """A request that a rule refuses: HTTP ``code``, ``message``, google.rpc ``status``, ``details``."""

    def __init__(
        self, code: int, message: str, status: str, details: tuple[Mapping[str, Any], ...] = ()
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.details = details

    @property
    def rpc_code(self) -> int:
        """The google.rpc code: what an operation's error carries."""
        return _RPC_CODES.get(self.status, 2)


def answer(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer in plain ASCII, so that no text that was sent can make it unwritable."""
    body = json.dumps(content, allow_nan=False).encode("ascii")
    return Response(body, status, headers, media_type=JSON_TYPE)


def envelope(refused: Refused) -> Response:
    """The error envelope of the Gemini API and of Vertex."""
    error: dict[str, Any] = {"code": refused.code, "message": refused.message, "status": refused.status}
    if refused.details:
        error["details"] = list(refused.details)
    return answer({"error": error}, refused.code)


def invalid(message: str) -> Refused:
    """400 INVALID_ARGUMENT."""
    return Refused(400, message, "INVALID_ARGUMENT")


def unsupported(field: str) -> Refused:
    """400 for a field that is not taken."""
    return invalid(
        f"`{field}` isn't supported by this model. Please remove it or refer to the documentation for "
        "supported usage."
    )


def not_found(message: str = "Requested entity was not found.") -> Refused:
    """404 NOT_FOUND."""
    return Refused(404, message, "NOT_FOUND")


def retired(model: str) -> Refused:
    """404 for a model that was switched off."""
    return not_found(
        f"This model {model} is no longer available to new users. Please update your code to use a newer "
        "model for the latest features and improvements."
    )


def exhausted(message: str, retry_after_s: float) -> Refused:
    """429 RESOURCE_EXHAUSTED that says when to come again."""
    delay = {"@type": f"{_RPC}RetryInfo", "retryDelay": f"{max(1, round(retry_after_s + 0.5))}s"}
    return Refused(429, message, "RESOURCE_EXHAUSTED", (delay,))


def bad_key() -> Refused:
    """400 for an API key that does not exist."""
    reason = {
        "@type": f"{_RPC}ErrorInfo",
        "reason": "API_KEY_INVALID",
        "domain": "googleapis.com",
        "metadata": {"service": "generativelanguage.googleapis.com"},
    }
    message = "API key not valid. Please pass a valid API key."
    local = {"@type": f"{_RPC}LocalizedMessage", "locale": "en-US", "message": message}
    return Refused(400, message, "INVALID_ARGUMENT", (reason, local))


def no_key() -> Refused:
    """403 for a call without an API key."""
    return Refused(
        403,
        "Method doesn't allow unregistered callers (callers without established identity). Please use API "
        "Key or other form of API consumer identity to call this API.",
        "PERMISSION_DENIED",
    )


def bad_token(reason: str) -> Refused:
    """401 for a missing, foreign or expired access token."""
    info = {"@type": f"{_RPC}ErrorInfo", "reason": reason, "domain": "googleapis.com"}
    return Refused(
        401,
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or "
        "other valid authentication credential. See "
        "https://developers.google.com/identity/sign-in/web/devconsole-project.",
        "UNAUTHENTICATED",
        (info,),
    )
