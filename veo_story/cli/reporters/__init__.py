"""One module a way of showing problems; each has ``render(checks) -> str``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from veo_story.errors import Severity

if TYPE_CHECKING:
    from veo_story.errors import Problem


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What a check of one file found. ``summary`` says in words what is in a good file."""

    file: str
    problems: tuple[Problem, ...]
    summary: str = ""

    @property
    def ok(self) -> bool:
        """Whether there is no error."""
        return not any(p.severity is Severity.ERROR for p in self.problems)
