"""``# lint: off VS203``: an author's word that a warning is meant to be so."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from veo_story.errors import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from veo_story.errors import Problem
    from veo_story.storyboard.source import Source

_MARK = re.compile(r"(?:^|\s)#\s*lint:\s*off\s+(VS\d+(?:[\s,]+VS\d+)*)", re.IGNORECASE)


def silence(problems: Iterable[Problem], source: Source) -> tuple[Problem, ...]:
    """Drop warnings and notes about ``source`` whose code is named on one of the lines that they are about.

    Errors stay, whatever the file says.
    """
    marked = _marked(source.text)
    if not marked:
        return tuple(problems)
    lines = sorted(marked)
    return tuple(p for p in problems if not _is_silenced(p, source, marked, lines))


def _marked(text: str) -> dict[int, set[str]]:
    if "lint" not in text:
        return {}
    found = {}
    for number, line in enumerate(text.split("\n"), start=1):
        match = _MARK.search(line) if "#" in line else None
        if match:
            found[number] = set(re.findall(r"VS\d+", match[1].upper()))
    return found


def _is_silenced(problem: Problem, source: Source, marked: dict[int, set[str]], lines: list[int]) -> bool:
    where = problem.where
    if problem.severity is Severity.ERROR or where.file != source.display:
        return False
    first, last = bisect_left(lines, where.line), bisect_right(lines, max(where.line, where.end_line))
    return any(problem.code in marked[line] for line in lines[first:last])
