"""A service's words, made fit to show: one line, bounded, and without anything secret or endless."""

from __future__ import annotations

import re

LONGEST = 400
"""Characters of a service's message that are shown."""

_SECRETS = (
    re.compile(r"-----BEGIN[A-Z ]*PRIVATE KEY-----.*?(?:-----END[A-Z ]*PRIVATE KEY-----|$)", re.DOTALL),
    re.compile(r"\bAIza[\w-]{10,}"),
    re.compile(r"\bya29\.[\w.-]+"),
    re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"),
    re.compile(r"(?i)\bbearer\s+[\w.~+/=-]+"),
)
_NAMED_SECRET = re.compile(
    r"(?i)(\b(?:api[_-]?key|x-goog-api-key|key|access_token|refresh_token|id_token|token|client_secret|"
    r"authorization|assertion|private_key)[\"']?\s*[=:]\s*[\"']?)(?!no\b|not\b)[^\s\"'&,;}]{6,}"
)
# Names and paths have dots, dashes and underscores every few letters; encoded bytes do not.
_ENCODED = re.compile(r"[A-Za-z0-9+/]{100,}={0,2}")
_FARTHEST = 20_000


def fit_to_show(text: str, longest: int = LONGEST) -> str:
    """``text`` in one line of at most ``longest`` characters, secrets and encoded bytes left out."""
    shown = text[:_FARTHEST]
    for secret in _SECRETS:
        shown = secret.sub("[hidden]", shown)
    shown = _NAMED_SECRET.sub(r"\1[hidden]", shown)
    shown = _ENCODED.sub("[encoded bytes]", shown)
    shown = " ".join("".join(c if c.isprintable() else " " for c in shown).split())
    return shown if len(shown) <= longest else f"{shown[: longest - 1].rstrip()}…"
