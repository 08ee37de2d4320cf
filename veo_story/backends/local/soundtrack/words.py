"""From an author's words to what is heard: ambiences with their gains, single sounds, moods of music."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from veo_story.backends.local.lexicon.vocabulary import contains, find, plain, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from veo_story.backends.local.script import Script

_PHRASES = re.compile(
    r"[,;.:!?\n]|\b(?:and|while|then|but|with|over|under(?!water)|behind|beneath)\b", re.IGNORECASE
)
# The wind that drops to a hum is no hum.
_LIKE = re.compile(
    r"\b(?:to|like) an? (?:\w+ )?(?:hum|murmur|whisper|roar|rumble|heartbeat)\b", re.IGNORECASE
)
_MOST = 4
_MOST_FROM_ACTION = 2


def ambience(script: Script, own: Iterable[str], before: Mapping[str, float] | None) -> dict[str, float]:
    """The ambiences of a scene with their gains (1 is the usual level).

    ``own`` are the sounds of the place and its weather, for which nobody wrote what it sounds like;
    ``before`` what is heard in the chain up to now.
    """
    table = vocabulary("sounds")
    if contains(script.ambient, table["silent"]["words"]):
        return {}
    written = named(script.ambient)
    if any(written.values()) or (written and before is not None):
        only_changes = before and all(_changes(phrase) for phrase, _ in _told(script.ambient))
        return {**before, **written} if only_changes and before else written
    if before is not None:
        return dict(before)
    known = {name: 1.0 for name in own if name in table["ambience"] and name not in written}
    told = [told for told in named(f"{script.place}\n{script.action or script.prompt}").items() if told[1]]
    found = _without_lesser({**known, **dict(told[:_MOST_FROM_ACTION])})
    return dict(list(found.items())[:_MOST]) or {"air": 1.0}


@lru_cache(maxsize=64)
def _told(text: str) -> tuple[tuple[str, str], ...]:
    """Every phrase that names an ambience, with that ambience."""
    table = vocabulary("sounds")["ambience"]
    return tuple(
        (phrase, name) for phrase in _PHRASES.split(_LIKE.sub("", text)) for name in _all_named(phrase, table)
    )


def named(text: str) -> dict[str, float]:
    """The ambiences that ``text`` names, phrase by phrase, with gains by the words beside them."""
    return _without_lesser({name: _gain(phrase) for phrase, name in _told(text)})


def _without_lesser(found: dict[str, float]) -> dict[str, float]:
    table = vocabulary("sounds")["ambience"]
    lesser = {other for name in found for other in table[name].get("instead_of", ())}
    return {name: gain for name, gain in found.items() if name not in lesser}


def _all_named(phrase: str, table: Mapping[str, Any]) -> list[str]:
    """The entries that a phrase names, in the phrase's order."""
    found = {name: at for name, entry in table.items() if (at := _where(phrase, entry["words"])) is not None}
    return sorted(found, key=lambda name: found[name])


def _where(text: str, words: Iterable[str]) -> int | None:
    """As ``find``, but quick to say no."""
    told = plain(text)
    return find(text, [word for word in words if plain(word.rstrip("*")).rstrip() in told])


def _gain(phrase: str) -> float:
    table = vocabulary("sounds")
    gain = 1.0
    for way in ("louder", "softer", "ended"):
        if contains(phrase, table[way]["words"]):
            gain *= float(table[way]["gain"])
    return gain


def _changes(phrase: str) -> bool:
    return contains(phrase, vocabulary("sounds")["changing"]["words"])


@lru_cache(maxsize=256)
def spot_named(text: str) -> str:
    """The entry of spots.toml that ``text`` names with its longest words; empty when it names none."""
    told, best, name = plain(text), 0, ""
    for entry, spot in vocabulary("spots")["spot"].items():
        for word in spot["words"]:
            length = len(word.rstrip("*"))
            if length > best and plain(word.rstrip("*")).rstrip() in told and contains(text, [word]):
                best, name = length, entry
    return name


def is_far(text: str) -> bool:
    """Whether a sound comes from far off."""
    return contains(text, vocabulary("spots")["far"]["words"])


def moods(script: Script, before: Mapping[str, float]) -> dict[str, float]:
    """The moods of music that a scene is given, with their gains; the chain's own where it says nothing."""
    table = vocabulary("music")
    if not plain(script.music).strip():
        return dict(before)
    if contains(script.music, table["none"]["words"]):
        return {}
    scores = {name: _score(script.music, entry) for name, entry in table["mood"].items()}
    best = max(scores, key=lambda name: scores[name])
    mood = best if scores[best][0] > 0 else table["none"]["otherwise"]
    return {mood: _music_gain(script.music)}


def _score(text: str, entry: Mapping[str, Any]) -> tuple[float, int]:
    """How much a mood is meant: by how many of its words, then by how early the first of them stands."""
    places = [at for word in entry["words"] if (at := _where(text, [word])) is not None]
    return len(places) * float(entry.get("weight", 1.0)), -min(places, default=0)


def _music_gain(text: str) -> float:
    table = vocabulary("sounds")
    gain = 1.0
    for way in ("louder", "softer"):
        if contains(text, table[way]["words"]):
            gain *= float(table[way]["gain"])
    return max(0.6, gain)
