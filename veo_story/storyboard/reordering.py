"""Putting the entries of a list in another order, with the comments that belong to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from veo_story.errors import StoryboardError
from veo_story.storyboard.lines import Splice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from veo_story.storyboard.lines import Lines
    from veo_story.storyboard.nodes import Node

_Run = tuple[int, int]
"""Lines from the first to the one behind the last."""


def moved(lines: Lines, entries: Node, order: Sequence[int]) -> str:
    """The text with the entries of a list in ``order`` (their positions now).

    A comment right above an entry moves with it; empty lines, and comments that stand alone between them,
    stay where they are. Raises StoryboardError where the list is not written there.
    """
    found = entries.items or []
    line, column = entries.span[:2]
    if lines.content(line)[column:].startswith("*"):
        raise StoryboardError("the storyboard cannot be rewritten: the list is written elsewhere (an alias)")
    if lines.content(line)[column:].startswith("["):
        return _moved_in_brackets(lines, found, order)
    bodies = _bodies(lines, found)
    written = [_text(lines, *body) for body in bodies]
    splices = []
    for body, source in zip(bodies, order, strict=True):
        start, end = lines.offset(body[0], 0), lines.offset(body[1] - 1, len(lines.content(body[1] - 1)))
        splices.append(Splice(start, end, written[source]))
    return lines.with_splices(splices)


def _moved_in_brackets(lines: Lines, entries: Sequence[Node], order: Sequence[int]) -> str:
    spans = [(lines.offset(*node.span[:2]), lines.offset(*node.span[2:])) for node in entries]
    new = [lines.text[start:end] for start, end in spans]
    return lines.with_splices(
        Splice(start, end, new[source]) for (start, end), source in zip(spans, order, strict=True)
    )


def _text(lines: Lines, start: int, end: int) -> str:
    """Lines as they are, without the end of the last one: that belongs to the place."""
    inner = [lines.content(n) + lines.end_of(n) for n in range(start, end - 1)]
    return "".join(inner) + lines.content(end - 1)


def _bodies(lines: Lines, entries: Sequence[Node]) -> list[_Run]:
    """The lines of each entry, with the comments right above it and those that stand deeper below it."""
    dashes = [_dash(lines, node) for node in entries]
    found: list[_Run] = []
    for number, (node, (line, column)) in enumerate(zip(entries, dashes, strict=True)):
        start, floor = line, found[-1][1] if found else 0
        while start > floor and _is_comment(lines, start - 1) and _indent(lines, start - 1) <= column:
            start -= 1
        ends = dashes[number + 1][0] if number + 1 < len(dashes) else len(lines)
        end = max(node.span[2] + 1, line + 1)
        while end < ends and _is_comment(lines, end) and _indent(lines, end) > column:
            end += 1
        found.append((start, end))
    return found


def _dash(lines: Lines, node: Node) -> tuple[int, int]:
    """Line and column of the dash of an entry."""
    line, column = node.span[:2]
    before = lines.content(line)[:column]
    while not before.strip() or before.lstrip().startswith("#"):
        line -= 1
        before = lines.content(line)
    return line, len(before) - len(before.lstrip())


def _is_comment(lines: Lines, line: int) -> bool:
    return lines.content(line).lstrip().startswith("#")


def _indent(lines: Lines, line: int) -> int:
    content = lines.content(line)
    return len(content) - len(content.lstrip())
