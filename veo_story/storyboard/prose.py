"""Where a sentence meets YAML's signs: what looks like a text that YAML has cut."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from veo_story.storyboard.nodes import Span

_PROSE: Final = frozenset(
    {
        *(
            "title",
            "logline",
            "look",
            "style",
            "lighting",
            "grade",
            "palette",
            "is",
            "wears",
            "voice",
            "says",
        ),
        *("when", "ambient", "camera", "size", "angle", "move", "lens", "focus", "action", "line", "manner"),
        *("music", "hold", "card", "subtitle", "text", "prompt", "extra", "notes", "sfx", "avoid", "tags"),
    }
)
# One space before the sign and none behind it: "the #7 bus", not "text  # a remark".
_CUT: Final = re.compile(r" (#\w.*)")
_NEXT: Final = re.compile(r"\s*(\S{0,2})")


def is_prose(key: str | None, owner: str | None) -> bool:
    """Whether people write sentences under this key; ``owner`` is the key that holds the block or list."""
    return key in _PROSE or owner == "dialogue" or (key is None and owner in _PROSE)


def cut_by_comment(lines: list[str], span: Span) -> tuple[str, Span] | None:
    """The comment right behind a plain text, and its place, when it looks like more of the text."""
    line, column = span[2:]
    match = _CUT.match(lines[line], column)
    if match is None:
        return None
    return match[1].rstrip(), (line, match.start(1), line, match.end(1))


def behind_key(lines: list[str], key_span: Span) -> str:
    """The two signs that follow a key of a ``{ }`` block. Without a colon, a comma has cut a text in two."""
    match = _NEXT.match(lines[key_span[2]], key_span[3])
    return match[1] if match else ""
