"""A fault that YAML's parser found, in an author's words.

The two parsers word their errors differently, so only the place and the kind are taken from them; the rest is
read off the line itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from veo_story.storyboard.codes import problem
from veo_story.storyboard.nodes import where

if TYPE_CHECKING:
    import yaml

    from veo_story.errors import Problem

_QUOTE_ALL: Final = "put the whole text in quotes"
# "  - key: value" taken apart; key and value may be missing.
_LINE: Final = re.compile(r"^(?P<lead>\s*(?:-\s+)*)(?:(?P<key>[\w$.-]+)\s*:(?:\s+|$))?(?P<value>.*)$")
_FLOW_LEAD: Final = re.compile(r"[{,\[]\s*(?:[\w-]+\s*:\s+)?$")
_NO_SPACE: Final = re.compile(r"^\s*(?:-\s+)*([\w-]+):(?=[^\s:/])")
_CUT: Final = re.compile(r" #\w")


class Fault(NamedTuple):
    """A code, a place (line and column from 0), what is wrong, and the fix."""

    code: str
    line: int
    column: int
    message: str
    hint: str


def explain_fault(error: yaml.YAMLError, lines: list[str], display: str) -> Problem:
    """The problem for an error that ended the parsing of ``lines``."""
    return as_problem(_diagnose(error, lines), lines, display)


def as_problem(fault: Fault, lines: list[str], display: str) -> Problem:
    """The fault as a problem of one character."""
    line = min(max(fault.line, 0), len(lines) - 1)
    column = min(max(fault.column, 0), len(lines[line]))
    end = min(column + 1, max(len(lines[line]), column))
    return problem(fault.code, where(display, (line, column, line, end)), fault.message, fault.hint)


def _diagnose(error: yaml.YAMLError, lines: list[str]) -> Fault:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return Fault("VS004", 0, 0, "this is not YAML", _QUOTE_ALL)
    what = str(getattr(error, "problem", None) or "")
    during = str(getattr(error, "context", None) or "")
    opened = getattr(error, "context_mark", None)
    line, column = _on_text(lines, mark.line, mark.column)
    if opened is not None:
        start = _on_text(lines, opened.line, opened.column)
        known = _by_context(what, during, lines, start, (line, column))
        if known is not None:
            return known
    return _by_line(lines, line, column) or _by_indent(lines, line, column)


def _parts(text: str) -> re.Match[str]:
    match = _LINE.match(text)
    assert match is not None  # every part of the pattern may be empty
    return match


def _on_text(lines: list[str], line: int, column: int) -> tuple[int, int]:
    """The place itself, or the end of the last line with text when it lies behind the end of the file."""
    if line >= len(lines) or (line == len(lines) - 1 and not lines[line].strip()):
        line = len(lines) - 1
        while line > 0 and not lines[line].strip():
            line -= 1
        column = len(lines[line])
    return line, column


def _by_context(
    what: str, during: str, lines: list[str], opened: tuple[int, int], at: tuple[int, int]
) -> Fault | None:
    """Faults of something that was opened earlier: a quote, a bracket, a block text, a tag, an anchor."""
    text, sign = lines[at[0]], lines[opened[0]][opened[1] : opened[1] + 1]
    if "plain scalar" in during and ":" in what:
        return unspaced_colon(*at)
    if "quoted scalar" in during:
        if "escape" in what or "hexdecimal" in what:
            column = max(text.rfind("\\", 0, at[1] + 1), 0)
            shown = text[column : column + 2]
            hint = "write \\\\ for a backslash, or put the text in '...' where a backslash is just a sign"
            return Fault("VS004", at[0], column, f"{shown} means nothing inside of double quotes", hint)
        return Fault("VS004", *opened, "this quote is never closed", "close the text with the same quote")
    if "simple key" in during:
        return _line_without_key(lines, opened[0])
    if "block scalar" in during:
        hint = "write the text on the next line, indented; or put it in quotes here"
        return Fault("VS009", *opened, f"'{sign}' begins a block, so no text can follow on this line", hint)
    if "tag" in what or "tag" in during:
        return Fault("VS053", *opened, "'!' begins a tag, and this one is not read here", _QUOTE_ALL)
    if "anchor" in during or "alias" in during:
        return Fault("VS009", *opened, f"a text cannot begin with '{sign}'", _QUOTE_ALL)
    if "flow" in during:
        return _by_bracket(lines, opened, at)
    return None


def unspaced_colon(line: int, column: int) -> Fault:
    """``{a:, b: 1}``: one parser reads it, the other does not, so it is refused."""
    return Fault("VS004", line, column, "a space is missing behind this colon", "write 'key: value'")


def _by_bracket(lines: list[str], opened: tuple[int, int], at: tuple[int, int]) -> Fault | None:
    if at[0] == opened[0]:
        text = lines[at[0]]
        if text[at[1] : at[1] + 1] == ":" and at[1] > opened[1]:
            return Fault("VS009", *at, "the text before this colon is read as a key", _QUOTE_ALL)
        if at[1] < len(text.rstrip()) and text[at[1]] not in "}]":
            return _stray(text, at)
    if (cut := _CUT.search(lines[opened[0]], opened[1])) is not None:
        message = "this '#' begins a comment, and the rest of the line is lost"
        return Fault("VS009", opened[0], cut.start() + 1, message, _QUOTE_ALL)
    # At the end of a file the parser says where the next value was expected: right behind the bracket.
    before = lines[opened[0]][: opened[1] + 1]
    column = max(before.rfind("{"), before.rfind("["))
    if column < 0:
        return None
    bracket = before[column]
    closing = "}" if bracket == "{" else "]"
    hint = f"close it with {closing}, and set commas between its parts"
    return Fault("VS004", opened[0], column, f"this {bracket} is never closed", hint)


def _stray(text: str, at: tuple[int, int]) -> Fault:
    """Something inside of brackets that follows a finished value without a comma."""
    before = text[: at[1]].rstrip()
    if before.endswith(("'", '"')):
        return _quote_fault(*at, before[-1])
    hint = "set a comma between the parts, or put a text in quotes"
    return Fault("VS004", *at, "a comma or quotes are missing before this", hint)


def _quote_fault(line: int, column: int, quote: str) -> Fault:
    hint = "put \"...\" around the whole text, or write '' for an apostrophe inside of it"
    if quote == '"':
        hint = "put '...' around the whole text, or write \\\" for a quote inside of it"
    return Fault("VS009", line, column, f"the text ends at the {quote} before, and goes on here", hint)


def _by_line(lines: list[str], line: int, column: int) -> Fault | None:
    """Faults that show on the line where the parser stopped."""
    text = lines[line]
    parts = _parts(text)
    value, start = parts["value"], parts.start("value")
    if _FLOW_LEAD.search(text[:column]) and text[column : column + 1] in ("@", "%", "`"):
        value, start = text[column:], column
    if value and start <= column and (fault := _by_first_sign(line, start, column, value)) is not None:
        return fault
    if text[column : column + 1] != ":":
        return None
    if parts["key"] is not None and column >= start:
        return Fault("VS009", line, column, "the text before this colon is read as a key", _QUOTE_ALL)
    return _before_a_key(lines, line)


def _by_first_sign(line: int, start: int, column: int, value: str) -> Fault | None:
    sign = value[0]
    if sign in "@%`":
        return Fault("VS009", line, start, f"a text cannot begin with '{sign}'", _QUOTE_ALL)
    if column == start:
        if sign in ",]}":
            return Fault("VS009", line, start, f"a text cannot begin with '{sign}'", _QUOTE_ALL)
        if value.startswith(("- ", "? ")):
            hint = "begin a list on the next line, or put a text in quotes"
            return Fault("VS009", line, start, f"'{sign} ' cannot follow a key on its line", hint)
        return None
    if sign in "'\"":
        return _quote_fault(line, column, sign)
    if sign in "*&!{[":
        kinds = {"*": "an anchor", "&": "an anchor", "!": "a tag", "{": "a block in braces", "[": "a list"}
        message = f"'{sign}' at the start makes this {kinds[sign]}, and the text behind it has no place"
        return Fault("VS009", line, start, message, _QUOTE_ALL)
    return None


def _before_a_key(lines: list[str], line: int) -> Fault | None:
    """A key is refused for the line above: no colon there, no space behind it, or a text that goes on."""
    above = _line_above(lines, line)
    if above is None:
        return None
    return _line_without_key(lines, above) or _indented_below(lines, line, above)


def _indented_below(lines: list[str], line: int, above: int) -> Fault | None:
    """A key that stands deeper than the one before it, which has a text of its own."""
    text, parts = lines[above], _parts(lines[above])
    column, here = (len(each) - len(each.lstrip()) for each in (text, lines[line]))
    if not parts["key"] or not parts["value"] or here <= column:
        return None
    hint = f"line it up with the key above (column {parts.start('key') + 1}), or put a text in quotes"
    message = f"this key is indented below '{parts['key']}', which already has a value"
    return Fault("VS004", line, here, message, hint)


def _line_without_key(lines: list[str], line: int) -> Fault | None:
    """A line that should hold a key and does not: no space behind the colon, or no colon."""
    text = lines[line]
    if (match := _NO_SPACE.match(text)) is not None:
        message = f"a space is missing behind the colon of '{match[1]}'"
        return Fault("VS004", line, match.end() - 1, message, f"write '{match[1]}: ...'")
    parts = _parts(text)
    if parts["key"] is None:
        start = parts.end("lead")
        return Fault("VS004", line, start, "this line has no colon, so it is no key", "write 'key: value'")
    return None


def _line_above(lines: list[str], line: int) -> int | None:
    for above in range(line - 1, -1, -1):
        if lines[above].strip() and not lines[above].lstrip().startswith("#"):
            return above
    return None


def _by_indent(lines: list[str], line: int, column: int) -> Fault:
    text = lines[line]
    indent = len(text) - len(text.lstrip())
    above = _line_above(lines, line)
    if column > indent or above is None:
        return Fault(
            "VS004", line, column, "YAML cannot be read on from here", "a text with signs in it needs quotes"
        )
    if (cut := _CUT.search(lines[above])) is not None:
        message = "the text is cut off by this '#', which begins a comment"
        return Fault("VS009", above, cut.start() + 1, message, _QUOTE_ALL)
    if _parts(text)["key"] and (fault := _indented_below(lines, line, above)) is not None:
        return fault
    if text.startswith("- ", indent):
        message = "this '- ' begins no list that is open here"
        return Fault(
            "VS004",
            line,
            indent,
            message,
            "line it up with the list's other dashes, or indent it below a key",
        )
    message = f"this line begins at column {indent + 1}, which fits no line above it"
    return Fault("VS004", line, indent, message, "line it up with the keys or dashes that it belongs to")
