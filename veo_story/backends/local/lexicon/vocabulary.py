"""The vocabulary's tables, and how often their words occur in a text.

A word of a table stands for itself and its plural; one that ends in ``*`` for everything that begins so;
a run of words for that run. Case, accents of English and signs between words do not count.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_SPLIT = re.compile(r"[^\w]+|_")


@cache
def vocabulary(name: str) -> dict[str, Any]:
    """The table ``<name>.toml``. Do not change it."""
    text = files("veo_story.backends.local.lexicon").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def plain(text: str) -> str:
    """Lower case words with one space between, before and behind."""
    return f" {' '.join(filter(None, _SPLIT.split(text.lower())))} "


@cache
def begin_of(word: str) -> str:
    """What a plain text holds wherever it holds that word of a table: the space before it and its beginning.

    Searched for as it is: to compile a pattern for every word costs a new process a quarter of a second.
    """
    return " " + plain(word.rstrip("*")).strip()


def places_of(spoken: str, word: str) -> Iterator[int]:
    """Where in a plain text a word stands, one place after the other."""
    begin = begin_of(word)
    ends = ("",) if word.endswith("*") else (" ", "s ", "es ")
    at = spoken.find(begin)
    while at >= 0:
        end = at + len(begin)
        hit = spoken.startswith(ends, end)
        if hit:
            yield at
        at = spoken.find(begin, end if hit else at + 1)


def find(text: str, words: Iterable[str]) -> int | None:
    """Where in ``plain(text)`` the first of ``words`` stands, None when none does."""
    spoken = plain(text)
    return min((place for word in words for place in islice(places_of(spoken, word), 1)), default=None)


def count(text: str, words: Iterable[str]) -> int:
    """How often the words of a table's entry occur in ``text``."""
    spoken = plain(text)
    return sum(1 for word in words for _ in places_of(spoken, word))


def contains(text: str, words: Iterable[str]) -> bool:
    """Whether any of the words occurs in ``text``."""
    return find(text, words) is not None


def best(texts: Sequence[tuple[str, float]], table: Mapping[str, Any], default: str) -> str:
    """The entry of ``table`` (each with ``words``) that occurs most in the weighted texts."""
    scores = {
        name: sum(weight * count(text, entry["words"]) for text, weight in texts)
        for name, entry in table.items()
    }
    top = max(scores, key=lambda name: scores[name])
    return top if scores[top] > 0 else default


def seed_of(*words: str) -> int:
    """A seed out of words, the same on every machine: 0..2**32-1."""
    return int.from_bytes(hashlib.sha256("\n".join(words).encode()).digest()[:4], "big")
