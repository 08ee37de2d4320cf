"""Who does what in a beat: clauses, their subjects, and the actions that their words name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from veo_story.backends.local.lexicon.vocabulary import contains, find, plain, vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from veo_story.backends.local.script import Person

_CLAUSES = re.compile(r"[.;:!?—]|,\s|\band\b|\bthen\b|\bwhile\b|\bbefore\b|\bas\b|\bto wave\b", re.IGNORECASE)
_ALL = (
    "they",
    "both",
    "all",
    "everyone",
    "everybody",
    "the two",
    "figures",
    "faces",
    "together",
    "each other",
)
_THINGS = [["the"], ["a"], ["an"], ["its"], ["this"], ["that"]]
_PRONOUNS = {"she": "woman", "her": "woman", "he": "man", "his": "man"}


@dataclass(frozen=True, slots=True)
class Deed:
    """Somebody (an id of the cast) does an action of ``figures.toml``; ``order`` counts the clauses."""

    who: str
    action: str
    order: int
    holds: str = ""


def deeds_in(
    text: str, people: Sequence[Person], sexes: dict[str, str], latest: str = ""
) -> tuple[Deed, ...]:
    """What the people do in a beat's words; ``latest`` is whom the beat before was about."""
    deeds: list[Deed] = []
    who = [latest] if latest else [person.id for person in people[:1]]
    for order, clause in enumerate(filter(str.strip, _CLAUSES.split(text))):
        named = subjects(clause, people, sexes)
        if not named and plain(clause).split()[:1] in _THINGS:
            # `The train passes`: none of them does that.
            continue
        who = named or who
        for action in _actions(clause):
            deeds += _deed(action, who, order, deeds, held_in(clause))
    return tuple(deeds)


def _deed(action: str, who: list[str], order: int, before: list[Deed], holds: str) -> list[Deed]:
    if action == "copy":
        copied = next((d.action for d in reversed(before) if d.who not in who), "")
        return [Deed(one, copied, order) for one in who] if copied else []
    return [Deed(one, action, order, holds) for one in who]


def held_in(clause: str) -> str:
    """The thing of ``[held]`` that a clause puts into somebody's hand; "" for none."""
    table = vocabulary("figures")["held"]
    return next((name for name, entry in table.items() if contains(clause, entry["words"])), "")


def subjects(clause: str, people: Sequence[Person], sexes: dict[str, str]) -> list[str]:
    """The ids of those that a clause is about: by name, by pronoun, by what they are, or all of them."""
    found = sorted(
        (place, person.id)
        for person in people
        if (place := find(clause, [w for w in (person.id, person.name) if plain(w).strip()])) is not None
    )
    if found:
        several = contains(clause, ("both", "each other", "together", "side by side"))
        # Who is named behind is whom it is done to, but `two children` are two of one name.
        return [who for place, who in found if several or place == found[0][0]]
    if contains(clause, _ALL):
        return [person.id for person in people]
    words = plain(clause).split()
    for word in words[:3]:
        if word in _PRONOUNS:
            fitting = [person.id for person in people if sexes.get(person.id) == _PRONOUNS[word]]
            return fitting[:1]
    return []


@lru_cache(maxsize=512)
def _actions(clause: str) -> tuple[str, ...]:
    """The actions that a clause names, in its order; of two in one place the longer word counts."""
    spots: list[tuple[int, int, str]] = []
    for name, entry in vocabulary("figures")["action"].items():
        for word in entry["words"]:
            place = find(clause, [word])
            if place is not None and not _is_noun(clause, place):
                spots.append((place, len(word), name))
    chosen: dict[str, int] = {}
    for place, length, name in sorted(spots, key=lambda spot: (spot[0], -spot[1])):
        if not any(p <= place < p + n and (n > length or p < place) for p, n, _ in spots):
            chosen.setdefault(name, place)
    return tuple(chosen)


def _is_noun(clause: str, place: int) -> bool:
    """Whether an article or the like stands right before the word (`the works`, `a run`)."""
    before = plain(clause)[:place].split()
    return bool(before) and before[-1] in (
        "the",
        "a",
        "an",
        "of",
        "his",
        "her",
        "their",
        "its",
        "in",
        "strong",
        "only",
    )
