"""Problems for people: the place, what is wrong, the line itself with a caret, and how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.cli.excerpt import Lines
from veo_story.cli.output import styled
from veo_story.cli.text import count, visible, window
from veo_story.errors import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from veo_story.cli.reporters import FileCheck
    from veo_story.errors import Problem, Where

_GUTTER = 8


def render(checks: Sequence[FileCheck], *, width: int = 100, summary: bool = True) -> str:
    """Every problem of every file, then one line that sums up."""
    blocks = list(problem_blocks((p for check in checks for p in check.problems), width=width))
    if summary:
        blocks.append(summary_line(checks))
    return "\n".join(blocks)


def problem_blocks(problems: Iterable[Problem], *, width: int = 100) -> Iterable[str]:
    """The block of lines of each problem; each file is read once."""
    lines = Lines()
    for problem in problems:
        yield _block(problem, lines.line(problem.where.file, problem.where.line), width)


def summary_line(checks: Sequence[FileCheck]) -> str:
    """``2 errors, 1 warning in 3 files``, or that all is well."""
    found = [p.severity for check in checks for p in check.problems]
    counts = [
        styled(count(found.count(severity), str(severity)), str(severity))
        for severity in Severity
        if severity in found
    ]
    files = count(len(checks), "file")
    if all(check.ok for check in checks):
        what = checks[0].summary if len(checks) == 1 else files
        extra = f" ({', '.join(counts)})" if counts else ""
        return f"{styled('ok', 'ok')}: {visible(what)}{extra}"
    broken = [check.file for check in checks if not check.ok]
    place = visible(checks[0].file) if len(checks) == 1 else f"{len(broken)} of {files}"
    return f"{', '.join(counts)} in {place}"


def _block(problem: Problem, line: str | None, width: int) -> str:
    head = f"{_place(problem.where)}: {styled(str(problem.severity), str(problem.severity))} {problem.code}: "
    lines = [head + _indented(problem.message)]
    if line is not None:
        shown, column = window(line, problem.where.column, max(width - _GUTTER - 3, 20))
        lines.append(f"{problem.where.line:>{_GUTTER - 1}} | {shown}")
        lines.append(f"{'':{_GUTTER}}| {' ' * column}{styled('^', str(problem.severity))}")
    if problem.hint:
        lines.append(f"{'':{_GUTTER}}= {styled('fix', 'note')}: {_indented(problem.hint)}")
    return "\n".join(lines)


def _indented(text: str) -> str:
    return f"\n{'':{_GUTTER}}  ".join(visible(line) for line in text.splitlines())


def _place(where: Where) -> str:
    file = visible(where.file)
    return file if not where.line else f"{file}:{where.line}:{where.column}"
