"""Whatever an error answer says, read without ever raising: JSON envelope, list of them, HTML, garbage."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import TYPE_CHECKING, Any

from veo_story.backends.veo.wire.texts import fit_to_show

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_SECONDS = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)s?")
_MOST_BYTES = 1_000_000
_NAMED = 100


@dataclass(frozen=True, slots=True)
class Told:
    """What an error answer says, fit to be shown.

    ``message`` is empty when it says nothing; ``code`` is a number of google.rpc or an HTTP status,
    ``reasons`` are the machine-readable ones (``API_KEY_INVALID``). ``is_page``: not the service spoke but
    something on the way, with a web page.
    """

    message: str = ""
    code: int | None = None
    reasons: frozenset[str] = frozenset()
    retry_after_s: float | None = None
    is_page: bool = False


def read_error(headers: Mapping[str, str], body: bytes) -> Told:
    """What the body of an error answer says, and how long to wait by body or header. Never raises."""
    known = {str(name).lower(): str(value) for name, value in headers.items()}
    asked_s = _later(known.get("retry-after"), known.get("date"))
    text = _text(body)
    if text.lstrip()[:1] == "<":
        return Told(message=_title(text), retry_after_s=asked_s, is_page=True)
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return Told(message=fit_to_show(text), retry_after_s=asked_s)
    return _told(answer, asked_s)


def read_status(error: Mapping[str, Any]) -> Told:
    """What an operation's ``error`` says (a google.rpc.Status). Never raises."""
    return _told({"error": error}, None)


def _text(body: bytes) -> str:
    start = body[:_MOST_BYTES]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return start.decode("utf-16", errors="replace")
    return start.decode("utf-8-sig", errors="replace")


def _title(text: str) -> str:
    found = _TITLE.search(text[:_MOST_BYTES])
    return fit_to_show(html.unescape(found[1]), _NAMED) if found else ""


def _told(answer: Any, asked_s: float | None) -> Told:
    if isinstance(answer, list) and answer:
        answer = answer[0]
    if not isinstance(answer, dict):
        return Told(
            message=fit_to_show(str(answer)) if isinstance(answer, str) else "", retry_after_s=asked_s
        )
    error = answer.get("error", answer)
    if isinstance(error, str):  # OAuth: {"error": "invalid_grant", "error_description": "..."}
        words = answer.get("error_description", answer.get("error_message", ""))
        return Told(_words(words) or _words(error), reasons=frozenset({_words(error)}), retry_after_s=asked_s)
    if not isinstance(error, dict):
        return Told(retry_after_s=asked_s)
    details = tuple(_details(error))
    waits = [w for d in details if (w := _wait(d.get("retryDelay"))) is not None]
    code = error.get("code")
    return Told(
        message=_words(error.get("message")),
        code=code if isinstance(code, int) and not isinstance(code, bool) else None,
        reasons=frozenset(reason for d in details if (reason := _words(d.get("reason")))),
        retry_after_s=max([*waits, *([] if asked_s is None else [asked_s])], default=None),
    )


def _details(error: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for key in ("details", "errors"):  # `errors` is Cloud Storage's older name
        found = error.get(key)
        if isinstance(found, list):
            yield from (each for each in found if isinstance(each, dict))


def _words(value: Any) -> str:
    return fit_to_show(value) if isinstance(value, str) else ""


def _wait(delay: Any) -> float | None:
    """Seconds of a duration: ``"12.5s"``, or ``{"seconds": 12, "nanos": 500000000}``."""
    if isinstance(delay, str):
        found = _SECONDS.fullmatch(delay.strip())
        return float(found[1]) if found else None
    if isinstance(delay, dict):
        return _wait(f"{delay.get('seconds', 0)}.{_nanos(delay.get('nanos'))}")
    return None


def _nanos(value: Any) -> str:
    is_number = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9
    return f"{value:09d}" if is_number else "0"


def _later(retry_after: str | None, date: str | None) -> float | None:
    """Seconds of a ``Retry-After``; one that is a date counts from the answer's own ``Date``."""
    if retry_after is None:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        until, since = _moment(retry_after), _moment(date)
        if until is None or since is None:
            return None
        seconds = (until - since).total_seconds()
    return max(0.0, seconds) if isfinite(seconds) else None


def _moment(text: str | None) -> datetime | None:
    try:
        return None if text is None else parsedate_to_datetime(text).astimezone()
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        return None
