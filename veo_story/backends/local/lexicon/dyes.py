"""Which things an author's words give a colour: a red bus, an old blue wooden boat."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from veo_story.backends.local.lexicon.phrases import STOP, parted
from veo_story.backends.local.lexicon.vocabulary import places_of, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def dyes_in(texts: Iterable[str], things: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The things (of ``props.toml``) that the texts call by a colour, each with that as ``#rrggbb``.

    A colour belongs to a thing when it stands before it with at most one word between. The first one counts.
    """
    known = vocabulary("props")
    spoken = [parted(text) for text in texts]
    found = []
    for name in things:
        words = known[name].get("words", ()) if name in known else ()
        dye = next((dye for text in spoken for word in words if (dye := _dye_before(text, word))), None)
        if dye is not None:
            found.append((name, dye))
    return tuple(found)


def _dye_before(spoken: str, word: str) -> str | None:
    before = (_before().search(spoken, 0, place + 1) for place in places_of(spoken, word))
    return next((str(vocabulary("colours")["colour"][found[1]]) for found in before if found), None)


@cache
def _before() -> re.Pattern[str]:
    """A colour at the end of a text, or one word before it; longer names first."""
    names = sorted(vocabulary("colours")["colour"], key=len, reverse=True)
    return re.compile(rf"(?<= )({'|'.join(map(re.escape, names))}) (?:(?!{STOP})\w+ )?$")
