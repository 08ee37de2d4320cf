"""Plain text for terminals: width of what is shown, windows, tables."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ELLIPSIS = "…"
_TAB = 4
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def visible(text: str) -> str:
    """The text with every character that could move a terminal's cursor replaced by a mark."""
    if text.isascii() and text.isprintable():
        return text
    return "".join("\ufffd" if unicodedata.category(c) in _UNSEEN else c for c in text)


def char_width(char: str) -> int:
    """Columns of one character: 2 for wide ones, 0 for combining marks."""
    if char.isascii():
        return 1
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def display_width(text: str) -> int:
    """Columns that the text takes on a terminal."""
    return len(text) if text.isascii() else sum(map(char_width, text))


def clip(text: str, width: int) -> str:
    """The text in at most ``width`` columns, with an ellipsis where it was cut."""
    if display_width(text) <= width:
        return text
    room, kept = width - 1, []
    for char in text:
        room -= char_width(char)
        if room < 0:
            break
        kept.append(char)
    return "".join(kept).rstrip() + ELLIPSIS


def wrapped(line: str, width: int) -> str:
    """The line broken at spaces to fit ``width``; what follows is indented by eight."""
    if display_width(line) <= width:
        return line
    import textwrap

    return textwrap.fill(line, width, subsequent_indent=" " * 8, break_on_hyphens=False)


def pad(text: str, width: int, *, right: bool = False) -> str:
    """The text filled with spaces to ``width`` columns."""
    fill = " " * (width - display_width(text))
    return fill + text if right else text + fill


def window(line: str, column: int, width: int) -> tuple[str, int]:
    """The part of a line around a column, at most ``width`` columns wide, and the columns before the place.

    ``column`` counts characters from 1 and may lie past the end. Tabs become spaces; what was cut off shows
    as an ellipsis.
    """
    place = min(max(column - 1, 0), len(line))
    # Far text is dropped before anything is measured: a line may be megabytes long.
    first = max(place - width, 0)
    before = _expand(line[first:place])
    after = _expand(line[place : place + width], start=display_width(before))
    whole = before + after
    if first == 0 and place + width >= len(line) and display_width(whole) <= width:
        return whole, display_width(before)
    lead = width * 2 // 3
    cut_left = first > 0 or display_width(before) > lead
    if cut_left:
        before = ELLIPSIS + _tail(before, lead - 1)
    room = width - display_width(before)
    if place + width < len(line):
        after += " " * (room + 1)
    return before + clip(after, room), display_width(before)


def _expand(text: str, *, start: int = 0) -> str:
    out, at = [], start
    for char in text:
        shown = " " * (_TAB - at % _TAB) if char == "\t" else visible(char)
        out.append(shown)
        at += display_width(shown)
    return "".join(out)


def _tail(text: str, width: int) -> str:
    room, start = width, len(text)
    while start > 0 and room >= char_width(text[start - 1]):
        start -= 1
        room -= char_width(text[start])
    return text[start:]


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, right: frozenset[int], width: int) -> str:
    """Aligned columns, two spaces apart; the last column is clipped so that lines fit ``width``.

    ``right`` names the columns that are aligned to the right.
    """
    lines = [list(header), *map(list, rows)]
    widths = [max(display_width(line[i]) for line in lines) for i in range(len(header))]
    left = sum(widths[:-1]) + 2 * (len(widths) - 1)
    widths[-1] = min(widths[-1], max(width - left, 8))
    shown = []
    for line in lines:
        line[-1] = clip(line[-1], widths[-1])
        cells = [pad(cell, widths[i], right=i in right) for i, cell in enumerate(line)]
        shown.append("  ".join(cells).rstrip())
    return "\n".join(shown)


def count(number: int, noun: str, plural: str | None = None) -> str:
    """``1 error``, ``2 errors``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
