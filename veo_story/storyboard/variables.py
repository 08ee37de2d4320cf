"""``${name}``, ``$mira`` and ``$$`` in the texts of a storyboard.

``${name}`` is a value of ``vars:``, ``$mira`` somebody of ``cast:`` or a place of ``locations:`` as the model
shall read it, ``$$`` a dollar. A dollar before anything that is no letter is a dollar too (``$5``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LONGEST_TEXT = 20_000
"""Characters a text may have when everything in it is filled in; stops variables that multiply each other."""

_KEPT = 200

DEEPEST = 20
"""Variables within variables."""

_MARK = re.compile(
    r"\$(?:(?P<dollar>\$)|\{(?P<var>[^{}$\n]*)(?P<end>\}?)|(?P<name>[A-Za-z0-9](?:[\w-]*\w)?))", re.ASCII
)


class Fault(StrEnum):
    """What can be wrong with a mark in a text."""

    UNKNOWN_VARIABLE = "unknown variable"
    UNKNOWN_NAME = "unknown name"
    OPEN_BRACE = "open brace"
    CYCLE = "cycle"
    TOO_LONG = "too long"


@dataclass(frozen=True, slots=True)
class Slip:
    """One fault: ``mark`` is what stands in the text (``${seson}``), ``name`` what it names."""

    fault: Fault
    mark: str
    name: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its marks filled in, what was wrong with them, and what it named."""

    text: str
    slips: tuple[Slip, ...] = ()
    variables: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


class Words:
    """What the marks of one film stand for.

    ``variables`` are raw texts that may hold marks themselves; ``names`` are cast and location ids with the
    words that a reader or a model sees in their place.
    """

    def __init__(self, variables: Mapping[str, str], names: Mapping[str, str]) -> None:
        self.variables = variables
        self.names = names
        self._filled: dict[str, Filled] = {}
        self._open: list[str] = []

    def fill(self, text: str) -> Filled:
        """Fill in every mark of ``text``. A mark that means nothing stays as it is and is reported."""
        if len(text) <= LONGEST_TEXT and "$" not in text:
            return Filled(text)
        pieces: list[str] = []
        length = 0
        slips: list[Slip] = []
        variables: set[str] = set()
        names: set[str] = set()
        for piece in self._pieces(text):
            pieces.append(piece.text)
            slips.extend(piece.slips)
            variables |= piece.variables
            names |= piece.names
            length += len(piece.text)
            if length > LONGEST_TEXT:
                slips = [Slip(Fault.TOO_LONG, "", "")]
                pieces = ["".join(pieces)[:_KEPT]]
                break
        return Filled("".join(pieces), tuple(dict.fromkeys(slips)), frozenset(variables), frozenset(names))

    def variable(self, name: str) -> Filled:
        """A variable's value with its own marks filled in. ``KeyError`` when there is none."""
        if name not in self._filled:
            self._open.append(name)
            self._filled[name] = self.fill(self.variables[name])
            self._open.pop()
        return self._filled[name]

    def _pieces(self, text: str) -> Iterator[Filled]:
        end = 0
        for mark in _MARK.finditer(text):
            yield Filled(text[end : mark.start()])
            yield self._one(mark)
            end = mark.end()
        yield Filled(text[end:])

    def _one(self, mark: re.Match[str]) -> Filled:
        whole = mark[0]
        if mark["dollar"]:
            return Filled("$")
        if mark["name"]:
            return self._name(whole, mark["name"])
        name = mark["var"].strip()
        if not mark["end"]:
            return Filled(whole, (Slip(Fault.OPEN_BRACE, whole.split()[0], name),))
        if name in self._open:
            return Filled(whole, (Slip(Fault.CYCLE, whole, name),))
        if len(self._open) >= DEEPEST:
            return Filled(whole, (Slip(Fault.TOO_LONG, whole, name),))
        if name not in self.variables:
            return Filled(whole, (Slip(Fault.UNKNOWN_VARIABLE, whole, name),))
        value = self.variable(name)
        # What is wrong inside a variable's value is reported once, where the value stands.
        return Filled(value.text, (), value.variables | {name}, value.names)

    def _name(self, whole: str, name: str) -> Filled:
        # "$mira-like": the longest known name that ends before a hyphen.
        known = name
        while known not in self.names and "-" in known:
            known = known.rpartition("-")[0]
        if known not in self.names:
            if name[0].isdigit():
                return Filled(whole)
            return Filled(whole, (Slip(Fault.UNKNOWN_NAME, whole, name),))
        return Filled(self.names[known] + name[len(known) :], names=frozenset({known}))
