"""One line of ``doctor``'s report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at and how it is; ``fix`` says what to do when it is not ok."""

    name: str
    state: State
    text: str
    fix: str | None = None
