"""Problems as GitHub workflow commands, which show up beside the lines of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.errors import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from veo_story.cli.reporters import FileCheck
    from veo_story.errors import Problem

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(checks: Sequence[FileCheck]) -> str:
    """One line a problem."""
    return "\n".join(_command(p) for check in checks for p in check.problems)


def _command(problem: Problem) -> str:
    where = problem.where
    properties: dict[str, str | int] = {"file": where.file}
    if where.line:
        properties |= {"line": where.line, "col": where.column}
        if where.end_line == where.line and where.end_column > where.column:
            # GitHub drops the columns of an annotation that spans lines.
            properties |= {"endLine": where.end_line, "endColumn": where.end_column}
    properties["title"] = problem.code
    text = problem.message if problem.hint is None else f"{problem.message}\nfix: {problem.hint}"
    listed = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{_LEVELS[problem.severity]} {listed}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
