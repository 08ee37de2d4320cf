"""From text to nodes: YAML's parser drives a :class:`Builder`, and its errors become problems of ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import yaml

from veo_story.errors import Problem, Where
from veo_story.storyboard.builder import Builder
from veo_story.storyboard.codes import problem
from veo_story.storyboard.faults import explain_fault
from veo_story.storyboard.nodes import BROKEN, Node, RefusedError, where

if TYPE_CHECKING:
    from collections.abc import Iterator

# Everything that the two parsers treat differently between words is a space to us; places stay as they are.
_SPACES: Final = {ord(char): " " for char in "\t\x85\u2028\u2029"}
_FAST: Final[Any] = getattr(yaml, "CLoader", None)
_QUESTION: Final = re.compile(r"(?<=[^\s,\[{:])\?|(?<=[^\s,\[{:] )\?")
_STAND_IN: Final = "\uf8fe"  # one private character for one, so that places stay
_CONFLICT: Final = re.compile(r"^(<{7}|>{7})(?= |$)", re.MULTILINE)
_TAB_INDENT: Final = re.compile(r"^ *(\t)[ \t]*(?=[^\s#])", re.MULTILINE)


def parse(text: str, display: str, loader: Any = None) -> tuple[Node, list[Problem]]:
    """The nodes of a document and the problems of its values. :class:`RefusedError`: it cannot be read."""
    _refuse_conflicts(text, display)
    _refuse_tab_indents(text, display)
    text = text.translate(_SPACES)
    builder = Builder(text.split("\n"), display)
    try:
        for event in _events(text, loader or _FAST or yaml.Loader):
            builder.take(event)
    except yaml.YAMLError as error:
        raise RefusedError(explain_fault(error, builder.lines, display)) from error
    root = builder.root
    if root is None or root.value is None:
        raise RefusedError(_empty(text, display))
    if root.value is BROKEN:
        raise RefusedError(builder.problems[0])
    if not isinstance(root.value, dict):
        raise RefusedError(_not_a_mapping(root, display))
    return root, builder.problems


def _events(text: str, loader: Any) -> Iterator[yaml.Event]:
    if loader is _FAST:
        yield from yaml.parse(text, Loader=_FAST)
        return
    # The Python parser ends a text in braces at a question mark; the C one and YAML 1.2 do not.
    for event in yaml.parse(_QUESTION.sub(_STAND_IN, text), Loader=loader):
        if isinstance(event, yaml.ScalarEvent):
            event.value = event.value.replace(_STAND_IN, "?")
        yield event


def _at(text: str, match: re.Match[str], display: str) -> Where:
    start, end = match.span(1)
    line = text.count("\n", 0, start)
    column = start - (text.rfind("\n", 0, start) + 1)
    return where(display, (line, column, line, column + end - start))


def _refuse_conflicts(text: str, display: str) -> None:
    if (match := _CONFLICT.search(text)) is not None:
        message = "a merge conflict is left here"
        hint = "choose one of the two versions and delete the lines of <<<<<<<, ======= and >>>>>>>"
        raise RefusedError(problem("VS007", _at(text, match, display), message, hint))


def _refuse_tab_indents(text: str, display: str) -> None:
    if (match := _TAB_INDENT.search(text)) is not None:
        message = "a tab indents this line; YAML counts spaces"
        hint = "replace the tabs by spaces (two a level)"
        raise RefusedError(problem("VS008", _at(text, match, display), message, hint))


def _empty(text: str, display: str) -> Problem:
    message = "the file holds no keys" if text.strip() else "the file is empty"
    return problem("VS005", Where(display), message, "begin with 'storyboard: 1' and 'title: ...'")


def _not_a_mapping(root: Node, display: str) -> Problem:
    kind = type(root.value).__name__
    found = {"list": "a list", "str": "one text"}.get(kind, "a single value")
    message = f"the file holds {found} where keys such as 'title:' and 'scenes:' are expected"
    return problem("VS005", where(display, root.span), message, "begin with 'storyboard: 1' and 'title: ...'")
