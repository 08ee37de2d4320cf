"""Which things an author's words give a colour: a red bus, an old blue wooden boat."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from veo_story.backends.local.lexicon.vocabulary import begin_of, plain, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PAUSE = re.compile(r"[.,;:!?]")
_STOP = " qqq "
"""Stands for a pause, over which words do not belong together."""


def dyes_in(texts: Iterable[str], things: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The things (of ``props.toml``) that the texts call by a colour, each with that as ``#rrggbb``.

    A colour belongs to a thing when it stands before it with at most one word between. The first one counts.
    """
    known = vocabulary("props")
    spoken = [plain(_PAUSE.sub(_STOP, text)) for text in texts]
    found = []
    for name in things:
        words = known[name].get("words", ()) if name in known else ()
        dye = next((dye for text in spoken for word in words if (dye := _dye_before(text, word))), None)
        if dye is not None:
            found.append((name, dye))
    return tuple(found)


def _dye_before(spoken: str, word: str) -> str | None:
    begin = begin_of(word)
    at = spoken.find(begin)
    while at >= 0:
        found = _before().search(spoken, 0, at + 1)
        if found is not None:
            return str(vocabulary("colours")["colour"][found[1]])
        at = spoken.find(begin, at + 1)
    return None


@cache
def _before() -> re.Pattern[str]:
    """A colour at the end of a text, or one word before it; longer names first."""
    names = sorted(vocabulary("colours")["colour"], key=len, reverse=True)
    return re.compile(rf"(?<= )({'|'.join(map(re.escape, names))}) (?:(?!qqq)\w+ )?$")
