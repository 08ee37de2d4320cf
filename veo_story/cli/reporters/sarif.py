"""Problems as SARIF 2.1.0, the format that code scanning services read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from veo_story.cli.output import json_text
from veo_story.errors import Severity
from veo_story.storyboard.codes import explain
from veo_story.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from veo_story.cli.reporters import FileCheck
    from veo_story.errors import Problem, Where

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def render(checks: Sequence[FileCheck]) -> str:
    """One run over all files, with a rule for each code that occurs."""
    problems = [p for check in checks for p in check.problems]
    codes = sorted({p.code for p in problems})
    driver = {"name": "veo-story", "version": __version__, "rules": [_rule(code) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": {"uri": artifact_uri(check.file)}} for check in checks],
        "results": [_result(p, codes.index(p.code)) for p in problems],
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(code: str) -> dict[str, Any]:
    try:
        known = explain(code)
    except KeyError:  # a plugin's own code
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": known.title},
        "fullDescription": {"text": known.why},
        "help": {"text": known.fix},
        "defaultConfiguration": {"level": _LEVELS[known.severity]},
    }


def _result(problem: Problem, rule: int) -> dict[str, Any]:
    text = problem.message if problem.hint is None else f"{problem.message}\nfix: {problem.hint}"
    place: dict[str, Any] = {"artifactLocation": {"uri": artifact_uri(problem.where.file)}}
    if problem.where.line:
        place["region"] = _region(problem.where)
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": _LEVELS[problem.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
    }


def _region(where: Where) -> dict[str, int]:
    region = {"startLine": where.line, "startColumn": max(where.column, 1)}
    if (where.end_line, where.end_column) > (where.line, where.column):
        region |= {"endLine": where.end_line, "endColumn": max(where.end_column, 1)}
    return region


def artifact_uri(file: str) -> str:
    """The file as a URI: relative as it was given, ``file://`` when it is absolute."""
    path = file.replace("\\", "/")
    if path.startswith("/"):
        return f"file://{quote(path)}"
    if path[1:3] == ":/":  # a drive, which would read as a scheme
        return f"file:///{path[:2]}{quote(path[2:])}"
    return quote(path)
