"""Which colours an author's words name."""

from __future__ import annotations

import re
from functools import cache

from veo_story.backends.local.lexicon.vocabulary import plain, vocabulary

_HEX = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;.:/!?\n]")


def colours_in(text: str) -> tuple[str, ...]:
    """The colours that ``text`` names, as ``#rrggbb`` in their order, each once.

    Names are those of ``colours.toml``; ``#rgb`` and ``#rrggbb`` stand for themselves, and where there are
    any, names do not count.
    """
    written = [_hex(match.group().lower()) for match in _HEX.finditer(text)]
    return tuple(dict.fromkeys(written or [colour for _, colour in colours_at(text)]))


def colours_at(text: str) -> tuple[tuple[int, str], ...]:
    """Every colour that ``text`` names, and where it stands, counted as by :func:`.vocabulary.find`."""
    table = vocabulary("colours")
    known = {**table["colour"], **table["material"]}
    found: list[tuple[int, str]] = []
    begin = 0
    for clause in _CLAUSE.split(text):
        words, end = plain(clause), -1
        for match in _names().finditer(words):
            # A material right behind a colour is of that colour.
            if match.group() not in table["material"] or match.start() != end + 1 or end < 0:
                found.append((begin + match.start() - 1, known[match.group()]))
            end = match.end()
        begin += max(0, len(words) - 2 + (words != "  "))
    return tuple(found)


@cache
def _names() -> re.Pattern[str]:
    """All names, longer ones first, so that "slate blue" is not read as "slate"."""
    table = vocabulary("colours")
    names = sorted([*table["colour"], *table["material"]], key=len, reverse=True)
    return re.compile(f"(?<= )(?:{'|'.join(map(re.escape, names))})(?= )")


def _hex(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(2 * letter for letter in colour[1:])
