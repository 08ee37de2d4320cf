"""How often a step is asked for again by itself. Pure: numbers, and counting against them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

Why = Literal["lost", "filtered", "hiccup"]
"""What may pass when it is asked again: a request the backend lost, a filtered sound, a passing hiccup."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Repeats a step in one run, by what went wrong; each of them cost nothing.

    ``filtered_in_run`` bounds those after a filter over all steps of a run: a film that is filtered
    everywhere wants other words, not more requests.
    """

    lost: int = 2
    filtered: int = 1
    filtered_in_run: int = 3
    hiccup: int = 2


@dataclass(slots=True)
class Retries:
    """The repeats of one run so far."""

    policy: Policy = field(default_factory=Policy)
    counts: Counter[tuple[Why, str]] = field(default_factory=Counter)

    def allow(self, why: Why, scene_id: str) -> bool:
        """Whether a step may be asked for again; one that may is counted."""
        if self.counts[why, scene_id] >= getattr(self.policy, why):
            return False
        filtered = sum(count for (kind, _), count in self.counts.items() if kind == "filtered")
        if why == "filtered" and filtered >= self.policy.filtered_in_run:
            return False
        self.counts[why, scene_id] += 1
        return True
