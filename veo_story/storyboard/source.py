"""Reading a storyboard: a file becomes data, and every value in it knows its line and column."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from veo_story.errors import Problem, Where
from veo_story.storyboard import nodes
from veo_story.storyboard.reading import read_text

if TYPE_CHECKING:
    from pathlib import Path

    from veo_story.storyboard.nodes import DataPath


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A file that has been read.

    ``data`` is made of dict, list, str, int, float, bool and None and must not be changed: what an alias
    repeats is one shared object. Floats are exact (see :func:`~veo_story.storyboard.scalars.decimal_of`).
    ``display`` is the path as the user typed it; ``lines`` are the lines of the file without their ends.
    """

    path: Path
    display: str
    text: str = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)
    data: dict[str, Any] = field(repr=False)
    root: nodes.Node = field(repr=False)

    def where(self, data_path: DataPath, key: bool = False) -> Where:
        """The place of a value, or with ``key`` of its key; of the nearest ancestor when there is none."""
        node, key_span = self.root.find(data_path)
        span = node.span
        is_empty = span[:2] == span[2:]
        if key_span is not None and (key or is_empty):
            span = key_span
        return nodes.where(self.display, span)

    def written(self, data_path: DataPath) -> str:
        """A scalar as it is written (``007``, ``2.50``); an empty text for anything else."""
        return self.root.find(data_path)[0].written


@dataclass(frozen=True, slots=True)
class SourceResult:
    """What reading gave: a source, unless the file as a whole cannot be read, and the problems on the way."""

    source: Source | None
    problems: tuple[Problem, ...] = ()


def read_source(path: Path, *, display: str | None = None, loader: Any = None) -> SourceResult:
    """Read a storyboard or bible. Never raises for a bad file; the problems say what is wrong.

    ``display`` is how messages name the file (its path by default); ``loader`` is a PyYAML loader class
    (the C one by default, where it is there).
    """
    display = str(path) if display is None else display
    text = read_text(path, display)
    if isinstance(text, Problem):
        return SourceResult(None, (text,))
    return parse_source(text, path, display, loader=loader)


def parse_source(text: str, path: Path, display: str, *, loader: Any = None) -> SourceResult:
    """Like :func:`read_source` for a text that is already at hand (lines ended by ``\\n``)."""
    from veo_story.storyboard.parsing import parse

    try:
        root, problems = parse(text, display, loader)
    except nodes.RefusedError as refused:
        return SourceResult(None, (refused.problem,))
    lines = tuple(text.split("\n"))
    return SourceResult(Source(path, display, text, lines, root.value, root), tuple(problems))
