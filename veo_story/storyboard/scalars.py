"""Plain YAML scalars by the YAML 1.2 core rules, which read ``16:9``, ``no`` and ``2026-01-01`` as text.

Numbers are ``int`` and ``float``. A float is taken only when it has at most :data:`MAX_DIGITS` digits, so
that :func:`decimal_of` gives back the very number that stands in the file: money and times stay exact.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Final

MAX_DIGITS: Final = 15
"""Decimal digits that a binary double carries without loss."""

Scalar = str | int | float | bool | None

_FIXED: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER_START: Final = frozenset("+-.0123456789")
_NUMBER = re.compile(
    r"(?P<int>[-+]?[0-9]+)"
    r"|0o(?P<octal>[0-7]+)|0x(?P<hex>[0-9a-fA-F]+)"
    r"|(?P<float>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<special>[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))"
)


class BadNumberError(ValueError):
    """A number that cannot be kept exactly, or is none; the text says why."""


def resolve(text: str) -> Scalar:
    """The value of a plain scalar. :class:`BadNumberError`: infinity, nan, or too many digits."""
    if text in _FIXED:
        return _FIXED[text]
    if text[0] not in _NUMBER_START:
        return text
    match = _NUMBER.fullmatch(text)
    return text if match is None else _number(match)


def _number(match: re.Match[str]) -> int | float:
    text, kind = match[0], match.lastgroup
    if kind == "special":
        raise BadNumberError("is not a number that can be counted with")
    if len(text) > 40:
        raise BadNumberError("has too many digits")
    if kind == "octal":
        return int(match["octal"], 8)
    if kind == "hex":
        return int(match["hex"], 16)
    if kind == "int":
        return int(text)
    if len(Decimal(text).normalize().as_tuple().digits) > MAX_DIGITS:
        raise BadNumberError(f"has more than {MAX_DIGITS} digits, and would be rounded")
    value = float(text)
    if not math.isfinite(value) or decimal_of(value) != Decimal(text):
        raise BadNumberError("is too large or too small")
    return value


_TAG: Final = "tag:yaml.org,2002:"
_TAGGED_TYPES: Final[dict[str, tuple[type, ...]]] = {
    f"{_TAG}int": (int,),
    f"{_TAG}float": (int, float),
    f"{_TAG}bool": (bool,),
    f"{_TAG}null": (type(None),),
}
TEXT_TAGS: Final = frozenset({"!", f"{_TAG}str"})
MAP_TAG: Final = f"{_TAG}map"
SEQ_TAG: Final = f"{_TAG}seq"


class BadTagError(ValueError):
    """A tag that is not read here, or that does not fit its value."""


def resolve_tagged(tag: str, text: str) -> Scalar:
    """The value of a scalar with an explicit tag. Raises :class:`BadTagError` and :class:`BadNumberError`."""
    if tag in TEXT_TAGS:
        return text
    types = _TAGGED_TYPES.get(tag)
    if types is None:
        raise BadTagError(f"the tag {short_tag(tag)} is not read here")
    value = resolve(text)
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        raise BadTagError(f"{text!r} does not fit its tag {short_tag(tag)}")
    return value


def short_tag(tag: str) -> str:
    """A tag as authors write it: ``!!int`` for the long form."""
    return tag.replace(_TAG, "!!", 1)


def decimal_of(value: float) -> Decimal:
    """The number exactly as it stood in the file (``7.1`` is 7.1, not 7.0999...)."""
    return Decimal(repr(value))
