"""The registry of problem codes: every code has one severity, a reason and a fix.

The texts stand in the TOML files beside this module, one file a family. ``VS0xx`` are errors of the file, its
shape, its names and its assets; ``VS1xx`` what a service would refuse; ``VS2xx`` warnings; ``VS3xx`` notes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from veo_story.errors import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from veo_story.errors import Where


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of problem, as ``veo-story explain`` shows it."""

    code: str
    severity: Severity
    title: str
    why: str
    fix: str


def all_codes() -> tuple[Code, ...]:
    """Every code, sorted."""
    return tuple(_registry().values())


def explain(code: str) -> Code:
    """The meaning of a code, in any case (``vs011`` works). ``KeyError`` when there is none."""
    return _registry()[code.upper()]


def problem(code: str, where: Where, message: str, hint: str | None = None) -> Problem:
    """A problem with the severity that its code has in the registry."""
    return Problem(code, _registry()[code].severity, where, message, hint)


@cache
def _registry() -> Mapping[str, Code]:
    # A run without a single problem never needs the texts, so reading them (and tomllib) waits until here.
    import tomllib

    found: dict[str, Code] = {}
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if name in found:
                raise ValueError(f"{path.name}: {name} is already defined in another file")
            severity = Severity(entry["severity"])
            found[name] = Code(name, severity, entry["title"], entry["why"], entry["fix"])
    return dict(sorted(found.items()))
