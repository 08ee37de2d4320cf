"""From an author's words to what is drawn and heard: the vocabulary is data, ``vocabulary.toml``."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# How much more a word counts where the author named the very thing.
_WEIGHTS = {"place": 6, "when": 6, "ambient": 3, "action": 2, "card": 2}
_SPLIT = re.compile(r"[^a-z]+")


@dataclass(frozen=True, slots=True)
class WorldWords:
    """What a drawn world is made of: keys of the vocabulary's tables, and how many people stand in it."""

    place: str
    time: str
    weather: str
    props: tuple[str, ...] = ()
    people: int = 0
    mono: bool = False


@cache
def vocabulary() -> dict[str, Any]:
    """The whole table. Do not change it."""
    text = files(__package__).joinpath("vocabulary.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def contains(text: str, words: Iterable[str]) -> bool:
    """Whether any of ``words`` begins a word (or a run of words) of ``text``."""
    return _count(_plain(text), words) > 0


def read_world(prompt: str, hints: Mapping[str, str]) -> WorldWords:
    """Choose place, hour, weather, things and people from the words. Unknown words give open hills by day."""
    texts = _weighted(prompt, hints)
    table = vocabulary()
    place = _best(texts, table["place"], default="hills")
    props = tuple(
        name
        for name, prop in table["prop"].items()
        if any(_count(text, prop["words"]) for text, _ in texts) and place not in prop.get("not_in", ())
    )
    look = " ".join((hints.get("look", ""), prompt))
    return WorldWords(
        place=place,
        time=_best(texts, table["time"], default="day"),
        weather=_best(texts, table["weather"], default="clear"),
        props=props[:3],
        people=_people(prompt, hints),
        mono=contains(look, table["mono"]["words"]),
    )


def read_sounds(prompt: str, hints: Mapping[str, str]) -> dict[str, float]:
    """Which ambiences are heard, with their gains (1 is the usual level); empty when no word names any."""
    own = [hints[k] for k in ("ambient", "sfx") if k in hints]
    texts = [_plain(" ".join(own))] if own else [_plain(prompt)]
    found: dict[str, float] = {}
    for name, sound in vocabulary()["sound"].items():
        if any(_count(text, sound["words"]) for text in texts):
            found[name] = 1.0
    return dict(list(found.items())[:3])


def place_sounds(words: WorldWords) -> dict[str, float]:
    """The ambience of a world of which nobody wrote what it sounds like."""
    table = vocabulary()
    heard = [*table["place"][words.place]["sound"], *table["weather"][words.weather].get("sound", [])]
    return dict.fromkeys(dict.fromkeys(heard), 1.0)


def seed_of(*words: str) -> int:
    """A seed out of words, the same on every machine: 0..2**32-1."""
    return int.from_bytes(hashlib.sha256("\n".join(words).encode()).digest()[:4], "big")


def _plain(text: str) -> str:
    return " " + " ".join(_SPLIT.split(text.lower())) + " "


def _count(plain: str, words: Iterable[str]) -> int:
    return sum(plain.count(f" {word}") for word in words)


def _weighted(prompt: str, hints: Mapping[str, str]) -> list[tuple[str, int]]:
    texts = [(_plain(hints[key]), weight) for key, weight in _WEIGHTS.items() if key in hints]
    return [*texts, (_plain(prompt), 1)]


def _best(texts: Sequence[tuple[str, int]], table: Mapping[str, Any], default: str) -> str:
    scores = {
        name: sum(weight * _count(text, entry["words"]) for text, weight in texts)
        for name, entry in table.items()
    }
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] > 0 else default


def _people(prompt: str, hints: Mapping[str, str]) -> int:
    if "cast" in hints:
        return min(3, len([name for name in hints["cast"].split(";") if name.strip()]))
    return int(contains(hints.get("action", prompt), vocabulary()["people"]["words"]))
