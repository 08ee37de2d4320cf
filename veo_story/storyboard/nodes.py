"""YAML values with their places, built in one pass from the parser's events.

Working on events keeps depth, aliases and the meaning of scalars in our own hands, and gives the same result
with the C parser and the Python one. What is wrong with a single value becomes a problem and the value
:data:`BROKEN`, so that the rest of the file is still checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from veo_story.errors import Problem, Where

DataPath = tuple[str | int, ...]
"""Where a value stands in the YAML data: ``("scenes", 3, "action")``."""

Span = tuple[int, int, int, int]
"""First line and column, last line and the column behind the end; all counted from 0."""


class Broken:
    """The type of :data:`BROKEN`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "BROKEN"


BROKEN: Final = Broken()
"""Stands for a value that already has a problem; no check complains about it again."""


class RefusedError(Exception):
    """The file cannot be read on from here; carries the one problem."""

    def __init__(self, found: Problem) -> None:
        super().__init__(found.message)
        self.problem = found


@dataclass(slots=True)
class Node:
    """A value and where it stands. ``written`` is a scalar's text before it was read as a number.

    ``size`` counts the values in it, aliases expanded; ``height`` its levels."""

    value: Any
    span: Span
    keys: dict[str, tuple[Span, Node]] | None = None
    items: list[Node] | None = None
    size: int = 1
    height: int = 0
    is_plain_text: bool = False
    written: str = ""

    def find(self, path: DataPath) -> tuple[Node, Span | None]:
        """The value at ``path`` and the span of its key, or those of the nearest ancestor that exists."""
        node: Node = self
        key_span: Span | None = None
        for part in path:
            if node.keys is not None and isinstance(part, str) and part in node.keys:
                key_span, node = node.keys[part]
            elif node.items is not None and isinstance(part, int) and 0 <= part < len(node.items):
                key_span, node = None, node.items[part]
            else:
                break
        return node, key_span


def where(display: str, span: Span) -> Where:
    """A span as authors count: from 1."""
    line, column, end_line, end_column = span
    return Where(display, line + 1, column + 1, end_line + 1, end_column + 1)
