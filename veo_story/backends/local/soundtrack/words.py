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
_CALLS = ("call", "far-call")
_CALL_LUFS = -29.0
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
    action = named(f"{script.place}\n{script.action or script.prompt}", tuple(table["action"]["weak"]))
    told = [name for name, gain in action.items() if gain]
    found = _without_lesser({**known, **dict.fromkeys(told[:_MOST_FROM_ACTION], 1.0)})
    return dict(list(found.items())[:_MOST]) or {"air": 1.0}


def entry(name: str) -> Mapping[str, Any] | None:
    """The ambience of that name: of sounds.toml, or a single sound of spots.toml that comes now and then."""
    table: Mapping[str, Mapping[str, Any]] = vocabulary("sounds")["ambience"]
    kind, _, spot = name.partition(" ")
    if kind not in _CALLS or spot not in vocabulary("spots")["spot"]:
        return table.get(name)
    call = {"kind": "calls", "spot": spot, "every": 8.0, "chance": 0.85, "jitter": 0.5, "pan": 0.6}
    return {"level": _CALL_LUFS, "layers": [{**call, "far": kind == _CALLS[1]}]}


@lru_cache(maxsize=64)
def _told(text: str, weak: tuple[str, ...] = ()) -> tuple[tuple[str, str], ...]:
    """Every phrase that names an ambience, with that ambience."""
    phrases = _PHRASES.split(_LIKE.sub("", text))
    return tuple((phrase, name) for phrase in phrases for name in _all_named(phrase, frozenset(weak)))


def named(text: str, weak: tuple[str, ...] = ()) -> dict[str, float]:
    """The ambiences that ``text`` names, phrase by phrase, with gains by the words beside them.

    ``weak`` words do not count.
    """
    return _without_lesser({name: _gain(phrase) for phrase, name in _told(text, weak)})


def _without_lesser(found: dict[str, float]) -> dict[str, float]:
    lesser = {other for name in found for other in (entry(name) or {}).get("instead_of", ())}
    return {name: gain for name, gain in found.items() if name not in lesser}


def _all_named(phrase: str, weak: frozenset[str]) -> list[str]:
    """The entries that a phrase names, in the phrase's order.

    A single sound is one of them if nothing else is named, or if its words say more: train horn, not train.
    """
    places: dict[str, int] = {}
    longest = ""
    for name, sound in vocabulary("sounds")["ambience"].items():
        words = [word for word in sound["words"] if word not in weak and _where(phrase, [word]) is not None]
        if words:
            places[name] = min(at for word in words if (at := find(phrase, [word])) is not None)
            longest = max(longest, *words, key=len)
    spot, word = ("", "") if weak else _longest_spot(phrase)
    if word and longest.rstrip("*") in word and len(word) > len(longest) + 1:
        return [f"{_CALLS[is_far(phrase)]} {spot}"]
    return sorted(places, key=lambda name: places[name])


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


def spot_named(text: str) -> str:
    """The entry of spots.toml that ``text`` names with its longest words; empty when it names none."""
    return _longest_spot(text)[0]


@lru_cache(maxsize=256)
def _longest_spot(text: str) -> tuple[str, str]:
    """The single sound that a text names with its longest words, and these words."""
    told, best, name = plain(text), "", ""
    for spot, sound in vocabulary("spots")["spot"].items():
        for word in sound["words"]:
            bare = word.rstrip("*")
            if len(bare) > len(best) and plain(bare).rstrip() in told and contains(text, [word]):
                best, name = bare, spot
    return name, best


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
