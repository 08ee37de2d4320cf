"""A service's words before they are shown."""

from __future__ import annotations

import json

import pytest

from veo_story.backends.veo.wire.errors import operation_error, refusal
from veo_story.backends.veo.wire.texts import LONGEST, fit_to_show

KEY = "AIzaSyD-canary_0123456789abcdefghijklm"
TOKEN = "ya29.a0Canary-token_value"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (f"API key {KEY} is wrong", "API key [hidden] is wrong"),
        (f"Authorization: Bearer {TOKEN}", "Authorization: [hidden] [hidden]"),
        (
            "https://h/files/x?key=canary-key-1&alt=media gone",
            "https://h/files/x?key=[hidden]&alt=media gone",
        ),
        ('{"private_key": "canary-secret"}', '{"private_key": "[hidden]"}'),
        ("jwt eyJhbGci.eyJpc3Mi.c2ln here", "jwt [hidden] here"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----- end", "[hidden] end"),
        ("bad image " + "iVBORw0KGgo" * 500 + "== end", "bad image [encoded bytes] end"),
        ("one\x1b[31m\ntwo\u202e", "one [31m two"),
    ],
)
def test_nothing_secret_and_no_bytes_in_a_message(told: str, shown: str) -> None:
    assert fit_to_show(told) == shown


def test_messages_are_bounded() -> None:
    assert len(fit_to_show("many words " * 10_000)) <= LONGEST
    assert fit_to_show("abcdef", 3) == "ab…"


def test_no_secret_of_an_answer_is_in_an_error() -> None:
    told = {"error": {"code": 3, "message": f"key {KEY} " + "A" * 5000, "details": [{"reason": KEY}]}}
    for error in (
        refusal(400, {}, json.dumps(told).encode(), "gemini", model=KEY).error,
        refusal(404, {}, b"<title>" + KEY.encode() + b"</title>", "gemini", model=KEY).error,
        operation_error(told["error"]).error,
    ):
        assert "canary" not in f"{error.message} {error.hint} {error!r}"
        assert "A" * 100 not in error.message
