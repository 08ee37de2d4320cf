"""What goes over the wire, for ``--log-level debug``: one line a request and an answer, without secrets.

Only what is known to be harmless is shown: the headers and query parameters listed here. Everything else has
its value replaced. Nothing is put together unless the logger ``veo_story.http`` is switched on, and only
this logger should be: httpx and httpcore print addresses as they are.
"""

from __future__ import annotations

import json
import logging
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LOGGER = logging.getLogger("veo_story.http")

HIDDEN = "[hidden]"
_PARAMETERS = frozenset(("alt", "fields", "name", "pageSize", "prefix", "uploadType"))
_HEADERS = frozenset(
    (
        "accept-ranges",
        "content-length",
        "content-range",
        "content-type",
        "etag",
        "if-range",
        "range",
        "retry-after",
        "x-goog-hash",
    )
)
_BYTES = frozenset(("bytesBase64Encoded", "encodedVideo", "imageBytes", "videoBytes"))
_SECRETS = re.compile(r"(?i)token$|secret|password|private|assertion|credential|authorization|^api_?key$")
# What the services' keys and tokens look like, should one turn up where none is due.
_LOOKS = re.compile(r"AIza[\w-]{16,}|ya29\.[\w.-]+|eyJ[\w-]{8,}\.[\w.-]+|(?i:bearer)\s+[\w.~+/=-]{8,}")
_URL = re.compile(r"https?://\S+")
_LONGEST_TEXT = 300
_LONGEST_BODY = 2000
_LARGEST_PARSED = 32 * 1024 * 1024


def is_on() -> bool:
    """Whether anybody listens."""
    return LOGGER.isEnabledFor(logging.DEBUG)


def say(line: str) -> None:
    """One line at debug; what looks like a key or token in it is replaced."""
    LOGGER.debug("%s", without_secrets(line))


def without_secrets(text: str) -> str:
    """``text`` with what looks like a key or token of Google's replaced."""
    return _LOOKS.sub(HIDDEN, text)


def log_request(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    number: int,
    secrets: Iterable[str] = (),
) -> None:
    """A request is about to go out; ``number`` is the try, ``secrets`` are replaced wherever they turn up."""
    if is_on():
        line = f"> {method} {shown_url(url)} (try {number}) {shown_headers(headers)} {shown_body(body)}"
        say(scrub(line.rstrip(), secrets))


def log_answer(
    method: str,
    url: str,
    status: int,
    headers: Mapping[str, str],
    body: bytes | None,
    *,
    took_ms: float,
    secrets: Iterable[str] = (),
) -> None:
    """An answer came in after ``took_ms`` milliseconds; ``body`` None is one that is streamed to a file."""
    if is_on():
        size = "streamed" if body is None else f"{len(body)} bytes"
        line = (
            f"< {status} {method} {shown_url(url)} in {took_ms:.0f} ms, {size} "
            f"{shown_headers(headers)} {shown_body(body or b'')}"
        )
        say(scrub(line.rstrip(), secrets))


def scrub(text: str, secrets: Iterable[str]) -> str:
    """``text`` with each of ``secrets`` replaced, however JSON, HTML or an address spells it."""
    for secret in secrets:
        if _PLAIN.fullmatch(secret):
            text = text.replace(secret, HIDDEN)
        else:
            text = _spellings(secret).sub(HIDDEN, text)
    return text


def scrub_bytes(body: bytes, secrets: Iterable[str]) -> bytes:
    """As :func:`scrub`, for a body; quick for Google's keys and tokens, which have one spelling only."""
    for secret in secrets:
        if _PLAIN.fullmatch(secret):
            body = body.replace(secret.encode(), HIDDEN.encode())
        elif _spellings(secret).search(body.decode("latin-1")):  # as many characters as bytes
            body = _spellings(secret).sub(HIDDEN, body.decode("latin-1")).encode("latin-1")
    return body


_PLAIN = re.compile(r"[A-Za-z0-9._~-]*")
_NAMED = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}


@lru_cache(maxsize=64)
def _spellings(secret: str) -> re.Pattern[str]:
    """What finds a secret of printable ASCII, each of its characters as it is, escaped or encoded."""
    return re.compile(
        "".join(re.escape(char) if _PLAIN.fullmatch(char) else _spelled(char) for char in secret)
    )


def _spelled(char: str) -> str:
    code = ord(char)
    named = f"|&{_NAMED[char]};" if char in _NAMED else ""
    encoded = rf"%(?:25)*{code:02x}|\\+u00{code:02x}|&#0*{code};|&#x0*{code:x};{named}"
    return rf"(?:(?i:{encoded})|\\*{re.escape(char)})"


def shown_url(url: str) -> str:
    """A URL without user info and fragment, with the values of unknown query parameters replaced."""
    try:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return "[no URL]"
    host = parts.netloc.rpartition("@")[2]
    query = "&".join(f"{name}={value if name in _PARAMETERS else HIDDEN}" for name, value in pairs)
    return f"{parts.scheme}://{host}{parts.path}{'?' if query else ''}{query}"


def shown_headers(headers: Mapping[str, str]) -> str:
    """The harmless headers as they are and the others by name only, ``location`` without its secrets."""
    shown = []
    for name, value in headers.items():
        known = name.lower()
        text = value if known in _HEADERS else shown_url(value) if known == "location" else HIDDEN
        shown.append(f"{known}: {text[:_LONGEST_TEXT]}")
    return "{" + ", ".join(shown) + "}"


def shown_body(body: bytes) -> str:
    """JSON with its media, secrets and long texts replaced; of everything else only the beginning."""
    if not body:
        return ""
    if len(body) > _LARGEST_PARSED:  # clips: parsing them a second time for a log line is not worth it
        return f"[{len(body)} bytes, not shown]"
    try:
        text = json.dumps(_harmless(json.loads(body)), ensure_ascii=False)
    except (ValueError, RecursionError):
        text = repr(body[:_LONGEST_TEXT].decode("utf-8", "replace"))
    return text if len(text) <= _LONGEST_BODY else f"{text[:_LONGEST_BODY]}..."


def _harmless(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _harmless(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_harmless(inner, name) for inner in value]
    if isinstance(value, str):
        return _harmless_text(value, name)
    return value


def _harmless_text(text: str, name: str) -> str:
    if name in _BYTES:
        return f"[{len(text)} characters of base64]"
    # `nextPageToken` is no secret, but nobody needs it in a log either.
    if _SECRETS.search(name):
        return HIDDEN
    if _URL.fullmatch(text):
        return shown_url(text)
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}... ({len(text)} characters)"
