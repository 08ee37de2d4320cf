"""The kinds of faults, and one fault as a value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

On = Literal["submit", "poll", "file", "download", "upload", "list", "token"]
Kind = Literal[
    "rate_limit",
    "error_500_before",
    "error_500_after",
    "unavailable",
    "reset_before",
    "reset_after",
    "slow",
    "half_download",
    "wrong_length",
    "html_error",
    "list_error",
    "malformed_json",
    "never_done",
    "filtered",
    "filtered_audio",
    "partial_filter",
    "operation_error",
    "provisioning",
    "expired",
    "retired",
]
ROUTES: tuple[On, ...] = get_args(On)
KINDS: tuple[Kind, ...] = get_args(Kind)
TRANSPORT: frozenset[Kind] = frozenset(KINDS[:12])
"""The kinds that need no knowledge of the service: they are done to the connection."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule, as it strikes. Only the fields of its kind mean anything.

    ``nth`` counts from 1. ``match`` is looked for in the request's path and, of a submit, its body: model and
    prompt. ``seconds`` are on the emulator's clock. ``share`` is how much of a body arrives, 0..1. ``bytes``
    is by how many a body is longer (or shorter, below 0) than it should be. ``status`` is of HTTP, ``code``
    of google.rpc.
    """

    on: On
    kind: Kind
    nth: int = 1
    times: int = 1
    match: str | None = None
    retry_after_s: float | None = None
    seconds: float = 60.0
    drip: bool = False
    share: float = 0.5
    bytes: int = -1000
    status: int | None = None
    code: int = 13
    message: str | None = None
    reasons: tuple[str, ...] = ()
    withheld: int = 1

    def is_about(self, on: On, text: str) -> bool:
        """Whether a request counts for this rule."""
        return on == self.on and (self.match is None or re.search(self.match, text) is not None)
