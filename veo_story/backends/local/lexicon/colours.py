"""Which colours an author's words name."""

from __future__ import annotations

import re
from functools import cache

from veo_story.backends.local.lexicon.vocabulary import plain, vocabulary

_HEX = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})\b", re.IGNORECASE)


def colours_in(text: str) -> tuple[str, ...]:
    """The colours that ``text`` names, as ``#rrggbb`` in their order, each once.

    Names are those of ``colours.toml``; ``#rgb`` and ``#rrggbb`` stand for themselves.
    """
    found = [(match.start(), _hex(match.group().lower())) for match in _HEX.finditer(text)]
    if found:
        # What is written as a number has no place among words.
        return tuple(dict.fromkeys(colour for _, colour in sorted(found)))
    table = vocabulary("colours")["colour"]
    return tuple(dict.fromkeys(table[name] for name in _names().findall(plain(text))))


@cache
def _names() -> re.Pattern[str]:
    """All names, longer ones first, so that "slate blue" is not read as "slate"."""
    names = sorted(vocabulary("colours")["colour"], key=lambda name: (-name.count(" "), -len(name)))
    return re.compile(f"(?<= )(?:{'|'.join(map(re.escape, names))})(?= )")


def _hex(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(2 * letter for letter in colour[1:])
