"""Refusals that are known by their words or reasons (``known.toml``)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from veo_story.backends.veo.wire.envelope import Told

Kind = Literal["config", "request", "filtered", "expired", "again"]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one refusal: which of our errors it is, what it means, what to do."""

    kind: Kind
    message: str
    hint: str
    reasons: frozenset[str]
    words: re.Pattern[str] | None
    again_after_s: float | None

    def fits(self, told: Told) -> bool:
        """Whether the answer is this refusal."""
        if self.reasons & told.reasons:
            return True
        return self.words is not None and self.words.search(told.message) is not None


def find_known(told: Told) -> Known | None:
    """The first entry that fits, or None."""
    return next((known for known in _entries() if known.fits(told)), None)


@cache
def _entries() -> tuple[Known, ...]:
    text = files(__package__).joinpath("known.toml").read_text(encoding="utf-8")
    return tuple(
        Known(
            kind=entry["as"],
            message=entry["message"],
            hint=entry["hint"],
            reasons=frozenset(entry.get("reasons", ())),
            words=re.compile(entry["words"], re.IGNORECASE) if "words" in entry else None,
            again_after_s=entry.get("again_after_s"),
        )
        for entry in tomllib.loads(text)["known"]
    )
