"""Checking one case and writing its problems as lines, for the test and for the writer of ``.expect``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from veo_story.catalog.catalog import Catalog, load_catalog
from veo_story.errors import Problem
from veo_story.plan.check import check_storyboard

CASES = Path(__file__).parent
TODAY = date(2026, 6, 1)
"""A day on which every model of the catalog is in service, none of them about to go."""

_DIRECTIVE = re.compile(rb"# check: (?P<words>[^\r\n]+)")


@dataclass(frozen=True)
class Options:
    """What a case asks for in its first line: ``# check: backend=vertex today=2026-11-22 allow-outside``."""

    backend: str | None = None
    returns: str | None = None
    allow_outside: bool = False
    today: str = str(TODAY)


def options_of(path: Path) -> Options:
    match = _DIRECTIVE.match(path.read_bytes())
    named: dict[str, Any] = {}
    for word in match["words"].decode().split() if match else ():
        key, _, value = word.partition("=")
        named[key.replace("-", "_")] = value or True
    return Options(**named)


@cache
def _catalog() -> Catalog:
    return load_catalog()


def problems_of(path: Path) -> tuple[Problem, ...]:
    options = options_of(path)
    checked = check_storyboard(
        path,
        _catalog(),
        today=date.fromisoformat(options.today),
        backend=options.backend,
        returns=options.returns,
        allow_outside=options.allow_outside,
    )
    return checked.problems


def as_line(problem: Problem, path: Path) -> str:
    """``LINE:COL severity CODE message | fix: hint``, with the file in front when it is another one."""
    where = problem.where
    file = "" if where.file == str(path) else f"{Path(where.file).relative_to(path.parent).as_posix()}:"
    fix = "" if problem.hint is None else f" | fix: {problem.hint}"
    text = f"{file}{where.line}:{where.column} {problem.severity} {problem.code} {problem.message}{fix}"
    return text.replace(f"{path.parent}/", "")


def lines_of(path: Path) -> list[str]:
    return [as_line(problem, path) for problem in problems_of(path)]
