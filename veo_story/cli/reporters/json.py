"""Problems as a JSON array."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.cli.output import json_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from veo_story.cli.reporters import FileCheck
    from veo_story.errors import Problem


def render(checks: Sequence[FileCheck]) -> str:
    """One array over all files, in file order."""
    return json_text([as_data(p) for check in checks for p in check.problems], indent=2)


def as_data(problem: Problem) -> dict[str, str | int | None]:
    """One problem with the keys that editors and scripts read."""
    where = problem.where
    return {
        "file": where.file,
        "line": where.line,
        "col": where.column,
        "end_line": where.end_line,
        "end_col": where.end_column,
        "severity": str(problem.severity),
        "code": problem.code,
        "message": problem.message,
        "fix": problem.hint,
    }
