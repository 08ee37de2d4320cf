"""Scripted faults: which request meets which trouble, and how often.

A script is a list of rules. A rule counts the requests that it is about and strikes at the ``nth`` of them,
``times`` times in a row; where two rules would strike the same request the first one does.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from veo_story.emulator.fault_rules import load_rules, read_rules

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from veo_story.emulator.fault_kinds import Fault, On


class FaultScript:
    """The rules in force. Any thread may ask, or put others in their place."""

    def __init__(self, rules: Sequence[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self._rules = tuple(rules)
        self._seen = [0] * len(self._rules)

    @classmethod
    def load(cls, path: Path) -> FaultScript:
        """Read a YAML or JSON file. Raises :class:`~veo_story.errors.ConfigError` naming rule and key."""
        return cls(load_rules(path))

    @classmethod
    def from_rules(cls, rules: object, *, origin: str = "faults") -> FaultScript:
        """Read a list of mappings. Raises as :meth:`load`; ``origin`` names the list in the message."""
        return cls(read_rules(rules, origin))

    @property
    def rules(self) -> tuple[Fault, ...]:
        """The rules in their order."""
        return self._rules

    def replace(self, other: FaultScript) -> None:
        """Take over the rules of another script, and begin to count anew."""
        with self._lock:
            self._rules = other.rules
            self._seen = [0] * len(self._rules)

    def wants_text(self, on: On) -> bool:
        """Whether a rule for such requests looks at their text."""
        return any(rule.on == on and rule.match is not None for rule in self._rules)

    def strike(self, on: On, text: str) -> Fault | None:
        """Count a request, and return the fault that it meets."""
        struck: Fault | None = None
        with self._lock:
            for index, rule in enumerate(self._rules):
                if not rule.is_about(on, text):
                    continue
                self._seen[index] += 1
                if struck is None and rule.nth <= self._seen[index] < rule.nth + rule.times:
                    struck = rule
        return struck

    def told(self) -> list[dict[str, Any]]:
        """The rules for people to look at: what each is about and how many requests it has counted."""
        with self._lock:
            return [
                {
                    "on": rule.on,
                    "fault": rule.kind,
                    "nth": rule.nth,
                    "times": rule.times,
                    "match": rule.match,
                    "seen": seen,
                }
                for rule, seen in zip(self._rules, self._seen, strict=True)
            ]
