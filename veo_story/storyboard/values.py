"""Taking values out of YAML data without trusting their shape.

The schema has already complained about anything of the wrong kind, so here such a value simply counts as
absent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veo_story.storyboard.scalars import decimal_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal


def mapping(value: Any) -> Mapping[str, Any]:
    """The value if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> Sequence[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else ()


def text(value: Any) -> str | None:
    """The value if it is text."""
    return value if isinstance(value, str) else None


def number(value: Any) -> Decimal | None:
    """The value as an exact number, if it is one."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return decimal_of(value)
    return None


def whole(value: Any) -> int | None:
    """The value if it is a whole number."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def flag(value: Any) -> bool | None:
    """The value if it is true or false."""
    return value if isinstance(value, bool) else None
