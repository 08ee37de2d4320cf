"""A file's text by line and column, its line ends kept, with new pieces put into it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_END = re.compile(r"\r\n|\r|\n")
_FLOW = re.compile(r"(?:[&!]\S*\s+)*\{")
_MERGE = re.compile(r"\s*,\s*<<\s*:\s*(?:\*[^\s,\]}]+|\[[^\]]*\])")
_COMMA = re.compile(r"\s*,")


@dataclass(frozen=True, slots=True)
class Splice:
    """What stands from ``start`` to ``end`` (exclusive; offsets in the text) gives way to ``new``."""

    start: int
    end: int
    new: str


class Lines:
    """A text whose lines end as they like. Lines and columns count from 0, as nodes do."""

    def __init__(self, text: str) -> None:
        self.text = text
        ends = [match.group() for match in _END.finditer(text)]
        self._contents = _END.split(text)
        self._ends = [*ends, ""]
        lengths = (len(c) + len(e) for c, e in zip(self._contents, self._ends, strict=True))
        self._starts = [0, *accumulate(lengths)]
        self.newline = Counter(ends).most_common(1)[0][0] if ends else "\n"

    def __len__(self) -> int:
        return len(self._contents)

    def content(self, line: int) -> str:
        """A line without its end."""
        return self._contents[line]

    def end_of(self, line: int) -> str:
        """How a line ends; the last one not at all."""
        return self._ends[line]

    def offset(self, line: int, column: int) -> int:
        """Where a place is in the text."""
        return self._starts[line] + column

    def is_flow(self, start: int) -> bool:
        """Whether the block that begins there is written in braces."""
        return _FLOW.match(self.text, start) is not None

    def behind_merge(self, at: int, end: int) -> int:
        """The place behind a ``<<: *name`` that follows, else ``at``."""
        match = _MERGE.match(self.text, at, end)
        return match.end() if match else at

    def behind_comma(self, at: int, end: int) -> int | None:
        """The place behind the comma that follows, if one does."""
        match = _COMMA.match(self.text, at, end)
        return match.end() if match else None

    def with_splices(self, splices: Iterable[Splice]) -> str:
        """The text with all of them. Several at one place come in the order given."""
        parts, at = [], 0
        for splice in sorted(splices, key=lambda s: (s.start, s.end)):
            parts += [self.text[at : splice.start], splice.new]
            at = splice.end
        return "".join(parts) + self.text[at:]
