"""What the Gemini API says of a file it keeps."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from veo_story.backends.veo.wire.envelope import read_status
from veo_story.backends.veo.wire.model import FileState, WireError

if TYPE_CHECKING:
    from collections.abc import Mapping

_STATES: dict[Any, Literal["PROCESSING", "ACTIVE", "FAILED"]] = {
    "PROCESSING": "PROCESSING",
    "ACTIVE": "ACTIVE",
    "FAILED": "FAILED",
}
_HEX = re.compile(r"[0-9a-fA-F]{64}")


def read_file(answer: Any) -> FileState:
    """A file's state, where it lies, until when, and its digest. Raises :class:`WireError`."""
    if isinstance(answer, dict) and isinstance(answer.get("file"), dict):
        answer = answer["file"]  # as an upload answers
    if not isinstance(answer, dict):
        raise WireError("the answer about a file is not a JSON object")
    state = answer.get("state")
    if not isinstance(state, str) or state not in _STATES:
        raise WireError(f"the file is in a state that is not documented: {str(state)[:40]!r}")
    return FileState(
        state=_STATES[state],
        uri=_text(answer, "uri") or _text(answer, "downloadUri"),
        expires_at=_moment(_text(answer, "expirationTime")),
        sha256=_digest(_text(answer, "sha256Hash")),
        error=_why(answer.get("error")),
    )


def _text(told: Mapping[str, Any], key: str) -> str | None:
    value = told.get(key)
    return value if isinstance(value, str) and value else None


def _moment(text: str | None) -> str | None:
    """The text if it is a moment. A file without a known end is no reason to give up."""
    try:
        return text if text is not None and datetime.fromisoformat(text).tzinfo is not None else None
    except ValueError:
        return None


def _digest(text: str | None) -> str | None:
    """Hex digits. The service sends base64 of the digest, or (as it was seen to) base64 of its hex digits."""
    if text is None:
        return None
    if _HEX.fullmatch(text):
        return text.lower()
    try:
        raw = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) == 32:
        return raw.hex()
    digits = raw.decode("ascii", errors="replace")
    return digits.lower() if _HEX.fullmatch(digits) else None


def _why(error: Any) -> str | None:
    return read_status(error).message or None if isinstance(error, dict) else None
