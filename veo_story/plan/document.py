"""Reading a JSON document that anybody may have written: every value with its place. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_MONEY = re.compile(r"(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,12})?")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LONGEST_TEXT = 2000
_MOST_ROWS = 10_000
_SHOWN = 40


class NotADocument(ValueError):
    """A document is not what it should be; the message says where and why."""


@dataclass(frozen=True, slots=True)
class At:
    """A value of a document and its place in it: ``scenes[3].take``; the whole document has none."""

    place: str
    value: object

    @property
    def shown(self) -> str:
        """The value as a message quotes it, never long."""
        if isinstance(self.value, dict | list):
            return "a block" if isinstance(self.value, dict) else "a list"
        try:
            text = repr(self.value) if isinstance(self.value, str) else str(self.value)
        except ValueError:  # a number of more digits than Python writes
            return "a very long number"
        return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."

    def _wrong(self, wanted: str) -> NotADocument:
        what = f"{self.place}: {self.shown}" if self.place else self.shown
        return NotADocument(f"{what} is not {wanted}")

    def keys(self, *names: str) -> dict[str, At]:
        """The values of a block that has just these keys."""
        found = dict(self.entries())
        for name in names:
            if name not in found:
                raise NotADocument(f"{self._below(name)} is missing")
        for name in found:
            if name not in names:
                raise NotADocument(
                    f"{At('', name).shown} is not known{f' in {self.place}' if self.place else ''}"
                )
        return found

    def entries(self) -> list[tuple[str, At]]:
        """The names and values of a block."""
        if not isinstance(self.value, dict):
            raise self._wrong("a block of keys")
        if len(self.value) > _MOST_ROWS:
            raise NotADocument(f"{self.place}: more than {_MOST_ROWS} keys")
        return [(name, At(self._below(name), value)) for name, value in self.value.items()]

    def rows(self) -> list[At]:
        """The values of a list."""
        if not isinstance(self.value, list):
            raise self._wrong("a list")
        if len(self.value) > _MOST_ROWS:
            raise NotADocument(f"{self.place}: more than {_MOST_ROWS} rows")
        return [At(f"{self.place}[{n}]", value) for n, value in enumerate(self.value)]

    def text(self) -> str:
        """A text that says something, on one line."""
        value = self.value
        if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_TEXT or not value.isprintable():
            raise self._wrong("a line of text")
        return value

    def one_of(self, *words: str) -> str:
        """One of a few words."""
        if not isinstance(self.value, str) or self.value not in words:
            raise self._wrong(" or ".join(words))
        return self.value

    def digest(self) -> str:
        """A SHA-256 in hexadecimal."""
        if not isinstance(self.value, str) or not _DIGEST.fullmatch(self.value):
            raise self._wrong("a SHA-256")
        return self.value

    def money(self) -> Decimal:
        """An amount of USD, written as a text of plain digits."""
        if not isinstance(self.value, str) or not _MONEY.fullmatch(self.value):
            raise self._wrong("an amount of money")
        return Decimal(self.value)

    def whole(self, most: int) -> int:
        """A whole number from 0 to ``most``."""
        value = self.value
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
            raise self._wrong(f"a whole number up to {most}")
        return value

    def maybe(self, read: Callable[[At], T]) -> T | None:
        """What ``read`` makes of the value; None for null."""
        return None if self.value is None else read(self)

    def _below(self, name: str) -> str:
        shown = name if len(name) <= _SHOWN and name.isprintable() else At("", name).shown
        return f"{self.place}.{shown}" if self.place else shown
